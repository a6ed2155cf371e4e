#include "ingest/line_note.hpp"
#include <gtest/gtest.h>

namespace incident::ingest {
namespace {

TimeContext noon()
{
    TimeContext context;
    context.now = parse_rfc3339("2026-06-05T12:00:00Z").value();
    return context;
}

Event read(std::string_view line) { return read_line_note(line, noon()).value(); }

TEST(LineNote, IsItsTextAtTheTimeOfReceipt)
{
    const auto event = read("  web-3 restarted, no change  ");
    EXPECT_EQ(event.kind, Kind::note);
    EXPECT_EQ(event.text, "web-3 restarted, no change");
    EXPECT_EQ(event.occurred_at, noon().now);
    EXPECT_EQ(event.occurred_raw, "");
    EXPECT_EQ(event.key, "");
    EXPECT_TRUE(event.flags.empty());
}

struct Row {
    const char* name;
    const char* line;
    const char* key;
    const char* time;
    const char* text;
};
class LineNotes : public testing::TestWithParam<Row> {};
TEST_P(LineNotes, AreRead)
{
    const auto event = read(GetParam().line);
    EXPECT_EQ(event.key, GetParam().key);
    EXPECT_EQ(to_rfc3339(event.occurred_at).substr(0, 19), GetParam().time);
    EXPECT_EQ(event.text, GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(
    Good, LineNotes,
    testing::Values(Row{"Everything", "key=deploy-1 @11:31 #mitigation #action rolled back", "deploy-1", "2026-06-05T11:31:00", "#mitigation #action rolled back"},
                    Row{"KeyOnly", "key=a rolled back", "a", "2026-06-05T12:00:00", "rolled back"},
                    Row{"Span", "@5m it began", "", "2026-06-05T11:55:00", "it began"}, Row{"SpanAgo", "@5m ago it began", "", "2026-06-05T11:55:00", "it began"},
                    Row{"HoursAgo", "@2 hours ago it began", "", "2026-06-05T10:00:00", "it began"},
                    Row{"Yesterday", "@yesterday 23:10 pager went off", "", "2026-06-04T23:10:00", "pager went off"},
                    Row{"HalfOfTheDay", "@3:15 AM UTC backup began", "", "2026-06-05T03:15:00", "backup began"},
                    Row{"Zone", "@14:02 Africa/Nairobi first ticket", "", "2026-06-05T11:02:00", "first ticket"},
                    Row{"Date", "@2026-06-04 14:00 seen then", "", "2026-06-04T14:00:00", "seen then"},
                    Row{"Rfc3339", "@2026-06-05T09:30:00+03:00 seen then", "", "2026-06-05T06:30:00", "seen then"},
                    Row{"TextThatLooksLikeMore", "@11:31 12 hosts down", "", "2026-06-05T11:31:00", "12 hosts down"},
                    Row{"EscapedAt", "-- @sam look here", "", "2026-06-05T12:00:00", "@sam look here"},
                    Row{"EscapedKey", "key=k -- key=value is text", "k", "2026-06-05T12:00:00", "key=value is text"},
                    Row{"TicketNumber", "#4711 opened", "", "2026-06-05T12:00:00", "#4711 opened"}, Row{"Tabs", "key=t\t@11:00\ttext", "t", "2026-06-05T11:00:00", "text"}),
    [](const auto& row) { return std::string{row.param.name}; });

struct Bad {
    const char* name;
    const char* line;
    const char* why;
};
class LineNoteRefusals : public testing::TestWithParam<Bad> {};
TEST_P(LineNoteRefusals, SayWhatAndHowToFixIt)
{
    const auto read = read_line_note(GetParam().line, noon());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::invalid_input);
    EXPECT_NE(read.error().detail.find(GetParam().why), std::string::npos) << read.error().detail;
    EXPECT_EQ(read.error().detail.find('\n'), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Bad, LineNoteRefusals,
                         testing::Values(Bad{"Empty", "", "no text"}, Bad{"Spaces", "   ", "no text"}, Bad{"KeyAlone", "key=a", "no text"}, Bad{"TimeAlone", "@11:00", "no text"},
                                         Bad{"TagsAlone", "#impact #action ", "no text"}, Bad{"EmptyKey", "key= text", "key"}, Bad{"NoTime", "@sam look here", "-- "},
                                         Bad{"BareAt", "@ text", "@"}, Bad{"Future", "@+10m text", "-- "}, Bad{"NothingBehindDashes", "key=a -- ", "no text"},
                                         Bad{"KeyNotAscii", "key=\xC3\xBC text", "ASCII"}),
                         [](const auto& bad) { return std::string{bad.param.name}; });

TEST(LineNote, KeepsALongTextWholeInTheDetails)
{
    const std::string text(10'000, 'x');
    const auto event = read(text);
    EXPECT_LE(event.text.size(), max_text_bytes);
    EXPECT_EQ(event.details, text);
}

TEST(LineNote, RefusesAKeyThatIsTooLong) { EXPECT_FALSE(read_line_note("key=" + std::string(max_key_bytes + 1, 'k') + " text", noon())); }

TEST(LineNote, RepairsWhatIsNotUtf8) { EXPECT_EQ(read("caf\xe9").text, "caf\uFFFD"); }

}  // namespace
}  // namespace incident::ingest
