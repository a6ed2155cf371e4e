#include "client/outside.hpp"
#include "client/transport.hpp"
#include "support/signing.hpp"
#include "support/temp_folder.hpp"
#include <arpa/inet.h>
#include <atomic>
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace incident::ctl {
namespace {

using namespace std::chrono_literals;

/// Answers every https request on loopback with the same bytes, under a certificate of its own for one host name.
class TlsServer {
 public:
    TlsServer(const std::string& host, std::string answer) : answer_(std::move(answer)), key_{EVP_RSA_gen(2048), EVP_PKEY_free}, certificate_{X509_new(), X509_free}
    {
        std::signal(SIGPIPE, SIG_IGN);  // whoever does not trust us hangs up in the middle
        ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 1);
        X509_set_version(certificate_.get(), X509_VERSION_3);
        X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 3600);
        X509_set_pubkey(certificate_.get(), key_.get());
        auto* const name = X509_get_subject_name(certificate_.get());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("a test"), -1, -1, 0);
        X509_set_issuer_name(certificate_.get(), name);
        for (const auto& [kind, value] : {std::pair{NID_subject_alt_name, "DNS:" + host}, std::pair{NID_basic_constraints, std::string{"CA:TRUE"}}}) {
            const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension{X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()), X509_EXTENSION_free};
            X509_add_ext(certificate_.get(), extension.get(), -1);
        }
        test::must_work(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0, "signing");
        const auto path = ca_file();
        const std::unique_ptr<BIO, decltype(&BIO_free)> bio{BIO_new_file(path.c_str(), "w"), BIO_free};
        PEM_write_bio_X509(bio.get(), certificate_.get());
        SSL_CTX_use_certificate(context_.get(), certificate_.get());
        SSL_CTX_use_PrivateKey(context_.get(), key_.get());
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        test::must_work(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) == 0 && ::listen(listener_, 8) == 0 &&
                            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0, "listening");
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { run(); }};
    }
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;
    ~TlsServer()
    {
        stopping_ = true;
        thread_.join();
        ::close(listener_);
    }

    [[nodiscard]] std::string ca_file() const { return (folder_.path() / "ca.pem").string(); }
    [[nodiscard]] OutsideOptions options() const { return {5s, ca_file(), "::127.0.0.1:" + std::to_string(port_)}; }
    [[nodiscard]] unsigned port() const { return port_; }
    [[nodiscard]] int requests() const { return requests_; }
    [[nodiscard]] const std::string& last_request() const { return last_request_; }  ///< after its answer came

 private:
    void run()
    {
        constexpr timeval patience{2, 0};
        while (!stopping_) {
            pollfd waiting{listener_, POLLIN, 0};
            if (::poll(&waiting, 1, 20) <= 0) continue;
            const int peer = ::accept(listener_, nullptr, nullptr);
            ::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            const std::unique_ptr<SSL, decltype(&SSL_free)> session{SSL_new(context_.get()), SSL_free};
            SSL_set_fd(session.get(), peer);
            if (SSL_accept(session.get()) == 1) {
                std::string request(4096, '\0');
                const auto size = SSL_read(session.get(), request.data(), static_cast<int>(request.size()));
                request.resize(static_cast<std::size_t>(std::max(size, 0)));
                last_request_ = request;
                if (size > 0) ++requests_;  // a client that does not trust us may see that only when the handshake is over
                SSL_write(session.get(), answer_.data(), static_cast<int>(answer_.size()));
                SSL_shutdown(session.get());
            }
            ::close(peer);
        }
    }

    incident::test::TempFolder folder_;
    std::string answer_, last_request_;
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
    std::unique_ptr<X509, decltype(&X509_free)> certificate_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unsigned port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::atomic<int> requests_ = 0;
    std::thread thread_;
};

const std::string host = "sns.eu-central-1.amazonaws.com";
const std::string address = "https://" + host + "/SimpleNotificationService-1.pem";
std::string answer_of(const std::string& head, const std::string& body) { return "HTTP/1.1 " + head + "\r\nConnection: close\r\n\r\n" + body; }

TEST(Outside, IsFetchedWithNothingOfOurs)
{
    const TlsServer server{host, answer_of("200 OK\r\nContent-Type: text/plain", "the bytes")};
    const auto answer = fetch_outside(address, server.options());
    ASSERT_TRUE(answer.has_value()) << answer.error().cause;
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->body, "the bytes");
    EXPECT_TRUE(server.last_request().starts_with("GET /SimpleNotificationService-1.pem HTTP/1.1\r\n")) << server.last_request();
    EXPECT_EQ(server.last_request().find("uthorization"), std::string::npos);
    EXPECT_EQ(server.last_request().find("Cookie"), std::string::npos);
}

TEST(Outside, NeverFollowsARedirect)
{
    const TlsServer server{host, answer_of("302 Found\r\nLocation: https://evil.example/x.pem\r\nContent-Length: 0", "")};
    const auto answer = fetch_outside(address, server.options());
    ASSERT_TRUE(answer.has_value()) << answer.error().cause;
    EXPECT_EQ(answer->status, 302U);
    EXPECT_EQ(server.requests(), 1);
}

