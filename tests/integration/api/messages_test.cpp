#include "api/call.hpp"
#include "api/message_service.hpp"
#include "support/service_harness.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

using net::Message;
using net::Protocol;
using net::Taken;

/// Message sockets without sockets: the real handler over the real ledger.
class Messages : public testing::Test {
 protected:
    std::vector<Taken> take(Protocol protocol, std::vector<Message> messages, net::Peer peer = test::ServiceHarness::loopback())
    {
        auto taken = boost::asio::co_spawn(io_, handler_->take(protocol, std::move(peer), std::move(messages)), boost::asio::use_future);
        while (taken.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
            io_.restart();
            io_.run_for(std::chrono::milliseconds{20});
        }
        return taken.get();
    }
    Taken line(std::string text, net::Peer peer = test::ServiceHarness::sam()) { return take(Protocol::line, {message(std::move(text))}, std::move(peer)).at(0); }
    static Message message(std::string bytes, std::uint64_t ordinal = 1)
    {
        Message one;
        one.bytes = std::move(bytes);
        one.ordinal = ordinal;
        return one;
    }
    boost::json::array events(const std::string& query) { return harness.get("/api/v1/events?limit=100&" + query).json().at("events").as_array(); }

    test::ServiceHarness harness;
    std::shared_ptr<Context> context_ = make_context(harness.runtime());
    std::unique_ptr<net::MessageHandler> handler_ = make_message_service(context_);

 private:
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
};

constexpr auto relp_line = "<11>1 2024-06-22T15:59:00.000001Z web1 app 7 - - cart 502";

TEST_F(Messages, ALineIsANoteOfWhoeverIsAtTheOtherEnd)
{
    const auto taken = line("@15:30 #mitigation rolled back to 2.41");
    ASSERT_TRUE(taken.stored) << taken.answer;
    const auto event = harness.get("/api/v1/events/" + taken.answer).json();
    EXPECT_EQ(event.at("kind").as_string(), "note");
    EXPECT_EQ(event.at("source").as_string(), "line");
    EXPECT_EQ(event.at("text").as_string(), "#mitigation rolled back to 2.41");
    EXPECT_EQ(event.at("occurred_at").as_string(), "2024-06-22T15:30:00.000000Z");
    EXPECT_EQ(event.at("author").at("name").as_string(), "sam");
    EXPECT_TRUE(event.at("author").at("verified").as_bool());
    EXPECT_EQ(event.at("tags").at(0).at("by").as_string(), "person:sam");
    const auto stranger = line("from anywhere", test::ServiceHarness::loopback());
    EXPECT_FALSE(harness.get("/api/v1/events/" + stranger.answer).json().at("author").at("verified").as_bool());
}

TEST_F(Messages, ALineThatCannotBeReadSaysWhyAndSpoilsNoOther)
{
    const auto taken = take(Protocol::line, {message("first"), message("@nonsense text"), message("third")});
    ASSERT_EQ(taken.size(), 3u);
    EXPECT_TRUE(taken[0].stored && taken[2].stored);
    EXPECT_FALSE(taken[1].stored);
    EXPECT_NE(taken[1].answer.find("-- "), std::string::npos) << taken[1].answer;
    EXPECT_EQ(harness.get("/api/v1/events/" + taken[2].answer).json().at("text").as_string(), "third");
    auto cut = message(std::string(1000, 'x'));
    cut.cut = true;
    const auto refused = take(Protocol::line, {cut});
    EXPECT_FALSE(refused[0].stored);
    EXPECT_NE(refused[0].answer.find("65536"), std::string::npos);
    EXPECT_EQ(events("source=line").size(), 2u);
}

TEST_F(Messages, ALineSentAgainWithItsKeyIsStoredOnce)
{
    const auto first = line("key=deploy-7 web 2.41 to prod");
    const auto again = line("key=deploy-7 web 2.41 to prod");
    EXPECT_EQ(first.answer, again.answer);
    EXPECT_TRUE(again.stored);
    EXPECT_NE(line("web 2.41 to prod").answer, first.answer);
    const auto together = take(Protocol::line, {message("key=k one"), message("key=k one")}, test::ServiceHarness::sam());
    EXPECT_EQ(together[0].answer, together[1].answer);
    EXPECT_EQ(events("source=line").size(), 3u);
    EXPECT_TRUE(line("key=deploy-7 another text").stored) << "a key used for two things loses neither";
    EXPECT_EQ(events("source=line").size(), 4u);
}

TEST_F(Messages, SyslogIsAnAlertOfAClaimedHostInTheInbox)
{
    (void)take(Protocol::syslog, {message(relp_line), message(relp_line)});
    const auto stored = events("source=syslog");
    ASSERT_EQ(stored.size(), 2u) << "plain syslog has no resends, so equal lines are two lines";
    EXPECT_EQ(stored[0].at("kind").as_string(), "alert");
    EXPECT_EQ(stored[0].at("severity").as_string(), "err");
    EXPECT_EQ(stored[0].at("author").at("claimed").as_string(), "web1");
    EXPECT_FALSE(stored[0].at("author").at("verified").as_bool());
    EXPECT_TRUE(stored[0].at("incident").is_null());
}

TEST_F(Messages, RelpIsKeptOnceAcrossConnections)
{
    EXPECT_TRUE(take(Protocol::relp, {message(relp_line)}).at(0).stored);
    EXPECT_TRUE(take(Protocol::relp, {message(relp_line)}).at(0).stored);
    EXPECT_EQ(events("source=relp").size(), 1u);
    (void)take(Protocol::relp, {message(relp_line, 1), message(relp_line, 2)});
    (void)take(Protocol::relp, {message(relp_line, 1), message(relp_line, 2)});
    EXPECT_EQ(events("source=relp").size(), 2u) << "two equal lines of one connection are two, however often they come again";
}

