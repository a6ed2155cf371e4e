#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What a command line and its output say that nobody may read in a record. Pure. It knows the usual forms of secrets and no
/// others: what it does not know passes, so a record is still to be looked at before it is shown around.
///
/// Masked are: passwords in URLs · the value of Authorization, Cookie and X-Api-Key headers · "Bearer …" · the value of
/// whatever name holds password, passwd, passphrase, secret, token, api key, access key, private key or credential
/// (name=value, name: value, --name value, "name":"value") · curl's -u USER:PASSWORD and mysql's -pPASSWORD · AWS, GitHub,
/// GitLab, Slack and incidentd's own keys by their first letters, JSON web tokens · private key blocks, also cut ones.
namespace incident::ctl {

inline constexpr std::string_view masked = "***";

struct Scrubbed {
    std::string text;
    std::size_t secrets = 0;  ///< how many places were masked
};
/// O(n).
[[nodiscard]] Scrubbed scrubbed(std::string_view text);

/// A command's arguments, which tell more than a line does: the word after `--password` is one.
struct ScrubbedWords {
    std::vector<std::string> words;
    std::size_t secrets = 0;
};
[[nodiscard]] ScrubbedWords scrubbed_words(std::span<const std::string> words);

}  // namespace incident::ctl
