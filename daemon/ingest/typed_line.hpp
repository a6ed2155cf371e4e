#pragma once
#include "ingest/dialect.hpp"
#include "model/time_grammar.hpp"

/// What people type to us in a chat, by the command line's grammar: `[INC-7] [VERB] [@TIME] [--to WHOM] TEXT`.
namespace incident::ingest {

struct TypedLine {
    std::string text;                     ///< what is left; the whole line when nothing would be
    std::string tag;                      ///< the verb's: `x`, `mislead` → misleading_path; empty for `n`, `note` and without one
    std::string to;                       ///< escalation and follow_up only
    std::optional<TimeReading> when;
    std::string bad_time;                 ///< why `@…` could not be read; the text then holds it as typed
    std::optional<IncidentKey> incident;
};

/// Pure. Never fails: what is no verb, time or key is text.
[[nodiscard]] TypedLine read_typed_line(std::string_view line, const TimeContext& context);

/// Puts the line into an event whose author and own time are set: text, tag, time, incident.
void set_typed(Event& event, const TypedLine& line);

/// What there is to type; one line per idea.
[[nodiscard]] std::string typed_help(std::string_view command);

}  // namespace incident::ingest
