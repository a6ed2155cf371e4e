#include "observe/log.hpp"
#include "observe/log_text.hpp"
#include "observe/stderr_sink.hpp"
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace incident::observe {
namespace {

constexpr std::string_view noon = "2024-06-22T12:00:00.000000Z";

TEST(LogfmtRecord, IsOneLineOfPairs)
{
    EXPECT_EQ(format_record(LogFormat::logfmt, noon, LogLevel::info, "batch stored",
                            {{"events", 12}, {"took_ms", 0.5}, {"replayed", false}, {"source", "api"}}),
              "ts=2024-06-22T12:00:00.000000Z level=info msg=\"batch stored\" events=12 took_ms=0.5 replayed=false source=api");
}

TEST(LogfmtRecord, QuotesWhatCouldForgeAFieldOrALine)
{
    const auto line = format_record(LogFormat::logfmt, noon, LogLevel::warn, "note\nlevel=error msg=forged",
                                    {{"text", "x\" level=error y=\"z\r\n\t\\\x1b[31m\x7f"}, {"empty", ""}, {"equals", "a=b"}});
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(line.find('\r'), std::string::npos);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_NE(line.find(R"(msg="note\nlevel=error msg=forged")"), std::string::npos) << line;
    EXPECT_NE(line.find(R"(text="x\" level=error y=\"z\r\n\t\\\u001b[31m\u007f")"), std::string::npos) << line;
    EXPECT_NE(line.find(R"(empty="" equals="a=b")"), std::string::npos) << line;
}

TEST(LogfmtRecord, MakesLineEndsOfOtherAlphabetsVisible)
{
    const auto line = format_record(LogFormat::logfmt, noon, LogLevel::info, "a\u2028b\u2029c\u0085d é", {});
    EXPECT_NE(line.find(R"(a\u2028b\u2029c\u0085d é)"), std::string::npos) << line;
}

TEST(LogfmtRecord, SurvivesBytesThatAreNoText)
{
    const auto line = format_record(LogFormat::logfmt, noon, LogLevel::info, "x\xff\xfey", {});
    EXPECT_NE(line.find("\uFFFD"), std::string::npos) << line;
}

TEST(LogfmtRecord, CutsHugeValues)
{
    EXPECT_LT(format_record(LogFormat::logfmt, noon, LogLevel::info, std::string(1 << 20, 'a'), {}).size(), 10'000U);
}

TEST(JsonRecord, IsOneObject)
{
    EXPECT_EQ(format_record(LogFormat::json, noon, LogLevel::error, "sync \"failed\"\n", {{"error", "EIO"}, {"n", -3}, {"nan", 0.0 / 0.0}}),
              R"({"ts":"2024-06-22T12:00:00.000000Z","level":"error","msg":"sync \"failed\"\n","error":"EIO","n":-3,"nan":"NaN"})");
}

TEST(JournalPrefix, FollowsSdDaemon)
{
    EXPECT_EQ(journal_prefix(LogLevel::error), "<3>");
    EXPECT_EQ(journal_prefix(LogLevel::warn), "<4>");
    EXPECT_EQ(journal_prefix(LogLevel::info), "<6>");
    EXPECT_EQ(journal_prefix(LogLevel::debug), "<7>");
}

TEST(LogWords, AreReadOrNamed)
{
    EXPECT_EQ(parse_log_level("warn").value(), LogLevel::warn);
    EXPECT_EQ(parse_log_format("json").value(), LogFormat::json);
    EXPECT_NE(parse_log_level("loud").error().detail.find("debug, info, warn, error"), std::string::npos);
    EXPECT_FALSE(parse_log_format("xml"));
}

class PlainFormatter final : public spdlog::formatter {
 public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override
    {
        out.append(message.payload.data(), message.payload.data() + message.payload.size());
    }
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<PlainFormatter>(); }
};

TEST(StderrSink, DropsAndCountsWhenItsReaderStandsStill)
{
    // given a pipe that nobody reads
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    StderrSink sink{ends[1]};
    sink.set_formatter(std::make_unique<PlainFormatter>());
    const std::string line(1000, 'x');
    const spdlog::details::log_msg message{"", spdlog::level::info, line};
    // when more is logged than it holds
    for (int i = 0; i < 100; ++i) sink.log(message);
    // then nothing waited for ever, and the loss is known
    EXPECT_GT(sink.dropped(), 0U);
    const auto lost = sink.dropped();
    // and once somebody reads, lines go through again
    std::string room(1 << 17, '\0');
    ASSERT_GT(::read(ends[0], room.data(), room.size()), 0);
    sink.log(message);
    EXPECT_EQ(sink.dropped(), lost);
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(StderrSink, CountsAFullDevice)
{
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    StderrSink sink{full};
    sink.set_formatter(std::make_unique<PlainFormatter>());
    sink.log(spdlog::details::log_msg{"", spdlog::level::info, "x"});
    EXPECT_EQ(sink.dropped(), 1U);
    ::close(full);
}

TEST(Log, StartsLogsAndStops)
{
    testing::internal::CaptureStderr();
    set_up_log(LogLevel::info, LogFormat::logfmt);
    log_info("ready", {{"address", "127.0.0.1:9780"}});
    log_debug("too quiet to be seen");
    shut_down_log();
    const auto text = testing::internal::GetCapturedStderr();
    EXPECT_NE(text.find("level=info msg=ready address=127.0.0.1:9780\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("too quiet"), std::string::npos);
    log_info("after the end nothing breaks");
}

}  // namespace
}  // namespace incident::observe
