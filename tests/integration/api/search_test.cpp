#include "support/service_harness.hpp"
#include <gtest/gtest.h>

namespace incident {
namespace {

using test::ServiceHarness;

std::vector<std::string> texts(const test::Answer& answer)
{
    std::vector<std::string> all;
    EXPECT_EQ(answer.status, 200u) << answer.body;
    const auto body = answer.json();
    for (const auto& event : body.at("events").as_array()) all.emplace_back(event.at("text").as_string());
    return all;
}
using Texts = std::vector<std::string>;

class AcrossIncidents : public testing::Test {
protected:
    ServiceHarness daemon;
    void SetUp() override
    {
        daemon.post("/api/v1/incidents", R"({"title":"checkout 503","severity":"1","started_at":"2024-06-22T15:15:00Z"})");
        daemon.post("/api/v1/events", R"([
            {"text":"customer call, checkout dead","occurred_at":"2024-06-22T15:20:00Z","incident":"INC-1","tags":[{"name":"detection","how":"customer"}]},
            {"text":"connection pool exhausted","occurred_at":"2024-06-22T15:30:00Z","incident":"INC-1","tags":["hypothesis"]},
            {"text":"pool size doubled, errors 0","occurred_at":"2024-06-22T15:50:00Z","incident":"INC-1","tags":["resolution"]}])");
        daemon.clock.advance(std::chrono::hours{48});
        daemon.post("/api/v1/incidents", R"({"title":"search slow","severity":"2"})");
        daemon.post("/api/v1/events", R"({"text":"thread pool is full","incident":"INC-2"})");
        daemon.clock.advance(std::chrono::minutes{1});  // a period ends before its end
    }
    Texts find(const std::string& query)
    {
        for (int tries = 0; tries < 10'000; ++tries) {
            const auto answer = daemon.get("/api/v1/events?" + query);
            if (answer.status == 503 || (answer.status == 200 && answer.json().at("search_behind") != 0)) continue;
            return texts(answer);
        }
        ADD_FAILURE() << "full text never came back";
        return {};
    }
};

TEST_F(AcrossIncidents, WordsAreFoundWithEveryFilterAndPage)
{
    EXPECT_EQ(find("q=pool"), (Texts{"connection pool exhausted", "pool size doubled, errors 0", "thread pool is full"}));
    EXPECT_EQ(find("q=pool&order=desc&incident=INC-1"), (Texts{"pool size doubled, errors 0", "connection pool exhausted"}));
    EXPECT_EQ(find("q=pool&tag=resolution&kind=note&author=sam&since=2024-06-22T15:00:00Z"), Texts{"pool size doubled, errors 0"});
    const auto first = daemon.get("/api/v1/events?q=pool&limit=2").json();
    const auto cursor = std::string{first.at("next").as_string()};
    EXPECT_EQ(find("q=pool&limit=2&cursor=" + cursor), Texts{"thread pool is full"});
    EXPECT_EQ(daemon.get("/api/v1/events?q=thread&cursor=" + cursor).status, 400u) << "a cursor belongs to its words";
    EXPECT_FALSE(daemon.get("/api/v1/events").json().as_object().contains("search_behind"));
    EXPECT_EQ(daemon.get("/api/v1/events?q=").status, 422u);
}

TEST_F(AcrossIncidents, CorrectionsStrikesAndRemovalsAreFollowed)
{
    const auto list = daemon.get("/api/v1/events").json();
    const auto amend = [&](std::size_t event, const char* body) {
        const auto id = std::string{list.at("events").at(event).at("id").as_string()};
        EXPECT_EQ(daemon.post("/api/v1/events/" + id + "/amendments", body).status, 201u);
    };
    amend(1, R"({"text":"it was the cache"})");
    EXPECT_EQ(find("q=exhausted"), Texts{});
    EXPECT_EQ(find("q=cache"), Texts{"it was the cache"});
    amend(2, R"({"strike":true})");
    EXPECT_EQ(find("q=doubled"), Texts{});
    EXPECT_EQ(find("q=doubled&struck=true"), Texts{"pool size doubled, errors 0"});
    amend(0, R"({"redact":true})");
    EXPECT_EQ(find("q=customer"), Texts{});
    EXPECT_EQ(find("q=thread"), Texts{"thread pool is full"});
}

TEST_F(AcrossIncidents, NobodyFindsOrCountsWhatIsPrivateToOthers)
{
    ASSERT_EQ(daemon.patch("/api/v1/incidents/INC-2", R"({"label":"private"})").status, 200u);
    EXPECT_EQ(find("q=thread"), Texts{"thread pool is full"}) << "sam opened it";
    daemon.peer = ServiceHarness::ana();
    EXPECT_EQ(find("q=thread"), Texts{});
    EXPECT_EQ(find("q=pool").size(), 2u);
    EXPECT_EQ(daemon.get("/api/v1/events?q=pool&incident=INC-2").status, 422u) << "as for one that does not exist";
    EXPECT_EQ(daemon.get("/api/v1/stats").json().at("incidents"), 1u);
    EXPECT_EQ(daemon.get("/api/v1/incidents?figures=true").json().at("incidents").as_array().size(), 1u);
}

TEST_F(AcrossIncidents, StatsSayWhatTheyCountAndWhatTheyLack)
{
    const auto stats = daemon.get("/api/v1/stats").json();
    EXPECT_EQ(stats.at("incidents"), 2u);
    const auto& detect = stats.at("figures").at(0);
    EXPECT_EQ(detect.at("name"), "to_detect");
    EXPECT_EQ(detect.at("n"), 1u);
    EXPECT_EQ(detect.at("median"), 5.0);
    EXPECT_EQ(detect.at("missing").at(0).at("incidents").at(0), "INC-2");
    EXPECT_EQ(stats.at("by_severity").as_array().size(), 2u);
    EXPECT_TRUE(stats.at("left_out").as_array().empty());
    // the second began when it was opened, two days later
    EXPECT_EQ(daemon.get("/api/v1/stats?since=2024-06-23T00:00:00Z").json().at("incidents"), 1u);
    EXPECT_EQ(daemon.get("/api/v1/stats?until=2024-06-23T00:00:00Z").json().at("incidents"), 1u);
    EXPECT_EQ(daemon.get("/api/v1/stats?since=2024-06-22T15:16:00Z&until=2024-06-23T00:00:00Z").json().at("incidents"), 0u);
    // a merged one is part of its target
    ASSERT_EQ(daemon.patch("/api/v1/incidents/INC-2", R"({"merged_into":"INC-1"})").status, 200u);
    EXPECT_EQ(daemon.get("/api/v1/stats").json().at("incidents"), 1u);
}

TEST_F(AcrossIncidents, ListsCarryFiguresWhenAsked)
{
    const auto plain = daemon.get("/api/v1/incidents").json();
    EXPECT_FALSE(plain.at("incidents").at(0).as_object().contains("figures"));
    const auto list = daemon.get("/api/v1/incidents?figures=true").json();
    const auto& first = list.at("incidents").at(1).at("figures");
    EXPECT_EQ(first.at("started_at"), "2024-06-22T15:15:00.000000Z");
    EXPECT_EQ(first.at("duration_minutes"), 35);
    EXPECT_TRUE(list.at("incidents").at(0).at("figures").at("duration_minutes").is_null());
    EXPECT_EQ(daemon.get("/api/v1/incidents?severity=2").json().at("incidents").as_array().size(), 1u);
    EXPECT_EQ(daemon.get("/api/v1/incidents?since=2024-06-23T00:00:00Z").json().at("incidents").as_array().size(), 1u);
    EXPECT_EQ(daemon.get("/api/v1/incidents?until=2024-06-23T00:00:00Z").json().at("incidents").at(0).at("key"), "INC-1");
}

}  // namespace
}  // namespace incident
