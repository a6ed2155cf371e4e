#include "timeline/amend.hpp"
#include <gtest/gtest.h>

using namespace incident;
using namespace incident::timeline;
using namespace std::chrono_literals;

namespace {

const Instant noon = std::chrono::sys_days{std::chrono::year{2024} / 6 / 22} + 12h;

Tag by_person(std::string name) { return {.name = std::move(name), .by = "person:sam"}; }
Tag by_rule(std::string name) { return {.name = std::move(name), .by = "rule:words", .match = "rolled back"}; }

/// A ledger in memory: gives each entry its place and id, as a commit does.
struct Ledger {
    std::vector<Entry> entries;

    Entry& add(decltype(Entry::what) what)
    {
        Entry entry;
        entry.seq = entries.size() + 1;
        entry.received_at = noon + std::chrono::seconds{entry.seq};
        entry.id = make_id(entry.received_at, entry.seq, 7);
        entry.author.name = "sam";
        entry.principal = "unix:uid=1000(sam)";
        if (auto* event = std::get_if<Event>(&what)) event->id = entry.id, event->seq = entry.seq;
        entry.what = std::move(what);
        return entries.emplace_back(std::move(entry));
    }

    Id note(std::string text, std::vector<Tag> tags = {})
    {
        Event event;
        event.text = std::move(text);
        event.occurred_at = noon;
        event.tags = std::move(tags);
        return add(event).id;
    }

    Id amend(Id event, auto&& fill)
    {
        Amendment amendment;
        amendment.event = event;
        fill(amendment);
        return add(amendment).id;
    }

    Id undo(Id event, Id what)
    {
        return amend(event, [&](Amendment& a) { a.undo = what; });
    }

    Event event(std::size_t index = 0) const { return amended_events(entries).at(index); }
};

std::vector<std::string> tag_names(const Event& event)
{
    std::vector<std::string> names;
    for (const auto& tag : event.tags) names.push_back(tag.name);
    return names;
}
using Names = std::vector<std::string>;

}  // namespace

TEST(Amended, ChangesOnlyWhatIsGiven)
{
    Ledger ledger;
    const auto id = ledger.note("rb web to 2.41", {by_person("action")});
    ledger.amend(id, [](Amendment& a) { a.text = "rolled web back to 2.41"; });
    ledger.amend(id, [](Amendment& a) { a.star = true, a.visibility = "public"; });
    const auto event = ledger.event();
    EXPECT_EQ(event.text, "rolled web back to 2.41");
    EXPECT_TRUE(event.star);
    EXPECT_EQ(event.visibility, "public");
    EXPECT_EQ(event.occurred_at, noon);
    EXPECT_EQ(tag_names(event), Names{"action"});
}

TEST(Amended, LeavesTheRecordedEventAsItWas)
{
    Ledger ledger;
    const auto id = ledger.note("first");
    ledger.amend(id, [](Amendment& a) { a.text = "second"; });
    EXPECT_EQ(std::get<Event>(ledger.entries[0].what).text, "first");
}

TEST(Amended, IgnoresEntriesAboutOtherEvents)
{
    Ledger ledger;
    const auto one = ledger.note("one"), two = ledger.note("two");
    ledger.amend(two, [](Amendment& a) { a.text = "changed"; });
    EXPECT_EQ(amended(std::get<Event>(ledger.entries[0].what), ledger.entries).text, "one");
    EXPECT_EQ(ledger.event(0).text, "one");
    EXPECT_EQ(ledger.event(1).text, "changed");
    EXPECT_EQ(ledger.event(0).id, one);
}

TEST(Amended, CorrectsTheTimeAndForgetsTheFlagsOfTheOldOne)
{
    Ledger ledger;
    Event event;
    event.occurred_at = noon;
    event.flags = {"future", "time_from_arrival", "truncated"};
    const auto id = ledger.add(event).id;
    ledger.amend(id, [](Amendment& a) {
        a.occurred_at = noon - 5min, a.occurred_raw = "11:55", a.precision = Precision::minute;
    });
    const auto now = ledger.event();
    EXPECT_EQ(now.occurred_at, noon - 5min);
    EXPECT_EQ(now.occurred_raw, "11:55");
    EXPECT_EQ(now.precision, Precision::minute);
    EXPECT_EQ(now.flags, Names{"truncated"});
}

TEST(Amended, AddingATagReplacesTheOneOfItsName)
{
    Ledger ledger;
    const auto id = ledger.note("paged", {by_person("escalation")});
    ledger.amend(id, [](Amendment& a) {
        auto tag = by_person("escalation");
        tag.to = "db";
        a.add_tags = {tag};
    });
    const auto event = ledger.event();
    ASSERT_EQ(event.tags.size(), 1u);
    EXPECT_EQ(event.tags[0].to, "db");
}

