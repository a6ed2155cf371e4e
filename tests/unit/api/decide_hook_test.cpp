#include "api/decide.hpp"
#include "support/fake_view.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

using test::at;
using test::FakeView;

class DecideHook : public testing::Test {
protected:
    FakeView view;
    std::vector<config::Route> routes;
    Sender sender{"alertmanager", "hook:alertmanager tcp:127.0.0.1", Author{"alertmanager", false, {}}};

    static Event alert(std::string name, std::string fingerprint, std::string status = "firing",
                       std::map<std::string, std::string> labels = {})
    {
        Event event;
        event.kind = Kind::alert;
        event.text = std::move(name);
        event.status = status;
        event.severity = "critical";
        event.occurred_at = at("15:59");
        event.key = "15:59|" + fingerprint + '|' + status;
        event.labels = std::move(labels);
        event.labels[std::string{store::fingerprint_label}] = std::move(fingerprint);
        return event;
    }
    static ingest::Item item(Event event, OnDuplicate on_duplicate = OnDuplicate::count_repeat)
    {
        return {std::move(event), on_duplicate};
    }
    static Event chat(std::string text, std::string key = {})
    {
        Event event;
        event.kind = Kind::chat;
        event.text = std::move(text);
        event.key = std::move(key);
        event.author.name = "ana";
        return event;
    }
    static config::Route route(std::string name, bool open = false, std::string title = {})
    {
        config::Route made;
        made.name = std::move(name);
        made.open = open;
        made.title = std::move(title);
        return made;
    }

    Result<std::vector<store::NewEntry>> decide(std::vector<ingest::Item> items)
    {
        return decide_hook(std::move(items), sender, AlertRoutes::compile(routes))(view);
    }
    /// Decides and lets the ledger take it; the entries as stored.
    std::vector<Entry> deliver(std::vector<ingest::Item> items) { return view.append(decide(std::move(items)).value()); }
    static std::optional<IncidentKey> home(const Entry& entry) { return std::get<Event>(entry.what).incident; }
};

TEST_F(DecideHook, AlertWithoutRouteWaitsInTheInbox)
{
    view.open();  // even the only open incident does not draw in every alert
    const auto stored = deliver({item(alert("HighErrorRate", "f1"))});
    ASSERT_EQ(stored.size(), 1u);
    EXPECT_FALSE(home(stored[0]));
    EXPECT_EQ(stored[0].source, "alertmanager");
    EXPECT_EQ(stored[0].author.name, "alertmanager");
}

TEST_F(DecideHook, ResolveFollowsItsFiringAndClosesNothing)
{
    routes = {route("all")};
    const auto key = view.open();
    EXPECT_EQ(home(deliver({item(alert("HighErrorRate", "f1"))})[0]), key);
    view.open("a newer one");
    EXPECT_EQ(home(deliver({item(alert("HighErrorRate", "f1", "resolved"))})[0]), key);
    EXPECT_EQ(view.catalog().find(key)->status, IncidentStatus::open);
}

TEST_F(DecideHook, AFiringThatStandsInAClosedIncidentIsRoutedAnew)
{
    routes = {route("all")};
    const auto closed = view.open();
    deliver({item(alert("HighErrorRate", "f1"))});
    view.step(closed, IncidentStep::Change::closed);
    EXPECT_FALSE(home(deliver({item(alert("HighErrorRate", "f1", "resolved"))})[0]));
}

TEST_F(DecideHook, AMergedHomeLeadsToItsTarget)
{
    routes = {route("all")};
    const auto first = view.open();
    deliver({item(alert("HighErrorRate", "f1"))});
    const auto second = view.open();
    view.step(first, IncidentStep::Change::merged, {}, second);
    EXPECT_EQ(home(deliver({item(alert("HighErrorRate", "f1", "resolved"))})[0]), second);
}

