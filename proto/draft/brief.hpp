#pragma once
#include "draft/page.hpp"

namespace incident::draft {

/// The layout of DRAFT.md: the sections that the brief asks for, in its order.
[[nodiscard]] Page brief_page(const Document& document, const Times& times, const Options& options);

/// The same as Markdown, the bullets that are not folded. Same document, same bytes.
[[nodiscard]] std::string brief(const Document& document, const Times& times, const Options& options);

/// Folds the least telling bullets until the text as `brief` prints it has at most options.max_words words, or nothing
/// more may fold.
void fold_to_budget(Document& document, const Times& times, const Options& options);

}  // namespace incident::draft
