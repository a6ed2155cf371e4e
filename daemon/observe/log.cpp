#include "observe/log.hpp"
#include "model/instant.hpp"
#include "model/text.hpp"
#include "observe/log_text.hpp"
#include "observe/stderr_sink.hpp"
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <spdlog/async.h>
#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <sys/stat.h>
#include <unistd.h>

namespace incident::observe {
namespace {

constexpr std::size_t queue_lines = 1024;  // each slot costs 400 bytes from the start

spdlog::level::level_enum to_spdlog(LogLevel level)
{
    switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

LogLevel from_spdlog(spdlog::level::level_enum level)
{
    if (level <= spdlog::level::debug) return LogLevel::debug;
    if (level == spdlog::level::info) return LogLevel::info;
    return level == spdlog::level::warn ? LogLevel::warn : LogLevel::error;
}

/// The message arrives encoded already; time and level go before it.
class RecordFormatter final : public spdlog::formatter {
 public:
    RecordFormatter(LogFormat format, bool journal) : format_(format), journal_(journal) {}
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override
    {
        const auto level = from_spdlog(message.level);
        const auto time = to_rfc3339(std::chrono::time_point_cast<std::chrono::microseconds>(message.time));
        const auto append = [&](std::string_view text) { out.append(text.data(), text.data() + text.size()); };
        if (journal_) append(journal_prefix(level));
        append(record_head(format_, time, level));
        append({message.payload.data(), message.payload.size()});
        append("\n");
    }
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override
    {
        return std::make_unique<RecordFormatter>(format_, journal_);
    }

 private:
    LogFormat format_;
    bool journal_;
};

/// sd-daemon(3): the journal tells device and inode of the stream it reads.
bool stderr_is_journal()
{
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    unsigned long long device = 0, inode = 0;
    if (stream == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
    if (std::sscanf(stream, "%llu:%llu", &device, &inode) != 2) return false;
    return status.st_dev == device && status.st_ino == inode;
}

struct Logging {
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<StderrSink> sink;
    std::shared_ptr<spdlog::logger> logger;
    LogFormat format = LogFormat::logfmt;
    std::uint64_t dropped_before = 0;  // by loggers that were shut down
};

Logging& logging()
{
    static Logging instance;
    return instance;
}

template <class Value, std::size_t N>
Result<Value> parse_word(std::string_view word, std::string_view what, const std::array<std::pair<std::string_view, Value>, N>& words)
{
    std::string all;
    for (const auto& [name, value] : words) {
        if (name == word) return value;
        all.append(all.empty() ? "" : ", ").append(name);
    }
    return Failure{Errc::invalid_input, std::string{what} + " \"" + visible(word) + "\" is unknown; choose one of " + all};
}

}  // namespace

Result<LogLevel> parse_log_level(std::string_view word)
{
    constexpr std::array<std::pair<std::string_view, LogLevel>, 4> words{
        {{"debug", LogLevel::debug}, {"info", LogLevel::info}, {"warn", LogLevel::warn}, {"error", LogLevel::error}}};
    return parse_word(word, "log level", words);
}

Result<LogFormat> parse_log_format(std::string_view word)
{
    constexpr std::array<std::pair<std::string_view, LogFormat>, 2> words{
        {{"logfmt", LogFormat::logfmt}, {"json", LogFormat::json}}};
    return parse_word(word, "log format", words);
}

void set_up_log(LogLevel level, LogFormat format)
{
    shut_down_log();
    auto& state = logging();
    state.format = format;
    state.sink = std::make_shared<StderrSink>(STDERR_FILENO);
    state.sink->set_formatter(std::make_unique<RecordFormatter>(format, stderr_is_journal()));
    state.pool = std::make_shared<spdlog::details::thread_pool>(queue_lines, 1U);
    state.logger = std::make_shared<spdlog::async_logger>("incidentd", state.sink, state.pool,
                                                          spdlog::async_overflow_policy::overrun_oldest);
    state.logger->set_level(to_spdlog(level));
    state.logger->set_error_handler([](const std::string&) {});  // a log that cannot be written has nowhere to say so
}

void shut_down_log()
{
    auto& state = logging();
    if (!state.pool) return;
    state.logger.reset();
    const auto overrun = state.pool->overrun_counter();
    state.pool.reset();  // writes what waits, then ends its thread
    state.dropped_before += overrun + state.sink->dropped();
    state.sink.reset();
}

std::uint64_t dropped_log_lines() noexcept
{
    const auto& state = logging();
    return state.dropped_before + (state.pool ? state.pool->overrun_counter() : 0) + (state.sink ? state.sink->dropped() : 0);
}

void log(LogLevel level, std::string_view message, std::initializer_list<Field> fields)
{
    const auto& state = logging();
    if (!state.logger || !state.logger->should_log(to_spdlog(level))) return;
    const auto tail = record_tail(state.format, message, {fields.begin(), fields.size()});
    state.logger->log(to_spdlog(level), spdlog::string_view_t{tail.data(), tail.size()});
}

}  // namespace incident::observe