TEST_F(DecideHook, TheNewestFittingIncidentTakesIt)
{
    auto by_service = route("service");
    by_service.incident = {{"service", "$labels.service"}};
    routes = {by_service};
    const auto shop = view.open("shop", "shop");
    view.open("mail", "mail");
    EXPECT_EQ(home(deliver({item(alert("A", "f1", "firing", {{"service", "shop"}}))})[0]), shop);
    EXPECT_FALSE(home(deliver({item(alert("B", "f2", "firing", {{"service", "search"}}))})[0]));
    EXPECT_FALSE(home(deliver({item(alert("C", "f3"))})[0])) << "an alert without the label fits no incident";
}

TEST_F(DecideHook, ARouteOpensOneForAllOfItsDelivery)
{
    auto opening = route("critical", true, "$labels.alertname on $labels.service");
    opening.service = "$labels.service";
    routes = {opening};
    const std::map<std::string, std::string> labels{{"alertname", "HighErrorRate"}, {"service", "shop"}};
    const auto stored = deliver({item(alert("one", "f1", "firing", labels)), item(alert("two", "f2", "firing", labels))});
    ASSERT_EQ(stored.size(), 3u);
    const auto& step = std::get<IncidentStep>(stored[0].what);
    EXPECT_EQ(step.change, IncidentStep::Change::opened);
    EXPECT_EQ(step.fields.title, "HighErrorRate on shop");
    EXPECT_EQ(step.fields.service, "shop");
    EXPECT_EQ(step.fields.severity, "critical");
    EXPECT_EQ(stored[0].author.name, "route:critical");
    EXPECT_EQ(home(stored[1]), step.incident);
    EXPECT_EQ(home(stored[2]), step.incident);
    EXPECT_EQ(view.catalog().open().size(), 1u);
}

TEST_F(DecideHook, AnOpenedIncidentsWordsFitWhateverTheAlertSays)
{
    auto opening = route("any", true, "$labels.alertname");
    opening.service = "$labels.service";
    routes = {opening};
    const auto stored = deliver({item(alert("text", "f1", "firing", {{"alertname", "disk\nfull \x1b[31m"}, {"service", std::string(500, 's')}}))});
    const auto& fields = std::get<IncidentStep>(stored[0].what).fields;
    EXPECT_EQ(fields.title, "disk full \\x1b[31m");
    EXPECT_LE(fields.service->size(), max_name_bytes);
}

TEST_F(DecideHook, AResolveOpensNothing)
{
    routes = {route("any", true)};
    EXPECT_FALSE(home(deliver({item(alert("HighErrorRate", "f1", "resolved"))})[0]));
    EXPECT_TRUE(view.catalog().open().empty());
}

TEST_F(DecideHook, ARepeatOpensNothing)
{
    deliver({item(alert("HighErrorRate", "f1"))});
    routes = {route("any", true)};
    const auto again = decide({item(alert("HighErrorRate", "f1"))});
    ASSERT_EQ(again.value().size(), 1u);
    EXPECT_EQ(again.value()[0].on_duplicate, OnDuplicate::count_repeat);
    EXPECT_TRUE(std::holds_alternative<Event>(again.value()[0].entry.what));
}

TEST_F(DecideHook, ARepeatWithinOneDeliveryOpensOne)
{
    routes = {route("any", true)};
    const auto stored = decide({item(alert("A", "f1")), item(alert("A", "f1"))}).value();
    std::size_t opened = 0;
    for (const auto& entry : stored) opened += std::holds_alternative<IncidentStep>(entry.entry.what) ? 1u : 0u;
    EXPECT_EQ(opened, 1u);
}

TEST_F(DecideHook, TruncationFollowsItsAlerts)
{
    routes = {route("all")};
    const auto key = view.open();
    Event truncated;
    truncated.kind = Kind::system;
    truncated.text = "alertmanager left out 12 alerts";
    truncated.flags = {"truncated"};
    const auto stored = deliver({item(truncated, OnDuplicate::answer_first), item(alert("A", "f1"))});
    EXPECT_EQ(home(stored[0]), key);
}

