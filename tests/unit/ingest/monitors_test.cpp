#include "bodies.hpp"
#include "ingest/parts.hpp"

namespace incident::ingest::test {
namespace {

std::string fingerprint(const Event& event) { return event.labels.at(std::string{fingerprint_label}); }

TEST(Prometheus, ComputesTheStatusFromTheEndAgainstTheArrival)
{
    const auto understood = read_prometheus(body_of(sample("prometheus/push.json")), named("prometheus"));
    ASSERT_EQ(understood.items.size(), 3u);
    const auto leased = event_at(understood, 0);
    EXPECT_EQ(leased.status, "firing") << "an end in the future is a lease";
    EXPECT_EQ(leased.occurred_at, at("2026-06-22T15:10:00.5Z"));
    EXPECT_EQ(leased.source, "prometheus");
    EXPECT_EQ(leased.text, "The queue of mq1 grows");
    EXPECT_EQ(leased.severity, "warning");
    EXPECT_EQ(leased.key, "2026-06-22T15:10:00.500000Z|" + fingerprint(leased) + "|firing");
    EXPECT_EQ(urls(leased), Texts{"http://prom.lan:9090/graph?g0.expr=queue"});
    EXPECT_FALSE(understood.items[0].tells_state) << "its start tells a repeat";
    const auto ended = event_at(understood, 1);
    EXPECT_EQ(ended.status, "resolved");
    EXPECT_EQ(ended.occurred_at, at("2026-06-22T15:14:30Z"));
    EXPECT_TRUE(ended.key.starts_with("2026-06-22T15:00:00.000000Z|"));
    const auto timeless = event_at(understood, 2);
    EXPECT_EQ(timeless.status, "firing");
    EXPECT_EQ(timeless.occurred_at, arrival);
    EXPECT_TRUE(has_flag(timeless, "time_from_arrival"));
    EXPECT_TRUE(understood.items[2].tells_state) << "without a start the ledger knows whether it is a repeat";
    ASSERT_TRUE(understood.answer);
    EXPECT_EQ(understood.answer({}), "");
    EXPECT_EQ(understood.status, 200u);
}

TEST(Prometheus, TurnsTheStatusAtTheArrival)
{
    const auto status = [](const char* end) {
        return event_at(read_prometheus(body_of(std::string{R"([{"labels":{"alertname":"x"},"startsAt":"2026-06-22T15:00:00Z","endsAt":")"} + end + "\"}]"), named("prometheus")), 0).status;
    };
    EXPECT_EQ(status("2026-06-22T15:16:00Z"), "resolved");
    EXPECT_EQ(status("2026-06-22T15:16:00.000001Z"), "firing");
    EXPECT_EQ(status("0001-01-01T00:00:00Z"), "firing");
    EXPECT_EQ(status(""), "firing");
    EXPECT_EQ(status("soon"), "firing");
}

TEST(Prometheus, KeepsWhatIsNoListOfAlerts)
{
    for (const auto* const bytes : {"", "{}", "7", R"({"alerts":[]})", "[{]"}) EXPECT_EQ(read_prometheus(body_of(bytes), named("prometheus")).unparsed, 1u) << bytes;
    const auto mixed = read_prometheus(body_of(R"([7,{"labels":{"alertname":"x"}}])"), named("prometheus"));
    EXPECT_EQ(mixed.items.size(), 2u);
    EXPECT_EQ(mixed.unparsed, 1u);
    EXPECT_FALSE(read_prometheus(body_of("[]"), named("prometheus")).note.empty());
}

Understood azure(std::string_view bytes) { return read_azure_monitor(body_of(bytes), named("azure-monitor")); }

TEST(AzureMonitor, TakesTheCommonSchema)
{
    const auto understood = azure(sample("azure-monitor/fired.json"));
    ASSERT_EQ(understood.items.size(), 1u);
    const auto event = event_at(understood, 0);
    EXPECT_EQ(event.text, "cpu-high");
    EXPECT_EQ(event.status, "firing");
    EXPECT_EQ(event.severity, "Sev1");
    EXPECT_EQ(event.occurred_at, at("2026-06-22T15:14:00.371321Z")) << "seven digits, truncated";
    EXPECT_EQ(event.occurred_raw, "2026-06-22T15:14:00.3713213Z");
    EXPECT_EQ(event.details, "CPU over 90 % for five minutes\nPercentage CPU GreaterThan 90: 97.5");
    EXPECT_EQ(event.labels.at("instance"), "db2");
    EXPECT_EQ(event.labels.at("Computer"), "db2");
    EXPECT_EQ(event.labels.at("runbook"), "wiki");
    EXPECT_EQ(event.labels.at("team"), "db");
    EXPECT_EQ(fingerprint(event), "/subscriptions/s1/providers/Microsoft.AlertsManagement/alerts/a1");
    EXPECT_EQ(event.key, "2026-06-22T15:14:00.371321Z|" + fingerprint(event) + "|firing");
    EXPECT_EQ(urls(event), Texts{"https://portal.azure.com/#blade/Microsoft_Azure_Monitoring/AlertDetailsTemplateBlade/alertId/%2Fsubscriptions%2Fs1%2Fproviders%2FMicrosoft.AlertsManagement%2Falerts%2Fa1"});
}

TEST(AzureMonitor, TakesAResolveWithoutATimeAtItsArrival)
{
    const auto event = event_at(azure(sample("azure-monitor/resolved-without-time.json")), 0);
    EXPECT_EQ(event.status, "resolved");
    EXPECT_EQ(event.occurred_at, arrival) << "firedDateTime is when it began";
    EXPECT_TRUE(has_flag(event, "time_from_arrival"));
    EXPECT_TRUE(event.key.starts_with("2026-06-22T15:14:00.371321Z|"));
    EXPECT_TRUE(event.key.ends_with("|resolved"));
}

TEST(AzureMonitor, ReadsTheOlderShapes)
{
    const auto log = azure(sample("azure-monitor/log-v1.json"));
    EXPECT_EQ(event_at(log, 0).text, "no heartbeat");
    EXPECT_EQ(event_at(log, 0).severity, "Sev3");
    EXPECT_EQ(event_at(log, 0).occurred_at, arrival) << "an American date is no event's time";
    EXPECT_EQ(event_at(log, 0).details, "two hosts are silent\nHeartbeat | count");
    EXPECT_TRUE(log.items[0].tells_state);
    EXPECT_EQ(urls(event_at(log, 0)), Texts{"https://portal.azure.com/#logs"});
    const auto health = event_at(azure(sample("azure-monitor/service-health.json")), 0);
    EXPECT_EQ(health.text, "Storage - West Europe (Active)");
    EXPECT_EQ(health.details, "We are investigating errors <5xx>.");
    EXPECT_EQ(health.occurred_at, at("2026-06-22T15:10:00.123456Z"));
    const auto classic = event_at(azure(R"({"status":"Deactivated","context":{"timestamp":"2026-06-22T15:00:00Z","id":"/r","name":"cpu","severity":"2","resourceName":"db2"}})"), 0);
    EXPECT_EQ(classic.status, "resolved");
    EXPECT_EQ(classic.severity, "Sev2");
    EXPECT_EQ(classic.text, "cpu");
}

TEST(AzureMonitor, KeepsNullsAndNewSchemas)
{
    const auto nulls = event_at(azure(R"({"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"alertRule":null,"severity":null,"alertTargetIDs":null,"description":"a budget","monitorCondition":"Fired","firedDateTime":null},"alertContext":null}})"), 0);
    EXPECT_EQ(nulls.text, "a budget");
    EXPECT_EQ(nulls.severity, "");
    EXPECT_TRUE(has_flag(nulls, "time_from_arrival"));
    const auto newer = event_at(azure(R"({"schemaId":"Microsoft.Next","data":{"title":"something"}})"), 0);
    EXPECT_EQ(newer.text, "Microsoft.Next: something");
    EXPECT_FALSE(newer.details.empty());
    for (const auto* const bytes : {"", "[]", "{}", R"({"data":{}})"}) EXPECT_EQ(azure(bytes).unparsed, 1u) << bytes;
}

