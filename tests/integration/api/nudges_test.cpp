#include "api/nudger.hpp"
#include "support/service_harness.hpp"
#include <gtest/gtest.h>

namespace incident::test {
namespace {

using namespace std::chrono_literals;

/// A recorder that may speak into its stream, an open incident, and the time in our hands.
class NudgesInTheStream : public testing::Test {
protected:
    void wanted(bool stream, std::chrono::minutes every = 15min)
    {
        config::Config config;
        config.nudges.stream = stream;
        config.nudges.every = every;
        harness_.configure(std::move(config));
    }
    void open(const std::string& title)
    {
        const auto answer = harness_.post("/api/v1/incidents", R"({"title": ")" + title + R"("})");
        ASSERT_EQ(answer.status, 201u) << answer.body;
    }
    /// What was said in one look, this much later.
    std::vector<std::string> later(std::chrono::minutes span)
    {
        harness_.clock.advance(span);
        harness_.hub.said.clear();
        harness_.run(nudger_.look());
        return harness_.hub.said;
    }

    ServiceHarness harness_;
    api::Nudger nudger_{harness_.runtime()};
};

TEST_F(NudgesInTheStream, AreOffUntilTheSiteWantsThem)
{
    open("checkout 503");
    EXPECT_TRUE(later(60min).empty());
    wanted(true);
    EXPECT_EQ(later(1min).size(), 1u) << "a reload turns them on";
    wanted(false);
    EXPECT_TRUE(later(60min).empty());
}

TEST_F(NudgesInTheStream, SayOneLineOfAnIncidentInAQuarterOfAnHour)
{
    wanted(true);
    open("checkout 503");
    EXPECT_TRUE(later(1min).empty()) << "nobody knows much yet";
    const auto first = later(5min);
    ASSERT_EQ(first.size(), 1u);
    EXPECT_EQ(first.front().rfind("INC-1 event: nudge\ndata: {", 0), 0u) << first.front();
    EXPECT_NE(first.front().find(R"("incident":"INC-1","finding":"T1","text":"no detection recorded yet)"), std::string::npos) << first.front();
    EXPECT_EQ(first.front().find("\nid:"), std::string::npos) << "no entry of the ledger: a reader's place stays where it is";
    for (int minute = 1; minute < 15; ++minute) EXPECT_TRUE(later(1min).empty()) << minute;
    EXPECT_EQ(later(1min).size(), 1u);
}

TEST_F(NudgesInTheStream, SpeakOfEachOpenIncidentByItself)
{
    wanted(true, 30min);
    open("checkout 503");
    EXPECT_EQ(later(10min).size(), 1u);
    open("search is slow");
    EXPECT_EQ(later(10min).size(), 1u) << "the other's turn is not yet";
    EXPECT_EQ(later(20min).size(), 1u) << "half an hour after the first";
    ASSERT_EQ(harness_.patch("/api/v1/incidents/INC-1", R"({"status": "closed"})").status, 200u);
    const auto left = later(60min);
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left.front().rfind("INC-2 ", 0), 0u);
}

}  // namespace
}  // namespace incident::test