TEST(Outside, StopsReadingWhatIsTooLong)
{
    const TlsServer server{host, answer_of("200 OK", std::string(max_outside_bytes + 1, 'x'))};
    const auto answer = fetch_outside(address, server.options());
    ASSERT_FALSE(answer.has_value());
    EXPECT_NE(answer.error().cause.find("longer than"), std::string::npos) << answer.error().cause;
}

TEST(Outside, MustBeTheHostThatItSays)
{
    const TlsServer other{"sns.us-east-1.amazonaws.com", answer_of("200 OK", "x")};
    EXPECT_FALSE(fetch_outside(address, other.options()).has_value());
    EXPECT_EQ(other.requests(), 0) << "nothing is asked of a stranger";
    const TlsServer unknown{host, answer_of("200 OK", "x")};
    auto options = unknown.options();
    options.ca_file = other.ca_file();
    EXPECT_FALSE(fetch_outside(address, options).has_value());
    EXPECT_EQ(unknown.requests(), 0);
}

TEST(Outside, IsHttpsAlone)
{
    for (const auto* const url : {"http://sns.eu-central-1.amazonaws.com/x.pem", "ftp://localhost/x", "file:///etc/passwd", "", "not a url"})
        EXPECT_FALSE(fetch_outside(url, {1s, {}, "::127.0.0.1:1"}).has_value()) << url;
}

TEST(Certificate, ShowsWhatAPersonLooksAt)
{
    const Instant from = parse_rfc3339("2026-01-01T00:00:00Z").value(), until = parse_rfc3339("2027-01-01T00:00:00Z").value();
    const test::SnsSigner signer{from, until};
    const auto seconds = [](const char* at) { return std::chrono::floor<std::chrono::seconds>(parse_rfc3339(at).value()).time_since_epoch().count(); };
    const auto facts = read_certificate(signer.certificate(), seconds("2026-06-22T15:00:00Z"));
    ASSERT_TRUE(facts.has_value()) << facts.error().cause;
    EXPECT_EQ(facts->subject, "/CN=sns.test.invalid");
    EXPECT_EQ(facts->issuer, "/CN=sns.test.invalid");
    EXPECT_EQ(facts->valid_from, "2026-01-01 00:00:00Z");
    EXPECT_EQ(facts->valid_to, "2027-01-01 00:00:00Z");
    EXPECT_EQ(facts->rsa_bits, 2048);
    EXPECT_EQ(facts->sha256.size(), 32 * 3 - 1U);
    EXPECT_FALSE(facts->expired || facts->not_yet_valid);
    EXPECT_TRUE(read_certificate(signer.certificate(), seconds("2027-01-01T00:00:00Z"))->expired);
    EXPECT_TRUE(read_certificate(signer.certificate(), seconds("2025-12-31T23:59:59Z"))->not_yet_valid);
    for (const auto* const bad : {"", "<html>", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
        EXPECT_FALSE(read_certificate(bad, 0).has_value()) << bad;
}

/// The way to our own server over TLS, as a context names it.
Try<Reply> ask(const std::string& url, const std::string& ca_file)
{
    TransportOptions options;
    options.timeout = 5s;
    options.ca_file = ca_file;
    Transport transport{{parse_endpoint(url).value()}, options};
    Request request;
    request.method = "POST";
    request.path = "/api/v1/events";
    request.body = "{}";
    return transport.send(request);
}

TEST(TrustedTransport, TalksToAServerThatItsAuthorityVouchesFor)
{
    const TlsServer server{"localhost", answer_of("200 OK\r\nContent-Length: 2", "{}")};
    const auto url = "https://localhost:" + std::to_string(server.port());
    const auto reply = ask(url, server.ca_file());
    ASSERT_TRUE(reply) << reply.error().cause;
    EXPECT_EQ(reply->status, 200u);
    EXPECT_TRUE(server.last_request().starts_with("POST /api/v1/events ")) << server.last_request();
    EXPECT_TRUE(curl_command(parse_endpoint(url).value(), {}, false, server.ca_file()).starts_with("curl -sS --cacert /"));
}

TEST(TrustedTransport, SaysWhyItDoesNotTrustAndSendsNothing)
{
    const TlsServer server{"incidents.example.org", answer_of("200 OK", "{}")};
    const auto url = "https://localhost:" + std::to_string(server.port());
    const auto stranger = ask(url, {});
    ASSERT_FALSE(stranger);
    EXPECT_EQ(stranger.error().exit, Exit::unreachable);
    EXPECT_NE(stranger.error().cause.find("nothing was sent"), std::string::npos) << stranger.error().cause;
    EXPECT_NE(stranger.error().fix.find("--ca-file"), std::string::npos) << stranger.error().fix;
    const auto other_name = ask(url, server.ca_file());
    ASSERT_FALSE(other_name);
    EXPECT_NE(other_name.error().fix.find("a name that stands in its certificate"), std::string::npos) << other_name.error().cause << other_name.error().fix;
    const auto no_file = ask(url, "/nowhere/ca.pem");
    ASSERT_FALSE(no_file);
    EXPECT_NE(no_file.error().fix.find("/nowhere/ca.pem"), std::string::npos) << no_file.error().cause;
    EXPECT_EQ(server.requests(), 0);
}

}  // namespace
}  // namespace incident::ctl
