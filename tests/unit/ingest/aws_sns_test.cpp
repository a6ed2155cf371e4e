#include "bodies.hpp"

namespace incident::ingest::test {
namespace {

Understood read(std::string_view bytes, std::map<std::string, std::string> headers = {})
{
    Body body{bytes, "text/plain; charset=UTF-8", {}, arrival};
    body.headers = std::move(headers);
    return read_aws_sns(body, named("aws-sns"));
}

struct Row {
    const char* name;
    const char* sample;
    Kind kind;
    const char* text;
    const char* status;
    const char* occurred_at;
    const char* key;
    const char* link;
};
class AwsSns : public testing::TestWithParam<Row> {};

TEST_P(AwsSns, IsUnderstood)
{
    const auto& row = GetParam();
    const auto understood = read(sample(std::string{"aws-sns/"} + row.sample));
    ASSERT_EQ(understood.items.size(), 1U);
    EXPECT_EQ(understood.unparsed, 0U);
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.kind, row.kind);
    EXPECT_EQ(event.text, row.text);
    EXPECT_EQ(event.status, row.status);
    EXPECT_EQ(event.severity, "") << "CloudWatch has none";
    EXPECT_EQ(event.occurred_at, at(row.occurred_at));
    EXPECT_EQ(event.key, row.key);
    EXPECT_EQ(urls(event), *row.link == '\0' ? Texts{} : Texts{row.link});
    EXPECT_EQ(event.labels.at("topic"), "arn:aws:sns:eu-central-1:123456789012:alarms");
    ASSERT_EQ(understood.secrets.size(), 1U) << "who holds the address can end the subscription";
    EXPECT_NE(understood.secrets[0].find("Action=Unsubscribe"), std::string::npos);
}

constexpr const char* cart_page = "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/cart%205xx";
INSTANTIATE_TEST_SUITE_P(Own, AwsSns, testing::Values(
    Row{"Alarm", "alarm.json", Kind::alert, "cart 5xx", "firing", "2026-06-22T15:15:04.987Z",
        "2026-06-22T15:15:04.987000Z|arn:aws:cloudwatch:eu-central-1:123456789012:alarm:cart 5xx|firing", cart_page},
    Row{"Ok", "alarm-ok.json", Kind::alert, "cart 5xx", "resolved", "2026-06-22T15:40:00Z",
        "2026-06-22T15:40:00.000000Z|arn:aws:cloudwatch:eu-central-1:123456789012:alarm:cart 5xx|resolved", cart_page},
    Row{"InsufficientData", "alarm-insufficient.json", Kind::alert, "cart 5xx", "insufficient_data", "2026-06-22T15:30:00Z",
        "2026-06-22T15:30:00.000000Z|arn:aws:cloudwatch:eu-central-1:123456789012:alarm:cart 5xx|insufficient_data", cart_page},
    Row{"MetricMaths", "alarm-metric-maths.json", Kind::alert, "errors per cart", "firing", "2026-06-22T15:15:04.987Z",
        "2026-06-22T15:15:04.987000Z|arn:aws:cloudwatch:eu-central-1:123456789012:alarm:errors per cart|firing",
        "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/errors%20per%20cart"},
    Row{"Composite", "alarm-composite.json", Kind::alert, "shop is down", "firing", "2026-06-22T15:15:04.987Z",
        "2026-06-22T15:15:04.987000Z|arn:aws:cloudwatch:eu-central-1:123456789012:alarm:shop is down|firing",
        "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/shop%20is%20down"},
    Row{"ThroughEventBridge", "event-alarm.json", Kind::alert, "cart 5xx", "firing", "2026-06-22T15:15:04.987Z",
        "2026-06-22T15:15:04.987000Z|arn:aws:cloudwatch:eu-central-1:123456789012:alarm:cart 5xx|firing", cart_page},
    Row{"Text", "text.json", Kind::alert, "Backup late", "", "2026-06-22T15:15:05.134Z", "2026-06-22T15:15:05.134000Z|0e1d-6", ""},
    Row{"AutoScaling", "autoscaling.json", Kind::change, "Auto Scaling: launch for group \"web\"", "", "2026-06-22T15:15:01.1Z",
        "2026-06-22T15:15:01.100000Z|0e1d-7", ""}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(CloudWatchAlarm, TellsWhatItWatches)
{
    const auto understood = read(sample("aws-sns/alarm.json"));
    const auto& alarm = event_at(understood, 0);
    EXPECT_EQ(understood.items[0].on_duplicate, OnDuplicate::count_repeat);
    EXPECT_EQ(alarm.labels.at("metric"), "5XXError");
    EXPECT_EQ(alarm.labels.at("namespace"), "AWS/ApiGateway");
    EXPECT_EQ(alarm.labels.at("ApiName"), "shop");
    EXPECT_EQ(alarm.labels.at("region"), "EU (Frankfurt)");
    EXPECT_EQ(alarm.labels.at("previous_state"), "OK");
    EXPECT_TRUE(alarm.details.starts_with("Threshold Crossed: 1 datapoint"));
    EXPECT_NE(alarm.details.find("more than 1 % of carts fail"), std::string::npos);
    const auto maths = event_at(read(sample("aws-sns/alarm-metric-maths.json")), 0);
    EXPECT_NE(maths.details.find("e1 = m1/m2 (errors per cart)\nm1 = Sum AWS/ApiGateway/5XXError"), std::string::npos) << maths.details;
    EXPECT_EQ(maths.labels.at("ApiName"), "shop");
    const auto composite = event_at(read(sample("aws-sns/alarm-composite.json")), 0);
    EXPECT_NE(composite.details.find("rule: ALARM(\"cart 5xx\") AND"), std::string::npos) << composite.details;
    const auto suppressed = event_at(read(sample("aws-sns/event-alarm.json")), 0);
    EXPECT_NE(suppressed.details.find("Nobody was notified: actions suppressed by WaitPeriod"), std::string::npos);
}

TEST(CloudWatchAlarm, ResolvesItsOwnFiring)
{
    const auto firing = event_at(read(sample("aws-sns/alarm.json")), 0), ok = event_at(read(sample("aws-sns/alarm-ok.json")), 0);
    EXPECT_EQ(firing.labels.at(std::string{fingerprint_label}), ok.labels.at(std::string{fingerprint_label}));
    EXPECT_NE(firing.key, ok.key);
}

TEST(SnsRaw, IsTheMessageAlone)
{
    const auto understood = read(sample("aws-sns/raw-alarm.json"), {{"x-amz-sns-rawdelivery", "true"}, {"x-amz-sns-message-id", "0e1d-12"},
                                                                     {"x-amz-sns-topic-arn", "arn:aws:sns:eu-central-1:123456789012:alarms"}});
    EXPECT_EQ(event_at(understood, 0).text, "cart 5xx");
    EXPECT_EQ(event_at(understood, 0).labels.at("topic"), "arn:aws:sns:eu-central-1:123456789012:alarms");
    const auto words = read("just words", {{"x-amz-sns-rawdelivery", "true"}, {"x-amz-sns-message-id", "0e1d-13"}});
    EXPECT_EQ(event_at(words, 0).text, "just words");
    EXPECT_EQ(event_at(words, 0).key, "0e1d-13");
    EXPECT_EQ(read(sample("aws-sns/raw-alarm.json")).unparsed, 1U) << "only where it calls itself raw";
    EXPECT_EQ(understood.topic, "arn:aws:sns:eu-central-1:123456789012:alarms") << "so it was confirmed";
    EXPECT_EQ(read(sample("aws-sns/alarm.json")).topic, "arn:aws:sns:eu-central-1:123456789012:alarms");
    EXPECT_EQ(read(sample("aws-sns/subscription.json")).topic, "") << "whoever asks has not been answered yet";
}

TEST(SnsSubscription, WaitsForAPerson)
{
    const auto url = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-central-1:123456789012:alarms&Token=2336412f37aa";
    for (const auto* const name : {"aws-sns/subscription.json", "aws-sns/subscription-evil.json", "aws-sns/unsubscription.json"}) {
        const auto understood = read(sample(name));
        EXPECT_TRUE(understood.items.empty()) << name;
        ASSERT_TRUE(understood.confirmation.has_value()) << name;
        EXPECT_EQ(understood.confirmation->topic, "arn:aws:sns:eu-central-1:123456789012:alarms");
        EXPECT_EQ(understood.confirmation->url, url) << "made by us, never the body's own";
        EXPECT_NE(understood.note.find("incidentctl source confirm"), std::string::npos);
        EXPECT_EQ(understood.note.find("2336412f37aa"), std::string::npos) << "who holds the token can confirm";
    }
}

TEST(SnsSubscription, OfATopicThatIsNoneIsOnlyNoted)
{
    auto bytes = sample("aws-sns/subscription.json");
    for (auto place = bytes.find("\"TopicArn\": \"arn:aws:sns:eu-central-1"); place != bytes.npos; place = bytes.npos)
        bytes.replace(place, 37, "\"TopicArn\": \"arn:aws:sns:evil.example/x");
    const auto understood = read(bytes);
    EXPECT_FALSE(understood.confirmation.has_value());
    EXPECT_TRUE(understood.items.empty());
    EXPECT_NE(understood.note.find("cannot be confirmed"), std::string::npos);
}

TEST(Sns, ThatIsNoneIsKeptUnparsed)
{
    for (const auto* const bytes : {"", "Hello", "{", "[]", "{}", R"({"Type":"Notification"})", R"({"Type":"Other","Message":"x"})", R"({"Message":"x"})"})
        EXPECT_EQ(read(bytes).unparsed, 1U) << bytes;
}

}  // namespace
}  // namespace incident::ingest::test
