#include "auth/verifier.hpp"
#include <array>
#include <cstdint>
#include <cstdlib>

/// Bytes are nobody's proof: the first line picks the sender, the next ones are headers (`name: value`), an empty line, and
/// the body. Whatever they say must be refused, since they were made without the secret.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace incident::auth;
    static constexpr std::array<std::string_view, 24> senders{
        "aws-sns", "checkly", "discord", "flux", "github", "gitlab", "grafana", "honeycomb", "matrix", "mattermost", "msteams", "pagerduty",
        "pagerduty-events", "rocketchat", "sentry", "slack", "slack-command", "slack-shortcut", "slack-webhook", "splunk-observability",
        "standard-webhooks", "statuscake", "telegram", "zulip"};
    // Secrets that no input of a fuzzer holds by chance; the second of each is a key where one is wanted.
    static const std::vector<std::string> secrets{"51d7a1a6-not-to-be-guessed-0c1f9b", "whsec_Zm9yLXRoZS1mdXp6ZXItYWxvbmUtMzItYnl0ZXMhIQ=="};
    if (size == 0) return 0;
    const auto sender = senders[data[0] % senders.size()];
    std::string_view rest{reinterpret_cast<const char*>(data) + 1, size - 1};
    std::map<std::string, std::string> headers, query;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.empty()) break;
        const auto colon = std::min(line.find(':'), line.size());
        auto& into = line.starts_with('?') ? query : headers;
        into[std::string{line.substr(line.starts_with('?') ? 1 : 0, colon)}] = line.substr(std::min(colon + 1, line.size()));
    }
    const auto type = headers.find("content-type");
    const Verifier verifier{rules_of(sender), secrets};
    const auto result = verify(verifier, {rest, headers, query, "a/tail", type == headers.end() ? std::string_view{} : type->second},
                               incident::Instant{std::chrono::seconds{1'760'000'000}});
    if (result || result.error().detail.empty()) std::abort();
    return 0;
}
