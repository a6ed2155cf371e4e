#pragma once
#include "model/result.hpp"
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

/// The daemon's own log: logfmt or JSON on stderr, one line a record, UTC, values quoted so that no text can forge a line.
namespace incident::observe {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { logfmt, json };
[[nodiscard]] Result<LogLevel> parse_log_level(std::string_view word);
[[nodiscard]] Result<LogFormat> parse_log_format(std::string_view word);

/// Sets up spdlog with our formatter; `<N>` priority prefixes when JOURNAL_STREAM says stderr is the journal's. A full or
/// stalled stderr never blocks a commit: lines are handed to spdlog's async queue, which drops the oldest and counts.
/// Not while other threads log: call it before they start, and shut_down_log() after they ended.
void set_up_log(LogLevel level, LogFormat format);
/// Flushes and stops the log thread.
void shut_down_log();
[[nodiscard]] std::uint64_t dropped_log_lines() noexcept;

struct Field {
    std::string_view name;
    std::variant<std::string, std::int64_t, double, bool> value;
    Field(std::string_view n, std::string v) : name(n), value(std::move(v)) {}
    Field(std::string_view n, std::string_view v) : name(n), value(std::string(v)) {}
    Field(std::string_view n, const char* v) : name(n), value(std::string(v)) {}
    Field(std::string_view n, bool v) : name(n), value(v) {}
    Field(std::string_view n, double v) : name(n), value(v) {}
    template <class Integer>
        requires std::is_integral_v<Integer>
    Field(std::string_view n, Integer v) : name(n), value(static_cast<std::int64_t>(v))
    {}
};
void log(LogLevel level, std::string_view message, std::initializer_list<Field> fields = {});
inline void log_debug(std::string_view m, std::initializer_list<Field> f = {}) { log(LogLevel::debug, m, f); }
inline void log_info(std::string_view m, std::initializer_list<Field> f = {}) { log(LogLevel::info, m, f); }
inline void log_warn(std::string_view m, std::initializer_list<Field> f = {}) { log(LogLevel::warn, m, f); }
inline void log_error(std::string_view m, std::initializer_list<Field> f = {}) { log(LogLevel::error, m, f); }

/// One record as it is written, without the line feed; pure, for tests.
[[nodiscard]] std::string format_record(LogFormat format, std::string_view time, LogLevel level, std::string_view message,
                                        std::initializer_list<Field> fields);

}  // namespace incident::observe
