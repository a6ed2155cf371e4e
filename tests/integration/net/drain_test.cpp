#include "integration/net/running_server.hpp"

namespace incident::net {
namespace {
using namespace testing_support;

TEST(Drain, AnswersWhatIsUnderWayAndEndsTheRest)
{
    RunningServer server;
    // given an idle connection, a stream, and a request under way
    RawClient idle{server.port};
    idle.send(get("/x"));
    (void)idle.read_answer();
    RawClient reader{server.port};
    reader.send(get("/stream"));
    (void)reader.read_until([](const auto& text) { return text.ends_with("hello\r\n"); });
    RawClient busy{server.port};
    busy.send(post("/wait", ""));
    server.handler.entered.get_future().wait();
    // when the server drains
    auto drained = server.begin_drain(patience);
    // then the idle one and the stream end at once
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_TRUE(reader.read_all().ends_with("0\r\n\r\n"));
    // and the request is answered in full
    server.handler.released = true;
    const auto answer = busy.read_all();
    EXPECT_TRUE(answer.ends_with("released")) << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    drained.get();
}

TEST(Drain, FinishesABodyThatIsOnItsWay)
{
    RunningServer server;
    RawClient client{server.port};
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo");
    ASSERT_TRUE(eventually([&] { return server.handler.admitted == 1; }));
    auto drained = server.begin_drain(patience);
    client.send("dy");
    EXPECT_TRUE(client.read_all().ends_with("POST /x body"));
    drained.get();
}

TEST(Drain, TakesNobodyNew)
{
    RunningServer server;
    server.drain(patience);
    asio::io_context context;
    asio::ip::tcp::socket late{context};
    boost::system::error_code refused;
    late.connect(asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), server.port}, refused);
    EXPECT_EQ(refused, asio::error::connection_refused);
}

TEST(Drain, DoesNotWaitForAStuckPeerForEver)
{
    RunningServer server;
    RawClient stuck{server.port};
    stuck.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
    RawClient busy{server.port};
    busy.send(post("/wait", ""));
    server.handler.entered.get_future().wait();
    ASSERT_TRUE(eventually([&] { return server.handler.admitted == 2; }));
    server.drain(20ms);
    EXPECT_TRUE(stuck.closed());
    EXPECT_TRUE(busy.closed());
}

}  // namespace
}  // namespace incident::net
