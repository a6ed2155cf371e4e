#include "integration/net/running_server.hpp"
#include <sys/resource.h>

namespace incident::net {
namespace {
using namespace testing_support;

/// Long for everything but what a test shortens.
Limits patient() { return {}; }

TEST(HttpLimits, ABodyTooLargeIsRefusedFromItsLength)
{
    RunningServer server;
    server.handler.body_limit = 100;
    RawClient client{server.port};
    client.send(post("/x", std::string(101, 'x')));
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 413 "));
    RawClient exact{server.port};
    exact.send(post("/x", std::string(100, 'x')));
    EXPECT_TRUE(exact.read_answer().starts_with("HTTP/1.1 200 "));
}

TEST(HttpLimits, ChunksTooLargeTogetherAreRefused)
{
    RunningServer server;
    server.handler.body_limit = 100;
    RawClient client{server.port};
    const std::string chunk = "32\r\n" + std::string(50, 'x') + "\r\n";
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk + "0\r\n\r\n");
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 413 "));
}

TEST(HttpLimits, ASenderOfAHugeBodyStillReadsItsRefusal)
{
    RunningServer server;
    server.handler.body_limit = 1000;
    RawClient client{server.port};
    client.send(post("/x", std::string(8 * 1024 * 1024, 'x')));
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 413 "));
}

TEST(HttpLimits, BodiesTogetherAreBounded)
{
    auto limits = patient();
    limits.bodies_in_flight_bytes = 1000;
    RunningServer server{limits};
    RawClient first{server.port};
    first.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return server.handler.admitted == 1; }));
    RawClient second{server.port};
    second.send(post("/x", std::string(200, 'x')));
    const auto refused = second.read_all();
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
    EXPECT_NE(refused.find("Retry-After: "), std::string::npos);
    // and once the first is answered there is room again
    first.send(std::string(900, 'x'));
    EXPECT_TRUE(first.read_answer().starts_with("HTTP/1.1 200 "));
    RawClient third{server.port};
    third.send(post("/x", std::string(200, 'x')));
    EXPECT_TRUE(third.read_answer().starts_with("HTTP/1.1 200 "));
}

TEST(HttpLimits, AHeaderThatNeverEndsIsGivenUp)
{
    auto limits = patient();
    limits.header_time = 40ms;
    RunningServer server{limits};
    RawClient client{server.port};
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n");
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 408 "));
    EXPECT_EQ(server.handler.refusals, 1) << "counted once, where it is answered";
    EXPECT_EQ(server.refused("timeout"), 0U);
}

TEST(HttpLimits, ABodyThatNeverEndsIsGivenUp)
{
    auto limits = patient();
    limits.body_time = 40ms;
    RunningServer server{limits};
    RawClient client{server.port};
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 408 "));
}

TEST(HttpLimits, ABodyThatTricklesIsGivenUp)
{
    auto limits = patient();
    limits.body_grace = 20ms;
    limits.idle_time = 40ms;  // makes the sweep quick
    RunningServer server{limits};
    RawClient client{server.port};
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\nab");
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 408 "));
}

TEST(HttpLimits, ASilentConnectionIsClosedWithoutAWord)
{
    auto limits = patient();
    limits.idle_time = 40ms;
    RunningServer server{limits};
    RawClient never{server.port};
    EXPECT_EQ(never.read_all(), "");
    RawClient once{server.port};
    once.send(get("/x"));
    EXPECT_TRUE(once.read_answer().ends_with("GET /x "));
    EXPECT_EQ(once.read_all(), "");
}

TEST(HttpLimits, AReaderThatTakesNothingIsDropped)
{
    auto limits = patient();
    limits.write_time = 40ms;
    RunningServer server{limits};
    RawClient client{server.port};
    client.send(get("/flood"));
    EXPECT_TRUE(eventually([&] { return server.handler.streams == 1; }));
    EXPECT_TRUE(eventually([&] { return server.handler.streams == 0; }));
}

TEST(HttpLimits, ConnectionsTogetherAreBoundedAndTheUnixSocketHasItsOwn)
{
    auto limits = patient();
    limits.connections = 3;
    const auto path = "/tmp/incidentd-limit-" + std::to_string(::getpid());
    RunningServer server{limits, path};
    std::vector<std::unique_ptr<RawClient>> held;
    for (int i = 0; i < 3; ++i) {
        held.push_back(std::make_unique<RawClient>(server.port));
        held.back()->send(get("/x"));
        EXPECT_TRUE(held.back()->read_answer().ends_with("GET /x "));
    }
    RawClient refused{server.port};
    EXPECT_TRUE(refused.closed());
    EXPECT_TRUE(eventually([&] { return server.refused("limit") == 1; }));
    RawClient local{path};
    local.send(get("/x"));
    EXPECT_TRUE(local.read_answer().ends_with("GET /x "));
    held.clear();
    ASSERT_TRUE(eventually([&] { return server.ask([](Server& s) { return s.connections(); }) == 1; }));
    RawClient again{server.port};
    again.send(get("/x"));
    EXPECT_TRUE(again.read_answer().ends_with("GET /x "));
}

TEST(HttpLimits, WithoutDescriptorsTheUnixSocketStillAnswers)
{
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer needs descriptors of its own to look at an object";
#endif
    const auto path = "/tmp/incidentd-fd-" + std::to_string(::getpid());
    RunningServer server{{}, path};
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    // given clients whose own sockets are open already
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 4; ++i) clients.push_back(std::make_unique<RawClient>(server.port));
    RawClient local{path};
    // every earlier connection is taken before the limit falls
    local.send(get("/x"));
    ASSERT_TRUE(local.read_answer().ends_with("GET /x "));
    auto descriptors = open_descriptors();
    asio::io_context context;
    asio::local::stream_protocol::socket late{context, asio::local::stream_protocol{}};
    asio::ip::tcp::socket sent_away{context, asio::ip::tcp::v4()};
    descriptors += 2;
    // when no descriptor is left
    rlimit none = before;
    none.rlim_cur = descriptors;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    sent_away.connect(asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), server.port});
    late.connect(asio::local::stream_protocol::endpoint{path});
    // then the Unix peer is served and the TCP peer is not kept waiting
    asio::write(late, asio::buffer(get("/x", "Connection: close\r\n")));
    std::string answer;
    boost::system::error_code end;
    asio::read(late, asio::dynamic_buffer(answer), end);
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_TRUE(answer.ends_with("GET /x ")) << answer;
}

}  // namespace
}  // namespace incident::net
