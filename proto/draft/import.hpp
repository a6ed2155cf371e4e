#pragma once
#include "model/event.hpp"
#include "model/time_grammar.hpp"
#include "model/result.hpp"
#include <chrono>
#include <map>
#include <optional>

/// Written timeline -> events. Layouts and traps as people really write them; nothing is guessed silently.
namespace incident::draft {

enum class Form { guess, text, draft_json, slack, irc, csv, jsonl };

struct ImportOptions {
    Form form = Form::guess;
    std::optional<std::chrono::year_month_day> date;  ///< of the first line, where the document says none
    std::string zone;                                 ///< IANA name for times without one; empty: the document's, else UTC with a warning
    std::map<std::string, std::string> zone_aliases;  ///< as the time grammar takes them
    std::optional<Instant> zero;                      ///< what `T+15` counts from, where the document does not say
};

/// A line as it was understood.
struct ImportedLine {
    std::size_t line = 1;         ///< in the document
    std::string raw;              ///< the time as written, with date, zone and marks; cells joined by ` | `; empty without one
    std::optional<Instant> at, until;
    std::optional<Instant> other; ///< the other plausible reading of `at`; then `warnings` says why
    Precision precision = Precision::exact;
    /// Without the time, on one line, characters that hide spelled out (`\\u202e`), at most an event's text; what is nested
    /// under the line, and the whole text where it was longer.
    std::string text, details;
    std::string typed;            ///< as it stands in the document
    std::string author;           ///< where the layout tells one
    std::vector<Tag> tags;        ///< what the document itself says (`Escalation:`), never what words suggest
    std::vector<std::string> warnings;
};

struct Imported {
    Form form = Form::text;
    std::string title;
    std::string zone;             ///< that was used, and below where it stood
    std::string zone_from;        ///< `line 12`, `the heading in line 3`, `--tz`, or empty: nowhere
    std::vector<ImportedLine> lines;   ///< in the document's order; newest-first documents are turned round
    std::vector<Event> events;    ///< of a draft's own JSON: whole, in its order; `lines` shows the same
    std::vector<std::string> warnings; ///< about the document
    /// What stands among the lines and became none: introductions, joins and parts, a paragraph behind the last line.
    struct Skipped {
        std::size_t line = 1;
        std::string text;
    };
    std::vector<Skipped> skipped;
};

/// Reads a timeline out of `document`. Pure.
/// @return Errc::invalid_input where there is no line with a time, with what was looked for.
[[nodiscard]] Result<Imported> read_written_timeline(std::string_view document, const ImportOptions& options);

}  // namespace incident::draft