TEST_F(DecideHook, WhatNobodyUnderstoodWaitsInTheInbox)
{
    routes = {route("all")};
    view.open();
    auto unparsed = alert("alertmanager: body not understood", "f1");
    unparsed.flags = {"unparsed"};
    EXPECT_FALSE(home(deliver({item(unparsed, OnDuplicate::answer_first)})[0]));
    auto message = chat("slack: body not understood");
    message.flags = {"unparsed"};
    EXPECT_FALSE(home(deliver({item(message, OnDuplicate::answer_first)})[0]));
}

TEST_F(DecideHook, ChatGoesToTheOnlyOpenIncident)
{
    const auto first = deliver({item(chat("anyone looking?"), OnDuplicate::answer_first)});
    EXPECT_FALSE(home(first[0]));
    const auto key = view.open();
    EXPECT_EQ(home(deliver({item(chat("on it"), OnDuplicate::answer_first)})[0]), key);
    view.open();
    EXPECT_FALSE(home(deliver({item(chat("which one?"), OnDuplicate::answer_first)})[0]));
}

TEST_F(DecideHook, AnEndThatComesAfterAPrivateIncidentWasClosedStaysInIt)
{
    const auto hidden = view.open();
    routes = {route("all")};
    EXPECT_EQ(home(deliver({item(alert("db of the merger", "f1"))})[0]), hidden);
    IncidentFields fields;
    fields.label = "private";
    fields.members = std::vector<std::string>{"ana"};
    view.step(hidden, IncidentStep::Change::set, fields);
    view.step(hidden, IncidentStep::Change::closed);
    routes.clear();
    EXPECT_EQ(home(deliver({item(alert("db of the merger", "f1", "resolved"))})[0]), hidden) << "else everybody reads it in the inbox";
    auto anew = alert("db of the merger", "f1");
    anew.key = "17:00|f1|firing";
    EXPECT_FALSE(home(deliver({item(anew)})[0])) << "a new outbreak is not buried in a closed incident";
}

TEST_F(DecideHook, ChatThatNamesAPrivateIncidentIsTreatedAsIfThereWereNone)
{
    const auto hidden = view.open();
    IncidentFields fields;
    fields.label = "private";
    fields.members = std::vector<std::string>{"ana"};
    view.step(hidden, IncidentStep::Change::set, fields);
    auto typed = chat("sneaks in");
    typed.incident = hidden;
    EXPECT_FALSE(home(deliver({item(typed, OnDuplicate::answer_first)})[0])) << "a name in a chat message proves nobody to be a member";
    const auto seen = view.open();
    typed.incident = seen;
    EXPECT_EQ(home(deliver({item(typed, OnDuplicate::answer_first)})[0]), seen);
    view.step(seen, IncidentStep::Change::merged, {}, hidden);
    EXPECT_FALSE(home(deliver({item(typed, OnDuplicate::answer_first)})[0])) << "nor through a merge";
}

TEST_F(DecideHook, AnEditFindsItsMessageByKey)
{
    sender.source = "slack";
    auto message = chat("cpu 89%", "C1:1");
    message.source = "slack";
    const auto id = view.add(message);
    ingest::ByKey edit;
    edit.key = "C1:1";
    edit.amendment.text = "cpu 98%";
    const auto decided = decide({{edit, OnDuplicate::answer_first}});
    ASSERT_EQ(decided.value().size(), 1u);
    const auto& amendment = std::get<Amendment>(decided.value()[0].entry.what);
    EXPECT_EQ(amendment.event, id);
    EXPECT_EQ(amendment.text, "cpu 98%");
    EXPECT_EQ(decided.value()[0].entry.author.name, "ana");
}

TEST_F(DecideHook, AReactionIsThePersonsWhoReacted)
{
    sender.source = "slack";
    auto message = chat("restarting web-3", "C1:1");
    message.source = "slack";
    view.add(message);
    ingest::ByKey reaction;
    reaction.key = "C1:1";
    reaction.amendment.add_tags = {test::person_tag(tags::action)};
    EXPECT_EQ(decide({{reaction, OnDuplicate::answer_first}}).value()[0].entry.author.name, "sam");
}

