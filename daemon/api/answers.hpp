#pragma once
#include "store/ledger.hpp"
#include "tagging/rules.hpp"

namespace incident::api {

/// Tags a short line anew by the few that stand before it in its incident, where a rule asks for them; what the rules gave it
/// without them is replaced. Nothing happens where a person tagged the line, where it has no incident, or without rules.
/// @param before entries of the same decision, which the view does not show yet.
/// @return the view's failure.
[[nodiscard]] Result<void> tag_by_earlier(Event& event, const tagging::RuleSet* rules, store::View& view, std::span<const store::NewEntry> before);

}  // namespace incident::api
