#pragma once
#include "draft/outline.hpp"
#include "draft/spoken_times.hpp"
#include "draft/tells.hpp"

/// The times of a written document: its summary's span and its timeline's lines, as a reader takes them. Dates are added
/// where they are said, midnight where the clock falls by more than half a day; zones are not converted.
namespace incident::draft {

struct WrittenEntry {
    std::size_t line = 1;
    std::string whole;        ///< the words with their label, without the time
    std::string text;         ///< the same, what is nested left out
    Tells tells;              ///< by its label, the label it stands under, or its words
    Topic topic = Topic::timeline;
    bool in_list = true;      ///< it stands in the timeline; else under a section as `Detection`
    bool timed = false;
    bool labelled = false;    ///< a label of ours speaks for it
    bool by_topic = false;    ///< it stands under a label as `Escalation:`
    std::optional<std::chrono::seconds> at;  ///< since the midnight before the first date, comparable within the document
};

struct WrittenTimeline {
    std::vector<WrittenEntry> entries;
    bool no_misleading = false, no_escalation = false;  ///< it says that there was none
    bool by_labels = false;     ///< its lines stand under labels (`Detection:`, `Actions taken:`)
    bool one_zone = true;
    bool newest_first = false;
    std::vector<std::pair<std::chrono::year_month_day, std::size_t>> dates;  ///< with their lines
};
[[nodiscard]] WrittenTimeline written_timeline_of(const Outline& outline);

struct WrittenSpan {
    std::optional<std::chrono::seconds> start, end;  ///< as WrittenEntry::at
    std::string zone;
    std::vector<std::chrono::year_month_day> dates;
};
[[nodiscard]] WrittenSpan written_span_of(const Outline& outline);

}  // namespace incident::draft
