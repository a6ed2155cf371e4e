#pragma once
#include "draft/document.hpp"

/// Every event as a line that the import reads back as it was: what `--no-fold` prints.
namespace incident::draft {

/// All the tags as a label, who wrote it where that is not who stored it, and the whole text, on one line; not escaped.
[[nodiscard]] std::string record_text(const Event& event);
/// Puts that into the bullets, but for alerts, whose bullets count what was folded into them.
void tell_whole(Document& document, const timeline::Timeline& timeline);
/// Would the import take the head of `text` for a label or a time? Then record_text() puts `Note:` in front.
[[nodiscard]] bool needs_note(std::string_view text);

}  // namespace incident::draft
