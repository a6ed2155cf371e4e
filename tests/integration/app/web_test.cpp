#include "app/daemon.hpp"
#include "support/certificates.hpp"
#include "support/http_client.hpp"
#include "support/temp_folder.hpp"
#include <cstdio>
#include <future>
#include <gtest/gtest.h>

// A whole daemon behind the web file, and curl in front of it.
namespace incident::app {
namespace {
using test::Authority;
using test::HttpClient;
using test::Identity;
using test::TempFolder;
using test::write_file;

struct Said {
    int exit_code = 0;
    std::string text;
};

class Web : public testing::Test {
 protected:
    void SetUp() override
    {
        put(authority.issue("first"));
        write_file(folder / "ca.crt", authority.pem());
        write_file(folder / "web.yml", "tls_server_config:\n  cert_file: tls.crt\n  key_file: tls.key\nhttp_server_config:\n  headers:\n    X-Frame-Options: deny\n");
        options.storage_path = (folder / "store").string();
        options.socket_path = (folder / "api.sock").string();
        options.listen_addresses = {"127.0.0.1:0"};
        options.web_config_file = (folder / "web.yml").string();
    }
    void TearDown() override
    {
        if (!daemon) return;
        daemon->request_stop();
        EXPECT_EQ(ended.get(), exit_ok);
    }
    void start()
    {
        daemon = Daemon::start(options, failure);
        ASSERT_TRUE(daemon) << failure.detail;
        ended = std::async(std::launch::async, [this] { return daemon->run(); });
        ASSERT_EQ(local().get("/-/ready").status, 200u);
    }
    void put(const Identity& identity)
    {
        write_file(folder / "tls.crt", identity.cert);
        write_file(folder / "tls.key", identity.key);
        std::filesystem::permissions(folder / "tls.key", std::filesystem::perms{0600});
    }
    HttpClient local() { return HttpClient{options.socket_path}; }
    Said curl(const std::string& arguments, const std::string& scheme = "https")
    {
        const auto line = "curl -sS -i --max-time 20 --cacert " + (folder / "ca.crt").string() + ' ' + arguments + ' ' + scheme + "://localhost:" +
                          std::to_string(daemon->port()) + "/-/ready 2>&1";
        std::FILE* const pipe = ::popen(line.c_str(), "r");
        Said said;
        std::array<char, 4096> room{};
        while (const auto size = std::fread(room.data(), 1, room.size(), pipe)) said.text.append(room.data(), size);
        said.exit_code = ::pclose(pipe);
        return said;
    }

    TempFolder folder;
    Authority authority;
    Options options;
    StartFailure failure;
    std::unique_ptr<Daemon> daemon;
    std::future<int> ended;
};

TEST_F(Web, SpeaksTlsWithTheHeadersOfTheFile)
{
    start();
    EXPECT_TRUE(daemon->external_url().starts_with("https://")) << daemon->external_url();
    const auto good = curl("");
    EXPECT_NE(good.text.find("HTTP/1.1 200"), std::string::npos) << good.text;
    EXPECT_NE(good.text.find("X-Frame-Options: deny"), std::string::npos) << good.text;
    EXPECT_NE(curl("", "http").text.find("https://"), std::string::npos);
    EXPECT_NE(curl("--tls-max 1.1").exit_code, 0);
    write_file(folder / "ca.crt", Authority{"strangers"}.pem());
    EXPECT_NE(curl("").exit_code, 0) << "curl does look at the certificate";
}

TEST_F(Web, ReloadsAsAWholeOrNotAtAll)
{
    start();
    auto control = local();
    put(authority.issue("late", "DNS:localhost", -std::chrono::hours{48}, -std::chrono::hours{24}));
    const auto refused = control.post("/-/reload", "");
    EXPECT_EQ(refused.status, 500u);
    EXPECT_NE(refused.body.find("has expired on"), std::string::npos) << refused.body;
    EXPECT_EQ(curl("").exit_code, 0);
    write_file(folder / "web.yml", "{}");
    EXPECT_NE(control.post("/-/reload", "").body.find("restart"), std::string::npos);
    write_file(folder / "web.yml", "tls_server_config: {cert_file: tls.crt, key_file: tls.key}");
    Authority other{"other"};
    put(other.issue("second"));
    EXPECT_EQ(control.post("/-/reload", "").status, 200u);
    EXPECT_NE(curl("").exit_code, 0);
    write_file(folder / "ca.crt", other.pem());
    const auto good = curl("");
    EXPECT_EQ(good.exit_code, 0) << good.text;
    EXPECT_EQ(good.text.find("X-Frame-Options: deny"), std::string::npos) << "the headers are the new file's too";
}

TEST_F(Web, DoesNotStartWithWhatCannotWork)
{
    const auto refused = [&](std::string_view because) {
        failure = {};
        EXPECT_FALSE(Daemon::start(options, failure));
        EXPECT_EQ(failure.exit_code, exit_config);
        EXPECT_NE(failure.detail.find(because), std::string::npos) << failure.detail;
    };
    put({authority.issue("one").cert, authority.issue("two").key});
    refused("does not belong to the certificate");
    put(authority.issue("late", "", -std::chrono::hours{48}, -std::chrono::hours{24}));
    refused("has expired on");
    std::filesystem::remove(folder / "tls.crt");
    refused("tls.crt No such file");
    write_file(folder / "web.yml", "tls_server: {}");
    refused("unknown key");
    std::filesystem::remove(folder / "web.yml");
    refused("web.yml");
}

}  // namespace
}  // namespace incident::app
