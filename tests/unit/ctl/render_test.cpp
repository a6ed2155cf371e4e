#include "commands/post.hpp"
#include "render/clock.hpp"
#include "render/dead_ends.hpp"
#include "render/document.hpp"
#include "render/events.hpp"
#include "render/style.hpp"
#include "render/table.hpp"
#include "render/width.hpp"
#include <gtest/gtest.h>

namespace incident::ctl {
namespace {

Instant at(std::string_view text) { return parse_rfc3339(text).value(); }
const ClockLook noon{"UTC", at("2024-06-22T12:00:00Z")};

TEST(Width, CountsColumnsNotBytes)
{
    EXPECT_EQ(display_width("abc"), 3u);
    EXPECT_EQ(display_width("日本"), 4u);
    EXPECT_EQ(display_width("e\u0301"), 1u);   // e and a combining accent
    EXPECT_EQ(display_width("👩‍🚒"), 2u);        // one grapheme of three code points
    EXPECT_EQ(display_width("\xff"), 1u);
    EXPECT_EQ(cut("日本語テスト", 5), "日本…");
    EXPECT_EQ(cut("abc", 3), "abc");
    EXPECT_EQ(cut("abcd", 3), "ab…");
    EXPECT_EQ(padded("日本", 6), "日本  ");
    EXPECT_EQ(padded("7", 3, true), "  7");
}

TEST(Wrap, BreaksAtSpacesAndElseWithinTheWord)
{
    EXPECT_EQ(wrapped("one two three", 8), (std::vector<std::string>{"one two", "three"}));
    EXPECT_EQ(wrapped("abcdefgh", 3), (std::vector<std::string>{"abc", "def", "gh"}));
    EXPECT_EQ(wrapped("日本語", 4), (std::vector<std::string>{"日本", "語"}));
    EXPECT_EQ(wrapped("", 4), (std::vector<std::string>{""}));
    EXPECT_EQ(wrapped("日", 1), (std::vector<std::string>{"日"}));  // wider than the column, but never lost
}

Table hostile()
{
    Table table;
    table.columns = {{"NO", false, true}, {"WHO"}, {"ID", true}, {"TEXT"}};
    table.rows = {{{"1"}, {"日本"}, {"x"}, {"plain"}}, {{"12"}, {"e\u0301va"}, {"y"}, {"esc \x1b[31mred\x1b[0m bidi \u202e tab\there\nnext"}}};
    return table;
}

TEST(Table, AlignsWideCharactersAndShowsControlsOnATerminal)
{
    EXPECT_EQ(print_table(hostile(), {true, false, false, 80}),
              "NO  WHO   TEXT\n"
              " 1  日本  plain\n"
              "12  e\u0301va   esc \\x1b[31mred\\x1b[0m bidi \\u202e tab\\x09here\\x0anext\n");
}

TEST(Table, IsTabSeparatedAndWholeInAPipe)
{
    EXPECT_EQ(print_table(hostile(), {}),
              "1\t日本\tx\tplain\n"
              "12\te\u0301va\ty\tesc \\x1b[31mred\\x1b[0m bidi \\u202e tab\\x09here\\x0anext\n");
    // one line a record, tabs only ours
    Table table;
    table.columns = {{"A", false, false, false}, {"B"}};
    table.rows = {{{"for people"}, {"short", Style::plain, "the whole"}}};
    EXPECT_EQ(print_table(table, {}), "the whole\n");
}

TEST(Table, WrapsTheLastColumnUnderItself)
{
    Table table;
    table.columns = {{"N"}, {"TEXT"}};
    table.rows = {{{"1"}, {"one two three four five six"}}};
    EXPECT_EQ(print_table(table, {true, false, false, 20}), "N  TEXT\n1  one two three\n   four five six\n");
}

TEST(Table, InMarkdownCannotBeBrokenByItsCells)
{
    Table table;
    table.columns = {{"A"}, {"B", false, true}};
    table.rows = {{{"a|b\nc"}, {"<script>[x](y)"}}};
    EXPECT_EQ(print_markdown(table), "| A | B |\n| --- | ---: |\n| a\\|b\\\\x0ac | \\<script\\>\\[x\\](y) |\n");
}

TEST(Colour, FollowsTerminalNoColorTermAndFlag)
{
    struct Case {
        ColourInputs inputs;
        bool wanted;
    };
    const Case cases[] = {{{"auto", false, true, "", "xterm"}, true},    {{"auto", false, false, "", "xterm"}, false}, {{"auto", false, true, "1", "xterm"}, false},
                          {{"auto", false, true, "", "dumb"}, false},    {{"never", true, true, "", "xterm"}, false},  {{"always", true, false, "1", "dumb"}, true},
                          {{"always", true, true, "1", "xterm"}, true},  {{"auto", false, true, "", ""}, false}};
    for (const auto& one : cases) EXPECT_EQ(wants_colour(one.inputs), one.wanted) << one.inputs.choice << one.inputs.no_color << one.inputs.term;
    EXPECT_EQ(painted("x", Style::bad, false), "x");
    EXPECT_EQ(painted("x", Style::bad, true), "\x1b[31mx\x1b[0m");
}

TEST(Document, EscapesWhatCouldSteerATerminalAndStaysTheSameValue)
{
    const json::value value{{"a", "\x1b \u202e \u0085 \x7f \u00e9 日本 \"q\""}, {"n", 3}, {"empty", json::array{}}, {"none", nullptr}};
    const auto text = compact_json(value);
    EXPECT_EQ(text, R"({"a":"\u001b \u202e \u0085 \u007f é 日本 \"q\"","n":3,"empty":[],"none":null})");
    EXPECT_EQ(json::parse(text), value);
    EXPECT_EQ(json::parse(pretty_json(value)), value);
}

TEST(Document, WritesYaml)
{
    const json::value value{{"id", "x: y"}, {"tags", json::array{json::object{{"name", "action"}, {"by", "person:sam"}}, "two"}}, {"labels", json::object{}}, {"yes", true}};
    EXPECT_EQ(to_yaml(value), "id: \"x: y\"\ntags:\n  - name: \"action\"\n    by: \"person:sam\"\n  - \"two\"\nlabels: {}\n\"yes\": true\n");
    EXPECT_EQ(to_yaml(json::array{}), "[]\n");
}

TEST(Clock, SaysTheZoneAlwaysAndTheDateWhenItIsNotToday)
{
    EXPECT_EQ(short_time(at("2024-06-22T02:34:11.5Z"), noon), "02:34:11Z");
    EXPECT_EQ(short_time(at("2024-06-21T02:34:11Z"), noon), "2024-06-21 02:34:11Z");
    EXPECT_EQ(short_time(at("2024-06-22T02:34:11Z"), {"Africa/Nairobi", noon.now}), "05:34:11 EAT");
    EXPECT_EQ(age(noon.now - std::chrono::minutes{2}, noon.now), "2 min ago");
    EXPECT_EQ(age(noon.now + std::chrono::minutes{10}, noon.now), "in 10 min");
    EXPECT_EQ(minutes_in_words(105), "1 h 45 min");
    EXPECT_EQ(minutes_in_words(0), "0 min");
    EXPECT_EQ(minutes_in_words(1440), "1 d");
}

TEST(Confirmation, LooksAsDocumented)
{
    const auto event = json::parse(R"({"id":"i","number":6,"incident":"INC-7","kind":"note","occurred_at":"2024-06-22T02:34:11.000000Z",
        "text":"rb web to 2.41","tags":[{"name":"action","by":"person:sam","match":null}]})");
    EXPECT_EQ(confirmation(event, noon, false), "#6  02:34:11Z  action  rb web to 2.41  [INC-7]");
    const auto inbox = json::parse(R"({"number":null,"incident":null,"kind":"note","occurred_at":"2024-06-22T02:34:11.000000Z","text":"a\u001bb",
        "tags":[{"name":"escalation","to":"db"},{"name":"impact","by":"rule:percent","match":"98%"}]})");
    EXPECT_EQ(confirmation(inbox, noon, false), "inbox  02:34:11Z  escalation + impact → db  a\\x1bb");
    EXPECT_EQ(tag_hints(inbox, ". -i inbox"),
              (std::vector<std::string>{"  escalation by you; to take it away: incidentctl tag . -i inbox --remove escalation",
                                        "  impact by rule percent on \"98%\"; not so: incidentctl tag . -i inbox --remove impact"}));
    EXPECT_EQ(tag_hints(event, "."), (std::vector<std::string>{"  action by sam; to take it away: incidentctl tag . --remove action"}));
    EXPECT_EQ(tag_hints(json::parse(R"({"tags":[]})"), ":4"), (std::vector<std::string>{"  no tag; to give one: incidentctl tag :4 action"}));
}

