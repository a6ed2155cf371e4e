#include "ingest/syslog.hpp"
#include "support/temp_folder.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include "model/text.hpp"

namespace incident::ingest {
namespace {

const Instant received = parse_rfc3339("2026-10-12T08:00:00Z").value();

Event read(std::string_view message, std::string_view zone = "UTC", Instant at = received)
{
    SyslogContext context;
    context.zone = zone;
    context.received_at = at;
    return read_syslog(message, context);
}

std::string label(const Event& event, const std::string& name)
{
    const auto found = event.labels.find(name);
    return found == event.labels.end() ? "(none)" : found->second;
}

bool flagged(const Event& event, std::string_view flag) { return std::ranges::find(event.flags, flag) != event.flags.end(); }

std::string flags(const Event& event)
{
    std::string all;
    for (const auto& flag : event.flags) all += (all.empty() ? "" : " ") + flag;
    return all;
}

TEST(SyslogNew, IsReadWithEveryField)
{
    const auto event = read(R"(<165>1 2026-10-11T22:14:15.003Z db1.example.com evntslog 77 ID47 [exampleSDID@32473 iut="3" source="App \"quoted\" \] \\"][class high="a b"] )"
                            "\xEF\xBB\xBF" "An event");
    EXPECT_EQ(event.kind, Kind::alert);
    EXPECT_EQ(event.source, "syslog");
    EXPECT_EQ(event.severity, "notice");
    EXPECT_EQ(event.text, "evntslog: An event");
    EXPECT_EQ(event.details, "");
    EXPECT_EQ(to_rfc3339(event.occurred_at), "2026-10-11T22:14:15.003000Z");
    EXPECT_EQ(event.author, (Author{"db1.example.com", false, "db1.example.com"}));
    EXPECT_EQ(label(event, "facility"), "local4");
    EXPECT_EQ(label(event, "host"), "db1.example.com");
    EXPECT_EQ(label(event, "app"), "evntslog");
    EXPECT_EQ(label(event, "procid"), "77");
    EXPECT_EQ(label(event, "msgid"), "ID47");
    EXPECT_EQ(label(event, "exampleSDID@32473.iut"), "3");
    EXPECT_EQ(label(event, "exampleSDID@32473.source"), R"(App "quoted" ] \)");
    EXPECT_EQ(label(event, "class.high"), "a b");
    EXPECT_EQ(flags(event), "");
    EXPECT_TRUE(has_own_time(event));
}

TEST(SyslogNew, MayBeNilThroughout)
{
    const auto event = read("<0>1 - - - - - -");
    EXPECT_EQ(event.severity, "emerg");
    EXPECT_EQ(event.text, "(no message)");
    EXPECT_EQ(event.author, (Author{"syslog", false, ""}));
    EXPECT_EQ(flags(event), "time_from_arrival");
    EXPECT_EQ(event.occurred_at, received);
    EXPECT_EQ(event.labels.size(), 1u);
    EXPECT_FALSE(has_own_time(event));
}

TEST(SyslogNew, KeepsAnOffsetTimeAsUtc) { EXPECT_EQ(to_rfc3339(read("<1>1 2026-08-24T05:14:15.000003-07:00 h a - - - x").occurred_at), "2026-08-24T12:14:15.000003Z"); }

TEST(SyslogNew, DoesNotBelieveSecondSixty)
{
    const auto event = read("<191>1 2026-02-28T23:59:60Z host app 1 m - second 60");
    EXPECT_EQ(event.occurred_at, received);
    EXPECT_EQ(event.occurred_raw, "2026-02-28T23:59:60Z");
    EXPECT_TRUE(flagged(event, "time_from_arrival"));
    EXPECT_EQ(event.severity, "debug");
}

TEST(SyslogNew, KeepsSeveralLinesInTheDetails)
{
    const auto event = read("<11>1 2026-10-11T22:14:15Z web1 app - - - panic: index out of range\n  at main.go:12\n  at main.go:40\n");
    EXPECT_EQ(event.text, "app: panic: index out of range");
    EXPECT_EQ(event.details, "panic: index out of range\n  at main.go:12\n  at main.go:40");
}

