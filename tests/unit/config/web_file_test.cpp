#include "config/web_file.hpp"
#include "support/temp_folder.hpp"
#include <gtest/gtest.h>

namespace incident::config {
namespace {

Result<WebFile> parse(std::string_view yaml) { return parse_web_file(yaml, "web.yml", "/etc/incidentd"); }

TEST(WebFile, ReadsTheSharedFormat)
{
    const auto text = test::content_of(std::string{INCIDENT_TESTDATA_DIR} + "/web/web-config.yml");
    const auto web = parse(text);
    ASSERT_TRUE(web) << web.error().detail;
    ASSERT_TRUE(web->tls);
    EXPECT_EQ(web->tls->cert_file, "/etc/incidentd/server.crt");
    EXPECT_EQ(web->tls->client_ca_file, "/etc/ssl/clients.crt");
    EXPECT_EQ(web->tls->client_auth, net::TlsSettings::ClientAuth::require_and_verify);
    EXPECT_EQ(web->tls->client_allowed_sans, std::vector<std::string>{"collector.example.org"});
    EXPECT_EQ(web->tls->cipher_suites, (std::vector<std::string>{"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305"}));
    EXPECT_EQ(web->tls->curve_preferences, (std::vector<std::string>{"X25519", "P-256"}));
    using Headers = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(web->headers, (Headers{{"Strict-Transport-Security", "max-age=31536000"}, {"X-Frame-Options", "deny"}}));
    ASSERT_EQ(web->basic_auth_users.size(), 1u);
    EXPECT_TRUE(web->basic_auth_users.at("sam").starts_with("$2y$04$"));
    EXPECT_EQ(parse("").value(), WebFile{});
}

struct BadWebFile {
    const char* name;
    const char* yaml;
    const char* says;
};
class BadWeb : public testing::TestWithParam<BadWebFile> {};

TEST_P(BadWeb, IsRefusedAtItsPlace)
{
    const auto web = parse(GetParam().yaml);
    ASSERT_FALSE(web);
    EXPECT_EQ(web.error().code, Errc::invalid_input);
    EXPECT_NE(web.error().detail.find(GetParam().says), std::string::npos) << web.error().detail;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadWeb,
    testing::Values(
        BadWebFile{"UnknownKey", "tls_server_confg: {}", "web.yml:1:1: unknown key \"tls_server_confg\" in the web configuration, did you mean \"tls_server_config\"?"},
        BadWebFile{"UnknownTlsKey", "tls_server_config:\n  cert_file: a\n  key_file: b\n  certfile: c", "4:3: unknown key \"certfile\""},
        BadWebFile{"NoKey", "tls_server_config: {cert_file: a}", "needs key_file"},
        BadWebFile{"Both", "tls_server_config: {cert_file: a, cert: b, key_file: c}", "not both"},
        BadWebFile{"OldVersion", "tls_server_config: {cert_file: a, key_file: b, min_version: TLS10}", "TLS10 is broken"},
        BadWebFile{"NoVersion", "tls_server_config: {cert_file: a, key_file: b, max_version: TLS14}", "expected TLS12 or TLS13"},
        BadWebFile{"Order", "tls_server_config: {cert_file: a, key_file: b, min_version: TLS13, max_version: TLS12}", "above max_version"},
        BadWebFile{"ClientAuth", "tls_server_config: {cert_file: a, key_file: b, client_auth_type: Always}", "RequireAndVerifyClientCert"},
        BadWebFile{"Cipher", "tls_server_config: {cert_file: a, key_file: b, cipher_suites: [ROT13]}", "ROT13"},
        BadWebFile{"Curve", "tls_server_config: {cert_file: a, key_file: b, curve_preferences: [CurveP1]}", "CurveP1"},
        BadWebFile{"RateLimit", "rate_limit: {interval: 1s, burst: 3}", "rate_limit is not supported"},
        BadWebFile{"Header", "http_server_config: {headers: {X-Other: a}}", "unknown key \"X-Other\""},
        BadWebFile{"HeaderValue", "http_server_config: {headers: {X-Frame-Options: allow}}", "deny or sameorigin"},
        BadWebFile{"HeaderSplit", "http_server_config: {headers: {Content-Security-Policy: \"a\\r\\nSet-Cookie: b\"}}", "printable"},
        BadWebFile{"PlainPassword", "basic_auth_users: {sam: hunter2}", "htpasswd"},
        BadWebFile{"OtherHash", "basic_auth_users: {sam: \"$6$abcdefgh$0123456789012345678901234567890123456789012345678901\"}", "bcrypt"},
        BadWebFile{"Cost", "basic_auth_users: {sam: $2y$18$abcdefghijklmnopqrstuuOw0xTXMYN1w1PnyBQD8Wz0jG7mTzDCm}", "cost 18"},
        BadWebFile{"UserWithColon", "basic_auth_users: {\"a:b\": $2y$10$abcdefghijklmnopqrstuuOw0xTXMYN1w1PnyBQD8Wz0jG7mTzDCm}", "colon"},
        BadWebFile{"List", "basic_auth_users: [sam]", "map"}),
    [](const auto& one) { return std::string{one.param.name}; });

TEST(WebFile, NeverRepeatsAPassword)
{
    const auto web = parse("basic_auth_users: {sam: hunter2}");
    EXPECT_EQ(web.error().detail.find("hunter2"), std::string::npos);
}

TEST(WebFile, WithAKeyInItIsNotForEverybodysEyes)
{
    test::TempFolder folder;
    const auto path = (folder / "web.yml").string();
    test::write_file(path, "tls_server_config: {cert: a, key: b}");
    std::filesystem::permissions(path, std::filesystem::perms{0644});
    EXPECT_EQ(load_web_file(path).error().code, Errc::forbidden);
    std::filesystem::permissions(path, std::filesystem::perms{0640});
    EXPECT_TRUE(load_web_file(path));
    EXPECT_EQ(load_web_file(path + ".none").error().code, Errc::not_found);
}

}  // namespace
}  // namespace incident::config
