#include "bodies.hpp"

namespace incident::ingest::test {
namespace {

Understood read(std::string_view bytes) { return read_alertmanager(body_of(bytes), named("alertmanager")); }

TEST(Alertmanager, TakesAFiringAlertAtItsStart)
{
    const auto understood = read(sample("alertmanager/firing.json"));
    ASSERT_EQ(understood.items.size(), 1u);
    EXPECT_EQ(understood.items[0].on_duplicate, OnDuplicate::count_repeat);
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::alert);
    EXPECT_EQ(event.source, "alertmanager");
    EXPECT_EQ(event.text, "Disk of db2 is full");
    EXPECT_EQ(event.details, "99 % of /var used");
    EXPECT_EQ(event.status, "firing");
    EXPECT_EQ(event.severity, "critical");
    EXPECT_EQ(event.occurred_at, at("2026-06-22T15:15:00.123456Z")) << "nanoseconds are truncated";
    EXPECT_EQ(event.occurred_raw, "2026-06-22T15:15:00.123456789Z") << "and the original kept";
    EXPECT_EQ(event.received_at, arrival);
    EXPECT_EQ(event.key, "2026-06-22T15:15:00.123456Z|0123456789abcdef|firing");
    EXPECT_EQ(event.labels.at("instance"), "db2:9100");
    EXPECT_EQ(event.labels.at(std::string{fingerprint_label}), "0123456789abcdef");
    EXPECT_EQ(urls(event), (Texts{"http://prom.lan:9090/graph?g0.expr=disk", "http://am.lan:9093", "https://wiki.lan/disk"}));
    EXPECT_TRUE(event.flags.empty());
}

TEST(Alertmanager, TakesAResolvedAlertAtItsEndUnderTheKeyOfItsStart)
{
    const auto understood = read(sample("alertmanager/resolved.json"));
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.status, "resolved");
    EXPECT_EQ(event.occurred_at, at("2026-06-22T15:40:30Z"));
    EXPECT_EQ(event.key, "2026-06-22T15:15:00.123456Z|0123456789abcdef|resolved");
    EXPECT_TRUE(has_flag(event, "future")) << "24 minutes ahead of the arrival";
    EXPECT_FALSE(has_flag(event, "time_from_arrival"));
}

TEST(Alertmanager, NeverCopiesTheGroupsStatusAndTellsWhatWasNotSent)
{
    const auto understood = read(sample("alertmanager/mixed-truncated.json"));
    ASSERT_EQ(understood.items.size(), 3u);
    EXPECT_EQ(event_at(understood, 0).status, "resolved");
    EXPECT_EQ(event_at(understood, 1).status, "firing");
    const auto& notice = event_at(understood, 2);
    EXPECT_EQ(notice.kind, Kind::system);
    EXPECT_NE(notice.text.find("3 more alerts were not sent"), std::string::npos) << notice.text;
    EXPECT_TRUE(has_flag(notice, "truncated"));
    EXPECT_FALSE(notice.key.empty()) << "a repeat must not add a line";
}

TEST(Alertmanager, ReadsOldForksWithoutStatusAndFingerprint)
{
    const auto understood = read(sample("alertmanager/old-fork.json"));
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.status, "firing");
    EXPECT_EQ(event.labels.at(std::string{fingerprint_label}).size(), 16u);
    EXPECT_TRUE(has_flag(event, "old"));
    EXPECT_EQ(urls(event), Texts{});
}

TEST(Alertmanager, ComputesTheFingerprintAsAlertmanagerDoes)
{
    // A label set and the fingerprint that a real one computed for it.
    const auto understood = read(R"({"alerts":[{"startsAt":"2023-06-12T08:24:38.326Z","labels":{"severity":"critical","instance":"localhost:8081","job":"node","group":"production","alertname":"InstanceDown"}}]})");
    EXPECT_EQ(event_at(understood, 0).labels.at(std::string{fingerprint_label}), "f404ecabc8dd5cd7");
}

