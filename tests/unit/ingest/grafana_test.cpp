#include "bodies.hpp"

namespace incident::ingest::test {
namespace {

Understood read(std::string_view bytes) { return read_grafana(body_of(bytes), named("grafana")); }

TEST(Grafana, KeepsValuesAndLinksInOrder)
{
    const auto understood = read(sample("grafana/firing.json"));
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.source, "grafana");
    EXPECT_EQ(event.text, "Queue of <no value> grows") << "a placeholder inside a sentence is not an empty text";
    EXPECT_EQ(event.details, "values: B=44.25, C=1");
    EXPECT_EQ(urls(event), (Texts{"https://grafana.lan/d/abc?viewPanel=1", "https://grafana.lan/d/abc", "https://grafana.lan/?orgId=1",
                                  "https://grafana.lan/silence/new"}))
        << "the relative one is resolved";
}

TEST(Grafana, TakesAResolvedAlertWithoutEndAtItsArrival)
{
    const auto understood = read(sample("grafana/resolved-without-end.json"));
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.status, "resolved");
    EXPECT_EQ(event.occurred_at, arrival);
    EXPECT_TRUE(has_flag(event, "time_from_arrival"));
}

TEST(Grafana, NotesItsTestButton)
{
    const auto understood = read(sample("grafana/test-button.json"));
    EXPECT_TRUE(understood.items.empty());
    EXPECT_EQ(understood.note, "test notification");
}

TEST(Grafana, NamesNoDataByItsLabels)
{
    const auto understood = read(sample("grafana/no-data.json"));
    EXPECT_EQ(event_at(understood, 0).text, "DatasourceNoData");
    EXPECT_EQ(event_at(understood, 0).labels.at("rulename"), "Checkout errors");
}

TEST(Grafana, TakesLegacyAlertsAtTheirArrival)
{
    const auto understood = read(sample("grafana/legacy.json"));
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.text, "Queue grows");
    EXPECT_EQ(event.status, "firing");
    EXPECT_EQ(event.severity, "warning");
    EXPECT_EQ(event.labels.at(std::string{fingerprint_label}), "rule:7");
    EXPECT_TRUE(has_flag(event, "time_from_arrival"));
    EXPECT_EQ(event.key, "");
    const auto resolved = read(sample("grafana/legacy-ok.json"));
    EXPECT_EQ(event_at(resolved, 0).status, "resolved");
    EXPECT_EQ(event_at(resolved, 0).labels.at(std::string{fingerprint_label}), "rule:7") << "so that the resolve finds its firing";
}

TEST(Grafana, KeepsWhatItDoesNotUnderstand)
{
    for (const auto* const bytes : {"", "x", "[]", "{}", R"({"alerts":7})", R"({"title":"custom payload"})"}) {
        const auto understood = read(bytes);
        EXPECT_EQ(understood.unparsed, 1u) << bytes;
        EXPECT_EQ(event_at(understood, 0).source, "grafana");
    }
}

}  // namespace
}  // namespace incident::ingest::test
