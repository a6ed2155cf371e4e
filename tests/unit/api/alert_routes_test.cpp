#include "api/alert_routes.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

Event alert(std::map<std::string, std::string> labels)
{
    Event event;
    event.kind = Kind::alert;
    event.source = "alertmanager";
    event.text = "Disk full";
    event.status = "firing";
    event.labels = std::move(labels);
    return event;
}

Incident incident(std::uint64_t number, std::string service)
{
    Incident made;
    made.key = IncidentKey{number};
    made.service = std::move(service);
    return made;
}

config::Route route(std::map<std::string, std::string> labels, std::map<std::string, std::string> of_incident)
{
    config::Route made;
    made.name = "r";
    made.labels = std::move(labels);
    made.incident = std::move(of_incident);
    return made;
}

std::optional<IncidentKey> joined(config::Route one, const Event& event, const std::vector<Incident>& open)
{
    std::vector<const Incident*> pointers;
    for (const auto& each : open) pointers.push_back(&each);
    return AlertRoutes::compile({std::move(one)})->decide(event, pointers).join;
}

TEST(AlertRoutes, LabelsMatchTheirWholeValue)
{
    const std::vector<Incident> open{incident(1, "shop")};
    EXPECT_TRUE(joined(route({{"team", "web|shop"}}, {}), alert({{"team", "shop"}}), open));
    EXPECT_FALSE(joined(route({{"team", "web|shop"}}, {}), alert({{"team", "workshop"}}), open));
    EXPECT_FALSE(joined(route({{"team", ".+"}}, {}), alert({}), open));
}

TEST(AlertRoutes, SourceIsAnyOfThoseGiven)
{
    const std::vector<Incident> open{incident(1, "shop")};
    auto grafana = route({}, {});
    grafana.source = {"grafana"};
    EXPECT_FALSE(joined(grafana, alert({}), open));
    grafana.source = {"grafana", "alertmanager"};
    EXPECT_TRUE(joined(grafana, alert({}), open));
}

TEST(AlertRoutes, NewestFittingIncidentFirst)
{
    const std::vector<Incident> open{incident(3, "mail"), incident(2, "shop"), incident(1, "shop")};
    EXPECT_EQ(joined(route({}, {{"service", "$labels.service"}}), alert({{"service", "shop"}}), open), IncidentKey{2});
    EXPECT_EQ(joined(route({}, {}), alert({}), open), IncidentKey{3});
    EXPECT_FALSE(joined(route({}, {{"severity", "1"}}), alert({}), open));
}

TEST(AlertRoutes, AnAlertsLabelIsTakenLiterally)
{
    const std::vector<Incident> open{incident(1, "shop")};
    EXPECT_FALSE(joined(route({}, {{"service", "$labels.service"}}), alert({{"service", ".*"}}), open));
}

TEST(AlertRoutes, ABadPatternFitsNothing)
{
    const std::vector<Incident> open{incident(1, "shop")};
    EXPECT_FALSE(joined(route({{"team", "("}}, {}), alert({{"team", "("}}), open));
}

TEST(FillIn, ReplacesWhatTheAlertHas)
{
    const auto event = alert({{"service", "shop"}});
    EXPECT_EQ(fill_in("$text on $labels.service!", event), "Disk full on shop!");
    EXPECT_EQ(fill_in("[$labels.none] $5 $", event), "[] $5 $");
    EXPECT_EQ(fill_in("", event), "");
}

}  // namespace
}  // namespace incident::api
