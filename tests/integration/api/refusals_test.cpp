#include "support/service_harness.hpp"
#include "wire/routes.hpp"
#include <gtest/gtest.h>

namespace incident {
namespace {

using test::ServiceHarness;

constexpr auto no_event = "0190d2c8-7a3e-7000-8000-000000000001";

/// A path of a route with parameters that name nothing.
std::string path_of(const wire::Route& route)
{
    std::string path{route.path};
    for (const auto& [name, value] : {std::pair<std::string, std::string>{"{id}", no_event}, {"{key}", "INC-99"}, {"{source}", "generic"}})
        if (const auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
    return path;
}

TEST(Refusals, EveryRouteTellsItsMethods)
{
    ServiceHarness daemon;
    for (const auto& route : wire::routes) {
        const auto path = path_of(route);
        const auto wrong = daemon.ask("BREW", path, {});
        EXPECT_EQ(wrong.status, 405u) << path;
        EXPECT_NE(wrong.header("Allow").find(route.method), std::string::npos) << path;
        EXPECT_EQ(wrong.type, "application/problem+json");
        EXPECT_EQ(wrong.json().at("status"), 405) << "the document and the reply agree";
        const auto asked = daemon.ask("OPTIONS", path, {});
        EXPECT_EQ(asked.status, 204u) << path;
        EXPECT_EQ(asked.header("Allow"), wrong.header("Allow")) << path;
    }
}

TEST(Refusals, EveryRouteButProbesWantsOurHost)
{
    ServiceHarness daemon;
    daemon.peer = ServiceHarness::loopback();
    for (const auto& route : wire::routes) {
        const auto answer = daemon.ask(route.method, path_of(route), {}, {{"host", "rebound.example"}});
        const bool probe = route.path == "/-/healthy" || route.path == "/-/ready";
        EXPECT_EQ(answer.status, probe ? 200u : 421u) << route.path;
    }
}

TEST(Refusals, EveryWriteWantsItsTypeAndNoOtherSite)
{
    ServiceHarness daemon;
    daemon.peer = ServiceHarness::loopback();
    for (const auto& route : wire::routes) {
        if (route.method == "GET") continue;
        const auto path = path_of(route);
        EXPECT_EQ(daemon.ask(route.method, path, "{}", {{"origin", "https://evil.example"}}).status, 403u) << path;
        EXPECT_EQ(daemon.ask(route.method, path, "{}", {{"sec-fetch-site", "cross-site"}}).status, 403u) << path;
        if (route.path == "/-/reload" || route.path.starts_with("/api/v1/tokens")) continue;  // not without a proof anyway
        if (route.method == "DELETE") continue;  // no form can send it, and it has no body
        EXPECT_EQ(daemon.ask(route.method, path, "{}", {{"content-type", "multipart/form-data; boundary=x"}}).status, 415u) << path;
        EXPECT_EQ(daemon.ask(route.method, path, "{}", {{"content-encoding", "br"}}).status, 415u) << path;
    }
}

TEST(Refusals, EveryJsonAnswerLooksAtAccept)
{
    ServiceHarness daemon;
    for (const auto& route : wire::routes) {
        if (!route.path.starts_with("/api/v1/") || route.path.find("hooks") != std::string_view::npos) continue;
        if (route.operation == wire::Operation::get_raw) continue;  // whatever type the body came as
        EXPECT_EQ(daemon.ask(route.method, path_of(route), {}, {{"accept", "image/png"}}).status, 406u) << route.path;
    }
}

TEST(Refusals, EveryReadRefusesUnknownQueryNames)
{
    ServiceHarness daemon;
    for (const auto& route : wire::routes) {
        if (!route.path.starts_with("/api/v1/") || route.path.find("hooks") != std::string_view::npos ||
            route.path.find("openapi") != std::string_view::npos)
            continue;
        const auto answer = daemon.ask(route.method, path_of(route) + "?nonsense=1", {});
        EXPECT_EQ(answer.status, 400u) << route.path;
        EXPECT_NE(answer.body.find("unknown query parameter nonsense"), std::string::npos) << answer.body;
    }
}

TEST(Refusals, WhatDoesNotExistIsNotFound)
{
    ServiceHarness daemon;
    const std::string event = std::string{"/api/v1/events/"} + no_event;
    for (const auto& path : {event, event + "/history", std::string{"/api/v1/events/7"}, std::string{"/api/v1/incidents/INC-99"},
                             std::string{"/api/v1/incidents/7"}, std::string{"/api/v1/incidents/INC-99/timeline"},
                             std::string{"/api/v1/incidents/INC-99/draft"}, std::string{"/favicon.ico"}}) {
        const auto answer = daemon.get(path);
        EXPECT_EQ(answer.status, 404u) << path;
        EXPECT_EQ(answer.json().at("instance").as_string(), path);
    }
    EXPECT_EQ(daemon.post(event + "/amendments", R"({"text":"b"})").status, 404u);
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-99", R"({"lead":"ana"})").status, 404u);
    EXPECT_NE(daemon.get("/api/v1/incident").body.find("did you mean /api/v1/incidents?"), std::string::npos);
    EXPECT_EQ(daemon.get("/api/v1/events?incident=INC-99").status, 422u);
}

TEST(Refusals, QueryValuesSayWhatIsAccepted)
{
    ServiceHarness daemon;
    daemon.post("/api/v1/incidents", R"({"title":"a"})");
    struct Case {
        const char* path;
        unsigned status;
        const char* says;
    };
    for (const auto& [path, status, says] : {Case{"/api/v1/events?limit=0", 422, "1 to 1000"},
                                             Case{"/api/v1/events?cursor=xyz", 400, "none of ours"},
                                             Case{"/api/v1/events?kind=alarm", 422, "alert, chat, note"},
                                             Case{"/api/v1/events?since=noon", 422, "2024-06-22T15:15:00Z"},
                                             Case{"/api/v1/incidents?status=done", 422, "open, closed or merged"},
                                             Case{"/api/v1/incidents/INC-1/draft?format=pdf", 400, "incidentctl draft --format pdf"},
                                             Case{"/api/v1/incidents/INC-1/draft?format=doc", 422, "md, html, json or csv"},
                                             Case{"/api/v1/incidents/INC-1/draft?template=pretty", 422, "give brief"},
                                             Case{"/api/v1/incidents/INC-1/draft?audience=mars", 422, "query parameter audience"},
                                             Case{"/api/v1/events?q=!", 422, "a letter or a digit"},
                                             Case{"/api/v1/incidents?figures=all", 422, "true or false"},
                                             Case{"/api/v1/stats?since=90d", 422, "2024-06-22T15:15:00Z"},
                                             Case{"/api/v1/incidents/INC-1/timeline?as_of=x", 422, "2024-06-22T15:15:00Z"},
                                             Case{"/api/v1/incidents/INC-1/draft?clock=13", 422, "12 or 24"},
                                             Case{"/api/v1/incidents/INC-1/draft?fold=no", 422, "true or false"},
                                             Case{"/api/v1/stream?incident=inbox", 422, "INC-7"}}) {
        const auto answer = daemon.get(path);
        EXPECT_EQ(answer.status, status) << path << answer.body;
        EXPECT_NE(answer.body.find(says), std::string::npos) << path << answer.body;
    }
}

TEST(Refusals, BelowHttpTheyAreProblemDocumentsToo)
{
    ServiceHarness daemon;
    const auto reply = daemon.service().refuse(431, "the header has more than 16384 bytes");
    EXPECT_EQ(reply.status, 431u);
    EXPECT_EQ(reply.content_type, "application/problem+json");
    EXPECT_EQ(daemon.metrics.count("connection framing"), 1);
    (void)daemon.service().refuse(408, "too slow");
    EXPECT_EQ(daemon.metrics.count("connection timeout"), 1);
    const auto busy = daemon.service().refuse(503, "too many connections");
    EXPECT_EQ(daemon.metrics.count("connection limit"), 1);
    EXPECT_TRUE(std::ranges::any_of(busy.headers, [](const auto& header) { return header.first == "Retry-After"; }));
}

TEST(Refusals, AFullMachineLaneKeepsAlertsOutAndLetsPeopleIn)
{
    ServiceHarness daemon;
    daemon.gate().machines_full = true;
    const auto hook = daemon.post("/api/v1/hooks/alertmanager", "{}");
    EXPECT_EQ(hook.status, 503u) << "never 429: Alertmanager retries only 5xx";
    EXPECT_EQ(hook.header("Retry-After"), "1");
    EXPECT_EQ(daemon.metrics.count("refused alertmanager busy"), 1);
    EXPECT_EQ(daemon.post("/api/v1/events", R"({"text":"a note"})").status, 201u);
    const auto alert = daemon.post("/api/v1/events", R"({"text":"an alert","kind":"alert"})");
    EXPECT_EQ(alert.status, 503u);
    EXPECT_EQ(alert.header("Retry-After"), "1");
    std::string batch = "[";
    for (int i = 0; i < 2000; ++i) batch += (i == 0 ? "" : ",") + std::string{R"({"text":"a line of an import, one of very many"})"};
    EXPECT_EQ(daemon.post("/api/v1/events", batch + ']').status, 503u) << "not even parsed";
    EXPECT_EQ(daemon.get("/api/v1/events").json().at("events").as_array().size(), 1u);
}

TEST(Refusals, WhenBothLanesAreFullNobodyIsRead)
{
    ServiceHarness daemon;
    daemon.gate().machines_full = daemon.gate().people_full = true;
    const auto note = daemon.post("/api/v1/events", R"({"text":"a note"})");
    EXPECT_EQ(note.status, 503u);
    EXPECT_EQ(note.header("Retry-After"), "1");
    EXPECT_EQ(daemon.post("/api/v1/hooks/slack", "{}").status, 503u);
    EXPECT_EQ(daemon.post("/api/v1/incidents", R"({"title":"a"})").status, 503u);
    EXPECT_EQ(daemon.get("/api/v1/events").status, 200u) << "reading goes on";
}

TEST(Refusals, RefusalsAreCountedByTemplate)
{
    ServiceHarness daemon;
    daemon.get("/api/v1/incidents/INC-99");
    daemon.get("/nowhere");
    daemon.ask("DELETE", "/api/v1/events", {});
    EXPECT_EQ(daemon.metrics.count("request GET /api/v1/incidents/{key} 404"), 1);
    EXPECT_EQ(daemon.metrics.count("request GET other 404"), 1);
    EXPECT_EQ(daemon.metrics.count("request DELETE other 405"), 1);
}

}  // namespace
}  // namespace incident