struct Kept {
    const char* name;
    const char* message;
    const char* flags;
    const char* text;
};
class SyslogKeeps : public testing::TestWithParam<Kept> {};
TEST_P(SyslogKeeps, WhatItCannotRead)
{
    const auto event = read(GetParam().message);
    EXPECT_EQ(flags(event), GetParam().flags);
    EXPECT_EQ(event.text, GetParam().text);
    EXPECT_FALSE(event.text.empty());
}
INSTANTIATE_TEST_SUITE_P(
    Odd, SyslogKeeps,
    testing::Values(Kept{"UnclosedData", R"(<1>1 2026-10-11T22:14:15Z h a - - [x y="1 text)", "bad_structured_data", "a: (no message)"},
                    Kept{"DataWithoutQuotes", R"(<1>1 2026-10-11T22:14:15Z h a - - [x y=1] text)", "bad_structured_data", "a: 1] text"},
                    Kept{"FewFields", "<1>1 2026-10-11T22:14:15Z host", "bad_header time_from_arrival", "1 2026-10-11T22:14:15Z host"},
                    Kept{"NoPri", "Oct 11 23:59:59 web1 kernel: no PRI", "no_pri", "kernel: no PRI"},
                    Kept{"PriTooLarge", "<999>Oct 11 00:00:03 web1 app: out of range", "bad_pri", "app: out of range"},
                    Kept{"PriOf192", "<192>Oct 11 00:00:03 web1 app: just out", "bad_pri", "app: just out"},
                    Kept{"PriOfLetters", "<ab>x", "no_pri time_from_arrival", "<ab>x"}, Kept{"PriNotClosed", "<13", "no_pri time_from_arrival", "<13"},
                    Kept{"OnlyWords", "<13>something happened", "time_from_arrival", "something happened"},
                    Kept{"BadDay", "<13>Feb 31 10:00:00 host app: x", "time_from_arrival", "app: x"},
                    Kept{"BadClock", "<13>Feb 12 25:00:00 host app: x", "time_from_arrival", "Feb 12 25:00:00 host app: x"},
                    Kept{"ZoneOfManyMeanings", "<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% do-nuts", "time_from_arrival", "myproc: %% do-nuts"},
                    Kept{"Empty", "<13>", "time_from_arrival", "(no message)"}, Kept{"NotUtf8", "<13>a: \xff\xfe", "time_from_arrival", "a: \uFFFD\uFFFD"}),
    [](const auto& odd) { return std::string{odd.param.name}; });

TEST(SyslogOld, KeepsTheWholeMessageWhereItIsMisread)
{
    const std::string message = R"(<1>1 2026-10-11T22:14:15Z h a - - [x y="1 text)";
    EXPECT_EQ(read(message).details, message);
    EXPECT_EQ(read("<999>Oct 11 00:00:03 web1 app: x").details, "<999>Oct 11 00:00:03 web1 app: x");
}

TEST(SyslogOld, TakesHostTagAndMessageApart)
{
    const auto event = read("<34>Oct 11 22:14:15 mymachine su[12]: 'su root' failed for operator on /dev/pts/8");
    EXPECT_EQ(event.severity, "crit");
    EXPECT_EQ(event.text, "su: 'su root' failed for operator on /dev/pts/8");
    EXPECT_EQ(to_rfc3339(event.occurred_at), "2026-10-11T22:14:15.000000Z");
    EXPECT_EQ(event.occurred_raw, "Oct 11 22:14:15");
    EXPECT_EQ(event.author.claimed, "mymachine");
    EXPECT_EQ(label(event, "procid"), "12");
    EXPECT_EQ(label(event, "facility"), "auth");
}

TEST(SyslogOld, DoesWithoutHostOrTag)
{
    const auto local = read("<13>Oct 11 22:14:15 root: from a local logger");
    EXPECT_EQ(local.text, "root: from a local logger");
    EXPECT_EQ(label(local, "host"), "(none)");
    const auto untagged = read("<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!");
    EXPECT_EQ(untagged.text, "Use the BFG!");
    EXPECT_EQ(label(untagged, "host"), "10.0.0.99");
    EXPECT_EQ(label(untagged, "app"), "(none)");
    EXPECT_EQ(read("<13>kernel: no time").text, "kernel: no time");
}

