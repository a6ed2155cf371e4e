#include "integration/net/running_server.hpp"
#include "net/stream.hpp"
#include "support/certificates.hpp"
#include "support/temp_folder.hpp"
#include <boost/asio/ssl.hpp>
#include <filesystem>

namespace incident::net {
namespace {
using namespace testing_support;
using test::Authority;
using test::Identity;
using test::TempFolder;
namespace ssl = asio::ssl;

const SystemClock& system_clock()
{
    static const SystemClock clock;
    return clock;
}

/// A certificate's files, as an operator has them.
class Files {
 public:
    void put(const Identity& identity)
    {
        write(cert(), identity.cert);
        write(key(), identity.key);
        std::filesystem::permissions(key(), std::filesystem::perms{0600});
    }
    void write(const std::string& path, const std::string& text) const { test::write_file(path, text); }
    [[nodiscard]] std::string cert() const { return (folder_ / "tls.crt").string(); }
    [[nodiscard]] std::string key() const { return (folder_ / "tls.key").string(); }
    [[nodiscard]] std::string ca() const { return (folder_ / "ca.crt").string(); }
    [[nodiscard]] TlsSettings settings() const
    {
        TlsSettings settings;
        settings.cert_file = cert();
        settings.key_file = key();
        return settings;
    }

 private:
    TempFolder folder_;
};

/// A blocking client that knows the authority.
class TlsClient {
 public:
    TlsClient(std::uint16_t port, const std::string& ca, const Identity* identity = nullptr, int max_version = 0)
        : context_(made(ca, identity, max_version)), stream_(io_, context_)
    {
        stream_.next_layer().connect(asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), port});
        stream_.set_verify_callback(ssl::host_name_verification{"localhost"});
        stream_.handshake(ssl::stream_base::client, failed);
    }
    TlsClient& send(std::string_view bytes)
    {
        boost::system::error_code ignored;
        asio::write(stream_, asio::buffer(bytes), ignored);
        return *this;
    }
    /// One answer with Content-Length.
    std::string read_answer()
    {
        std::size_t head = 0;
        while ((head = received_.find("\r\n\r\n")) == std::string::npos)
            if (!read_some()) return std::exchange(received_, {});
        std::size_t length = 0;
        if (const auto at = received_.find("Content-Length: "); at != std::string::npos && at < head) length = std::stoul(received_.substr(at + 16));
        while (received_.size() < head + 4 + length)
            if (!read_some()) break;
        auto answer = received_.substr(0, head + 4 + length);
        received_.erase(0, answer.size());
        return answer;
    }
    std::string read_all()
    {
        while (read_some()) {}
        return received_;
    }
    [[nodiscard]] const std::string& received() const { return received_; }
    bool read_some()
    {
        std::array<char, 64 * 1024> room{};
        const auto size = stream_.read_some(asio::buffer(room), ended);
        received_.append(room.data(), size);
        return !ended;
    }
    [[nodiscard]] std::string protocol() { return SSL_get_version(stream_.native_handle()); }
    /// Of the server's certificate.
    [[nodiscard]] std::string subject()
    {
        X509* const shown = SSL_get1_peer_certificate(stream_.native_handle());
        char text[256] = {};
        if (shown) X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, text, sizeof text);
        X509_free(shown);
        return text;
    }
    boost::system::error_code failed, ended;

 private:
    static ssl::context made(const std::string& ca, const Identity* identity, int max_version)
    {
        ssl::context context{ssl::context::tls_client};
        context.add_certificate_authority(asio::buffer(ca));
        context.set_verify_mode(ssl::verify_peer);
        if (identity) {
            context.use_certificate(asio::buffer(identity->cert), ssl::context::pem);
            context.use_private_key(asio::buffer(identity->key), ssl::context::pem);
        }
        if (max_version != 0) SSL_CTX_set_max_proto_version(context.native_handle(), max_version);
        return context;
    }
    asio::io_context io_;
    ssl::context context_;
    ssl::stream<asio::ip::tcp::socket> stream_;
    std::string received_;
};