TEST(Amended, NoRuleReplacesOrRemovesAPersonsTag)
{
    Ledger ledger;
    const auto id = ledger.note("rolled back", {by_person("action")});
    ledger.amend(id, [](Amendment& a) { a.add_tags = {by_rule("action")}, a.remove_tags = {"action"}; });
    ledger.entries.back().principal = "daemon";
    EXPECT_EQ(ledger.event().tags, std::vector<Tag>{by_person("action")});
    ledger.amend(id, [](Amendment& a) { a.remove_tags = {"action"}; });
    ledger.entries.back().principal = "daemon";
    EXPECT_EQ(ledger.event().tags, std::vector<Tag>{by_person("action")});
}

TEST(Amended, WhereAPersonGaveATagRulesAddNone)
{
    Ledger ledger;
    const auto id = ledger.note("rolled back", {by_person("action")});
    ledger.amend(id, [](Amendment& a) { a.add_tags = {by_rule("mitigation")}; });
    EXPECT_EQ(tag_names(ledger.event()), Names{"action"});
}

TEST(Amended, APersonsRemovalSticksAgainstRulesUntilAPersonAddsItAgain)
{
    Ledger ledger;
    const auto id = ledger.note("rolled back", {by_rule("mitigation")});
    ledger.amend(id, [](Amendment& a) { a.remove_tags = {"mitigation"}; });
    ledger.amend(id, [](Amendment& a) { a.add_tags = {by_rule("mitigation"), by_rule("action")}; });
    EXPECT_EQ(tag_names(ledger.event()), Names{"action"});
    ledger.amend(id, [](Amendment& a) { a.add_tags = {by_person("mitigation")}; });
    EXPECT_EQ(tag_names(ledger.event()), (Names{"action", "mitigation"}));
    EXPECT_TRUE(ledger.event().tag("mitigation")->by_person());
}

TEST(Amended, ARuleMayTakeBackItsOwnTag)
{
    Ledger ledger;
    const auto id = ledger.note("rolled back", {by_rule("mitigation")});
    ledger.amend(id, [](Amendment& a) { a.add_tags = {by_rule("action")}, a.remove_tags = {"mitigation"}; });
    EXPECT_EQ(tag_names(ledger.event()), Names{"action"});
}

TEST(Amended, UndoTakesAnAmendmentBack)
{
    Ledger ledger;
    const auto id = ledger.note("first");
    const auto second = ledger.amend(id, [](Amendment& a) { a.text = "second"; });
    ledger.amend(id, [](Amendment& a) { a.star = true; });
    ledger.undo(id, second);
    EXPECT_EQ(ledger.event().text, "first");
    EXPECT_TRUE(ledger.event().star);  // the other amendment still counts
}

TEST(Amended, UndoOfAnUndoCountsAgainAndSoOn)
{
    Ledger ledger;
    const auto id = ledger.note("first");
    auto last = ledger.amend(id, [](Amendment& a) { a.text = "second"; });
    for (int depth = 1; depth <= 6; ++depth) {
        last = ledger.undo(id, last);
        EXPECT_EQ(ledger.event().text, depth % 2 ? "first" : "second") << depth;
    }
}

TEST(Amended, UndoOfTheEventItselfStrikesItAndCanBeUndone)
{
    Ledger ledger;
    const auto id = ledger.note("oops");
    const auto undo = ledger.undo(id, id);
    EXPECT_TRUE(ledger.event().struck);
    EXPECT_EQ(ledger.event().text, "oops");  // struck, not gone
    ledger.undo(id, undo);
    EXPECT_FALSE(ledger.event().struck);
}

TEST(Amended, StrikeCanBeTakenBackByASecondWord)
{
    Ledger ledger;
    const auto id = ledger.note("oops");
    ledger.amend(id, [](Amendment& a) { a.strike = true; });
    EXPECT_TRUE(ledger.event().struck);
    ledger.amend(id, [](Amendment& a) { a.strike = false; });
    EXPECT_FALSE(ledger.event().struck);
}

TEST(Amended, UndoOfAnUnknownEntryChangesNothing)
{
    Ledger ledger;
    const auto id = ledger.note("text");
    ledger.undo(id, make_id(noon, 999, 1));
    EXPECT_EQ(ledger.event(), std::get<Event>(ledger.entries[0].what));
}

TEST(Amended, RedactionTakesEveryWordAlsoOfEarlierCorrections)
{
    Ledger ledger;
    Event event;
    event.text = "password is hunter2";
    event.details = "hunter2", event.links = {{"https://x/hunter2", "t"}}, event.labels = {{"pw", "hunter2"}};
    event.tags = {by_rule("action")};
    const auto id = ledger.add(event).id;
    ledger.amend(id, [](Amendment& a) { a.text = "it was hunter2"; });
    ledger.amend(id, [](Amendment& a) { a.redact = true, a.reason = "secret"; });
    const auto now = ledger.event();
    EXPECT_TRUE(now.redacted);
    EXPECT_TRUE(now.text.empty() && now.details.empty() && now.links.empty() && now.labels.empty());
    EXPECT_TRUE(now.tags.at(0).match.empty());
}

