#include "net/message_server.hpp"
#include "running_server.hpp"
#include "support/temp_folder.hpp"
#include <condition_variable>

namespace incident::net {
namespace {

using namespace testing_support;

/// Keeps what it is given. A test can make it refuse, or hold its answers back.
class KeepingHandler final : public MessageHandler {
 public:
    std::atomic<bool> room{true}, stores{true}, held{false};
    std::atomic<int> waiting{0}, told{0};
    std::atomic<std::uint64_t> lost_messages{0};

    asio::awaitable<std::vector<Taken>> take(Protocol, Peer peer, std::vector<Message> messages) override
    {
        if (messages.empty()) ++told;
        ++waiting;
        asio::steady_timer poll{co_await asio::this_coro::executor};
        while (held) {
            poll.expires_after(2ms);
            co_await poll.async_wait(asio::use_awaitable);
        }
        --waiting;
        std::vector<Taken> taken;
        const std::scoped_lock lock{mutex_};
        if (!messages.empty()) batches_.push_back(messages.size());
        for (auto& message : messages) {
            Taken one;
            one.stored = stores && message.bytes != "refuse me";
            one.answer = one.stored ? "id-" + message.bytes : "no room\nat all";
            taken.push_back(std::move(one));
            peers_.push_back(peer.principal());
            if (taken.back().stored) messages_.push_back(std::move(message));
        }
        co_return taken;
    }
    [[nodiscard]] bool has_room(Protocol) const override { return room; }
    void refused(Protocol, const Peer&, std::string why) override
    {
        const std::scoped_lock lock{mutex_};
        refusals_.push_back(std::move(why));
    }
    void lost(Protocol, std::uint64_t messages, std::string) override { lost_messages += messages; }

    std::vector<std::string> texts()
    {
        const std::scoped_lock lock{mutex_};
        std::vector<std::string> all;
        for (const auto& message : messages_) all.push_back(message.bytes + (message.cut ? " (cut)" : "") + (message.ordinal > 1 ? " (again)" : ""));
        return all;
    }
    std::vector<std::size_t> batches()
    {
        const std::scoped_lock lock{mutex_};
        return batches_;
    }
    std::vector<std::string> peers()
    {
        const std::scoped_lock lock{mutex_};
        return peers_;
    }
    bool refused_for(std::string_view why)
    {
        const std::scoped_lock lock{mutex_};
        return std::ranges::any_of(refusals_, [&](const auto& one) { return one.find(why) != one.npos; });
    }

 private:
    std::mutex mutex_;
    std::vector<Message> messages_;
    std::vector<std::size_t> batches_;
    std::vector<std::string> peers_, refusals_;
};

class RunningMessages {
 public:
    explicit RunningMessages(const MessageLimits& limits = {}) : server_(context_, handler, limits)
    {
        thread_ = std::thread{[this] { context_.run(); }};
    }
    ~RunningMessages()
    {
        handler.held = false;
        if (!drained_) begin_drain(0ms).get();
        work_.reset();
        thread_.join();
    }
    Result<void> listen(std::vector<MessageListening> wanted)
    {
        return asio::post(context_, asio::use_future([&] { return server_.listen(wanted); })).get();
    }
    /// Opens one socket of a free port. @return its port.
    std::uint16_t open(Protocol protocol, std::string_view address)
    {
        MessageListening one;
        one.protocol = protocol;
        one.listen.push_back(parse_message_address(address).value());
        const auto opened = listen({one});
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().detail);
        return port(protocol);
    }
    std::uint16_t port(Protocol protocol)
    {
        for (const auto& place : asio::post(context_, asio::use_future([&] { return server_.places(); })).get())
            if (place.protocol == protocol) return place.port;
        return 0;
    }
    std::size_t connections()
    {
        return asio::post(context_, asio::use_future([&] { return server_.connections(); })).get();
    }
    std::future<void> begin_drain(std::chrono::milliseconds grace)
    {
        drained_ = true;
        return asio::co_spawn(context_, server_.drain(grace), asio::use_future);
    }
    KeepingHandler handler;