Understood gcp(std::string_view bytes) { return read_gcp_monitoring(body_of(bytes), named("gcp-monitoring")); }

TEST(GcpMonitoring, TakesAnOpenIncident)
{
    const auto event = event_at(gcp(sample("gcp-monitoring/open.json")), 0);
    EXPECT_EQ(event.text, "CPU: over 90 %");
    EXPECT_EQ(event.status, "firing");
    EXPECT_EQ(event.severity, "Critical");
    EXPECT_EQ(event.occurred_at, at("2026-06-22T15:15:00Z"));
    EXPECT_EQ(event.occurred_raw, "1782141300");
    EXPECT_EQ(event.details, "CPU is above 0.9\nRestart the pool");
    EXPECT_EQ(event.key, "2026-06-22T15:15:00.000000Z|0.abc|firing");
    EXPECT_EQ(event.labels.at("instance"), "db2");
    EXPECT_EQ(event.labels.at("zone"), "eu-1");
    EXPECT_EQ(event.labels.at("team"), "db");
    EXPECT_EQ(urls(event), Texts{"https://console.cloud.google.com/monitoring/alerting/incidents/0.abc"});
}

TEST(GcpMonitoring, TakesAClosedOneAtItsEndAlsoFromPubSub)
{
    const auto event = event_at(gcp(sample("gcp-monitoring/closed-by-pubsub.json")), 0);
    EXPECT_EQ(event.status, "resolved");
    EXPECT_EQ(event.occurred_at, at("2026-06-22T15:25:00Z"));
    EXPECT_EQ(event.key, "2026-06-22T15:15:00.000000Z|0.abc|resolved");
}

