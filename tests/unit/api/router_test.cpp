#include "api/router.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

using wire::Operation;

std::vector<std::string> parts(std::string_view path)
{
    std::vector<std::string> segments;
    path.remove_prefix(1);
    while (!path.empty()) {
        const auto slash = path.find('/');
        segments.emplace_back(path.substr(0, slash));
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
    }
    return segments;
}

Routed at(std::string_view method, std::string_view path) { return route(method, parts(path)); }

TEST(Router, EveryRouteOfTheTableIsFound)
{
    for (const auto& known : wire::routes) {
        const auto routed = at(known.method, known.path);
        const auto* match = std::get_if<Match>(&routed);
        ASSERT_NE(match, nullptr) << known.method << ' ' << known.path;
        EXPECT_EQ(match->route->operation, known.operation);
    }
}

TEST(Router, ParametersAreOneSegmentEach)
{
    const auto match = std::get<Match>(at("GET", "/api/v1/incidents/INC-7/draft"));
    EXPECT_EQ(match.params.at("key"), "INC-7");
    const std::vector<std::string> slash{"api", "v1", "incidents", "INC-7/draft"};
    EXPECT_EQ(std::get<Match>(route("GET", slash)).route->operation, Operation::get_incident);
}

TEST(Router, ATailIsOneSegmentOrMore)
{
    const auto one = std::get<Match>(at("POST", "/api/v1/hooks/slack-webhook/secret"));
    EXPECT_EQ(one.route->operation, Operation::post_hook);
    EXPECT_EQ(one.params.at("source"), "slack-webhook");
    EXPECT_EQ(one.params.at("tail"), "secret");
    EXPECT_EQ(std::get<Match>(at("POST", "/api/v1/hooks/prometheus/api/v2/alerts")).params.at("tail"), "api/v2/alerts");
    EXPECT_FALSE(std::get<Match>(at("POST", "/api/v1/hooks/slack")).params.contains("tail"));
    EXPECT_EQ(std::get<WrongMethod>(at("GET", "/api/v1/hooks/prometheus/api/v2/alerts")).allow, "OPTIONS, POST");
}

TEST(Router, ADoorIsTheHookOfItsSource)
{
    EXPECT_EQ(std::get<Match>(at("POST", "/v2/enqueue")).params.at("source"), "pagerduty-events");
    EXPECT_EQ(std::get<Match>(at("POST", "/v2/change/enqueue")).params.at("source"), "pagerduty-events");
    const auto logs = std::get<Match>(at("POST", "/v1/logs"));
    EXPECT_EQ(logs.params.at("source"), "otlp");
    EXPECT_EQ(logs.route->path, "/v1/logs") << "what metrics are labelled with";
}

TEST(Router, HeadIsServedWhereGetIs)
{
    EXPECT_EQ(std::get<Match>(at("HEAD", "/-/ready")).route->operation, Operation::get_ready);
    EXPECT_EQ(std::get<WrongMethod>(at("HEAD", "/-/reload")).allow, "OPTIONS, POST");
}

TEST(Router, OtherMethodsAreToldWhatIsTaken)
{
    EXPECT_EQ(std::get<WrongMethod>(at("DELETE", "/api/v1/events")).allow, "GET, HEAD, OPTIONS, POST");
    EXPECT_EQ(std::get<WrongMethod>(at("PUT", "/api/v1/incidents/INC-1")).allow, "GET, HEAD, OPTIONS, PATCH");
    EXPECT_EQ(std::get<WrongMethod>(at("get", "/api/v1/events")).allow, "GET, HEAD, OPTIONS, POST") << "methods are case-sensitive";
    EXPECT_EQ(std::get<Asked>(at("OPTIONS", "/")).allow, "GET, HEAD, OPTIONS");
}

TEST(Router, UnknownPathsGetASuggestion)
{
    EXPECT_EQ(std::get<NoRoute>(at("GET", "/api/v1/event")).nearest, "/api/v1/events");
    EXPECT_EQ(std::get<NoRoute>(at("GET", "/wp-login.php")).nearest, "");
    EXPECT_TRUE(std::holds_alternative<NoRoute>(at("OPTIONS", "/nowhere")));
    EXPECT_TRUE(std::holds_alternative<NoRoute>(at("GET", "/api/v1/incidents//draft")));
    EXPECT_TRUE(std::holds_alternative<NoRoute>(at("GET", "/api/v1")));
}

TEST(Router, TheRootIsThePage)
{
    EXPECT_EQ(std::get<Match>(route("GET", {})).route->operation, Operation::get_page);
    const std::vector<std::string> empty{""};
    EXPECT_EQ(std::get<Match>(route("GET", empty)).route->operation, Operation::get_page);
}

}  // namespace
}  // namespace incident::api
