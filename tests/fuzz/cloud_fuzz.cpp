#include "hook_checks.hpp"

/// Amazon SNS and GitHub: the first byte tells which, and whether the body is a form or raw delivery.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace incident;
    if (size == 0) return 0;
    const auto which = data[0] % 4;
    auto body = fuzz::body_of(data + 1, size - 1, which == 1 ? "application/x-www-form-urlencoded" : "application/json");
    if (which == 3) body.headers = {{"x-amz-sns-rawdelivery", "true"}, {"x-amz-sns-message-id", "1"}, {"x-amz-sns-topic-arn", "arn:aws:sns:eu-central-1:1:a"}};
    const auto understood = which < 2 ? ingest::read_github(body, fuzz::named("github")) : ingest::read_aws_sns(body, fuzz::named("aws-sns"));
    fuzz::must_be_kept(understood);
    if (understood.confirmation) fuzz::must(understood.confirmation->url.starts_with("https://sns."));
    return 0;
}