const auto with_ideas = R"({"events":[
    {"id":"a","number":4,"text":"bad deploy?"},{"id":"b","number":5,"text":"looked"},{"id":"c","number":9,"text":"no"},{"id":"d","text":"dns"},
    {"id":"e","number":10,"text":"restart did nothing"}],
    "dead_ends":[
    {"hypothesis":"a","verdict":"ruled_out","verdict_event":"c","minutes":15,"linked":["b","d"],"people":["sam","a\u001bna"],
     "by_words":[{"event":"d","words":["pool","web-3"]}]},
    {"hypothesis":"d","verdict":"open","verdict_event":null,"minutes":null,"linked":[],"people":[],"by_words":[]},
    {"hypothesis":"e","verdict":"ruled_out","verdict_event":"e","minutes":null,"linked":[],"people":["sam"],"by_words":[]}]})";

TEST(Ideas, SayWhatBecameOfThemWhoLostHowLongAndHowThatIsKnown)
{
    EXPECT_EQ(dead_end_lines(json::parse(with_ideas)),
              (std::vector<std::string>{":4 \"bad deploy?\"  ruled out by :9, 15 min lost by sam, a\\x1bna; tested by :5, d (by words)",
                                        "d \"dns\"  open", ":10 \"restart did nothing\"  misleading by itself"}));
    EXPECT_EQ(time_lost(json::parse(R"({"minutes":-10})")), "ended 10 min before it began");
    EXPECT_EQ(time_lost(json::parse(R"({"minutes":null,"people":["sam"]})")), "");
}

