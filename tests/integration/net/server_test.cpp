#include "integration/net/running_server.hpp"
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace incident::net {
namespace {
using namespace testing_support;

TEST(HttpServer, AnswersAGetAndKeepsTheConnection)
{
    RunningServer server;
    RawClient client{server.port};
    for (int i = 0; i < 3; ++i) {
        client.send(get("/hello%20there?x=1"));
        const auto answer = client.read_answer();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << answer;
        EXPECT_TRUE(answer.ends_with("\r\n\r\nGET /hello there ")) << answer;
    }
}

TEST(HttpServer, ReadsBodiesWithLengthAndInChunks)
{
    RunningServer server;
    RawClient client{server.port};
    const std::string large(300'000, 'y');
    client.send(post("/x", large));
    EXPECT_TRUE(client.read_answer().ends_with("POST /x " + large));
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5;note=\"x\"\r\ndefgh\r\n0\r\nX-Trailer: 1\r\n\r\n");
    EXPECT_TRUE(client.read_answer().ends_with("POST /x abcdefgh"));
}

TEST(HttpServer, TakesARequestByteByByte)
{
    RunningServer server;
    RawClient client{server.port};
    for (const char c : post("/x", "slow")) client.send({&c, 1});
    EXPECT_TRUE(client.read_answer().ends_with("POST /x slow"));
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder)
{
    RunningServer server;
    RawClient client{server.port};
    std::string all;
    for (int i = 0; i < 50; ++i) all += post("/" + std::to_string(i), std::string(static_cast<std::size_t>(i) * 100, 'z')) + "\r\n" + get("/g" + std::to_string(i));
    client.send(all);
    for (int i = 0; i < 50; ++i) {
        EXPECT_NE(client.read_answer().find("POST /" + std::to_string(i) + " "), std::string::npos);
        EXPECT_NE(client.read_answer().find("GET /g" + std::to_string(i) + " "), std::string::npos);
    }
}

TEST(HttpServer, SendsNoBodyToHead)
{
    RunningServer server;
    RawClient client{server.port};
    client.send("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const auto answer = client.read_all();
    EXPECT_NE(answer.find("Content-Length: 8\r\n"), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST(HttpServer, TellsAWaitingSenderToGoOn)
{
    RunningServer server;
    RawClient client{server.port};
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_until([](const auto& text) { return text.ends_with("\r\n\r\n"); }), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("body");
    EXPECT_NE(client.read_until([](const auto& text) { return text.ends_with("body"); }).find("POST /x body"), std::string::npos);
}

TEST(HttpServer, RefusesBeforeTheBodyWhereTheHandlerSaysSo)
{
    RunningServer server;
    RawClient client{server.port};
    client.send("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    const auto answer = client.read_all();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 ")) << answer;
    EXPECT_EQ(server.handler.handled, 0);
    RawClient other{server.port};
    other.send(get("/refused") + get("/fine"));
    EXPECT_TRUE(other.read_answer().starts_with("HTTP/1.1 404 "));
    EXPECT_TRUE(other.read_answer().ends_with("GET /fine "));
}

TEST(HttpServer, SpeaksOldHttp)
{
    RunningServer server;
    RawClient client{server.port};
    client.send("GET /x HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_NE(client.read_answer().find("Connection: keep-alive\r\n"), std::string::npos);
    client.send("GET /x HTTP/1.0\r\nHost: a\r\n\r\n");
    EXPECT_NE(client.read_all().find("Connection: close\r\n"), std::string::npos);
}

TEST(HttpServer, RefusesSmuggledRequestsAndCloses)
{
    RunningServer server;
    for (const std::string bad : {"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\nGET /evil HTTP/1.1\r\nHost: a\r\n\r\n",
                                  "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                                  "GET /x HTTP/1.1\r\n\r\nGET /evil HTTP/1.1\r\nHost: a\r\n\r\n", "GET /x HTTP/1.1\nHost: a\n\n",
                                  "GET /x?a=1&a=2 HTTP/1.1\r\nHost: a\r\n\r\nGET /evil HTTP/1.1\r\nHost: a\r\n\r\n"}) {
        RawClient client{server.port};
        client.send(bad);
        const auto answer = client.read_all();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << bad << answer;
        EXPECT_NE(answer.find("Connection: close"), std::string::npos);
        EXPECT_EQ(answer.find("/evil"), std::string::npos);
    }
    EXPECT_EQ(server.handler.handled, 0);
}

struct BadChunks {
    const char* name;
    std::string body;
};
void PrintTo(const BadChunks& bad, std::ostream* out) { *out << bad.name; }
class ChunkedBody : public testing::TestWithParam<BadChunks> {};
TEST_P(ChunkedBody, IsRefused)
{
    RunningServer server;
    RawClient client{server.port};
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + GetParam().body);
    const auto answer = client.read_all();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
    EXPECT_EQ(server.handler.handled, 0);
}
INSTANTIATE_TEST_SUITE_P(
    Bad, ChunkedBody,
    testing::Values(BadChunks{"NoSize", "\r\nabc\r\n0\r\n\r\n"}, BadChunks{"Letters", "xyz\r\nabc\r\n0\r\n\r\n"},
                    BadChunks{"Minus", "-3\r\nabc\r\n0\r\n\r\n"}, BadChunks{"Prefix", "0x3\r\nabc\r\n0\r\n\r\n"},
                    BadChunks{"Space", " 3\r\nabc\r\n0\r\n\r\n"}, BadChunks{"Overflow", "10000000000000003\r\nabc\r\n0\r\n\r\n"},
                    BadChunks{"LineFeedOnly", "3\nabc\n0\n\n\r\n\r\n"}, BadChunks{"BodyLongerThanSaid", "3\r\nabcd\r\n0\r\n\r\n"},
                    BadChunks{"BareReturn", "3\rabc\r\n0\r\n\r\n"}, BadChunks{"ExtensionTooLong", "3;" + std::string(300, 'e') + "\r\nabc\r\n0\r\n\r\n"},
                    BadChunks{"ExtensionWithoutEnd", "3;" + std::string(40'000, 'e')},
                    BadChunks{"ExtensionBroken", "3;=\r\nabc\r\n0\r\n\r\n"}),
    [](const auto& bad) { return std::string{bad.param.name}; });

TEST(HttpServer, SurvivesAHandlerThatThrows)
{
    RunningServer server;
    RawClient client{server.port};
    client.send(get("/throw") + get("/after"));
    EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 500 "));
    EXPECT_TRUE(client.read_answer().ends_with("GET /after "));
}

TEST(HttpServer, SendsLargeAnswersToSlowReaders)
{
    RunningServer server;
    RawClient client{server.port};
    client.send(get("/large", "Connection: close\r\n"));
    EXPECT_GT(client.read_all().size(), 16U * 1024 * 1024);
}

TEST(HttpServer, StreamsInChunksUntilThePeerLeaves)
{
    RunningServer server;
    {
        RawClient client{server.port};
        client.send(get("/stream"));
        const auto head = client.read_until([](const auto& text) { return text.ends_with("5\r\nhello\r\n"); });
        EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
        EXPECT_EQ(server.handler.streams, 1);
    }
    EXPECT_TRUE(eventually([&] { return server.handler.streams == 0; }));
}

TEST(UnixListener, KnowsItsPeerAndGuardsItsFile)
{
    const auto folder = std::filesystem::temp_directory_path() / ("incidentd-net-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const auto path = (folder / "sub" / "api.sock").string();
    {
        RunningServer server{{}, path};
        struct stat status {};
        ASSERT_EQ(::stat(path.c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777, 0660U);
        RawClient client{path};
        client.send(get("/who"));
        EXPECT_NE(client.read_answer().find("unix:uid=" + std::to_string(::getuid())), std::string::npos);
        // somebody answers there: a second one is refused
        asio::io_context context;
        const auto second = open_unix(context.get_executor(), path);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, Errc::conflict);
    }
    EXPECT_FALSE(std::filesystem::exists(path)) << "the file goes with its listener";
    std::filesystem::remove_all(folder);
}

TEST(UnixListener, ReplacesAStaleSocketButNoOtherFile)
{
    const auto folder = std::filesystem::temp_directory_path() / ("incidentd-stale-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    asio::io_context context;
    {
        // given the socket file of a daemon that was killed
        asio::local::stream_protocol::acceptor killed{context, asio::local::stream_protocol::endpoint{(folder / "a").string()}};
    }
    ASSERT_TRUE(std::filesystem::exists(folder / "a"));
    EXPECT_TRUE(open_unix(context.get_executor(), (folder / "a").string()));
    std::ofstream{folder / "b"} << "precious";
    const auto refused = open_unix(context.get_executor(), (folder / "b").string());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find("no socket"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(folder / "b"));
    EXPECT_FALSE(open_unix(context.get_executor(), std::string(200, 'x')));
    std::filesystem::remove_all(folder);
}

TEST(TcpListener, SaysWhatIsWrong)
{
    asio::io_context context;
    const auto first = open_tcp(context.get_executor(), "127.0.0.1:0");
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->loopback);
    const auto second = open_tcp(context.get_executor(), first->address);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().detail.find(first->address), std::string::npos);
    EXPECT_FALSE(open_tcp(context.get_executor(), "0.0.0.0:0")->loopback);
}

}  // namespace
}  // namespace incident::net
