#pragma once
#include "timeline/timeline.hpp"
#include "wire/json.hpp"

namespace incident::timeline {

/// `{incident, events[], lines[], phases[], durations[], dead_ends[], facts, findings[]}` (DESIGN §4).
[[nodiscard]] wire::json::object to_json(const Timeline& timeline, std::span<const Finding> findings);
[[nodiscard]] wire::json::object to_json(const Finding& finding);
[[nodiscard]] wire::json::object to_json(const Facts& facts);
/// wire's form without the labels that are ours alone (two leading underscores).
[[nodiscard]] wire::json::object event_to_json(const Event& event);
/// What the command line reads back. @return Errc::invalid_input with pointers.
[[nodiscard]] Result<std::vector<Finding>> read_findings(const wire::json::value& timeline);
[[nodiscard]] Result<Timeline> read_timeline(const wire::json::value& value);

}  // namespace incident::timeline
