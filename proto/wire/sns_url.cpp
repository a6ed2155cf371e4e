#include "wire/sns_url.hpp"
#include "model/letters.hpp"
#include <algorithm>

namespace incident::wire {
namespace {

constexpr std::string_view scheme = "https://", service = "sns.", domain = ".amazonaws.com", china = ".cn";
constexpr std::size_t min_region_bytes = 3, max_region_bytes = 32, max_account_bytes = 20, max_topic_bytes = 256, max_token_bytes = 1024;

constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_alphanumeric(char c) noexcept { return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z'); }

/// `eu-west-1`: begins with a letter, ends with no hyphen, one label.
bool is_region(std::string_view text) noexcept
{
    return text.size() >= min_region_bytes && text.size() <= max_region_bytes && is_lower(text.front()) && text.back() != '-' &&
           std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_host(std::string_view host) noexcept
{
    if (!host.starts_with(service)) return false;
    host.remove_prefix(service.size());
    if (host.ends_with(china)) host.remove_suffix(china.size());
    if (!host.ends_with(domain)) return false;
    host.remove_suffix(domain.size());
    return is_region(host);
}

}  // namespace

bool is_sns_certificate_url(std::string_view url) noexcept
{
    if (url.size() > max_sns_url_bytes || !url.starts_with(scheme)) return false;
    url.remove_prefix(scheme.size());
    const auto slash = url.find('/');
    if (slash == url.npos) return false;
    auto host = url.substr(0, slash);
    const auto path = url.substr(slash);
    constexpr std::string_view port = ":443", ending = ".pem";
    if (host.ends_with(port)) host.remove_suffix(port.size());
    // Only characters that mean themselves in a path: no escape, query, fragment, back slash, or second host behind an @.
    return is_host(host) && path.size() > ending.size() + 1 && path.ends_with(ending) && path.find("..") == path.npos &&
           path.find("//") == path.npos &&
           std::ranges::all_of(path, [](char c) { return is_alphanumeric(c) || c == '/' || c == '-' || c == '_' || c == '.'; });
}

std::optional<SnsTopic> read_sns_topic(std::string_view arn) noexcept
{
    SnsTopic topic;
    std::string_view amazon, kind;
    for (auto* const part : {&amazon, &topic.partition, &kind, &topic.region, &topic.account}) {
        const auto colon = arn.find(':');
        if (colon == arn.npos) return std::nullopt;
        *part = arn.substr(0, colon);
        arn.remove_prefix(colon + 1);
    }
    topic.name = arn;
    auto bare = topic.name;
    constexpr std::string_view ordered = ".fifo";
    if (bare.ends_with(ordered)) bare.remove_suffix(ordered.size());
    const bool fits = amazon == "arn" && kind == "sns" &&
                      (topic.partition == "aws" || topic.partition == "aws-cn" || topic.partition == "aws-us-gov") && is_region(topic.region) &&
                      !topic.account.empty() && topic.account.size() <= max_account_bytes && std::ranges::all_of(topic.account, is_digit) &&
                      !bare.empty() && topic.name.size() <= max_topic_bytes &&
                      std::ranges::all_of(bare, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
    return fits ? std::optional{topic} : std::nullopt;
}

std::string sns_confirmation_url(std::string_view topic_arn, std::string_view token)
{
    const auto topic = read_sns_topic(topic_arn);
    const bool plain = !token.empty() && token.size() <= max_token_bytes && std::ranges::all_of(token, [](char c) {
        return is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~';
    });
    if (!topic || !plain) return {};
    std::string url{scheme};
    url.append(service).append(topic->region).append(domain);
    if (topic->partition == "aws-cn") url.append(china);
    return url.append("/?Action=ConfirmSubscription&TopicArn=").append(topic_arn).append("&Token=").append(token);
}

bool is_sns_confirmation_url(std::string_view url)
{
    constexpr std::string_view topic_name = "TopicArn=", token_name = "&Token=";
    const auto topic = url.find(topic_name), token = url.find(token_name);
    if (topic == url.npos || token == url.npos || token < topic + topic_name.size()) return false;
    const auto arn = url.substr(topic + topic_name.size(), token - topic - topic_name.size());
    return url == sns_confirmation_url(arn, url.substr(token + token_name.size()));
}

}  // namespace incident::wire