TEST(Ideas, AreMarkedAtTheEventsThatOpenTestAndEndThem)
{
    auto events = json::parse(with_ideas).at("events").as_array();
    mark_dead_ends(events, json::parse(with_ideas));
    EXPECT_EQ(text_at(events[0], "dead_end"), "ruled out by :9");
    EXPECT_EQ(text_at(events[1], "dead_end"), "tests :4");
    EXPECT_EQ(text_at(events[2], "dead_end"), "ends :4, 15 min lost by sam, a\\x1bna");
    EXPECT_EQ(text_at(events[3], "dead_end"), "tests :4 (by the words pool, web-3); open");
    EXPECT_EQ(text_at(events[4], "dead_end"), "");
    EXPECT_FALSE(may_speak_of_ideas(json::parse(R"([{"tags":[{"name":"action"}]}])").as_array()));
    EXPECT_TRUE(may_speak_of_ideas(json::parse(R"([{"tags":[{"name":"hypothesis"}]}])").as_array()));
}

TEST(Order, IsByTimeThenBySequence)
{
    json::array events{json::object{{"seq", 3}, {"occurred_at", "2"}}, json::object{{"seq", 2}, {"occurred_at", "2"}}, json::object{{"seq", 9}, {"occurred_at", "1"}}};
    sort_for_reading(events);
    EXPECT_EQ(number_at(events[0], "seq") + number_at(events[1], "seq") + number_at(events[2], "seq"), "923");
}

TEST(Text, LongOrManyLinedGoesIntoDetailsWhole)
{
    EXPECT_EQ(fitted("one line\n").text, "one line");
    EXPECT_EQ(fitted("one line\n").details, "");
    const auto many = fitted("\nfirst\nsecond\n");
    EXPECT_EQ(many.text, "first");
    EXPECT_EQ(many.details, "\nfirst\nsecond");
    const auto long_one = fitted(std::string(5000, 'x'));
    EXPECT_LE(long_one.text.size(), max_text_bytes);
    EXPECT_EQ(long_one.details.size(), 5000u);
    const auto huge = fitted("a\n" + std::string(100'000, 'x'));
    EXPECT_LE(huge.details.size(), max_details_bytes);
    EXPECT_TRUE(huge.details.ends_with("[cut: there was more]"));
}

TEST(Text, OfALineMayBeginWithItsTime)
{
    EXPECT_EQ(split_when("@02:31 db down").when, "02:31");
    EXPECT_EQ(split_when("@02:31 db down").text, "db down");
    EXPECT_EQ(split_when("@3:15 PM UTC db down").when, "3:15 PM UTC");
    EXPECT_EQ(split_when("@14:02 utc x").when, "14:02 utc");
    EXPECT_EQ(split_when("db @02:31").when, "");
    EXPECT_EQ(split_when("@").text, "@");
}

}  // namespace
}  // namespace incident::ctl