class Tls : public testing::Test {
 protected:
    void SetUp() override { files.put(authority.issue("first")); }
    RunningServer& start(TlsSettings settings, const Limits& limits = {})
    {
        auto opened = TlsIdentity::open(std::move(settings), system_clock());
        if (!opened) throw std::runtime_error{opened.error().detail};
        identity = *opened;
        return server.emplace(limits, std::string{}, identity);
    }
    RunningServer& start(const Limits& limits = {}) { return start(files.settings(), limits); }
    [[nodiscard]] TlsClient client() { return TlsClient{server->port, authority.pem()}; }  // made in place

    Files files;
    Authority authority;
    std::shared_ptr<TlsIdentity> identity;
    std::optional<RunningServer> server;
};

TEST_F(Tls, ServesOneRequestAfterTheOther)
{
    start();
    auto one = client();
    ASSERT_FALSE(one.failed) << one.failed.message();
    EXPECT_EQ(one.protocol(), "TLSv1.3");
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(one.send(post("/x", "body " + std::to_string(i))).read_answer().ends_with("POST /x body " + std::to_string(i)));
    EXPECT_TRUE(one.send(get("/x") + get("/y")).read_answer().ends_with("GET /x "));
    EXPECT_TRUE(one.read_answer().ends_with("GET /y "));
    EXPECT_TRUE(one.send(get("/transport")).read_answer().ends_with("tls "));
    // the end is told, so that nobody takes a cut for it
    EXPECT_TRUE(one.send(get("/x", "Connection: close\r\n")).read_all().ends_with("GET /x "));
    EXPECT_EQ(one.ended, asio::error::eof);
    TlsClient older{server->port, authority.pem(), nullptr, TLS1_2_VERSION};
    EXPECT_TRUE(older.send(get("/x")).read_answer().ends_with("GET /x "));
    EXPECT_EQ(older.protocol(), "TLSv1.2");
    TlsClient oldest{server->port, authority.pem(), nullptr, TLS1_1_VERSION};
    EXPECT_TRUE(oldest.failed);
    EXPECT_TRUE(eventually([&] { return server->refused("tls") == 1; }));
}

TEST_F(Tls, CarriesLargeBodiesBothWaysAndStreams)
{
    start();
    server->handler.body_limit = 8 * 1024 * 1024;
    auto one = client();
    const std::string body(5'000'000, 'b');
    EXPECT_TRUE(one.send(post("/x", body)).read_answer().ends_with(body));
    EXPECT_EQ(one.send(get("/large")).read_answer().size() / 1024 / 1024, 16u);
    auto reader = client();
    reader.send(get("/stream"));
    while (!reader.received().ends_with("hello\r\n")) ASSERT_TRUE(reader.read_some());
    EXPECT_EQ(server->handler.streams, 1);
    {
        auto leaver = client();
        leaver.send(get("/flood"));
        ASSERT_TRUE(leaver.read_some());
    }
    EXPECT_TRUE(eventually([&] { return server->handler.streams == 1; }));
    server->drain(patience);
    EXPECT_TRUE(reader.read_all().ends_with("0\r\n\r\n")) << "a stream ends well";
    EXPECT_EQ(reader.ended, asio::error::eof);
}

TEST_F(Tls, RefusalsArriveThoughTheBodyIsStillComing)
{
    start();
    server->handler.body_limit = 1000;
    auto one = client();
    one.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" + std::string(200'000, 'x'));
    EXPECT_TRUE(one.read_all().starts_with("HTTP/1.1 413 ")) << one.read_all().substr(0, 100);
}

