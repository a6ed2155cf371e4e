#include "auth/verifier.hpp"
#include "ingest/dialects.hpp"
#include "support/signing.hpp"
#include <gtest/gtest.h>

/// What the vectors cannot show: windows to the second, rotation, limits, and what a proof says.
namespace incident::auth {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t now_seconds = 1'760'000'000;
const Instant now{std::chrono::seconds{now_seconds}};
const std::string body = R"({"text":"replicas lag"})";
const std::map<std::string, std::string> no_query;
const std::string shared_key = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

Result<Proved> verified(const Verifier& verifier, const std::map<std::string, std::string>& headers, std::string_view with = body, Instant when = now)
{
    return verify(verifier, {with, headers, no_query, {}, "application/json"}, when);
}

struct Timed {
    const char* dialect;
    std::string secret;
};
class SignedTimestamp : public testing::TestWithParam<Timed> {};

TEST_P(SignedTimestamp, HasAWindowInBothDirections)
{
    const Verifier verifier{rules_of(GetParam().dialect), {GetParam().secret}};
    const auto& rule = std::get<HmacRule>(verifier.any_of.front());
    const auto accepted_when_signed = [&](std::int64_t seconds) {
        return verified(verifier, test::signed_headers(rule, GetParam().secret, body, seconds)).has_value();
    };
    for (const int ago : {0, 1, 299, 300}) {
        EXPECT_TRUE(accepted_when_signed(now_seconds - ago)) << ago;
        EXPECT_TRUE(accepted_when_signed(now_seconds + ago)) << ago;
    }
    for (const int ago : {301, 3600, 86'400}) {
        EXPECT_FALSE(accepted_when_signed(now_seconds - ago)) << ago;
        EXPECT_FALSE(accepted_when_signed(now_seconds + ago)) << ago;
    }
    EXPECT_FALSE(accepted_when_signed(0));
    EXPECT_FALSE(accepted_when_signed(std::numeric_limits<std::int64_t>::max()));
    EXPECT_FALSE(accepted_when_signed(-now_seconds));
}

TEST_P(SignedTimestamp, TellsWhenAndWhich)
{
    const Verifier verifier{rules_of(GetParam().dialect), {GetParam().secret}};
    const auto& rule = std::get<HmacRule>(verifier.any_of.front());
    const auto proved = verified(verifier, test::signed_headers(rule, GetParam().secret, body, now_seconds - 12));
    ASSERT_TRUE(proved.has_value()) << proved.error().detail;
    EXPECT_EQ(proved->signed_at, now - 12s);
    EXPECT_EQ(proved->delivery_id, rule.id_header.empty() ? "" : "msg_2b7f");
}

TEST_P(SignedTimestamp, MustBeOneTimeAndNothingElse)
{
    const Verifier verifier{rules_of(GetParam().dialect), {GetParam().secret}};
    const auto& rule = std::get<HmacRule>(verifier.any_of.front());
    const auto good = test::signed_headers(rule, GetParam().secret, body, now_seconds);
    ASSERT_TRUE(verified(verifier, good).has_value());
    for (const auto* const bad : {"", "now", "1760000000.0", "+1760000000", "-1760000000", "0x68e7a880", "1760000000, 1760000000",
                                  "99999999999999999999", "1 760 000 000"}) {
        auto headers = good;
        headers[rule.timestamp_header] = bad;
        EXPECT_FALSE(verified(verifier, headers).has_value()) << bad;
    }
    auto headers = good;
    headers[rule.timestamp_header] = std::string(5000, '1');
    EXPECT_FALSE(verified(verifier, headers).has_value());
    headers.erase(rule.timestamp_header);
    EXPECT_FALSE(verified(verifier, headers).has_value());
}

INSTANTIATE_TEST_SUITE_P(Senders, SignedTimestamp,
    testing::Values(Timed{"slack", "of-slack"}, Timed{"grafana", "of-grafana"}, Timed{"standard-webhooks", shared_key}, Timed{"gitlab", shared_key}),
    [](const auto& timed) {
        std::string name;
        for (const char c : std::string_view{timed.param.dialect})
            if (c != '-') name += c;
        return name;
    });

TEST(Discord, HasAWindowInBothDirections)
{
    const test::KeyPair pair;
    const Verifier verifier{rules_of("discord"), {test::to_hex(pair.public_key())}};
    const auto accepted_when_signed = [&](std::int64_t seconds) {
        const auto timestamp = std::to_string(seconds);
        return verified(verifier, {{"x-signature-timestamp", timestamp}, {"x-signature-ed25519", test::to_hex(pair.signature(timestamp + body))}}).has_value();
    };
    for (const int ago : {-300, -299, 0, 299, 300}) EXPECT_TRUE(accepted_when_signed(now_seconds - ago)) << ago;
    for (const int ago : {-301, 301}) EXPECT_FALSE(accepted_when_signed(now_seconds - ago)) << ago;
}

TEST(Timestamp, MayBeInMillisecondsOrWritten)
{
    HmacRule rule;
    rule.header = "x-signature";
    rule.timestamp_header = "x-time";
    rule.signed_text = "{timestamp}|{body}";
    const Verifier verifier{{rule}, {"k"}};
    const auto accepted_with = [&](const std::string& timestamp) {
        auto other = rule;
        other.signed_text = timestamp + "|{body}";
        auto headers = test::signed_headers(other, "k", body, 0);
        headers["x-time"] = timestamp;
        return verified(verifier, headers).has_value();
    };
    EXPECT_TRUE(accepted_with("1760000000123"));
    EXPECT_TRUE(accepted_with("1760000000123456"));
    EXPECT_TRUE(accepted_with("1760000000123456789"));
    EXPECT_TRUE(accepted_with("2025-10-09T08:53:20Z"));
    EXPECT_TRUE(accepted_with("2025-10-09T10:53:20.5+02:00"));
    EXPECT_FALSE(accepted_with("1760000301000"));
    EXPECT_FALSE(accepted_with("2025-10-09T08:48:19Z"));
    EXPECT_FALSE(accepted_with("yesterday"));
}

TEST(Secrets, AreTwoWhileTheyRotate)
{
    const Verifier verifier{rules_of("github"), {"new", "old"}};
    const auto& rule = std::get<HmacRule>(verifier.any_of.front());
    EXPECT_TRUE(verified(verifier, test::signed_headers(rule, "new", body, 0)).has_value());
    EXPECT_TRUE(verified(verifier, test::signed_headers(rule, "old", body, 0)).has_value());
    EXPECT_FALSE(verified(verifier, test::signed_headers(rule, "older", body, 0)).has_value());
    const auto before = test::signed_headers(rule, "old", body, 0);
    EXPECT_FALSE(verified(Verifier{rules_of("github"), {"new"}}, before).has_value()) << "the old one was taken out";
}

TEST(Secrets, AreNeededEverywhere)
{
    for (const auto* const dialect : {"aws-sns", "checkly", "discord", "flux", "github", "gitlab", "grafana", "honeycomb", "matrix", "mattermost",
                                      "msteams", "pagerduty", "pagerduty-events", "rocketchat", "sentry", "slack", "slack-command",
                                      "slack-shortcut", "splunk-observability", "standard-webhooks", "statuscake", "telegram", "zulip"}) {
        for (const auto& secrets : {std::vector<std::string>{}, std::vector<std::string>{""}, std::vector<std::string>{"", ""}}) {
            const Verifier verifier{rules_of(dialect), secrets};
            EXPECT_FALSE(verifier.empty()) << dialect;
            const auto refused = verified(verifier, {{"authorization", ""}}, R"({"token":"","routing_key":""})");
            ASSERT_FALSE(refused.has_value()) << dialect;
            EXPECT_EQ(refused.error().detail, "no secret is configured");
        }
    }
}

TEST(Rules, AreKnownForEveryDialectThatProvesItself)
{
    for (const auto& dialect : ingest::dialects())
        EXPECT_TRUE(dialect.proof == ingest::Proof::none || !rules_of(dialect.name).empty()) << dialect.name << " could never be accepted";
}

TEST(Rules, OfAnUnknownSenderAcceptNobody)
{
    EXPECT_TRUE(rules_of("alertmanager").empty());
    EXPECT_TRUE(rules_of("").empty());
    EXPECT_FALSE(verified(Verifier{{}, {"secret"}}, {{"authorization", "secret"}}).has_value());
}

TEST(Rules, MustBindTheBody)
{
    HmacRule rule;
    rule.header = "x-signature";
    rule.signed_text = "constant";
    EXPECT_FALSE(verified(Verifier{{rule}, {"k"}}, test::signed_headers(rule, "k", body, 0)).has_value());
}

TEST(Basic, WantsUserAndPassword)
{
    const Verifier verifier{{BasicRule{}}, {"prometheus:pass:word"}};
    const auto accepted = [&](const std::string& header) { return verified(verifier, {{"authorization", header}}).has_value(); };
    EXPECT_TRUE(accepted("Basic " + to_base64("prometheus:pass:word")));
    EXPECT_TRUE(accepted("basic  " + to_base64("prometheus:pass:word"))) << "the scheme's case is free";
    for (const auto* const pair : {"prometheus:pass", "prometheus:", ":pass:word", "prometheus", "", "Prometheus:pass:word", "prometheus:pass:word "})
        EXPECT_FALSE(accepted("Basic " + to_base64(pair))) << pair;
    for (const auto* const header : {"", "Basic", "Basic ", "Basic !!!", "prometheus:pass:word", "Bearer prometheus:pass:word"}) EXPECT_FALSE(accepted(header)) << header;
    EXPECT_FALSE(accepted("Basic " + std::string(100'000, 'A')));
}

TEST(Headers, TooLongAreRefused)
{
    const auto rule = std::get<HmacRule>(rules_of("pagerduty").front());
    auto headers = test::signed_headers(rule, "k", body, 0);
    ASSERT_TRUE(verified(Verifier{{rule}, {"k"}}, headers).has_value());
    headers[rule.header].insert(0, std::string(max_proof_bytes, ' ') + "v2=x,");
    EXPECT_TRUE(verified(Verifier{{rule}, {"k"}}, headers).has_value()) << "white space around a value is none of it";
    headers[rule.header] = std::string(max_proof_bytes, 'x') + ',' + headers[rule.header];
    EXPECT_FALSE(verified(Verifier{{rule}, {"k"}}, headers).has_value());
}

TEST(Reason, IsOfTheRuleThatWasMeant)
{
    const Verifier verifier{rules_of("gitlab"), {"plain", shared_key}};
    auto headers = test::signed_headers(std::get<HmacRule>(verifier.any_of.front()), shared_key, body, now_seconds - 400);
    const auto late = verified(verifier, headers);
    ASSERT_FALSE(late.has_value());
    EXPECT_NE(late.error().detail.find("more than 300 s"), std::string::npos) << late.error().detail;
    const auto other = verified(verifier, {{"x-gitlab-token", "guess"}});
    ASSERT_FALSE(other.has_value());
    EXPECT_NE(other.error().detail.find("x-gitlab-token"), std::string::npos) << other.error().detail;
}

TEST(Base64, HasOneTextForEachBytes)
{
    EXPECT_EQ(from_base64("aGVsbG8="), "hello");
    EXPECT_EQ(to_base64("hello"), "aGVsbG8=");
    EXPECT_EQ(from_base64(""), "");
    EXPECT_EQ(from_base64("aGVsbG8", false, false), "hello");
    EXPECT_EQ(from_base64("-_8", true, false), "\xfb\xff");
    for (const auto* const bad : {"aGVsbG8", "aGVsbG9=", "aGVsbG8==", "aGVs bG8=", "=", "A", "AA=", "AAA==", "====", "aGVs\n", "-_8="})
        EXPECT_FALSE(from_base64(bad).has_value()) << bad;
}

boost::json::object alarm_message()
{
    return {{"Type", "Notification"}, {"MessageId", "5d0c"}, {"TopicArn", "arn:aws:sns:eu-central-1:123456789012:alarms"},
            {"Message", "disk full"}, {"Timestamp", "2025-10-09T08:53:19.000Z"}};
}

TEST(Sns, TakesTheTopicsThatTheSiteNames)
{
    const test::SnsSigner signer{now - 24h, now + 24h};
    SnsRule rule;
    rule.topics = {"arn:aws:sns:eu-central-1:123456789012:other", "arn:aws:sns:eu-central-1:123456789012:alarms"};
    const auto text = signer.signed_message(alarm_message());
    const auto proved = verified(Verifier{{rule}, {signer.certificate()}}, {}, text);
    ASSERT_TRUE(proved.has_value()) << proved.error().detail;
    EXPECT_EQ(proved->delivery_id, "5d0c");
    EXPECT_EQ(proved->signed_at, now - 1s);
    rule.topics = {"arn:aws:sns:eu-central-1:123456789012:other"};
    EXPECT_FALSE(verified(Verifier{{rule}, {signer.certificate()}}, {}, text).has_value()) << "well signed, but anybody may have a topic";
}

TEST(Sns, CertificateIsCheckedAgainstOurClock)
{
    const test::SnsSigner signer{now - 24h, now + 24h};
    const auto text = signer.signed_message(alarm_message(), "1");
    const Verifier verifier{rules_of("aws-sns"), {signer.certificate()}};
    EXPECT_TRUE(verified(verifier, {}, text, now).has_value());
    EXPECT_TRUE(verified(verifier, {}, text, now + 23h).has_value());
    EXPECT_FALSE(verified(verifier, {}, text, now + 25h).has_value());
    EXPECT_FALSE(verified(verifier, {}, text, now - 25h).has_value());
}

TEST(Sns, MayBeToldHowOldAMessageMayBe)
{
    const test::SnsSigner signer{now - 24h * 30, now + 24h};
    SnsRule rule;
    rule.window = 1h;
    const auto accepted_when_sent = [&](const char* when) {
        auto message = alarm_message();
        message["Timestamp"] = when;
        return verified(Verifier{{rule}, {signer.certificate()}}, {}, signer.signed_message(message)).has_value();
    };
    EXPECT_TRUE(accepted_when_sent("2025-10-09T08:53:20.000Z"));
    EXPECT_TRUE(accepted_when_sent("2025-10-09T07:53:20.000Z"));
    EXPECT_FALSE(accepted_when_sent("2025-10-09T07:53:19.000Z"));
    EXPECT_FALSE(accepted_when_sent("2025-10-09T08:58:21.000Z"));
    EXPECT_FALSE(accepted_when_sent("today"));
    rule.window = 0s;
    EXPECT_TRUE(accepted_when_sent("2025-10-01T00:00:00.000Z")) << "its id is the guard";
}

TEST(Sns, RawDeliveryIsLeftToTheListenerWhereTheSiteAllowsIt)
{
    SnsRule rule;
    const std::map<std::string, std::string> raw{{"x-amz-sns-rawdelivery", "true"}};
    EXPECT_FALSE(verified(Verifier{{rule}, {}}, raw).has_value());
    rule.allow_unsigned_raw = true;
    const auto left = verified(Verifier{{rule}, {}}, raw);
    ASSERT_TRUE(left.has_value()) << left.error().detail;
    EXPECT_TRUE(left->left_to_listener);
    EXPECT_FALSE(verified(Verifier{{rule}, {}}, {}).has_value()) << "only what calls itself raw";
}

}  // namespace
}  // namespace incident::auth
