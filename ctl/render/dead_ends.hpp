#pragma once
#include "render/document.hpp"
#include <string>
#include <vector>

/// Ideas and what became of them, as people read them. Input is the wire's timeline.
namespace incident::ctl {

/// `15 min lost by sam, ana`; empty where no minutes are known.
[[nodiscard]] std::string time_lost(const json::value& dead_end);

/// One line an idea, in reading order:
/// `:4 "bad deploy?"  ruled out by :9, 15 min lost by sam, ana; tested by :5, :6 (by words)`.
[[nodiscard]] std::vector<std::string> dead_end_lines(const json::value& timeline);

/// Gives each event that opens, tests or ends an idea the member `dead_end`, which event_table() shows behind the text:
/// `ends :4, 15 min lost by sam, ana`. For people's formats only: it is no member of the wire's.
void mark_dead_ends(json::array& events, const json::value& timeline);

/// Whether the timeline could say something about one of these events.
[[nodiscard]] bool may_speak_of_ideas(const json::array& events);

}  // namespace incident::ctl