TEST_F(Tls, PlainHttpIsToldWhatToDo)
{
    start();
    RawClient plain{server->port};
    plain.send(get("/x"));
    const auto answer = plain.read_all();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
    EXPECT_NE(answer.find("https://"), std::string::npos);
    RawClient noise{server->port};
    noise.send(std::string(600, '\x01'));
    EXPECT_TRUE(noise.closed());
    EXPECT_TRUE(eventually([&] { return server->refused("tls") == 2; }));
    EXPECT_EQ(server->handler.admitted, 0);
    auto good = client();
    EXPECT_TRUE(good.send(get("/x")).read_answer().ends_with("GET /x ")) << "nobody else was disturbed";
}

TEST_F(Tls, AHandshakeThatNeverEndsIsGivenUp)
{
    Limits limits;
    limits.header_time = 40ms;
    start(limits);
    RawClient silent{server->port};
    EXPECT_TRUE(silent.closed());
    RawClient begun{server->port};
    begun.send(std::string_view{"\x16\x03\x01\x02\x00\x01", 6});
    EXPECT_TRUE(begun.closed());
    EXPECT_TRUE(eventually([&] { return server->refused("timeout") == 2; }));
    EXPECT_TRUE(eventually([&] { return server->ask([](Server& s) { return s.connections(); }) == 0; }));
}

TEST_F(Tls, AReaderThatTakesNothingIsDropped)
{
    Limits limits;
    limits.write_time = 40ms;
    start(limits);
    auto one = client();
    one.send(get("/flood"));
    EXPECT_TRUE(eventually([&] { return server->handler.streams == 1; }));
    EXPECT_TRUE(eventually([&] { return server->handler.streams == 0; }));
}

TEST_F(Tls, ANewCertificateIsForNewConnectionsAndDisturbsNoOld)
{
    start();
    auto old = client();
    old.send(post("/wait", ""));
    server->handler.entered.get_future().wait();
    files.put(authority.issue("second"));
    server->ask([&](Server&) { return identity->reload().has_value(); });
    auto fresh = client();
    EXPECT_EQ(fresh.subject(), "second");
    EXPECT_TRUE(fresh.send(get("/x")).read_answer().ends_with("GET /x "));
    server->handler.released = true;
    EXPECT_TRUE(old.read_answer().ends_with("released"));
    EXPECT_TRUE(old.send(get("/still")).read_answer().ends_with("GET /still "));
    EXPECT_EQ(old.subject(), "first");
}

TEST_F(Tls, ABrokenCertificateLeavesTheOldOneInPlace)
{
    start();
    files.write(files.cert(), "-----BEGIN CERTIFICATE-----\nrubbish");
    EXPECT_FALSE(server->ask([&](Server&) { return identity->reload().has_value(); }));
    EXPECT_TRUE(server->ask([&](Server&) { return identity->failing(); }));
    auto one = client();
    EXPECT_EQ(one.subject(), "first");
    EXPECT_TRUE(one.send(get("/x")).read_answer().ends_with("GET /x "));
}

TEST_F(Tls, ChangedFilesAreSeenByThemselves)
{
    Limits limits;
    limits.certificate_check = 1ms;
    limits.idle_time = 40ms;  // makes the sweep quick
    start(limits);
    const auto second = authority.issue("second");
    files.write(files.cert(), second.cert);  // the key comes later, as renewals do it
    ASSERT_TRUE(eventually([&] { return server->ask([&](Server&) { return identity->failing(); }); }));
    EXPECT_EQ(client().subject(), "first");
    files.put(second);
    EXPECT_TRUE(eventually([&] { return client().subject() == "second"; }));
}

