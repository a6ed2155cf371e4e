#pragma once
#include "client/trouble.hpp"
#include "render/document.hpp"
#include <string>
#include <vector>

/// How a tag that a person changed becomes a rule. Pure.
namespace incident::ctl {

/// What people changed of one event's tags.
struct TagsByHand {
    std::vector<std::string> set, removed;  ///< in the order they stand; as they are now
};
/// @param history the event's entries in ledger order, as GET …/history gives them; an undone one does not count.
[[nodiscard]] TagsByHand tags_by_hand(const json::value& event, const json::array& history);

/// RE2 for the first telling words of `text`, up to three, each in its forms and with up to three other words between:
/// `\bpaged\w*\W+(?:\S+\W+){0,3}?database\w*`. Numbers, names with digits and grammar are left out. Empty: it has no such word.
[[nodiscard]] std::string proposed_pattern(std::string_view text);

/// `escalation-paged-database`; `not-impact-limit` for a rule that only takes tags away. At most 64 of [a-z0-9-].
[[nodiscard]] std::string proposed_name(std::string_view tag, std::string_view suppressed, std::string_view text);

}  // namespace incident::ctl
