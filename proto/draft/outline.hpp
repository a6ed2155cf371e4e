#pragma once
#include "draft/written.hpp"
#include <map>

/// A written postmortem by its sections and labels, under whatever names people give them.
namespace incident::draft {

enum class Topic {
    none,         ///< before the first section, or under a heading that we do not know
    summary,
    duration, start, end, zone,
    impact,
    cause, cause_and_fix, fix,
    timeline,
    detected, how_detected, actions, hypothesis, misleading, escalation,
    measures, improvements, tasks
};

/// The topic that a heading or label names (`Incident Timeline`, `Misleading investigation/debugging paths`, `TODO List`),
/// or nullopt.
[[nodiscard]] std::optional<Topic> topic_named(std::string_view name);

/// One line, item or paragraph and what it is about.
struct Said {
    Topic topic = Topic::none;    ///< the nearest label's or heading's
    Topic section = Topic::none;  ///< the section's: summary, timeline, cause_and_fix, measures, …
    std::string text;
    std::size_t line = 1;
    bool item = false;
    bool nested = false;          ///< under the item above
    bool labelled = false;        ///< the label stands on the same line
};

struct Outline {
    std::vector<Said> said;
    std::map<Topic, std::size_t> headings;  ///< where a section or label of that name stands first, by line
    std::size_t words = 0;                  ///< of rendered text: no comments, no `TODO:` lines
    std::map<Topic, std::size_t> words_in;  ///< by section
    [[nodiscard]] bool has(Topic topic) const { return headings.contains(topic); }
    [[nodiscard]] std::size_t line_of(Topic topic) const { return has(topic) ? headings.at(topic) : 1; }
};
[[nodiscard]] Outline outline_of(std::span<const Piece> pieces);

}  // namespace incident::draft