TEST(Amended, RedactionCannotBeUndone)
{
    Ledger ledger;
    const auto id = ledger.note("hunter2");
    const auto redaction = ledger.amend(id, [](Amendment& a) { a.redact = true; });
    ledger.undo(id, redaction);
    EXPECT_TRUE(ledger.event().redacted);
    EXPECT_EQ(ledger.event().text, "");
}

TEST(Amended, ARedactedEventCanGetANewText)
{
    Ledger ledger;
    const auto id = ledger.note("hunter2");
    ledger.amend(id, [](Amendment& a) { a.redact = true; });
    ledger.amend(id, [](Amendment& a) { a.text = "password rotated"; });
    EXPECT_EQ(ledger.event().text, "password rotated");
    EXPECT_TRUE(ledger.event().redacted);
}

TEST(Amended, MovesBetweenIncidentsAndBackToTheInbox)
{
    Ledger ledger;
    const auto id = ledger.note("slow");
    const auto move = ledger.amend(id, [](Amendment& a) { a.incident = IncidentKey{7}, a.number = 6; });
    EXPECT_EQ(ledger.event().incident, IncidentKey{7});
    EXPECT_EQ(ledger.event().number, 6u);
    ledger.amend(id, [](Amendment& a) { a.incident.emplace(std::nullopt); });
    EXPECT_FALSE(ledger.event().incident);
    EXPECT_FALSE(ledger.event().number);
    ledger.undo(id, ledger.entries.back().id);
    EXPECT_EQ(ledger.event().incident, IncidentKey{7});
    ledger.undo(id, move);
    EXPECT_FALSE(ledger.event().incident);
}

TEST(Amended, TheNewestTallyCounts)
{
    Ledger ledger;
    const auto id = ledger.note("CPU high");
    ledger.add(Tally{id, 3, noon + 1min});
    ledger.add(Tally{id, 9, noon + 4min});
    EXPECT_EQ(ledger.event().count, 9u);
    EXPECT_EQ(ledger.event().last_at, noon + 4min);
    ledger.add(Tally{id, 1, noon + 5min});
    EXPECT_FALSE(ledger.event().last_at);  // empty while it was notified once
}

TEST(AmendedEvents, ComeInLedgerOrderWithPlaceAndId)
{
    Ledger ledger;
    Event late;
    late.occurred_at = noon - 1h;
    ledger.note("one");
    ledger.add(late);
    std::get<Event>(ledger.entries[1].what).id = Id{};
    std::get<Event>(ledger.entries[1].what).seq = 0;
    const auto events = amended_events(ledger.entries);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].seq, 1u);
    EXPECT_EQ(events[1].seq, 2u);
    EXPECT_EQ(events[1].id, ledger.entries[1].id);
}

TEST(IncidentsOf, ReplaysEveryStepInOrderOfKeys)
{
    Ledger ledger;
    const auto step = [&](IncidentStep::Change change, std::uint64_t key, IncidentFields fields = {}) {
        IncidentStep s;
        s.change = change, s.incident = {key}, s.fields = std::move(fields);
        return ledger.add(s);
    };
    using enum IncidentStep::Change;
    const auto two = step(opened, 2, {.title = "checkout 503", .severity = "2"});
    step(opened, 1, {.title = "disk"});
    step(set, 2, {.lead = "ana", .started_at = std::optional{noon}, .none_escalation = true});
    const auto closing = step(closed, 2);
    auto incidents = incidents_of(ledger.entries);
    ASSERT_EQ(incidents.size(), 2u);
    EXPECT_EQ(incidents[0].title, "disk");
    const auto& incident = incidents[1];
    EXPECT_EQ(incident.id, two.id);
    EXPECT_EQ(incident.title, "checkout 503");
    EXPECT_EQ(incident.severity, "2");
    EXPECT_EQ(incident.lead, "ana");
    EXPECT_EQ(incident.started_at, noon);
    EXPECT_EQ(incident.opened_at, two.received_at);
    EXPECT_EQ(incident.opened_by.name, "sam");
    EXPECT_TRUE(incident.none.escalation);
    EXPECT_FALSE(incident.none.misleading_path);
    EXPECT_EQ(incident.status, IncidentStatus::closed);
    EXPECT_EQ(incident.closed_at, closing.received_at);
    EXPECT_EQ(incident.last_seq, closing.seq);

    step(reopened, 2, {.started_at = std::optional<Instant>{}});
    auto merging = IncidentStep{};
    merging.change = merged, merging.incident = {1}, merging.merged_into = IncidentKey{2};
    ledger.add(merging);
    incidents = incidents_of(ledger.entries);
    EXPECT_EQ(incidents[1].status, IncidentStatus::open);
    EXPECT_FALSE(incidents[1].closed_at);
    EXPECT_FALSE(incidents[1].started_at);  // an empty time given: forgotten
    EXPECT_EQ(incidents[0].status, IncidentStatus::merged);
    EXPECT_EQ(incidents[0].merged_into, IncidentKey{2});
}
