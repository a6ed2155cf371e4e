#pragma once
#include "model/event.hpp"
#include "model/time_grammar.hpp"
#include <string_view>

/// One line of the line protocol. Pure.
namespace incident::ingest {

inline constexpr std::size_t max_line_bytes = 64 * 1024;  ///< of one line; more is refused

/// `[key=WORD] [@TIME] [#tag…] text` -> a note without author. The key makes a resend harmless: a key's first note is the
/// answer to every further one. The time is read as incidentctl reads it (`@02:31`, `@5m`, `@yesterday 23:10`, `@14:02 UTC`).
/// Tags stay in the text as typed, wherever they stand; whoever prepares events reads them there. A text that begins like one
/// of these stands behind `-- `. A text longer than an event's is kept whole in `details`.
/// @return Errc::invalid_input in one line: no text, a key that is none, a time that is none.
[[nodiscard]] Result<Event> read_line_note(std::string_view line, const TimeContext& context);

}  // namespace incident::ingest