TEST(SyslogOld, GuessesTheYearFromTheReceipt)
{
    const auto at = [](const char* message, const char* receipt) { return to_rfc3339(read(message, "UTC", parse_rfc3339(receipt).value()).occurred_at).substr(0, 10); };
    EXPECT_EQ(at("<13>Dec 31 23:59:59 h a: x", "2027-01-01T00:00:02Z"), "2026-12-31");
    EXPECT_EQ(at("<13>Jan  1 00:00:03 h a: x", "2026-12-31T23:59:59Z"), "2027-01-01");  // a clock that is a little ahead
    EXPECT_EQ(at("<13>Jan  1 00:00:03 h a: x", "2026-06-01T00:00:00Z"), "2026-01-01");
    EXPECT_EQ(at("<13>Dec 24 00:00:03 h a: x", "2026-06-01T00:00:00Z"), "2025-12-24");
    EXPECT_EQ(at("<13>Feb 29 12:00:00 h a: x", "2026-06-01T00:00:00Z"), "2024-02-29");
}

TEST(SyslogOld, ReadsItsTimesInTheConfiguredZone)
{
    EXPECT_EQ(to_rfc3339(read("<13>Oct 11 22:14:15 h a: x", "Africa/Nairobi").occurred_at), "2026-10-11T19:14:15.000000Z");
    // an hour that comes twice says nothing: the receipt counts
    EXPECT_TRUE(flagged(read("<13>Nov  1 01:30:00 h a: x", "America/New_York", parse_rfc3339("2026-11-02T00:00:00Z").value()), "time_from_arrival"));
}

TEST(SyslogOld, FlagsTimesThatAreOddButKeepsThem)
{
    EXPECT_TRUE(flagged(read("<13>Aug 24 05:34:00 h a: x"), "old"));
    EXPECT_TRUE(flagged(read("<13>Oct 12 10:34:00 h a: x"), "future"));
}