TEST(Alertmanager, KeepsNeighboursOfWhatItDoesNotUnderstand)
{
    const auto understood = read(sample("alertmanager/wobbly.json"));
    EXPECT_EQ(understood.unparsed, 3u);
    ASSERT_EQ(understood.items.size(), 5u);
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.text, "404");
    EXPECT_EQ(event.status, "firing");
    EXPECT_EQ(event.labels.at("canary"), "true");
    EXPECT_EQ(event.labels.at("team"), "");
    EXPECT_TRUE(event.links.empty());
    EXPECT_TRUE(has_flag(event, "time_from_arrival"));
    EXPECT_TRUE(event.key.empty()) << "without a start nothing tells a repeat from the next outbreak";
    EXPECT_EQ(event_at(understood, 1).details, "\"not an alert\"");
    EXPECT_TRUE(has_flag(event_at(understood, 2), "unparsed"));
    EXPECT_EQ(event_at(understood, 4).text, "alertmanager: 2 more alerts were not sent (max_alerts of the receiver)");
}

TEST(Alertmanager, TakesAResolvedAlertWithoutEndAtItsArrival)
{
    const auto understood = read(R"({"alerts":[{"status":"resolved","labels":{"alertname":"x"},"startsAt":"2026-06-22T15:00:00Z","endsAt":"0001-01-01T00:00:00Z"}]})");
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.occurred_at, arrival);
    EXPECT_EQ(event.occurred_raw, "") << "the zero time is no time";
    EXPECT_TRUE(has_flag(event, "time_from_arrival"));
    EXPECT_TRUE(event.key.starts_with("2026-06-22T15:00:00.000000Z|"));
}

TEST(Alertmanager, IgnoresUnfilledTemplates)
{
    const auto understood = read(R"({"alerts":[{"labels":{"alertname":"Real"},"annotations":{"summary":"{{ $labels.x }}","title":"<no value>","description":"$DESC"},"startsAt":"2026-06-22T15:00:00Z"}]})");
    EXPECT_EQ(event_at(understood, 0).text, "Real");
    EXPECT_EQ(event_at(understood, 0).details, "");
}