TEST(GcpMonitoring, NotesTheTestAndKeepsTheRest)
{
    EXPECT_EQ(gcp(sample("gcp-monitoring/test.json")).note, "test notification");
    EXPECT_TRUE(gcp(sample("gcp-monitoring/test.json")).items.empty());
    const auto zero = gcp(R"({"version":"1.1","incident":{"incident_id":7,"state":"OPEN","started_at":0,"summary":"only words"}})");
    EXPECT_EQ(event_at(zero, 0).text, "only words");
    EXPECT_EQ(event_at(zero, 0).status, "firing");
    EXPECT_EQ(event_at(zero, 0).occurred_raw, "");
    EXPECT_EQ(fingerprint(event_at(zero, 0)), "7");
    EXPECT_TRUE(zero.items[0].tells_state);
    for (const auto* const bytes : {"", "[]", "{}", R"({"incident":7})", R"({"message":{"data":"e30="}})", R"({"message":{"data":"!"}})"}) EXPECT_EQ(gcp(bytes).unparsed, 1u) << bytes;
}

Understood zabbix(std::string_view bytes, std::string zone = {})
{
    auto source = named("zabbix");
    source.zone = std::move(zone);
    return read_zabbix(body_of(bytes, "application/x-ndjson"), source);
}

TEST(Zabbix, ReadsAConnectorsLinesAndKeepsTheNeighboursOfABadOne)
{
    const auto understood = zabbix(sample("zabbix/connector.ndjson"));
    ASSERT_EQ(understood.items.size(), 3u);
    EXPECT_EQ(understood.unparsed, 1u);
    EXPECT_EQ(understood.reply, "{}");
    const auto problem = event_at(understood, 0);
    EXPECT_EQ(problem.text, "Диск db2 полон 🚨");
    EXPECT_EQ(problem.status, "firing");
    EXPECT_EQ(problem.severity, "high");
    EXPECT_EQ(problem.occurred_at, at("2026-06-22T15:15:00.123456Z"));
    EXPECT_EQ(problem.labels.at("host"), "db2");
    EXPECT_EQ(problem.labels.at("scope"), "capacity, storage") << "duplicate tags are allowed";
    EXPECT_EQ(problem.labels.at("service"), "");
    EXPECT_EQ(problem.key, "2026-06-22T15:15:00.123456Z|77|firing");
    EXPECT_FALSE(understood.items[0].recalls);
    const auto recovery = event_at(understood, 2);
    EXPECT_EQ(recovery.status, "resolved");
    EXPECT_EQ(recovery.text, "recovery of problem 77");
    EXPECT_EQ(fingerprint(recovery), "77");
    EXPECT_EQ(recovery.occurred_at, at("2026-06-22T15:25:00.987654Z"));
    EXPECT_EQ(understood.items[2].recalls, "") << "its problem knows the title";
}