TEST_F(Tls, PeersProveThemselvesWhereTheyMust)
{
    Authority strangers{"strangers"};
    files.write(files.ca(), authority.pem());
    auto settings = files.settings();
    settings.client_auth = TlsSettings::ClientAuth::require_and_verify;
    settings.client_ca_file = files.ca();
    start(settings);
    const auto ask = [&](const Identity* who) {
        TlsClient one{server->port, authority.pem(), who};
        return one.failed ? std::string{"refused"} : one.send(get("/transport")).read_answer();
    };
    const auto sam = authority.issue("sam", "email:sam@example.org"), eve = strangers.issue("eve");
    EXPECT_TRUE(ask(&sam).ends_with("tls sam"));
    const auto unnamed = authority.issue("", "DNS:collector-7");
    EXPECT_TRUE(ask(&unnamed).ends_with("tls collector-7"));
    EXPECT_EQ(ask(&eve).find("HTTP/1.1 200"), std::string::npos);
    EXPECT_EQ(ask(nullptr).find("HTTP/1.1 200"), std::string::npos);
    const auto late = authority.issue("late", "", -48h, -24h);
    EXPECT_EQ(ask(&late).find("HTTP/1.1 200"), std::string::npos);
    EXPECT_TRUE(eventually([&] { return server->refused("tls") == 3; }));
    settings.client_allowed_sans = {"collector-7"};
    ASSERT_TRUE(server->ask([&](Server&) { return identity->reload(settings).has_value(); }));
    EXPECT_TRUE(ask(&unnamed).ends_with("tls collector-7"));
    EXPECT_EQ(ask(&sam).find("HTTP/1.1 200"), std::string::npos);
    // one that is not verified proves no name
    auto lax = files.settings();
    lax.client_auth = TlsSettings::ClientAuth::require_any;
    ASSERT_TRUE(server->ask([&](Server&) { return identity->reload(lax).has_value(); }));
    EXPECT_TRUE(ask(&eve).ends_with("tls "));
    EXPECT_EQ(ask(nullptr).find("HTTP/1.1 200"), std::string::npos);
}

TEST_F(Tls, DrainsWithoutWaitingForAWord)
{
    start();
    auto idle = client();
    EXPECT_TRUE(idle.send(get("/x")).read_answer().ends_with("GET /x "));
    RawClient silent{server->port};
    ASSERT_TRUE(eventually([&] { return server->ask([](Server& s) { return s.connections(); }) == 2; }));
    auto drained = server->begin_drain(patience);
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_EQ(idle.ended, asio::error::eof);
    EXPECT_TRUE(silent.closed());
    silent.socket().close();
    drained.get();
    EXPECT_EQ(server->refused("tls"), 0u);
}

asio::awaitable<std::string> fetch(std::uint16_t port, std::shared_ptr<const TlsContext> context, std::string host)
{
    Stream::Socket socket{co_await asio::this_coro::executor, asio::generic::stream_protocol{asio::ip::tcp::v4()}};
    socket.connect(asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), port});
    Stream stream{std::move(socket), std::move(context)};
    const auto failed = co_await stream.connect_handshake(host);
    if (failed) co_return failed.message();
    const auto request = get("/x", "Connection: close\r\n");
    const std::array parts{asio::buffer(std::string_view{request})};
    (void)co_await stream.write_some(parts);
    std::array<char, 4096> room{};
    auto [gone, size] = co_await stream.read_some(asio::buffer(room));
    co_await stream.end_writing();
    co_return std::string{room.data(), size};
}

TEST_F(Tls, AsAClientItChecksTheOtherSide)
{
    start();
    files.write(files.ca(), authority.pem());
    const auto ask = [&](std::shared_ptr<const TlsContext> context, const std::string& host) {
        asio::io_context io;
        auto answer = asio::co_spawn(io, fetch(server->port, std::move(context), host), asio::use_future);
        io.run();
        return answer.get();
    };
    const auto ours = TlsContext::client(files.ca()).value();
    EXPECT_TRUE(ask(ours, "localhost").ends_with("GET /x "));
    EXPECT_TRUE(ask(ours, "127.0.0.1").ends_with("GET /x "));
    EXPECT_NE(ask(ours, "irc.example.org").find("certificate verify failed"), std::string::npos);
    EXPECT_NE(ask(TlsContext::client().value(), "localhost").find("certificate verify failed"), std::string::npos);
    EXPECT_FALSE(TlsContext::client("/nowhere/ca.pem"));
}

