#pragma once
#include "draft/page.hpp"

namespace incident::draft {

/// The layout of DRAFT.md: the sections that the brief asks for, in its order.
[[nodiscard]] Page brief_page(const Document& document, const Times& times, const Options& options);

/// The same as Markdown, the bullets that are not folded. Same document, same bytes.
[[nodiscard]] std::string brief(const Document& document, const Times& times, const Options& options);

/// The order of Google's SRE book: impact, root causes, trigger, resolution, detection, action items, lessons, timeline.
[[nodiscard]] Page sre_page(const Document& document, const Times& times, const Options& options);
/// As the brief, but its timeline stands under a label for each demanded fact.
[[nodiscard]] Page labelled_page(const Document& document, const Times& times, const Options& options);

using LayOut = Page (*)(const Document&, const Times&, const Options&);
/// Folds the least telling bullets until the text as that layout prints it has at most options.max_words words, or
/// nothing more may fold.
void fold_to_budget(Document& document, const Times& times, const Options& options, LayOut lay_out = &brief_page);

}  // namespace incident::draft
