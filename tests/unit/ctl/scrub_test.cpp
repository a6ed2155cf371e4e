#include "client/child.hpp"
#include "commands/scrub.hpp"
#include <gtest/gtest.h>

namespace incident::ctl {
namespace {

struct MaskCase {
    const char* text;
    const char* clean;
};

TEST(Scrub, MasksTheUsualFormsOfSecrets)
{
    const MaskCase cases[] = {
        {"GET https://sam:hunter2@db.example/x?a=b", "GET https://sam:***@db.example/x?a=b"},
        {"postgres://app:p%40ss:word@db:5432/shop", "postgres://app:***@db:5432/shop"},
        {"https://ghp_abcdefghijklmnopqrstuvwxyz@github.com/a/b", "https://***@github.com/a/b"},
        {"redis://:hunter2@cache", "redis://:***@cache"},
        {"Authorization: Bearer abcdefghijkl", "Authorization: ***"},
        {"> authorization: Basic c2FtOnBhc3M=\n> host: x", "> authorization: ***\n> host: x"},
        {"curl -H 'Authorization: Bearer abcdefghijkl' url", "curl -H 'Authorization: ***' url"},
        {"Cookie: a=b; c=d", "Cookie: ***"},
        {"used bearer abcdefghijkl here", "used bearer *** here"},
        {"password=hunter2&user=sam", "password=***&user=sam"},
        {"PGPASSWORD=hunter2 psql", "PGPASSWORD=*** psql"},
        {"PASSWORD = \"two words\" next", "PASSWORD = \"***\" next"},
        {R"({"api_key":"abc\"def","user":"sam"})", R"({"api_key":"***","user":"sam"})"},
        {R"({\"secret\":\"abc\"})", R"({\"secret\":\"***\"})"},
        {"client_secret: abc # comment", "client_secret: *** # comment"},
        {"--token abc --user sam", "--token *** --user sam"},
        {"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = ***"},
        {"id AKIAIOSFODNN7EXAMPLE.", "id ***"},
        {"key ghp_abcdefghijklmnopqrstuvwxyz0123", "key ***"},
        {"jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "jwt ***"},
        {"a\n-----BEGIN RSA PRIVATE KEY-----\nMII\nabc\n-----END RSA PRIVATE KEY-----\nb", "a\n***\nb"},
        {"-----BEGIN OPENSSH PRIVATE KEY-----\nMII and no end", "***"},
        {"IIabc\ndef\n-----END PRIVATE KEY-----\nrest", "***\nrest"},
    };
    for (const auto& [text, clean] : cases) EXPECT_EQ(scrubbed(text).text, clean) << text;
}

TEST(Scrub, LeavesAloneWhatOnlySpeaksOfSecrets)
{
    for (const char* text : {"the token was wrong", "token_file=/etc/x", "password_file: /run/secret", "secret_name=db", "ssh git@host:repo", "mail sam@example.org", "https://example.org/a@b",
                             "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----", "AKIA is a prefix", "bearer of news", "http://host:8080/x", "pwd=/tmp", "a=b&c=d", "eyJ short", ""}) {
        EXPECT_EQ(scrubbed(text).text, text);
        EXPECT_EQ(scrubbed(text).secrets, 0u) << text;
    }
    EXPECT_EQ(scrubbed(scrubbed("password=a https://u:p@h").text).text, "password=*** https://u:***@h") << "twice is as once";
}

TEST(Scrub, TakesTimeThatGrowsWithTheTextOnly)
{
    for (const char* piece : {"://", "password", "a-", "-----BEGIN ", "\"", "bearer ", "=", "://a:b@", "eyJ"}) {
        std::string text;
        while (text.size() < 256 * 1024) text += piece;
        EXPECT_GE(scrubbed(text).text.size(), 1u);
    }
}

TEST(Scrub, KnowsWhichArgumentIsASecret)
{
    const auto words = [](std::vector<std::string> line) { return scrubbed_words(line).words; };
    using Words = std::vector<std::string>;
    EXPECT_EQ(words({"tool", "--password", "hunter2", "--user", "sam"}), (Words{"tool", "--password", "***", "--user", "sam"}));
    EXPECT_EQ(words({"tool", "--token=abc"}), (Words{"tool", "--token=***"}));
    EXPECT_EQ(words({"tool", "--token-file", "/etc/x"}), (Words{"tool", "--token-file", "/etc/x"}));
    EXPECT_EQ(words({"/usr/bin/curl", "-u", "sam:pw", "https://h"}), (Words{"/usr/bin/curl", "-u", "sam:***", "https://h"}));
    EXPECT_EQ(words({"mysql", "-phunter2", "-P3306"}), (Words{"mysql", "-p***", "-P3306"}));
    EXPECT_EQ(words({"ssh", "-p2222", "host"}), (Words{"ssh", "-p2222", "host"}));
    EXPECT_EQ(scrubbed_words({}).secrets, 0u);
}

TEST(Child, EndsAsAShellWouldSay)
{
    const auto status = [](std::vector<std::string> words) {
        ChildOptions options;
        options.listen = false;
        return run_child(words, options).status;
    };
    EXPECT_EQ(status({"true"}), 0);
    EXPECT_EQ(status({"sh", "-c", "exit 7"}), 7);
    EXPECT_EQ(status({"sh", "-c", "kill -TERM $$"}), 143);
    EXPECT_EQ(status({"/no/such/program"}), 127);
    EXPECT_EQ(status({"/etc"}), 126);
}

TEST(Child, LeavesTheEndOfWhatItSaid)
{
    ChildOptions options;
    options.tail_bytes = 10;
    testing::internal::CaptureStdout();
    const auto outcome = run_child(std::vector<std::string>{"sh", "-c", "printf '0123456789'; printf abc"}, options);
    (void)testing::internal::GetCapturedStdout();
    EXPECT_EQ(outcome.tail, "3456789abc");
    EXPECT_TRUE(outcome.tail_cut);
}

}  // namespace
}  // namespace incident::ctl
