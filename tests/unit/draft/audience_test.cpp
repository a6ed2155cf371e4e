#include "draft/audience.hpp"
#include "draft/check.hpp"
#include "draft/html.hpp"
#include "draft/names.hpp"
#include "draft/story.hpp"
#include "model/text.hpp"
#include "support/entries.hpp"
#include "timeline/json.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace incident::draft {
namespace {

using namespace incident::test;
using testing::HasSubstr;
using testing::Not;

struct Spelling {
    const char *text, *shown;
};

TEST(Names, AreFoundHoweverTheyAreSpelt)
{
    Names names{{{"sam", "the database on-call"}}};
    for (const auto* name : {"Ana-María O'Brien", "john.doe@example.com", "Will Smith", "root", "Grafana Team", "山田太郎", "Li Wei"}) names.add(name);
    names.settle();
    const std::string who{Names::unknown_role};
    const Spelling spellings[]{
        {"Sam restarts it, sam's idea, @SAM agrees", "the database on-call restarts it, the database on-call's idea, the database on-call agrees"},
        {"the same sample of samovars", "the same sample of samovars"},
        {"sam_laptop and sam-macbook", "the database on-call_laptop and the database on-call-macbook"},
        {"mail sam@shop.example.com.", "mail the database on-call."},
        {"ana maria o'brien, Ana, o’brien, ANA-MARI\xcc\x81" "A O'BRIEN", "a responder, a responder, o’a responder, a responder"},
        {"John.Doe@example.com, john_doe, Doe, example.com", "a responder, a responder, a responder, example.com"},
        {"Will will restart it; Smith agrees", "a responder will restart it; a responder agrees"},
        {"root cause: the root disk", "root cause: the root disk"},
        {"the Grafana team of Grafana", "the a responder of a responder"},
        {"山田太郎さんが再起動した", "a responderさんが再起動した"},
        {"S\xe2\x80\x8b" "am was here", "the database on-call was here"},
        {"li wei, Li, li", "a responder, a responder, li"},
        {"", ""},
    };
    for (const auto& spelling : spellings) {
        std::map<std::string, std::size_t> removed;
        EXPECT_EQ(names.without_names(spelling.text, removed), spelling.shown);
    }
    std::map<std::string, std::size_t> removed;
    EXPECT_EQ(names.role_of("root", removed), who);
    EXPECT_EQ(names.role_of("SAM", removed), "the database on-call");
    EXPECT_EQ(names.role_of("", removed), "");
    EXPECT_EQ(removed.size(), 2u);
}

TEST(Names, ARoleThatTellsANameIsNoRole)
{
    Names names{{{"sam", "Sam of the shop"}, {"ana", "the deputy of Zebedee"}}};
    names.add("Zebedee");
    names.settle();
    std::map<std::string, std::size_t> removed;
    EXPECT_EQ(names.without_names("sam and ana", removed), "a responder and a responder");
}

TEST(Names, GroupsAreNoPersons)
{
    for (const auto* group : {"database team", "DBA", "the on-call engineers", "Vendor support", "SRE"}) EXPECT_TRUE(Names::is_group(group)) << group;
    for (const auto* person : {"Zebedee", "payments", "ana@team.example", "Zed (database team)", ""}) EXPECT_FALSE(Names::is_group(person)) << person;
}

/// A story that names one person at every place that can hold a name.
Story marked_story(const std::string& who)
{
    Story story{"Checkout down, says " + who};
    auto event = story.blank("15:00", "Deploy by " + who + " to checkout", Kind::change);
    event.author = {who, true, who + "-claimed"};
    event.details = "line one\n" + who + " approved it";
    event.labels = {{"owner", who}, {who, "x"}, {"service", "checkout"}};
    event.links = {{"https://chat.example/" + who, "thread"}, {"https://dash.example/7", "by " + who}};
    event.key = "chat:" + who;
    event.occurred_raw = "15:00 " + who;
    event.tags = {person_tag(tags::change)};
    story.add("15:00", event);
    auto detection = person_tag(tags::detection);
    detection.how = who;
    story.note("15:15", "Error rate alert seen by @" + who, {detection});
    story.tagged("15:16", tags::impact, "Checkout answers 503 to 85% of users, " + who + " included");
    const auto guess = story.note("15:20", who + " thinks of a traffic surge", {person_tag(tags::hypothesis)});
    auto tried = rule_tag(tags::action, who);
    tried.of = guess;
    story.note("15:25", "Scaled the web servers for " + who, {tried});
    auto wrong = person_tag(tags::misleading_path, guess);
    wrong.by = "person:" + who;
    story.note("15:30", "no", {wrong});
    story.escalation("15:40", "Paging " + who, who);
    story.tagged("15:50", tags::root_cause, who + " had changed the replication settings. Lag grew.");
    story.tagged("16:00", tags::resolution, "Settings corrected by " + who + ". Caches cleared.");
    story.task("16:10", "Ask " + who + " for an alert on lag", who, "2024-07-01");
    story.improvement("16:11", "Review changes of " + who);
    story.tagged("16:12", went_well_tag, who + " was fast");
    auto chat = story.blank("15:42", who + " brings pizza-marker", Kind::chat);
    chat.author = {who, false, ""};
    story.add("15:42", chat);
    auto system = story.blank("15:43", "recorder-marker restarted by " + who, Kind::system);
    story.add("15:43", system);
    const auto taken_back = story.note("15:44", "struck-marker " + who);
    story.strike("15:45", taken_back);
    IncidentFields fields;
    fields.lead = who;
    fields.service = "checkout of " + who;
    fields.members = std::vector<std::string>{who};
    story.set("15:21", fields);
    return story;
}

/// Every format and template that exists, one after the other.
std::string everything(const timeline::Timeline& timeline)
{
    std::string all;
    for (const auto name : template_names)
        for (const bool trace : {false, true}) {
            Options options;
            options.trace = options.mermaid = options.marks = trace;
            options.fold = !trace;
            all += render_markdown(timeline, name, options).value() + render_html(timeline, name, options).value();
        }
    all += render_json(timeline, {}) + render_csv(timeline);
    const auto findings = check(timeline, at("18:00"));
    all += wire::json::serialize(timeline::to_json(timeline, findings));
    return all;
}

TEST(Audience, NoNameSurvivesAnywhere)
{
    for (const auto* who : {"Zebedee", "Zebedee Quux", "zebedee.quux@mail.example", "Zébédée"}) {
        const auto timeline = timeline::build(marked_story(who).entries, Story::key).value();
        ASSERT_THAT(everything(timeline), HasSubstr(who));
        for (const auto audience : {Audience::customer, Audience::everybody}) {
            Removed removed;
            const auto shown = for_audience(timeline, audience, {}, removed);
            const auto all = lowered(everything(shown));
            for (const auto* part : {"zebedee", "quux", "zébédée", "pizza-marker", "recorder-marker", "struck-marker", "mail.example"})
                EXPECT_THAT(all, Not(HasSubstr(part))) << who;
            EXPECT_EQ(removed.events.size(), 3u);
            EXPECT_GE(removed.names.at(who), 15u);
            EXPECT_THAT(all, HasSubstr("a responder had changed the replication settings"));
        }
    }
}

TEST(Audience, FiguresStay)
{
    const auto timeline = timeline::build(marked_story("Zebedee").entries, Story::key).value();
    Removed removed;
    const auto shown = for_audience(timeline, Audience::everybody, {{{"zebedee", "the shop's engineer"}}, {}}, removed);
    EXPECT_EQ(shown.facts.started_at, timeline.facts.started_at);
    EXPECT_EQ(shown.facts.detected_at, timeline.facts.detected_at);
    EXPECT_EQ(shown.facts.duration_minutes, timeline.facts.duration_minutes);
    EXPECT_EQ(shown.facts.impact_percent, timeline.facts.impact_percent);
    EXPECT_EQ(shown.facts.escalated_to, std::vector<std::string>{"the shop's engineer"});
    ASSERT_EQ(shown.dead_ends.size(), timeline.dead_ends.size());
    EXPECT_EQ(shown.dead_ends[0].minutes, timeline.dead_ends[0].minutes);
    const auto page = render_markdown(shown, "brief", {}).value();
    EXPECT_THAT(page, HasSubstr("(10 min lost)"));
    EXPECT_THAT(page, HasSubstr("Escalated to the shop's engineer"));
    EXPECT_THAT(page, HasSubstr("(owner: the shop's engineer, due: 2024-07-01)"));
}

TEST(Audience, InternalIsTheTimelineItself)
{
    const auto timeline = timeline::build(marked_story("Zebedee").entries, Story::key).value();
    Removed removed;
    EXPECT_EQ(for_audience(timeline, Audience::internal, {}, removed), timeline);
    EXPECT_TRUE(removed.events.empty() && removed.names.empty());
}

TEST(Audience, VisibilitySaysOtherwiseInBothDirections)
{
    Story story;
    auto chat = story.blank("15:30", "We look at the queue", Kind::chat);
    chat.visibility = "public";
    story.add("15:30", chat);
    auto note = story.blank("15:31", "The contract forbids to say more");
    note.visibility = "internal";
    note.tags = {person_tag(tags::root_cause)};
    story.add("15:31", note);
    Removed removed;
    const auto shown = for_audience(timeline::build(story.entries, Story::key).value(), Audience::customer, {}, removed);
    const auto all = everything(shown);
    EXPECT_THAT(all, HasSubstr("We look at the queue"));
    EXPECT_THAT(all, Not(HasSubstr("contract")));
    EXPECT_TRUE(shown.facts.root_cause.empty());
    EXPECT_EQ(removed.events.size(), 1u);
}

TEST(Audience, RulesMaskEverywhereAndAreCounted)
{
    auto story = marked_story("Zebedee");
    auto alert = story.blank("15:14", "Lag on db1.corp", Kind::alert);
    alert.source = alert.author.name = "alertmanager";
    alert.labels = {{"instance", "db1.corp"}};
    story.add("15:14", alert);
    AudienceRules rules;
    rules.mask = [](std::string_view text, std::vector<std::string>& matched) {
        std::string shown{text};
        for (auto at = shown.find("db1.corp"); at != std::string::npos; at = shown.find("db1.corp")) {
            shown.replace(at, 8, "a database");
            matched.emplace_back("hosts");
        }
        return shown;
    };
    Removed removed;
    const auto shown = for_audience(timeline::build(story.entries, Story::key).value(), Audience::everybody, rules, removed);
    EXPECT_THAT(everything(shown), Not(HasSubstr("db1.corp")));
    EXPECT_GE(removed.masked.at("hosts"), 2u);
    EXPECT_THAT(everything(shown), HasSubstr("alertmanager")) << "a machine's name is nobody's";
}

TEST(Audience, AFoldedStormKeepsItsCountWhenSomeOfItIsInternal)
{
    Story story;
    for (int i = 0; i < 5; ++i) {
        auto alert = story.blank("15:1" + std::to_string(i), "HighErrorRate", Kind::alert);
        alert.source = alert.author.name = "alertmanager";
        if (i == 0) alert.visibility = "internal";
        story.add("15:1" + std::to_string(i), alert);
    }
    Removed removed;
    const auto shown = for_audience(timeline::build(story.entries, Story::key).value(), Audience::customer, {}, removed);
    ASSERT_EQ(shown.lines.size(), 1u);
    EXPECT_EQ(shown.lines[0].count, 5u);
    EXPECT_EQ(shown.lines[0].events.size(), 4u);
}

}  // namespace
}  // namespace incident::draft
