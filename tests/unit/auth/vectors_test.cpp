#include "auth/verifier.hpp"
#include "support/signing.hpp"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <set>

/// Requests that others signed, with the answer each deserves.
namespace incident::auth {
namespace {
namespace json = boost::json;

const std::filesystem::path own = INCIDENT_TESTDATA_DIR "/auth", payloads = INCIDENT_SHARED_DIR "/payloads";

std::string file_text(const std::filesystem::path& path)
{
    std::ifstream stream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

Instant at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }
std::string text_of(const json::value& value) { return std::string{value.as_string()}; }

std::map<std::string, std::string> texts_of(const json::object& object)
{
    std::map<std::string, std::string> texts;
    for (const auto& [name, value] : object) {
        std::string lower{name};
        for (auto& c : lower)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        texts[lower] = text_of(value);
    }
    return texts;
}

TEST(OwnVectors, AreAnsweredAsTheyDeserve)
{
    const auto vectors = json::parse(file_text(own / "vectors.json"));
    std::set<std::string> accepted_of;
    for (const auto& vector : vectors.as_array()) {
        const auto& object = vector.as_object();
        Verifier verifier{rules_of(text_of(object.at("dialect"))), {}};
        for (const auto& secret : object.at("secrets").as_array()) verifier.secrets.push_back(text_of(secret));
        const auto body = text_of(object.at("body")), tail = text_of(object.at("tail")), type = text_of(object.at("content_type"));
        const auto headers = texts_of(object.at("headers").as_object());
        std::map<std::string, std::string> query;
        for (const auto& [name, value] : object.at("query").as_object()) query[name] = text_of(value);
        const auto result = verify(verifier, {body, headers, query, tail, type}, at(object.at("now_unix").as_int64()));
        const bool wanted = text_of(object.at("expect")) == "accept";
        EXPECT_EQ(result.has_value(), wanted) << object.at("name") << ": " << (result ? "accepted" : result.error().detail);
        if (wanted) accepted_of.insert(text_of(object.at("dialect")));
        if (!result) {
            EXPECT_EQ(result.error().code, Errc::unauthenticated);
            EXPECT_FALSE(result.error().detail.empty()) << object.at("name");
            for (const auto& secret : verifier.secrets)
                EXPECT_TRUE(secret.empty() || result.error().detail.find(secret) == std::string::npos) << "a reason must not tell the secret";
        } else if (const auto* const scrub = object.if_contains("scrub")) {
            std::vector<std::string> wanted_scrubs;
            for (const auto& one : scrub->as_array()) wanted_scrubs.push_back(text_of(one));
            EXPECT_EQ(result->secrets_in_body, wanted_scrubs) << object.at("name");
        } else {
            EXPECT_TRUE(result->secrets_in_body.empty()) << object.at("name");
        }
    }
    EXPECT_GE(accepted_of.size(), 24U) << "each sender that proves itself has a request that is accepted";
}

/// Which rules a scheme of the shared vectors means.
std::string dialect_of(const std::string& scheme, const std::string& name)
{
    static const std::map<std::string, std::string> dialects{
        {"slack-v0", "slack"}, {"github-hmac-sha256", "github"}, {"pagerduty-v1", "pagerduty"}, {"grafana-hmac", "grafana"},
        {"sentry-hmac", "sentry"}, {"flux-hmac", "flux"}, {"splunk-observability-hmac", "splunk-observability"},
        {"msteams-hmac", "msteams"}, {"discord-ed25519", "discord"}, {"aws-sns", "aws-sns"}, {"standard-webhooks", "standard-webhooks"}};
    if (const auto found = dialects.find(scheme); found != dialects.end()) return name.starts_with("gitlab") ? "gitlab" : found->second;
    return name.substr(0, name.find('-'));  // static-header: telegram-…, gitlab-…, honeycomb-…
}

TEST(SharedVectors, AreAnsweredAsTheyDeserve)
{
    if (!std::filesystem::exists(payloads / "_auth-vectors/vectors.json"))
        GTEST_SKIP() << "no " << payloads << "; these vectors are not part of the project";
    const auto vectors = json::parse(file_text(payloads / "_auth-vectors/vectors.json"));
    std::size_t checked = 0, accepted = 0;
    for (const auto& vector : vectors.as_array()) {
        const auto& object = vector.as_object();
        const auto name = text_of(object.at("name")), scheme = text_of(object.at("scheme"));
        auto secret = text_of(object.at("secret"));
        if (scheme == "aws-sns") secret = file_text(payloads / secret);
        const Verifier verifier{rules_of(dialect_of(scheme, name)), {secret}};
        const auto headers = texts_of(object.at("headers").as_object());
        const auto body = file_text(payloads / text_of(object.at("body_file")));
        const std::map<std::string, std::string> query;
        const auto now = object.at("now_unix").is_null() ? at(1'760'000'000) : at(object.at("now_unix").as_int64());
        const auto result = verify(verifier, {body, headers, query, {}, "application/json"}, now);
        EXPECT_EQ(result.has_value(), text_of(object.at("expect")) == "accept") << name << ": " << (result ? "accepted" : result.error().detail);
        ++checked;
        accepted += result.has_value() ? 1 : 0;
    }
    EXPECT_EQ(checked, 33U);
    EXPECT_EQ(accepted, 26U);
}

TEST(SharedVectors, HoldTheTextThatSnsSigns)
{
    if (!std::filesystem::exists(payloads / "_auth-vectors/vectors.json"))
        GTEST_SKIP() << "no " << payloads << "; these vectors are not part of the project";
    for (const auto* const name : {"sns-notification-v1", "sns-notification-v2", "sns-subscription-v1"}) {
        const auto message = json::parse(file_text(payloads / "_auth-vectors" / (std::string{name} + ".json")));
        EXPECT_EQ(sns_text_to_sign(message.as_object()), file_text(payloads / "_auth-vectors" / (std::string{name} + ".string-to-sign.txt")));
    }
}

}  // namespace
}  // namespace incident::auth
