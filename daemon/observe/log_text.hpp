#pragma once
#include "observe/log.hpp"
#include <span>

/// The two encoders of log lines. Pure; one quoting rule each, so that no value can forge a field or a line.
namespace incident::observe {

/// What stands before the message: time and level.
[[nodiscard]] std::string record_head(LogFormat format, std::string_view time, LogLevel level);
/// The message and the fields. head + tail is the record.
[[nodiscard]] std::string record_tail(LogFormat format, std::string_view message, std::span<const Field> fields);
/// The journal's priority prefix of sd-daemon(3): `<6>`.
[[nodiscard]] std::string_view journal_prefix(LogLevel level) noexcept;

}  // namespace incident::observe
