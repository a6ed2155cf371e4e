#pragma once
#include <optional>
#include <string>
#include <string_view>

/// Which addresses of Amazon SNS we trust by their looks. The daemon checks what a message names, the command line what it
/// is about to fetch: both by these rules, so neither can be led to another host (RELIABILITY S-3). Pure.
namespace incident::wire {

inline constexpr std::size_t max_sns_url_bytes = 2048;

/// `https://sns.REGION.amazonaws.com(.cn)/PATH.pem`: https in lower case, no user, no port but 443, no query, fragment,
/// escape or dot segment, the host in plain lower-case ASCII without a dot behind it.
[[nodiscard]] bool is_sns_certificate_url(std::string_view url) noexcept;

/// The parts of `arn:aws:sns:REGION:ACCOUNT:TOPIC`; views into the text.
struct SnsTopic {
    std::string_view partition, region, account, name;
};
/// Empty: it is no topic of the partitions aws, aws-cn and aws-us-gov.
[[nodiscard]] std::optional<SnsTopic> read_sns_topic(std::string_view arn) noexcept;

/// The address that confirms a subscription, made of the topic and the token of the message, never the message's own.
/// Empty: the topic or the token is none.
[[nodiscard]] std::string sns_confirmation_url(std::string_view topic_arn, std::string_view token);
/// Whether sns_confirmation_url() could have made it.
[[nodiscard]] bool is_sns_confirmation_url(std::string_view url);

}  // namespace incident::wire
