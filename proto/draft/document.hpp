#pragma once
#include "draft/bullets.hpp"
#include "draft/story.hpp"

/// What every template and format of the draft says, before it is put into one.
namespace incident::draft {

/// Something missing, and the command that would tell it.
struct Todo {
    std::string what, command;
    unsigned about = 0;  ///< of the timeline's: a bit of `part`
};
/// `TODO: what (command)`.
[[nodiscard]] std::string to_text(const Todo& todo);

struct Document {
    std::string title;
    std::string key;
    std::string detected_how;  ///< as the facts say it
    std::string to_detect;     ///< how long it went unnoticed, in words; empty when that cannot be computed
    bool confidential = false;  ///< the incident is private: its label travels with the document
    std::string duration;  ///< `2024-06-22 15:15 – 17:00 UTC (1 h 45 min)`; empty without a start
    std::string impact, root_cause;
    std::vector<Id> duration_events, impact_events, cause_events;
    std::vector<Bullet> bullets;
    std::string no_misleading_path, no_escalation;  ///< a person's word that there was none
    std::vector<Passage> causes, fixes;
    std::vector<FollowUp> improvements, tasks;
    /// By the place where they are printed.
    std::vector<Todo> duration_todos, impact_todos, root_cause_todos, timeline_todos, cause_todos, fix_todos, improvement_todos,
        task_todos, trigger_todos;
    /// Lessons that nobody told yet, for layouts that have a place for them.
    Todo went_well_todo, went_wrong_todo, lucky_todo;
    std::optional<Instant> started_at;
};

/// @param words as bullets_of() takes it, for documents that are only printed; without it nothing is folded yet.
[[nodiscard]] Document compose(const timeline::Timeline& timeline, const Times& times, std::size_t words = unlimited_words);

/// When the last line happened, repeats included.
[[nodiscard]] std::optional<Instant> last_entry(const timeline::Timeline& timeline);

/// `incidentctl VERB…`, with the incident named where the command line would not find it by itself.
[[nodiscard]] std::string command(const timeline::Timeline& timeline, std::string_view rest);

}  // namespace incident::draft
