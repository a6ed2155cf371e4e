#include "bodies.hpp"

namespace incident::ingest::test {
namespace {

Understood read(std::string_view bytes) { return read_pagerduty(body_of(bytes), named("pagerduty")); }
std::string fingerprint(const Event& event) { return event.labels.at(std::string{fingerprint_label}); }

std::string told(std::string_view type, std::string_view data, std::string_view agent = R"({"type":"user_reference","summary":"Kim Doe"})")
{
    return R"({"event":{"id":"E1","event_type":")" + std::string{type} + R"(","occurred_at":"2026-06-22T15:14:00Z","agent":)" + std::string{agent} + R"(,"data":)" + std::string{data} + "}}";
}

TEST(PagerDuty, TakesAStateOfAnIncidentAsAnAlert)
{
    const auto firing = read(told("incident.triggered", R"({"id":"P1","type":"incident","status":"triggered","title":"Disk full","urgency":"high","priority":{"summary":"P2"},"html_url":"https://x.pagerduty.com/incidents/P1"})"));
    ASSERT_EQ(firing.items.size(), 1u);
    EXPECT_EQ(firing.items[0].on_duplicate, OnDuplicate::answer_first) << "a retry is no second notification";
    const auto event = event_at(firing, 0);
    EXPECT_EQ(event.kind, Kind::alert);
    EXPECT_EQ(event.text, "Disk full");
    EXPECT_EQ(event.status, "firing");
    EXPECT_EQ(event.severity, "P2");
    EXPECT_EQ(event.key, "2026-06-22T15:14:00.000000Z|E1");
    EXPECT_EQ(fingerprint(event), "P1");
    EXPECT_EQ(urls(event), Texts{"https://x.pagerduty.com/incidents/P1"});
    EXPECT_EQ(event_at(read(told("incident.resolved", R"({"id":"P1","status":"resolved","title":"Disk full"})")), 0).status, "resolved");
    EXPECT_EQ(event_at(read(told("incident.reopened", R"({"id":"P1","status":"triggered","title":"Disk full"})")), 0).status, "firing");
}

TEST(PagerDuty, TakesWhatAPersonDidAsThatPersonsNote)
{
    const auto event = event_at(read(sample("pagerduty/acknowledged.json")), 0);
    EXPECT_EQ(event.kind, Kind::note);
    EXPECT_EQ(event.author, (Author{"Kim Doe", true, {}}));
    EXPECT_EQ(event.text, "acknowledged: Disk of db2 is full");
    EXPECT_EQ(event.status, "acknowledged");
    EXPECT_EQ(event.occurred_at, at("2026-06-22T15:14:00.25Z"));
    EXPECT_TRUE(event.tags.empty());
    EXPECT_EQ(fingerprint(event), "PINC1");
    EXPECT_EQ(event.labels.at("service"), "Database");
    EXPECT_EQ(event.labels.at("assignees"), "Kim Doe, Ana Roe");
    EXPECT_EQ(event.labels.at("conference_number"), "1000") << "a number here, a text elsewhere";
    EXPECT_EQ(urls(event), (Texts{"https://acme.pagerduty.com/incidents/PINC1", "https://meet.example.com/7"}));
}

TEST(PagerDuty, TagsAnEscalationWithWhoIsCalled)
{
    const auto by_itself = read(sample("pagerduty/escalated.json"));
    const auto event = event_at(by_itself, 0);
    EXPECT_EQ(event.kind, Kind::alert) << "nobody did it: the policy's time ran out";
    EXPECT_EQ(event.author.name, "pagerduty");
    EXPECT_EQ(event.text, "escalated to Kim Doe, Ana Roe: Disk of db2 is full");
    ASSERT_NE(event.tag(tags::escalation), nullptr);
    EXPECT_EQ(event.tag(tags::escalation)->to, "Kim Doe, Ana Roe");
    EXPECT_EQ(event.tag(tags::escalation)->by, "rule:pagerduty");
    EXPECT_EQ(event.tag(tags::escalation)->match, "incident.escalated");

    const auto asked = read(sample("pagerduty/responder-added.json"));
    EXPECT_EQ(event_at(asked, 0).text, "asked for help of Maeve: Disk of db2 is full");
    EXPECT_EQ(event_at(asked, 0).tag(tags::escalation)->to, "Maeve");
    EXPECT_EQ(event_at(asked, 0).details, "Please help with the disk");
    EXPECT_EQ(event_at(asked, 0).author.name, "Kim Doe");
}

TEST(PagerDuty, TakesNotesAndStatusUpdatesWord)
{
    const std::string incident = R"("incident":{"id":"P1","summary":"Disk full","html_url":"https://x.pagerduty.com/incidents/P1"})";
    const auto note = event_at(read(told("incident.annotated", "{" + incident + R"(,"id":"N1","content":"killed the long queries #action","trimmed":true,"type":"incident_note"})")), 0);
    EXPECT_EQ(note.kind, Kind::note);
    EXPECT_EQ(note.text, "killed the long queries #action");
    EXPECT_EQ(note.labels.at("incident"), "Disk full");
    EXPECT_TRUE(has_flag(note, "truncated")) << "the sender cut it";
    EXPECT_EQ(fingerprint(note), "P1");
    const auto update = event_at(read(told("incident.status_update_published", "{" + incident + R"(,"message":"A fix is on its way","type":"incident_status_update"})")), 0);
    EXPECT_EQ(update.text, "A fix is on its way");
    EXPECT_TRUE(update.has_tag(tags::communication));
}

TEST(PagerDuty, DoesNotTakeAMergeForAnEnd)
{
    const auto event = event_at(read(told("incident.resolved", R"({"id":"P3","status":"resolved","title":"Twin","resolve_reason":{"type":"merge_resolve_reason","incident":{"summary":"Disk full","html_url":"https://x.pagerduty.com/incidents/P1"}}})", "null")), 0);
    EXPECT_EQ(event.status, "merged");
    EXPECT_EQ(event.text, "merged into Disk full: Twin");
    EXPECT_EQ(event.kind, Kind::alert);
    EXPECT_EQ(urls(event), Texts{"https://x.pagerduty.com/incidents/P1"});
}

TEST(PagerDuty, TellsOtherActsInWords)
{
    const auto text = [](std::string_view type, std::string_view data) { return event_at(read(told(type, data)), 0).text; };
    EXPECT_EQ(text("incident.priority_updated", R"({"id":"P1","title":"Disk full","priority":{"summary":"P1"}})"), "priority set to P1: Disk full");
    EXPECT_EQ(text("incident.priority_updated", R"({"id":"P1","title":"Disk full","priority":null})"), "priority taken away: Disk full");
    EXPECT_EQ(text("incident.reassigned", R"({"id":"P1","title":"Disk full","assignees":[{"summary":"Ana"}]})"), "reassigned to Ana: Disk full");
    EXPECT_EQ(text("incident.responder.replied", R"({"incident":{"id":"P1","summary":"Disk full"},"user":{"summary":"Maeve"},"state":"accepted"})"), "Maeve answered the call for help (accepted): Disk full");
    const auto started = read(sample("pagerduty/workflow-started.json"));
    EXPECT_EQ(event_at(started, 0).text, "workflow started (Major incident): Disk of db2 is full");
    EXPECT_EQ(event_at(started, 0).kind, Kind::alert) << "a program's act";
    EXPECT_EQ(event_at(read(sample("pagerduty/unknown-type.json")), 0).text, "incident.something.new: Disk of db2 is full");
    const auto service = read(told("service.updated", R"({"id":"S1","type":"service","summary":"web","html_url":"https://x.pagerduty.com/services/S1"})", "null"));
    EXPECT_EQ(event_at(service, 0).kind, Kind::change);
    EXPECT_EQ(event_at(service, 0).text, "service updated: web");
    EXPECT_EQ(event_at(service, 0).labels.count(std::string{fingerprint_label}), 0u);
}

TEST(PagerDuty, NotesThePing)
{
    const auto understood = read(sample("pagerduty/ping.json"));
    EXPECT_TRUE(understood.items.empty());
    EXPECT_EQ(understood.note, "test notification");
}

TEST(PagerDuty, ReadsTheOldBatches)
{
    const auto understood = read(R"({"messages":[{"id":"m1","created_on":"2013-07-09T20:25:44Z","type":"incident.resolve","data":{"incident":{"id":"P1","status":"resolved","resolved_by_user":{"name":"Kim"},"assigned_to_user":"null","trigger_summary_data":{"subject":"45645"}}}},
        {"id":"m2","event":"incident.acknowledge","incident":{"id":"P2","title":"T","last_status_change_by":"null"}}, 7, {"type":"x"}]})");
    ASSERT_EQ(understood.items.size(), 4u);
    EXPECT_EQ(event_at(understood, 0).text, "45645");
    EXPECT_EQ(event_at(understood, 0).status, "resolved");
    EXPECT_EQ(event_at(understood, 0).occurred_at, at("2013-07-09T20:25:44Z"));
    EXPECT_EQ(event_at(understood, 1).text, "acknowledged: T");
    EXPECT_EQ(event_at(understood, 1).kind, Kind::alert);
    EXPECT_EQ(understood.unparsed, 2u);
}

TEST(PagerDuty, KeepsWhatItDoesNotUnderstand)
{
    for (const auto* const bytes : {"", "{}", "[]", R"({"event":7})", R"({"event":{}})", R"({"event":{"event_type":7)", R"({"messages":{}})", R"({"messages":[]})"}) {
        const auto understood = read(bytes);
        EXPECT_EQ(understood.unparsed, 1u) << bytes;
        EXPECT_EQ(understood.items.size(), 1u) << bytes;
    }
    const auto wobbly = read(R"({"event":{"event_type":"incident.triggered","agent":null,"data":null}})");
    EXPECT_EQ(wobbly.unparsed, 0u);
    EXPECT_TRUE(has_flag(event_at(wobbly, 0), "time_from_arrival"));
}

const std::string routing_key = "R0123456789abcdef0123456789abcdef";

Understood enqueue(std::string_view bytes, std::string tail = "v2/enqueue")
{
    auto body = body_of(bytes);
    body.tail = std::move(tail);
    return read_pagerduty_events(body, named("pagerduty-events"));
}

TEST(PagerDutyEvents, TakesATriggerAndAnswersAsPagerDutyDoes)
{
    const auto understood = enqueue(sample("pagerduty-events/trigger.json"));
    EXPECT_EQ(understood.status, 202u);
    EXPECT_EQ(understood.reply, R"({"status":"success","message":"Event processed","dedup_key":"db2/disk"})");
    EXPECT_EQ(understood.secrets, Texts{routing_key});
    const auto event = event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::alert);
    EXPECT_EQ(event.text, "Disk of db2 is full");
    EXPECT_EQ(event.status, "firing");
    EXPECT_EQ(event.severity, "critical");
    EXPECT_EQ(event.occurred_at, at("2026-06-22T15:15:00.5Z")) << "an offset without a colon";
    EXPECT_EQ(event.labels.at("source"), "db2");
    EXPECT_EQ(event.labels.at("free"), "1 %");
    EXPECT_EQ(event.labels.at("load"), "[1,2]");
    EXPECT_EQ(event.labels.count("note"), 0u);
    EXPECT_EQ(urls(event), (Texts{"https://wiki.lan/disk", "https://checker.lan/db2"}));
    EXPECT_TRUE(fingerprint(event).ends_with(":db2/disk"));
    EXPECT_EQ(fingerprint(event).find(routing_key), std::string::npos);
    EXPECT_EQ(event.key, "2026-06-22T15:15:00.500000Z|" + fingerprint(event) + "|firing");
    EXPECT_TRUE(understood.items[0].tells_state);
    EXPECT_FALSE(understood.items[0].recalls);
}

TEST(PagerDutyEvents, AsksForTheTitleWhereThereIsNone)
{
    const auto resolved = enqueue(sample("pagerduty-events/resolve.json"));
    EXPECT_EQ(event_at(resolved, 0).text, "resolved: db2/disk");
    EXPECT_EQ(event_at(resolved, 0).status, "resolved");
    EXPECT_EQ(event_at(resolved, 0).occurred_at, arrival);
    EXPECT_EQ(resolved.items[0].recalls, "");
    EXPECT_EQ(fingerprint(event_at(resolved, 0)), fingerprint(event_at(enqueue(sample("pagerduty-events/trigger.json")), 0)));
    const auto acknowledged = enqueue(R"({"routing_key":")" + routing_key + R"(","dedup_key":"db2/disk","event_action":"acknowledge"})");
    EXPECT_EQ(event_at(acknowledged, 0).kind, Kind::note) << "somebody took it";
    EXPECT_EQ(event_at(acknowledged, 0).text, "acknowledged: db2/disk");
    EXPECT_EQ(acknowledged.items[0].recalls, "acknowledged: ");
    EXPECT_FALSE(event_at(acknowledged, 0).key.empty());
    const auto other = enqueue(R"({"routing_key":"another","dedup_key":"db2/disk","event_action":"resolve"})");
    EXPECT_NE(fingerprint(event_at(other, 0)), fingerprint(event_at(resolved, 0))) << "a dedup_key is the routing key's own";
}

TEST(PagerDutyEvents, InventsADedupKey)
{
    const std::string trigger = R"({"routing_key":"r","event_action":"trigger","payload":{"summary":"x","source":"y","severity":"info"}})";
    const auto first = enqueue(trigger), again = enqueue(trigger);
    EXPECT_EQ(first.reply, again.reply) << "a repeated request is the same alert";
    EXPECT_EQ(first.reply.find(R"("dedup_key":"")"), std::string::npos) << first.reply;
}

TEST(PagerDutyEvents, TakesChanges)
{
    for (const auto* const tail : {"v2/change/enqueue", ""}) {
        const auto understood = enqueue(sample("pagerduty-events/change.json"), tail);
        const auto event = event_at(understood, 0);
        EXPECT_EQ(understood.status, 202u);
        EXPECT_EQ(understood.reply, R"({"status":"success","message":"Change event processed"})");
        EXPECT_EQ(event.kind, Kind::change);
        EXPECT_EQ(event.text, "web 2.41 to prod");
        EXPECT_EQ(event.details, "by kim");
        EXPECT_EQ(event.occurred_at, at("2026-06-22T15:00:00Z"));
        EXPECT_FALSE(event.key.empty());
    }
}

TEST(PagerDutyEvents, KeepsWhatPagerDutyWouldRefuse)
{
    for (const auto* const bytes : {"", "[]", "{", R"({"routing_key":"r"})", R"({"routing_key":"r","event_action":"shout"})", R"({"routing_key":"r","event_action":"trigger"})",
                                    R"({"routing_key":"r","event_action":"trigger","payload":{"summary":""}})", R"({"routing_key":"r","event_action":"resolve"})"}) {
        const auto understood = enqueue(bytes);
        EXPECT_EQ(understood.status, 202u) << bytes;
        EXPECT_EQ(understood.unparsed, 1u) << bytes;
        EXPECT_NE(understood.reply.find("not understood"), std::string::npos) << bytes;
    }
    EXPECT_EQ(enqueue(R"({"routing_key":"r"})", "v2/change/enqueue").unparsed, 1u);
    EXPECT_EQ(event_at(enqueue(R"({"routing_key":"r"})", "v2/change/enqueue"), 0).kind, Kind::change);
}

}  // namespace
}  // namespace incident::ingest::test
