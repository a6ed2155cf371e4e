#include "samples.hpp"

// Amazon SNS with CloudWatch alarms, and GitHub.
namespace incident::test {
namespace {

using Headers = std::map<std::string, std::string>;

Headers github(const char* kind) { return {{"x-github-event", kind}, {"x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"}, {"user-agent", "GitHub-Hookshot/044aadd"}}; }
const Headers raw_delivery{{"x-amz-sns-rawdelivery", "true"}, {"x-amz-sns-message-id", "9c0f7a52-0003"},
                           {"x-amz-sns-topic-arn", "arn:aws:sns:eu-central-1:123456789012:alarms"}};
constexpr const char* amazon_type = "text/plain; charset=UTF-8";

void take_raw(config::Source& source) { std::get<auth::SnsRule>(source.verifier.any_of.front()).allow_unsigned_raw = true; }
void take_another_topic(config::Source& source) { std::get<auth::SnsRule>(source.verifier.any_of.front()).topics = {"arn:aws:sns:eu-central-1:123456789012:another"}; }
void take_this_topic(config::Source& source) { std::get<auth::SnsRule>(source.verifier.any_of.front()).topics = {"arn:aws:sns:eu-central-1:123456789012:alarms"}; }

constexpr const char* bucket_page = "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/bucketbytesAlarm";
constexpr const char* count_page = "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/notificationCountAlarm";
constexpr const char* cart_page = "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/cart%205xx";

const SampleRows aws{
    {.source = "aws-sns", .file = "aws-sns-cloudwatch/notification-alarm.json", .occurred_at = "2019-02-15T23:53:45.093Z",
     .text = "bucketbytesAlarm", .status = "firing", .severity = "-",
     .key = "2019-02-15T23:53:45.093000Z|1234567890:EU (Ireland):bucketbytesAlarm|firing", .kind = "alert", .link = bucket_page,
     .content_type = amazon_type},
    {.source = "aws-sns", .file = "aws-sns-cloudwatch/notification-insufficient-data.json", .occurred_at = "2019-05-13T08:41:43.548Z",
     .text = "notificationCountAlarm", .status = "insufficient_data", .severity = "-",
     .key = "2019-05-13T08:41:43.548000Z|1234567890:EU (Ireland):notificationCountAlarm|insufficient_data", .kind = "alert", .link = count_page,
     .content_type = amazon_type},
    {.source = "aws-sns", .file = "aws-sns-cloudwatch/notification-ok.json", .occurred_at = "2024-02-16T23:53:45.093Z", .text = "bucketbytesAlarm",
     .status = "resolved", .severity = "-",
     .key = "2024-02-16T23:53:45.093000Z|arn:aws:cloudwatch:eu-west-1:123456789012:alarm:bucketbytesAlarm|resolved", .kind = "alert",
     .link = bucket_page, .content_type = amazon_type},
    {.source = "aws-sns", .file = "aws-sns-cloudwatch/docs-notification.http", .occurred_at = "2012-05-02T00:54:06.655Z", .text = "My First Message",
     .status = "-", .severity = "-", .key = "2012-05-02T00:54:06.655000Z|22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", .kind = "alert", .link = "-",
     .flag = "old"},
    {.source = "aws-sns", .file = "aws-sns-cloudwatch/subscription-confirmation.json", .events = 0, .content_type = amazon_type},
    {.source = "aws-sns", .file = "aws-sns-cloudwatch/docs-subscription-confirmation.http", .events = 0},
    {.source = "aws-sns", .file = "aws-sns-cloudwatch/docs-unsubscribe-confirmation.http", .events = 0},
    {.source = "aws-sns", .file = "aws-sns-cloudwatch/docs-headers-only.http", .answer = 401, .events = 0},
    {.source = "aws-sns", .file = "aws-sns-cloudwatch/raw-delivery.http", .answer = 401, .events = 0},
    {.source = "aws-sns", .file = "aws-sns-cloudwatch/raw-delivery.http", .occurred_at = "2024-02-16T23:53:45.093Z", .text = "bucketbytesAlarm",
     .status = "resolved", .key = "2024-02-16T23:53:45.093000Z|arn:aws:cloudwatch:eu-west-1:123456789012:alarm:bucketbytesAlarm|resolved",
     .kind = "alert", .link = bucket_page, .tune = take_raw},
    {.source = "aws-sns", .file = "own:aws-sns/alarm.json", .occurred_at = "2026-06-22T15:15:04.987Z", .text = "cart 5xx", .status = "firing",
     .severity = "-", .key = "2026-06-22T15:15:04.987000Z|arn:aws:cloudwatch:eu-central-1:123456789012:alarm:cart 5xx|firing", .kind = "alert",
     .link = cart_page, .content_type = amazon_type, .now = "2026-06-22T15:16:00Z", .tune = take_this_topic},
    {.source = "aws-sns", .file = "own:aws-sns/alarm.json", .answer = 401, .events = 0, .content_type = amazon_type, .tune = take_another_topic},
    {.source = "aws-sns", .file = "own:aws-sns/alarm-ok.json", .events = 2, .index = 1, .occurred_at = "2026-06-22T15:40:00Z", .text = "cart 5xx",
     .status = "resolved", .kind = "alert", .content_type = amazon_type, .now = "2026-06-22T15:41:00Z", .before = {"own:aws-sns/alarm.json"}},
    {.source = "aws-sns", .file = "own:aws-sns/alarm-insufficient.json", .text = "cart 5xx", .status = "insufficient_data",
     .content_type = amazon_type, .now = "2026-06-22T15:31:00Z"},
    {.source = "aws-sns", .file = "own:aws-sns/alarm-metric-maths.json", .text = "errors per cart", .status = "firing", .content_type = amazon_type,
     .now = "2026-06-22T15:16:00Z"},
    {.source = "aws-sns", .file = "own:aws-sns/alarm-composite.json", .text = "shop is down", .status = "firing", .content_type = amazon_type,
     .now = "2026-06-22T15:16:00Z"},
    {.source = "aws-sns", .file = "own:aws-sns/event-alarm.json", .text = "cart 5xx", .status = "firing", .link = cart_page,
     .content_type = amazon_type, .now = "2026-06-22T15:16:00Z"},
    {.source = "aws-sns", .file = "own:aws-sns/text.json", .occurred_at = "2026-06-22T15:15:05.134Z", .text = "Backup late", .status = "-",
     .key = "2026-06-22T15:15:05.134000Z|0e1d-6", .kind = "alert", .content_type = amazon_type, .now = "2026-06-22T15:16:00Z"},
    {.source = "aws-sns", .file = "own:aws-sns/autoscaling.json", .occurred_at = "2026-06-22T15:15:01.1Z",
     .text = "Auto Scaling: launch for group \"web\"", .kind = "change", .content_type = amazon_type, .now = "2026-06-22T15:16:00Z"},
    {.source = "aws-sns", .file = "own:aws-sns/subscription.json", .events = 0, .content_type = amazon_type, .now = "2026-06-22T15:00:10Z"},
    {.source = "aws-sns", .file = "own:aws-sns/subscription-evil.json", .events = 0, .content_type = amazon_type, .now = "2026-06-22T15:00:10Z"},
    {.source = "aws-sns", .file = "own:aws-sns/unsubscription.json", .events = 0, .content_type = amazon_type, .now = "2026-06-22T15:00:10Z"},
    {.source = "aws-sns", .file = "own:aws-sns/raw-alarm.json", .text = "cart 5xx", .status = "firing", .content_type = amazon_type,
     .headers = raw_delivery, .now = "2026-06-22T15:16:00Z", .tune = take_raw},
};

const SampleRows changes{
    {.source = "github", .file = "github/ping.json", .events = 0, .headers = github("ping")},
    {.source = "github", .file = "github/deployment-status.json", .occurred_at = "2019-05-15T15:20:55Z",
     .text = "Codertocat/Hello-World: deploy master (f95f852) to production: success", .status = "success", .severity = "-",
     .key = "2019-05-15T15:20:55.000000Z|deployment:145988746|success", .kind = "change",
     .link = "https://github.com/Codertocat/Hello-World/commit/f95f852bd8fca8fcc58a9a2d6c842781e32a215e", .flag = "old", .author = "Codertocat",
     .headers = github("deployment_status")},
    {.source = "github", .file = "github/push.json", .occurred_at = "2019-05-15T15:20:57Z", .text = "Codertocat/Hello-World: deleted tag simple-tag",
     .status = "-", .key = "2019-05-15T15:20:57.000000Z|push:refs/tags/simple-tag|*", .kind = "change",
     .link = "https://github.com/Codertocat/Hello-World/compare/6113728f27ae...000000000000", .author = "Codertocat", .headers = github("push")},
    {.source = "github", .file = "github/release-published.json", .occurred_at = "2019-05-15T15:20:53Z",
     .text = "Codertocat/Hello-World: release 0.0.1: published", .status = "published",
     .key = "2019-05-15T15:20:53.000000Z|release:17372790|published", .kind = "change",
     .link = "https://github.com/Codertocat/Hello-World/releases/tag/0.0.1", .headers = github("release")},
    {.source = "github", .file = "github/workflow-run-completed.json", .occurred_at = "2020-10-05T16:33:49Z",
     .text = "octo-org/octo-repo: workflow test: ci(action): update actions/setup-node digest to 8c91899: success", .status = "success",
     .key = "2020-10-05T16:33:49.000000Z|run:289782451.1|success", .kind = "change",
     .link = "https://github.com/octo-org/octo-repo/actions/runs/289782451", .headers = github("workflow_run")},
    {.source = "github", .file = "own:github/deployment-status.json", .occurred_at = "2026-06-22T15:14:30Z",
     .text = "octo/shop: deploy release-2.41 (0a1b2c3) to prod-eu: success", .status = "success", .link = "https://ci.example.org/9001/log",
     .author = "kim", .headers = github("deployment_status"), .now = "2026-06-22T15:16:00Z"},
    {.source = "github", .file = "own:github/deployment-status.form", .text = "octo/shop: deploy release-2.41 (0a1b2c3) to prod-eu: failure",
     .status = "failure", .headers = github("deployment_status"), .now = "2026-06-22T15:16:00Z"},
    {.source = "github", .file = "own:github/deployment-status-inactive.json", .events = 0, .headers = github("deployment_status")},
    {.source = "github", .file = "own:github/deployment.json", .text = "octo/shop: deploy 0a1b2c3 to prod-eu: created", .status = "created",
     .headers = github("deployment"), .now = "2026-06-22T15:16:00Z"},
    {.source = "github", .file = "own:github/workflow-run.json", .text = "octo/shop: workflow release: Raise the pool to 200: failure",
     .status = "failure", .headers = github("workflow_run"), .now = "2026-06-22T15:16:00Z"},
    {.source = "github", .file = "own:github/workflow-run-again.json", .events = 1, .status = "success", .headers = github("workflow_run"),
     .now = "2026-06-22T15:16:00Z"},
    {.source = "github", .file = "own:github/workflow-run-requested.json", .status = "requested", .headers = github("workflow_run"),
     .now = "2026-06-22T15:16:00Z"},
    {.source = "github", .file = "own:github/release.json", .occurred_at = "2026-06-22T15:13:00Z",
     .text = "octo/shop: release Summer sale (v2.41): published", .headers = github("release"), .now = "2026-06-22T15:16:00Z"},
    {.source = "github", .file = "own:github/release-edited.json", .occurred_at = "2026-06-22T15:16:00Z", .flag = "time_from_arrival",
     .headers = github("release"), .now = "2026-06-22T15:16:00Z"},
    {.source = "github", .file = "own:github/push.json", .occurred_at = "2026-06-22T15:06:10Z",
     .text = "octo/shop: push to main (2 commits): limits: «no» more", .link = "https://github.com/octo/shop/compare/1...2",
     .headers = github("push"), .now = "2026-06-22T15:16:00Z"},
    {.source = "github", .file = "own:github/push-deleted.json", .text = "octo/shop: deleted old", .headers = github("push"),
     .now = "2026-06-22T15:16:00Z"},
    {.source = "github", .file = "own:github/check-run.json", .text = "octo/shop: check run completed: unit tests", .status = "failure",
     .headers = github("check_run"), .now = "2026-06-22T15:16:00Z"},
    {.source = "github", .file = "own:github/ping.json", .events = 0},
};

}  // namespace
}  // namespace incident::test