TEST_F(DecideHook, AReactionTakenBackLeavesTheOthersStanding)
{
    sender.source = "slack";
    auto message = chat("restarting web-3 #change", "C1:1");
    message.source = "slack";
    message.tags = {test::person_tag(tags::change)};
    const auto id = view.add(message);
    const auto reaction = [](std::string who, bool takes_back, std::string_view tag = tags::action) {
        ingest::ByKey made;
        made.key = "C1:1";
        Tag given;
        given.name = tag;
        given.by = "person:" + std::move(who);
        made.amendment.add_tags = {given};
        made.amendment.reason = ":wrench: in Slack";
        made.takes_back = takes_back;
        return ingest::Item{made, OnDuplicate::answer_first};
    };
    const auto by = [&](std::string_view name) {
        const auto event = view.event(id).value();
        const auto* tag = event->tag(name);
        return tag == nullptr ? std::string{} : tag->by;
    };
    deliver({reaction("ana", false)});
    deliver({reaction("kim", false)});
    deliver({reaction("kim", true)});
    EXPECT_EQ(by(tags::action), "person:ana") << "the tag goes with the last who gave it";
    EXPECT_TRUE(deliver({reaction("kim", true)}).empty()) << "a reaction is taken back once";
    deliver({reaction("kim", false)});
    deliver({reaction("ana", true)});
    EXPECT_EQ(by(tags::action), "person:kim");
    deliver({reaction("kim", true)});
    EXPECT_EQ(by(tags::action), "");
    EXPECT_TRUE(deliver({reaction("ana", true, tags::change)}).empty());
    EXPECT_EQ(by(tags::change), "person:sam") << "what somebody typed is not a reaction's to take";
}

TEST_F(DecideHook, AnEditOfAnUnknownMessageStoresWhatItTells)
{
    sender.source = "slack";
    ingest::ByKey edit;
    edit.key = "C1:9";
    edit.amendment.text = "late news";
    EXPECT_TRUE(decide({{edit, OnDuplicate::answer_first}}).value().empty());
    edit.orphan = chat("late news", "C1:9");
    const auto stored = deliver({{edit, OnDuplicate::answer_first}});
    ASSERT_EQ(stored.size(), 1u);
    EXPECT_EQ(std::get<Event>(stored[0].what).text, "late news");
}

TEST_F(DecideHook, AMessageToldTwiceInDifferentWaysIsOne)
{
    auto message = chat("@bot rolled back", "C1:1"), mention = message;
    message.labels = {{"subtype", "file_share"}, {"channel", "incidents"}};
    message.details = "more";
    mention.labels = {{"channel", "incidents"}};
    deliver({item(message, OnDuplicate::answer_first)});
    const auto again = decide({item(mention, OnDuplicate::answer_first)});
    const auto& decided = std::get<Event>(again.value()[0].entry.what);
    EXPECT_EQ(decided.key, "C1:1") << "the second is answered with the first";
    EXPECT_EQ(decided.labels, message.labels);
    EXPECT_EQ(decided.details, "more");
}

TEST_F(DecideHook, AReusedKeyLosesNoText)
{
    auto first = chat("one", "k"), other = chat("two", "k");
    deliver({item(first, OnDuplicate::answer_first)});
    const auto again = decide({item(first, OnDuplicate::answer_first)});
    EXPECT_EQ(std::get<Event>(again.value()[0].entry.what).key, "k");
    const auto another = decide({item(other, OnDuplicate::answer_first)});
    EXPECT_TRUE(std::get<Event>(another.value()[0].entry.what).key.starts_with("k#"));
    const auto together = decide({item(chat("x", "n"), OnDuplicate::answer_first), item(chat("y", "n"), OnDuplicate::answer_first)});
    EXPECT_EQ(std::get<Event>(together.value()[0].entry.what).key, "n");
    EXPECT_TRUE(std::get<Event>(together.value()[1].entry.what).key.starts_with("n#"));
}

