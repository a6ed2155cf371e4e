#pragma once
#include "render/clock.hpp"
#include "render/document.hpp"
#include "render/table.hpp"

/// Events and incidents as people read them. Input is the wire's JSON.
namespace incident::ctl {

/// `action + misleading_path`, or the kind where there is no tag. Always words.
[[nodiscard]] std::string tag_words(const json::value& event);
/// ` → db` for an escalation or an owner; empty otherwise.
[[nodiscard]] std::string tag_target(const json::value& event);
/// `#6`, or `inbox`.
[[nodiscard]] std::string number_word(const json::value& event);
/// `#6  02:34:11Z  action  rb web to 2.41  [INC-7]`
[[nodiscard]] std::string confirmation(const json::value& event, const ClockLook& look, bool colour);
/// `"rb web to 2.41"`, shortened, controls visible.
[[nodiscard]] std::string quoted(std::string_view text, std::size_t bytes = 60);
/// One line a tag: who or which rule gave it, on which words, and the command that takes it away; without a tag, the
/// command that gives one.
/// @param ref what the commands call the event, with whatever it takes to find it: `.`, `:6 -i INC-7`.
[[nodiscard]] std::vector<std::string> tag_hints(const json::value& event, const std::string& ref);

[[nodiscard]] Table event_table(const json::array& events, const ClockLook& look);
[[nodiscard]] Table incident_table(const json::array& incidents, const ClockLook& look);
/// The same with what the timelines give, where the server sent it: `figures`.
[[nodiscard]] Table figures_table(const json::array& incidents, const ClockLook& look);
/// An instant member, or nothing.
[[nodiscard]] std::optional<Instant> instant_at(const json::value& object, std::string_view name);
/// Sorts as a reader wants: occurred_at, then ledger sequence.
void sort_for_reading(json::array& events);

}  // namespace incident::ctl