TEST_F(Messages, RelpWithoutATimeOfItsOwnIsKeptEachTime)
{
    (void)take(Protocol::relp, {message("<13>app: no time")});
    (void)take(Protocol::relp, {message("<13>app: no time")});
    EXPECT_EQ(events("source=relp").size(), 2u);
}

TEST_F(Messages, RelpIsNotAcknowledgedWhileTheStoreIsBusy)
{
    harness.gate().machines_full = true;
    EXPECT_FALSE(handler_->has_room(Protocol::relp));
    EXPECT_TRUE(handler_->has_room(Protocol::line)) << "people keep their own lane";
    EXPECT_FALSE(take(Protocol::relp, {message(relp_line)}).at(0).stored);
    harness.gate().machines_full = false;
    EXPECT_TRUE(take(Protocol::relp, {message(relp_line)}).at(0).stored);
}

TEST_F(Messages, SyslogWaitsForRoomSinceNobodySendsItAgain)
{
    harness.gate().machines_full = true;
    boost::asio::io_context io;
    std::vector<Message> messages{message(relp_line)};
    auto taken = boost::asio::co_spawn(io, handler_->take(Protocol::syslog, test::ServiceHarness::loopback(), std::move(messages)), boost::asio::use_future);
    io.run_for(std::chrono::milliseconds{30});
    EXPECT_TRUE(events("source=syslog").empty());
    harness.gate().machines_full = false;
    io.restart();
    io.run();
    EXPECT_TRUE(taken.get().at(0).stored);
    EXPECT_EQ(events("source=syslog").size(), 1u);
}

TEST_F(Messages, WhatWasLostStandsInTheRecordOnce)
{
    handler_->lost(Protocol::syslog, 40, "the kernel's buffer was full");
    harness.clock.advance(std::chrono::seconds{5});
    handler_->lost(Protocol::syslog, 2, "the kernel's buffer was full");
    (void)take(Protocol::syslog, {});
    (void)take(Protocol::syslog, {});
    const auto stored = events("source=syslog");
    ASSERT_EQ(stored.size(), 1u);
    EXPECT_EQ(stored[0].at("kind").as_string(), "system");
    EXPECT_EQ(stored[0].at("text").as_string(), "syslog: 42 messages were lost between 16:00:00Z and 16:00:05Z: the kernel's buffer was full");
    EXPECT_EQ(stored[0].at("labels").at("lost").as_string(), "42");
    EXPECT_EQ(context_->messages_lost, 42u);
}

TEST_F(Messages, ALineOfAMemberMayEnterAPrivateIncidentAndNobodyElses)
{
    const auto incident_of = [&](const Taken& taken) {
        harness.peer = test::ServiceHarness::sam();  // the account it runs as sees all
        return harness.get("/api/v1/events/" + taken.answer).json().at("incident");
    };
    harness.peer = test::ServiceHarness::ana();
    ASSERT_EQ(harness.post("/api/v1/incidents", R"({"title":"a leak","label":"private"})").status, 201u);
    const auto of_member = line("a member's", test::ServiceHarness::ana());
    EXPECT_EQ(incident_of(of_member), "INC-1");
    auto bob = test::ServiceHarness::ana();
    bob.uid = 1002;
    bob.account = "bob";
    EXPECT_TRUE(incident_of(line("another account's", bob)).is_null());
    auto nobody = test::ServiceHarness::ana();
    nobody.uid = static_cast<std::uint32_t>(-1);
    EXPECT_TRUE(incident_of(line("whom the kernel does not name", nobody)).is_null());
    auto pretending = test::ServiceHarness::loopback();
    pretending.account = "ana";
    EXPECT_TRUE(incident_of(line("over TCP", pretending)).is_null());
    for (const auto protocol : {Protocol::syslog, Protocol::relp})
        EXPECT_TRUE(incident_of(take(protocol, {message(relp_line)}, test::ServiceHarness::ana()).at(0)).is_null()) << net::to_string(protocol);
    harness.peer = bob;
    EXPECT_EQ(harness.get("/api/v1/events/" + of_member.answer).status, 404u);
}

TEST_F(Messages, RefusalsAreCounted)
{
    handler_->refused(Protocol::syslog, test::ServiceHarness::loopback(), "a message's length has more than 7 digits\nforged");
    EXPECT_EQ(harness.metrics.count("refused syslog other"), 1);
}

TEST_F(Messages, AnAlertRouteOpensAnIncidentForSyslog)
{
    config::Config config;
    config::Route route;
    route.name = "disks";
    route.source = {"syslog"};
    route.labels = {{"app", "smartd"}};
    route.open = true;
    route.title = "$text";
    config.routes.push_back(route);
    harness.configure(config);
    const auto taken = take(Protocol::syslog, {message("<10>Jun 22 15:59:00 db1 smartd[3]: sda is failing"), message(relp_line)});
    EXPECT_TRUE(taken[0].stored && taken[1].stored);
    EXPECT_EQ(harness.get("/api/v1/events/" + taken[0].answer).json().at("incident").as_string(), "INC-1");
    EXPECT_EQ(harness.get("/api/v1/events/" + taken[1].answer).json().at("text").as_string(), "app: cart 502");
}

}  // namespace
}  // namespace incident::api
