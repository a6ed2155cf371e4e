#pragma once
#include "model/event.hpp"
#include <string_view>

/// One syslog message, RFC 5424 or RFC 3164 and what is sent under that name. Pure.
namespace incident::ingest {

struct SyslogContext {
    std::string_view source = "syslog";  ///< the event's source: `syslog`, or `relp` as it came
    std::string_view zone = "UTC";       ///< for the old form, whose times have neither year nor zone: an IANA name
    Instant received_at{};
    bool cut = false;                    ///< the end of the message is missing
};

/// An alert whose severity is the PRI's (`emerg alert crit err warning notice info debug`; empty without one), whose text is
/// `app: first line` and whose author is the host it claims to come from: claimed, since nothing proves it. Labels: `host`,
/// `facility`, `app`, `procid`, `msgid` and structured data as `SDID.name`. What stands below the first line, or is too long
/// for a text, is in `details` whole.
///
/// Nothing is refused. What cannot be read is kept as it came, with the reason among the flags: `no_pri`, `bad_pri`,
/// `bad_header`, `bad_structured_data`, `time_from_arrival`, `truncated`. The year of the old form is the one that brings the
/// time nearest before the receipt (a day ahead is a clock's fault).
[[nodiscard]] Event read_syslog(std::string_view message, const SyslogContext& context);

/// Whether the event carries the sender's own time. Without one, two equal messages are two messages.
[[nodiscard]] bool has_own_time(const Event& event) noexcept;

}  // namespace incident::ingest
