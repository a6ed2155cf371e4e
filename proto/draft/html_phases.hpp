#pragma once
#include "draft/times.hpp"
#include "timeline/timeline.hpp"
#include <unordered_map>

namespace incident::draft {

/// What a part of the page links to: the anchor of the line that shows an event, and the event.
struct Shown {
    std::unordered_map<Id, const Event*> events;
    std::unordered_map<Id, std::string> anchors;  ///< only of events that a line shows
};

/// Those that were ruled out, in reading order: what the picture and the list number from 1.
[[nodiscard]] std::vector<const timeline::DeadEnd*> ruled_out_of(const timeline::Timeline& timeline);

/// The section on where the time went: the phases as a picture with its text alternative, the phases and figures as
/// tables with the two events each comes from, the dead ends with who lost how long on what, ideas that are still open.
[[nodiscard]] std::string phases_html(const timeline::Timeline& timeline, const Times& times, const Options& options, const Shown& shown);

}  // namespace incident::draft