TEST(Zabbix, ReadsScripts)
{
    const auto understood = zabbix(sample("zabbix/script.json"), "Europe/Berlin");
    const auto event = event_at(understood, 0);
    EXPECT_EQ(event.text, "www1 does not answer");
    EXPECT_EQ(event.severity, "Hoch") << "a word of the server's language";
    EXPECT_EQ(event.occurred_at, at("2026-06-22T15:15:00Z")) << "by the zone of the site";
    EXPECT_EQ(fingerprint(event), "trigger:14032");
    EXPECT_EQ(event.labels.at("host"), "www1");
    EXPECT_TRUE(understood.items[0].tells_state);
    EXPECT_EQ(event_at(zabbix(sample("zabbix/script.json")), 0).occurred_at, arrival) << "whose clock nobody told us";
    const auto unfilled = event_at(zabbix(sample("zabbix/script-unfilled.json")), 0);
    EXPECT_EQ(unfilled.text, "db2 is down");
    EXPECT_EQ(unfilled.severity, "disaster") << "the number goes before the word";
    EXPECT_EQ(unfilled.occurred_at, at("2026-06-22T15:15:00Z"));
    EXPECT_EQ(fingerprint(unfilled), "99");
    EXPECT_EQ(unfilled.labels.count("host"), 0u);
    EXPECT_EQ(event_at(zabbix(R"({"trigger":"x","status":"OK"})"), 0).status, "resolved");
}

TEST(Zabbix, TellsMeasurementsFromEventsAndKeepsTheRest)
{
    const auto values = zabbix("{\"itemid\":1,\"value\":3,\"clock\":1}\n{\"itemid\":2,\"value\":3,\"clock\":1}\n");
    EXPECT_TRUE(values.items.empty());
    EXPECT_FALSE(values.note.empty());
    for (const auto* const bytes : {"x", "[7]", "{}", "7", "{\"clock\":"}) EXPECT_EQ(zabbix(bytes).unparsed, 1u) << bytes;
    EXPECT_FALSE(zabbix(" \n").note.empty());
    EXPECT_EQ(zabbix("{\n\"clock\":1782141300,\n\"eventid\":5,\n\"value\":1\n}").items.size(), 1u) << "one document over lines";
    EXPECT_EQ(zabbix("{\n\"clock\":1782141300,\n\"eventid\":5,\n\"val").items.size(), 1u) << "one broken body is one event";
}

TEST(Base64, IsReadWithOrWithoutPadding)
{
    EXPECT_EQ(from_base64("eyAieHl6IjogMTIzIH0="), R"({ "xyz": 123 })");
    EXPECT_EQ(from_base64("YQ"), "a");
    EXPECT_EQ(from_base64("YQ=="), "a");
    EXPECT_EQ(from_base64("YWI="), "ab");
    EXPECT_EQ(from_base64(""), "");
    for (const auto* const bad : {"Y", "YQ===", "Y=Q=", "YR==", "... base64 ...", "YQ\n=="}) EXPECT_FALSE(from_base64(bad).has_value()) << bad;
}

TEST(Fingerprints, KeepTheirPlaceInACrowd)
{
    Event event;
    for (std::size_t i = 0; i < max_labels; ++i) add_label(event, "l" + std::to_string(i), "v");
    set_fingerprint(event, "f");
    EXPECT_EQ(event.labels.size(), max_labels);
    EXPECT_EQ(fingerprint(event), "f");
    set_fingerprint(event, std::string(1000, 'x'));
    EXPECT_EQ(fingerprint(event).size(), 16u);
}

TEST(Keys, AreHashedWhenTheyAreLong)
{
    EXPECT_EQ(key_of({"a", "b"}), "a|b");
    const auto hashed = key_of({"2026-06-22T15:16:00.000000Z", std::string(600, 'x')});
    EXPECT_TRUE(hashed.starts_with("2026-06-22T15:16:00.000000Z|"));
    EXPECT_EQ(hashed.size(), 28u + 16u);
    EXPECT_EQ(key_of({std::string("a\0b", 3)}).size(), 16u) << "no NUL in a key";
}

}  // namespace
}  // namespace incident::ingest::test