struct Broken {
    const char* name;
    std::function<void(Files&, Authority&, TlsSettings&)> breaking;
    const char* says;
};
class BrokenTls : public testing::TestWithParam<Broken> {};

TEST_P(BrokenTls, IsRefusedWithTheReason)
{
    Files files;
    Authority authority;
    files.put(authority.issue("first"));
    auto settings = files.settings();
    ASSERT_TRUE(TlsContext::server(settings, system_clock().now()));
    GetParam().breaking(files, authority, settings);
    const auto made = TlsContext::server(settings, system_clock().now());
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().detail.find(GetParam().says), std::string::npos) << made.error().detail;
}

std::string half(const std::string& text) { return text.substr(0, text.size() / 2); }

INSTANTIATE_TEST_SUITE_P(
    All, BrokenTls,
    testing::Values(
        Broken{"NoCertificate", [](Files& f, Authority&, TlsSettings&) { std::filesystem::remove(f.cert()); }, "tls.crt No such file"},
        Broken{"NoKey", [](Files& f, Authority&, TlsSettings&) { std::filesystem::remove(f.key()); }, "tls.key No such file"},
        Broken{"NothingNamed", [](Files&, Authority&, TlsSettings& s) { s.cert_file.clear(); }, "give cert_file"},
        Broken{"EmptyCertificate", [](Files& f, Authority&, TlsSettings&) { f.write(f.cert(), ""); }, "has no certificate"},
        Broken{"CutCertificate", [](Files& f, Authority& a, TlsSettings&) { f.write(f.cert(), half(a.issue("x").cert)); }, "only a part of one"},
        Broken{"CutKey", [](Files& f, Authority& a, TlsSettings&) { f.write(f.key(), half(a.issue("x").key)); }, "only a part of one"},
        Broken{"Expired", [](Files& f, Authority& a, TlsSettings&) { f.put(a.issue("x", "", -48h, -1h)); }, "has expired on"},
        Broken{"NotYet", [](Files& f, Authority& a, TlsSettings&) { f.put(a.issue("x", "", 1h, 2h)); }, "clock"},
        Broken{"OtherKey", [](Files& f, Authority& a, TlsSettings&) { f.write(f.key(), a.issue("x").key); }, "does not belong to the certificate"},
        Broken{"Password", [](Files& f, Authority& a, TlsSettings&) { f.put(a.issue("x", "", -1h, 24h, "secret")); }, "password"},
        Broken{"OpenKey", [](Files& f, Authority&, TlsSettings&) { std::filesystem::permissions(f.key(), std::filesystem::perms{0644}); }, "chmod o="},
        Broken{"Folder", [](Files& f, Authority&, TlsSettings& s) { s.cert_file = std::filesystem::path{f.cert()}.parent_path(); }, "regular file"},
        Broken{"NoAuthority", [](Files&, Authority&, TlsSettings& s) { s.client_auth = TlsSettings::ClientAuth::require_and_verify; }, "client_ca_file"},
        Broken{"UselessAuthority", [](Files& f, Authority&, TlsSettings& s) { s.client_ca_file = f.cert(); }, "RequireAndVerifyClientCert"},
        Broken{"NamesWithoutProof", [](Files&, Authority&, TlsSettings& s) { s.client_allowed_sans = {"x"}; }, "client_allowed_sans"},
        Broken{"Versions", [](Files&, Authority&, TlsSettings& s) { s.min_version = TlsSettings::Version::tls13; s.max_version = TlsSettings::Version::tls12; }, "min_version"},
        Broken{"Ciphers", [](Files&, Authority&, TlsSettings& s) { s.cipher_suites = {"NONSENSE"}; }, "cipher_suites"},
        Broken{"Curves", [](Files&, Authority&, TlsSettings& s) { s.curve_preferences = {"P-1"}; }, "curve_preferences"}),
    [](const auto& one) { return std::string{one.param.name}; });

}  // namespace
}  // namespace incident::net