TEST(SyslogSize, IsCutWithAFlag)
{
    const std::string rest(200'000, 'x');
    SyslogContext context;
    context.received_at = received;
    context.cut = true;
    const auto event = read_syslog("<13>Oct 11 22:14:15 h a: " + rest, context);
    EXPECT_LE(event.text.size(), max_text_bytes);
    EXPECT_LE(event.details.size(), max_details_bytes);
    EXPECT_TRUE(flagged(event, "truncated"));
}

/// A table row for each line of a sample file: severity, host, time to the second (or `arrival`), text.
struct Row {
    const char* severity;
    const char* host;
    const char* time;
    const char* text;
};

void expect_rows(const std::filesystem::path& file, const std::vector<Row>& rows)
{
    std::istringstream lines{test::content_of(file)};
    std::string line;
    for (const auto& row : rows) {
        ASSERT_TRUE(std::getline(lines, line)) << file;
        const auto event = read(line);
        EXPECT_EQ(event.severity, row.severity) << line;
        EXPECT_EQ(label(event, "host"), row.host) << line;
        EXPECT_EQ(has_own_time(event) ? to_rfc3339(event.occurred_at).substr(0, 19) : "arrival", row.time) << line;
        EXPECT_EQ(event.text, row.text) << line;
        EXPECT_EQ(event.status, "") << line;
        EXPECT_EQ(event.key, "") << line;
        EXPECT_TRUE(event.links.empty()) << line;
    }
    EXPECT_FALSE(std::getline(lines, line) && !line.empty()) << file << " has a line without a row: " << line;
}

TEST(SyslogSamples, OfOurOwnAreRead)
{
    const std::filesystem::path folder{INCIDENT_TESTDATA_DIR "/payloads/syslog"};
    expect_rows(folder / "new.txt", {{"notice", "shop-web-3.example.org", "2026-03-01T08:15:30", "nginx: upstream timed out (110)"},
                                     {"err", "shop-db-1", "2026-03-01T08:15:31", "postgres: could not write block: No space left on device"},
                                     {"emerg", "(none)", "arrival", "1 - - - - -"},
                                     {"info", "shop-web-3", "arrival", "app: the thirtieth of February"}});
    expect_rows(folder / "old.txt", {{"warning", "shop-web-3", "2026-03-01T08:15:31", "haproxy: Server carts/web-3 is DOWN, reason: Layer4 timeout"},
                                     {"info", "(none)", "2026-03-01T08:15:32", "%LINK-3-UPDOWN: Interface Gi0/1, changed state to down"},
                                     {"notice", "shop-db-1", "2026-03-01T08:15:33", "kernel: [12.5] oom-killer: killed process 44"},
                                     {"", "(none)", "2026-03-01T08:15:34", "shop-switch-2: clock not set"}});
}

TEST(SyslogSamples, OfThePayloadsAreRead)
{
    const std::filesystem::path folder{INCIDENT_SHARED_DIR "/payloads/syslog"};
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "the collection of payloads is not beside this project";
    expect_rows(folder / "rfc5424.txt", {{"crit", "web1.example.com", "2026-10-11T22:14:15", "su: 'su root' failed for operator on /dev/pts/8"},
                                         {"notice", "192.0.2.1", "2026-08-24T12:14:15", "myproc: %% It's time to make the do-nuts."},
                                         {"notice", "db1.example.com", "2026-10-11T22:14:15", "evntslog: An application event \xE2\x80\x93 \xC3\xBC" "berlast \xF0\x9F\x94\xA5"},
                                         {"notice", "db1.example.com", "2026-10-11T22:14:15", "evntslog: ID47 (no message)"},
                                         {"emerg", "(none)", "arrival", "(no message)"},
                                         {"debug", "host", "arrival", "app: second 60 is not allowed, reject or keep arrival time"}});
    expect_rows(folder / "rfc3164.txt", {{"crit", "mymachine", "2026-10-11T22:14:15", "su: 'su root' failed for operator on /dev/pts/8"},
                                         {"notice", "10.0.0.99", "2026-02-05T17:32:18", "Use the BFG!"},
                                         {"notice", "mymachine", "arrival", "myproc: %% It's time to make the do-nuts."},
                                         {"info", "web1", "2026-01-01T00:00:03", "systemd: nginx.service: Main process exited, code=killed, status=9/KILL"},
                                         {"", "web1", "2025-12-31T23:59:59", "kernel: no PRI at all"},
                                         {"", "web1", "2026-01-01T00:00:03", "app: PRI out of range"}});
}

/// What can be stored, whatever the bytes.
void expect_storable(const Event& event, const std::string& message)
{
    ASSERT_TRUE(!event.text.empty() && event.text.size() <= max_text_bytes && is_utf8(event.text)) << message;
    ASSERT_TRUE(event.details.size() <= max_details_bytes && is_utf8(event.details)) << message;
    ASSERT_TRUE(is_utf8(event.author.name) && is_utf8(event.occurred_raw)) << message;
    for (const auto& [name, value] : event.labels) ASSERT_TRUE(is_utf8(name) && is_utf8(value)) << message;
}

TEST(SyslogSamples, CutAnywhereOrChangedAnyhowAreStillKept)
{
    std::mt19937 random{20261011};  // the same each time
    std::size_t lines = 0;
    for (const std::filesystem::path folder : {INCIDENT_TESTDATA_DIR "/payloads/syslog", INCIDENT_SHARED_DIR "/payloads/syslog"}) {
        if (!std::filesystem::exists(folder)) continue;
        for (const auto& file : std::filesystem::directory_iterator{folder}) {
            if (file.path().extension() != ".txt") continue;
            std::istringstream content{test::content_of(file.path())};
            for (std::string line; std::getline(content, line); ++lines) {
                for (int i = 0; i < 50; ++i) expect_storable(read(line.substr(0, random() % (line.size() + 1))), line);
                for (int i = 0; i < 1000; ++i) {
                    auto changed = line;
                    for (auto times = 1 + random() % 3; times > 0 && !changed.empty(); --times) changed[random() % changed.size()] = static_cast<char>(random());
                    expect_storable(read(changed), changed);
                }
            }
        }
    }
    EXPECT_GE(lines, 8u);
}

}  // namespace
}  // namespace incident::ingest