TEST_F(DecideHook, AStateToldAgainUnderAnotherTimeIsARepeatUntilItChanges)
{
    const auto told = [](std::string key, std::string status) {
        auto event = alert("DiskFull", "f1", std::move(status));
        event.key = std::move(key);
        event.received_at = at("16:00");
        auto one = item(std::move(event), OnDuplicate::answer_first);
        one.tells_state = true;
        return one;
    };
    const auto first = deliver({told("1", "firing")});
    const auto again = decide({told("2", "firing")}).value();
    EXPECT_EQ(std::get<Event>(again[0].entry.what).key, "1");
    EXPECT_EQ(again[0].on_duplicate, OnDuplicate::count_repeat);
    deliver({told("3", "resolved")});
    EXPECT_EQ(std::get<Event>(decide({told("4", "firing")}).value()[0].entry.what).key, "4") << "a new outbreak";
    // and within one delivery
    const auto both = decide({told("5", "firing"), told("6", "firing"), told("7", "resolved")}).value();
    EXPECT_EQ(std::get<Event>(both[1].entry.what).key, "5");
    EXPECT_EQ(std::get<Event>(both[2].entry.what).key, "7");
}

TEST_F(DecideHook, AStateToldAgainAfterALongSilenceIsANewOutbreak)
{
    deliver({item(alert("DiskFull", "f1"))});
    auto event = alert("DiskFull", "f1");
    event.key = "later";
    event.received_at = view.clock + ingest::state_memory + std::chrono::seconds{1};
    auto late = item(event);
    late.tells_state = true;
    EXPECT_EQ(std::get<Event>(decide({late}).value()[0].entry.what).key, "later");
    event.received_at = view.clock + ingest::state_memory;
    auto soon = item(event);
    soon.tells_state = true;
    EXPECT_EQ(std::get<Event>(decide({soon}).value()[0].entry.what).key, "15:59|f1|firing");
}

TEST_F(DecideHook, AResolveWithoutATitleTakesItFromItsFiring)
{
    routes = {route("all")};
    const auto key = view.open();
    deliver({item(alert("Disk of db2 is full", "f1", "firing", {{"host", "db2"}}))});
    view.open("a newer one");
    Event bare = alert("resolved: f1", "f1", "resolved");
    bare.severity.clear();
    ingest::Item resolve = item(bare);
    resolve.recalls = "";
    const auto stored = deliver({resolve});
    const auto& event = std::get<Event>(stored[0].what);
    EXPECT_EQ(event.text, "Disk of db2 is full");
    EXPECT_EQ(event.severity, "critical");
    EXPECT_EQ(event.labels.at("host"), "db2");
    EXPECT_EQ(event.incident, key);
    // an acknowledgement is a person's act: one per firing, where that is
    Event note;
    note.kind = Kind::note;
    note.text = "acknowledged: f1";
    note.status = "acknowledged";
    note.labels[std::string{store::fingerprint_label}] = "f1";
    ingest::Item ack = item(note, OnDuplicate::answer_first);
    ack.recalls = "acknowledged: ";
    const auto taken = std::get<Event>(deliver({ack})[0].what);
    EXPECT_EQ(taken.text, "acknowledged: Disk of db2 is full");
    EXPECT_EQ(taken.key, "15:59|f1|resolved|acknowledged");
    EXPECT_EQ(taken.incident, key);
}

TEST_F(DecideHook, AResolveWhoseFiringWasNeverSeenIsAnOrphan)
{
    ingest::Item resolve = item(alert("resolved: f9", "f9", "resolved"));
    resolve.recalls = "";
    const auto event = std::get<Event>(deliver({resolve})[0].what);
    EXPECT_EQ(event.text, "resolved: f9");
    EXPECT_EQ(event.flags, std::vector<std::string>{"orphan"});
    // its words are not what the next one should speak with
    const auto second = std::get<Event>(deliver({resolve})[0].what);
    EXPECT_EQ(second.text, "resolved: f9");
}

}  // namespace
}  // namespace incident::api
