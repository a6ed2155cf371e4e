// Against a peer that reads times too: where systemd understands a spelling of ours, it means the same moment.
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <random>

using namespace incident;
using namespace std::chrono_literals;

namespace {

/// What `systemd-analyze timestamp` says about each text that it understands.
std::map<std::string, Instant> ask_systemd(const std::vector<std::string>& texts)
{
    std::string command = "TZ=UTC systemd-analyze timestamp --";
    for (const auto& text : texts) command += " '" + text + "'";
    std::map<std::string, Instant> answers;
    std::FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
    if (!pipe) return answers;
    constexpr std::string_view original = "Original form: ", unix_seconds = "UNIX seconds: @";
    std::string text;
    std::array<char, 512> buffer{};
    while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe)) {
        const auto line = trimmed(buffer.data());
        if (line.starts_with(original)) text = line.substr(original.size());
        if (!line.starts_with(unix_seconds)) continue;
        // Read without our own parser: it is what is being tested.
        const auto value = std::strtold(std::string{line.substr(unix_seconds.size())}.c_str(), nullptr);
        answers[text] = Instant{std::chrono::microseconds{std::llround(value * 1'000'000)}};
    }
    pclose(pipe);
    return answers;
}

bool installed() { return std::system("systemd-analyze --version >/dev/null 2>&1") == 0; }

std::string two(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

}  // namespace

TEST(SystemdLaw, SharedSpellingsMeanTheSame)
{
    if (!installed()) GTEST_SKIP() << "systemd-analyze is not installed";
    std::mt19937 random{20240605};
    const auto pick = [&](int from, int to) { return std::uniform_int_distribution{from, to}(random); };
    std::vector<std::string> texts{"now", "today", "yesterday", "@1717596000", "@999999999", "5m ago", "-5m", "2 hours ago", "90s ago",
                                   "1h 30min ago"};
    constexpr std::array units{"s", "sec", "second", "seconds", "m", "min", "minute", "minutes", "h", "hr", "hour", "hours", "d", "day",
                               "days", "w", "week", "weeks"};
    for (int i = 0; i < 60; ++i) {
        const auto date = std::to_string(pick(2001, 2025)) + "-" + two(pick(1, 12)) + "-" + two(pick(1, 28));
        const auto clock = two(pick(0, 23)) + ":" + two(pick(0, 59));
        const auto full = clock + ":" + two(pick(0, 59));
        texts.push_back(date + " " + clock + " UTC");
        texts.push_back(date + " " + full + " UTC");
        texts.push_back(date + " UTC");
        texts.push_back(clock + " UTC");
        texts.push_back(full + " UTC");
        texts.push_back("@" + std::to_string(pick(100'000'000, 1'700'000'000)));
        const std::string amount = std::to_string(pick(0, 90)) + (pick(0, 1) ? " " : "") + units[static_cast<std::size_t>(pick(0, 17))];
        texts.push_back(pick(0, 1) ? amount + " ago" : "-" + amount);
    }
    const auto clock_now = [] { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); };
    TimeContext before, after;
    before.now = clock_now();
    const auto theirs = ask_systemd(texts);
    after.now = clock_now();
    for (const auto& [text, moment] : theirs) {
        const auto early = parse_time(text, before), late = parse_time(text, after);
        ASSERT_TRUE(early.has_value()) << early.error().detail;
        ASSERT_TRUE(late.has_value()) << late.error().detail;
        // A clock alone is today for systemd and the last such moment for us: a day apart where today's is to come.
        const bool clock_alone = text.find(':') < 3;
        const auto expected = clock_alone && moment > before.now ? moment - 24h : moment;
        EXPECT_LE(early->at, expected) << text;
        EXPECT_GE(late->at, expected) << text;
    }
    EXPECT_GT(theirs.size(), 300u);  // of 430, where the random ones hardly ever fall together
}
