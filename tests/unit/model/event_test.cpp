#include "model/entry.hpp"
#include <gtest/gtest.h>

using namespace incident;

TEST(KindWords, PrintAndReadBack)
{
    for (const auto kind : {Kind::alert, Kind::chat, Kind::note, Kind::command, Kind::change, Kind::system})
        EXPECT_EQ(parse_kind(to_string(kind)).value(), kind);
    EXPECT_EQ(to_string(Kind::command), "command");
}

TEST(KindWords, ARefusalSaysTheWordsAndTheNearest)
{
    const auto kind = parse_kind("alrt");
    ASSERT_FALSE(kind.has_value());
    EXPECT_EQ(kind.error().detail, "\"alrt\" is no kind of event; did you mean \"alert\"? Write one of alert, chat, note, "
                                   "command, change, system");
    EXPECT_FALSE(parse_kind("").has_value());
    EXPECT_FALSE(parse_kind("Note").has_value());
}

TEST(OtherWords, PrintAndReadBack)
{
    for (const auto each : {Precision::exact, Precision::minute, Precision::about, Precision::between})
        EXPECT_EQ(parse_precision(to_string(each)).value(), each);
    for (const auto each : {IncidentStatus::open, IncidentStatus::closed, IncidentStatus::merged})
        EXPECT_EQ(parse_incident_status(to_string(each)).value(), each);
    using enum IncidentStep::Change;
    for (const auto each : {opened, set, closed, reopened, merged}) EXPECT_EQ(parse_change(to_string(each)).value(), each);
    EXPECT_FALSE(parse_precision("roughly").has_value());
    EXPECT_FALSE(parse_incident_status("resolved").has_value());
    EXPECT_FALSE(parse_change("open").has_value());
}

TEST(CanonicalTag, KnowsTheVerbsOfTheCommandLine)
{
    const std::pair<const char*, std::string_view> verbs[] = {
        {"detect", tags::detection},   {"act", tags::action},         {"hypo", tags::hypothesis},
        {"mislead", tags::misleading_path}, {"escalate", tags::escalation}, {"impact", tags::impact},
        {"cause", tags::root_cause},   {"resolve", tags::resolution}, {"todo", tags::follow_up}};
    for (const auto& [verb, tag] : verbs) EXPECT_EQ(canonical_tag(verb).value(), tag);
    EXPECT_EQ(canonical_tag("Mislead").value(), tags::misleading_path);
}

TEST(CanonicalTag, LeavesNamesAsTheyAre)
{
    for (const auto name : {tags::detection, tags::impact, tags::escalation, tags::hypothesis, tags::investigation,
                            tags::misleading_path, tags::action, tags::mitigation, tags::root_cause, tags::resolution,
                            tags::communication, tags::change, tags::follow_up})
        EXPECT_EQ(canonical_tag(name).value(), name);
    EXPECT_EQ(canonical_tag("root-cause").value(), "root_cause");
    EXPECT_EQ(canonical_tag("ROOT_CAUSE").value(), "root_cause");
    EXPECT_EQ(canonical_tag("vendor_x2").value(), "vendor_x2");  // a site's own
    EXPECT_EQ(canonical_tag("a").value(), "a");                  // a letter is no verb here
    EXPECT_EQ(canonical_tag("x").value(), "x");
    EXPECT_EQ(canonical_tag(std::string(32, 'a')).value(), std::string(32, 'a'));
}

TEST(CanonicalTag, RefusesWhatIsNoName)
{
    const std::string all_bad[] = {"", "4", "2fast", "_x", "-x", "a b", "a.b", "größe", "a\n", std::string(33, 'a')};
    for (const auto& bad : all_bad) {
        const auto tag = canonical_tag(bad);
        ASSERT_FALSE(tag.has_value()) << bad;
        EXPECT_NE(tag.error().detail.find("is not a tag: write a letter"), std::string::npos);
    }
}

TEST(EventTag, FindsTheFirstOfAName)
{
    Event event;
    EXPECT_EQ(event.tag("action"), nullptr);
    event.tags = {{.name = "impact"}, {.name = "action", .to = "first"}, {.name = "action", .to = "second"}};
    ASSERT_NE(event.tag("action"), nullptr);
    EXPECT_EQ(event.tag("action")->to, "first");
    EXPECT_TRUE(event.has_tag("impact"));
    EXPECT_FALSE(event.has_tag("imp"));
}

TEST(ResultOfT, ValueThrowsTheDetail)
{
    const Result<int> failed = Failure{Errc::not_found, "no event :9; write :1 to :4"};
    try {
        (void)failed.value();
        FAIL() << "should have thrown";
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "no event :9; write :1 to :4");
    }
}