TEST(Alertmanager, CutsWhatIsTooLongAndSaysSo)
{
    const auto long_text = std::string(10'000, 'x');
    std::string labels;
    for (int i = 0; i < 400; ++i) labels += ",\"l" + std::to_string(i) + "\":\"v\"";
    const auto understood = read(R"({"alerts":[{"labels":{"alertname":"x")" + labels + R"(},"annotations":{"summary":")" + long_text + R"(","description":")" + std::string(100'000, 'y') + R"("},"startsAt":"2026-06-22T15:00:00Z","fingerprint":")" + long_text + R"("}]})");
    const auto& event = event_at(understood, 0);
    EXPECT_LE(event.text.size(), max_text_bytes);
    EXPECT_TRUE(event.text.ends_with("…"));
    EXPECT_LE(event.details.size(), max_details_bytes);
    EXPECT_EQ(event.labels.size(), max_labels);
    EXPECT_TRUE(event.labels.contains(std::string{fingerprint_label}));
    EXPECT_LE(event.key.size(), max_key_bytes);
    EXPECT_TRUE(has_flag(event, "truncated"));
}

TEST(Alertmanager, ReplacesBadUtf8AndNul)
{
    const auto understood = read("{\"alerts\":[{\"labels\":{\"alertname\":\"a\xff\xfe z\\u0000\"},\"startsAt\":\"2026-06-22T15:00:00Z\"}]}");
    EXPECT_EQ(understood.unparsed, 0u);
    EXPECT_EQ(event_at(understood, 0).text, "a\uFFFD\uFFFD z\uFFFD");
}

TEST(AlertmanagerRecorder, TellsAlertsUnderTheKeysOfTheWebhookAndWhoMutedThem)
{
    const auto understood = read(sample("alertmanager/recorded.json"));
    ASSERT_EQ(understood.items.size(), 8u);
    EXPECT_EQ(understood.unparsed, 1u);
    const auto fired = event_at(understood, 0);
    EXPECT_EQ(fired.key, event_at(read(sample("alertmanager/firing.json")), 0).key);
    EXPECT_EQ(fired.text, "Disk of db2 is full");
    EXPECT_EQ(fired.severity, "critical");
    EXPECT_EQ(fired.status, "firing");
    EXPECT_EQ(understood.items[0].on_duplicate, OnDuplicate::count_repeat) << "every peer records it";
    const auto silence = event_at(understood, 1);
    EXPECT_EQ(silence.kind, Kind::note);
    EXPECT_EQ(silence.author, (Author{"kim", false, {}})) << "a form's field proves nobody";
    EXPECT_EQ(silence.text, "silenced alertname=\"DiskFull\", env=prod.* until 2026-06-22T17:14Z: disk is being replaced");
    EXPECT_EQ(silence.occurred_at, at("2026-06-22T15:13:59Z"));
    EXPECT_EQ(silence.key, "2026-06-22T15:13:59.000000Z|silence|s-1");
    const auto muted = event_at(understood, 2);
    EXPECT_EQ(muted.text, "muted by a silence of kim: DiskFull");
    EXPECT_EQ(muted.status, "muted");
    EXPECT_EQ(muted.labels.at(std::string{fingerprint_label}), "0123456789abcdef");
    EXPECT_EQ(event_at(understood, 3).text, "muted by an inhibition: QueueLong");
    EXPECT_TRUE(understood.items[3].tells_state);
    const auto resolved = event_at(understood, 4);
    EXPECT_EQ(resolved.key, event_at(read(sample("alertmanager/resolved.json")), 0).key);
    EXPECT_EQ(resolved.occurred_at, at("2026-06-22T15:40:30Z"));
    EXPECT_EQ(event_at(understood, 5).text, "Alertmanager on am1 started (0.33.0)");
    EXPECT_EQ(event_at(understood, 5).kind, Kind::change);
    EXPECT_EQ(event_at(understood, 6).text, "alertmanager recorded: somethingNewer");
    EXPECT_EQ(event_at(understood, 6).details, R"({"somethingNewer":{"a":0.5}})");
    EXPECT_EQ(read(R"({"@timestamp":"2026-06-22T15:15:40Z","data":{"notification":{}}})").note, "ignored: notification");
}

TEST(Alertmanager, NotesAnEmptyNotification)
{
    const auto understood = read(R"({"alerts":[]})");
    EXPECT_TRUE(understood.items.empty());
    EXPECT_FALSE(understood.note.empty());
}

TEST(Alertmanager, BoundsTheEventsOfOneBody)
{
    std::string alerts = R"({"alerts":[)";
    for (int i = 0; i < 20'005; ++i) alerts += (i == 0 ? "" : ",") + std::string{R"({"labels":{"alertname":"x"},"startsAt":"2026-06-22T15:00:00Z"})"};
    const auto understood = read(alerts + "]}");
    ASSERT_EQ(understood.items.size(), 20'001u);
    EXPECT_NE(event_at(understood, 20'000).text.find("5 more alerts were not sent"), std::string::npos);
}

struct BadBody {
    const char* name;
    std::string bytes;
};
class AlertmanagerBody : public testing::TestWithParam<BadBody> {};
TEST_P(AlertmanagerBody, IsKeptWhenNotUnderstood)
{
    const auto understood = read(GetParam().bytes);
    ASSERT_EQ(understood.items.size(), 1u);
    EXPECT_EQ(understood.unparsed, 1u);
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::alert);
    EXPECT_TRUE(event.text.starts_with("alertmanager: body not understood: ")) << event.text;
    EXPECT_EQ(event.details, GetParam().bytes);
    EXPECT_TRUE(has_flag(event, "unparsed"));
    EXPECT_TRUE(has_flag(event, "time_from_arrival"));
    EXPECT_EQ(event.occurred_at, arrival);
}
INSTANTIATE_TEST_SUITE_P(Bad, AlertmanagerBody, testing::Values(
    BadBody{"Empty", ""}, BadBody{"NotJson", "hello"}, BadBody{"Cut", R"({"alerts":[{"sta)"}, BadBody{"Twice", R"({"alerts":[],"alerts":[]})"},
    BadBody{"TwiceInside", R"({"alerts":[{"status":"firing","status":"resolved"}]})"}, BadBody{"NoAlerts", R"({"status":"firing"})"},
    BadBody{"AlertsObject", R"({"alerts":{}})"}, BadBody{"Array", "[]"}, BadBody{"Number", "7"}, BadBody{"Null", "null"},
    BadBody{"Trailing", R"({"alerts":[]} x)"}, BadBody{"Huge", R"({"alerts":[1e999]})"},
    BadBody{"Deep", std::string(60, '[') + std::string(60, ']')}),
    [](const auto& bad) { return std::string{bad.param.name}; });

}  // namespace
}  // namespace incident::ingest::test