 private:
    asio::io_context context_{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{context_.get_executor()};
    MessageServer server_;
    bool drained_ = false;
    std::thread thread_;
};

MessageListening listening(Protocol protocol, std::vector<std::string> addresses)
{
    MessageListening one;
    one.protocol = protocol;
    for (const auto& address : addresses) one.listen.push_back(parse_message_address(address).value());
    return one;
}

/// As much as `text`, then looks.
std::string until(RawClient& client, std::string_view text)
{
    return client.read_until([&](const std::string& received) { return received.find(text) != std::string::npos; });
}

using Texts = std::vector<std::string>;
constexpr std::string_view relp_open = "1 open 30 relp_version=0\ncommands=syslog\n";

TEST(LineSocket, AnswersEachLineInOrder)
{
    const test::TempFolder folder;
    RunningMessages running;
    const auto path = (folder / "line.sock").string();
    ASSERT_TRUE(running.listen({listening(Protocol::line, {"127.0.0.1:0", "unix:" + path})}));
    RawClient tcp{running.port(Protocol::line)}, local{path};
    tcp.send("one\nrefuse me\nthree\n");
    EXPECT_EQ(until(tcp, "three\n"), "OK id-one\nERR no room\\x0aat all\nOK id-three\n");
    local.send("over the file\n");
    EXPECT_EQ(until(local, "\n"), "OK id-over the file\n");
    EXPECT_EQ(running.handler.peers().front(), "tcp:127.0.0.1");
    EXPECT_TRUE(running.handler.peers().back().starts_with("unix:uid=")) << running.handler.peers().back();
}

TEST(LineSocket, StoresWhatCameTogetherInFewBatches)
{
    RunningMessages running;
    RawClient client{running.open(Protocol::line, "127.0.0.1:0")};
    std::string lines, answers;
    for (int i = 0; i < 95; ++i) lines += std::to_string(i) + '\n', answers += "OK id-" + std::to_string(i) + '\n';
    client.send(lines);
    EXPECT_EQ(until(client, "id-94\n"), answers);
    const auto batches = running.handler.batches();
    EXPECT_LE(*std::ranges::max_element(batches), MessageLimits{}.line_batch_messages);
    EXPECT_LT(batches.size(), 40u);
}

TEST(LineSocket, TakesALastLineWithoutItsEndOnlyFromWhoLeaves)
{
    RunningMessages running;
    {
        RawClient client{running.open(Protocol::line, "127.0.0.1:0")};
        client.send("whole\nhalf");
        EXPECT_EQ(until(client, "whole\n"), "OK id-whole\n");
        client.socket().shutdown(asio::socket_base::shutdown_send);
        EXPECT_EQ(until(client, "half\n"), "OK id-whole\nOK id-half\n");
        EXPECT_TRUE(client.closed());
    }
    RawClient other{running.port(Protocol::line)};
    other.send("whole too\nnever finish");
    (void)until(other, "whole too\n");
    running.begin_drain(5s).get();
    EXPECT_TRUE(other.closed());
    EXPECT_EQ(running.handler.texts(), (Texts{"whole", "half", "whole too"}));
}

TEST(LineSocket, TellsThatALineWasTooLong)
{
    RunningMessages running;
    RawClient client{running.open(Protocol::line, "127.0.0.1:0")};
    client.send(std::string(200'000, 'x') + "\nnext\n");
    (void)until(client, "id-next\n");
    ASSERT_EQ(running.handler.texts().size(), 2u);
    EXPECT_EQ(running.handler.texts()[0], std::string(FramingLimits{}.kept_bytes, 'x') + " (cut)");
}

TEST(SyslogSocket, ReadsCountedFramesAndLinesOfOneStream)
{
    RunningMessages running;
    {
        RawClient client{running.open(Protocol::syslog, "tcp://127.0.0.1:0")};
        client.send("7 <1>a\nb\n<2>line\n9 <3>half");
        client.socket().shutdown(asio::socket_base::shutdown_send);
        EXPECT_TRUE(client.closed());
    }
    EXPECT_EQ(running.handler.texts(), (Texts{"<1>a\nb\n", "<2>line", "<3>half (cut)"}));
}

TEST(SyslogSocket, ClosesOnALengthThatCannotBeBelieved)
{
    RunningMessages running;
    RawClient client{running.open(Protocol::syslog, "tcp://127.0.0.1:0")};
    client.send("<1>before\n99999999 <2>after\n");
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(running.handler.texts(), (Texts{"<1>before"}));
    EXPECT_TRUE(running.handler.refused_for("7 digits"));
}

TEST(SyslogSocket, KeepsTheBeginningOfAMessageThatNeverEnds)
{
    MessageLimits limits;
    limits.frame_time = 100ms;
    RunningMessages running{limits};
    RawClient client{running.open(Protocol::syslog, "tcp://127.0.0.1:0")};
    client.send("20 <1>slow");
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(running.handler.texts(), (Texts{"<1>slow (cut)"}));
}

TEST(SyslogSocket, TakesDatagramsOneMessageEach)
{
    RunningMessages running;
    const auto port = running.open(Protocol::syslog, "udp://127.0.0.1:0");
    asio::io_context context;
    asio::ip::udp::socket sender{context, asio::ip::udp::v4()};
    const asio::ip::udp::endpoint there{asio::ip::address_v4::loopback(), port};
    for (const std::string text : {"<1>one\n", "<2>two\nlines", "", "<3>three"}) sender.send_to(asio::buffer(text), there);
    ASSERT_TRUE(eventually([&] { return running.handler.texts().size() == 3; }));
    auto texts = running.handler.texts();
    std::ranges::sort(texts);
    EXPECT_EQ(texts, (Texts{"<1>one", "<2>two\nlines", "<3>three"}));
    EXPECT_EQ(running.handler.peers().front(), "udp:127.0.0.1");
}

TEST(SyslogSocket, CountsTheDatagramsThatTheKernelDropped)
{
    MessageLimits limits;
    limits.datagram_buffer_bytes = 4096;
    limits.gap_interval = 50ms;
    RunningMessages running{limits};
    running.handler.room = false;
    const auto port = running.open(Protocol::syslog, "udp://127.0.0.1:0");
    asio::io_context context;
    asio::ip::udp::socket sender{context, asio::ip::udp::v4()};
    const asio::ip::udp::endpoint there{asio::ip::address_v4::loopback(), port};
    constexpr std::uint64_t sent = 200;
    const std::string text(1000, 'x');
    for (std::uint64_t i = 0; i < sent; ++i) sender.send_to(asio::buffer(text), there);
    ASSERT_TRUE(eventually([&] { return running.handler.lost_messages > 0; }));
    running.handler.room = true;
    ASSERT_TRUE(eventually([&] { return running.handler.texts().size() + running.handler.lost_messages == sent; }));
    EXPECT_TRUE(eventually([&] { return running.handler.told > 0; }));
}

TEST(SyslogSocket, LeavesAStreamInTheKernelWhileThereIsNoRoom)
{
    RunningMessages running;
    running.handler.room = false;
    RawClient client{running.open(Protocol::syslog, "tcp://127.0.0.1:0")};
    client.send("<1>waits\n");
    ASSERT_TRUE(eventually([&] { return running.connections() == 1; }));
    EXPECT_TRUE(running.handler.texts().empty());
    running.handler.room = true;
    EXPECT_TRUE(eventually([&] { return running.handler.texts().size() == 1; }));
}

TEST(RelpSocket, AnswersWhatIsStoredAndNothingElse)
{
    RunningMessages running;
    RawClient client{running.open(Protocol::relp, "127.0.0.1:0")};
    client.send(relp_open);
    EXPECT_TRUE(until(client, "commands=syslog\n").starts_with("1 rsp ")) << "no welcome";
    client.send("2 syslog 3 one\n3 syslog 3 one\n4 syslog 9 refuse me\n5 syslog 5 after\n");
    const auto answers = client.read_all();
    EXPECT_NE(answers.find("\n2 rsp 6 200 OK\n3 rsp 6 200 OK\n0 serverclose 0\n"), std::string::npos) << answers;
    EXPECT_EQ(answers.find("4 rsp"), std::string::npos) << answers;
    EXPECT_EQ(running.handler.texts(), (Texts{"one", "one (again)", "after"}));  // `after` is sent again under its own content
}

TEST(RelpSocket, EndsWhenAsked)
{
    RunningMessages running;
    RawClient client{running.open(Protocol::relp, "127.0.0.1:0")};
    client.send(std::string{relp_open} + "2 syslog 1 x\n3 close 0\n");
    const auto answers = client.read_all();
    EXPECT_TRUE(answers.ends_with("2 rsp 6 200 OK\n3 rsp 0\n0 serverclose 0\n")) << answers;
}

TEST(RelpSocket, WantsAnOpenFirstAndSyslogOnly)
{
    RunningMessages running;
    const auto port = running.open(Protocol::relp, "127.0.0.1:0");
    RawClient hasty{port}, other{port}, odd{port}, broken{port};
    hasty.send("1 syslog 1 x\n");
    EXPECT_TRUE(hasty.read_all().starts_with("1 rsp 36 500 the session must begin with open\n")) << "hasty";
    other.send("1 open 32 relp_version=0\ncommands=eventlog\n");
    EXPECT_NE(other.read_all().find(" 500 "), std::string::npos);
    odd.send(std::string{relp_open} + "2 reboot 0\n3 syslog 1 y\n");
    EXPECT_NE(until(odd, "3 rsp").find("2 rsp 26 500 unknown command reboot\n"), std::string::npos);
    broken.send("1 open 99999999 x\n");
    EXPECT_EQ(broken.read_all(), relp_server_close);
    EXPECT_TRUE(running.handler.refused_for("7 digits"));
    EXPECT_EQ(running.handler.texts(), (Texts{"y"}));
}

TEST(MessageSockets, AreLimitedInNumberAndInPatience)
{
    MessageLimits limits;
    limits.connections = 2;
    limits.line_idle_time = 100ms;
    RunningMessages running{limits};
    const auto port = running.open(Protocol::line, "127.0.0.1:0");
    RawClient first{port}, second{port};
    ASSERT_TRUE(eventually([&] { return running.connections() == 2 || running.handler.refused_for("too many"); }));
    RawClient third{port};
    EXPECT_TRUE(third.closed());
    EXPECT_TRUE(first.closed());
    EXPECT_TRUE(second.closed());
    EXPECT_TRUE(eventually([&] { return running.connections() == 0; }));
}

TEST(MessageSockets, ComeAndGoWithoutDroppingThoseThatStay)
{
    const test::TempFolder folder;
    RunningMessages running;
    const auto staying = "unix:" + (folder / "stays.sock").string(), going = "unix:" + (folder / "goes.sock").string();
    ASSERT_TRUE(running.listen({listening(Protocol::line, {staying, going})}));
    RawClient stays{(folder / "stays.sock").string()}, goes{(folder / "goes.sock").string()};
    stays.send("a\n"), goes.send("b\n");
    (void)until(stays, "\n"), (void)until(goes, "\n");
    ASSERT_TRUE(running.listen({listening(Protocol::line, {staying, "127.0.0.1:0"})}));
    EXPECT_TRUE(goes.closed());
    EXPECT_FALSE(std::filesystem::exists(folder / "goes.sock"));
    stays.send("c\n");
    EXPECT_EQ(until(stays, "id-c\n"), "OK id-a\nOK id-c\n");
    const auto taken = running.listen({listening(Protocol::line, {staying}), listening(Protocol::relp, {"unix:" + (folder.path()).string()})});
    ASSERT_FALSE(taken);  // a folder stands in the way
    stays.send("d\n");
    EXPECT_NE(until(stays, "id-d\n").find("OK id-d\n"), std::string::npos);
}

TEST(MessageSockets, AnswerWhatTheyHaveReadBeforeTheyEnd)
{
    RunningMessages running;
    running.handler.held = true;
    RawClient line{running.open(Protocol::line, "127.0.0.1:0")};
    line.send("under way\n");
    ASSERT_TRUE(eventually([&] { return running.handler.waiting > 0; }));
    auto drained = running.begin_drain(20s);
    EXPECT_EQ(drained.wait_for(50ms), std::future_status::timeout);
    running.handler.held = false;
    EXPECT_EQ(line.read_all(), "OK id-under way\n");
    drained.get();
}

TEST(MessageSockets, TakeWhatSyslogHadSentBeforeTheyEnd)
{
    RunningMessages running;
    running.handler.held = true;
    RawClient client{running.open(Protocol::syslog, "tcp://127.0.0.1:0")};
    client.send("<1>read\n");
    ASSERT_TRUE(eventually([&] { return running.handler.waiting > 0; }));
    client.send("<2>still in the kernel\n");
    auto drained = running.begin_drain(20s);
    running.handler.held = false;
    drained.get();
    EXPECT_EQ(running.handler.texts(), (Texts{"<1>read", "<2>still in the kernel"}));
}

}  // namespace
}  // namespace incident::net
