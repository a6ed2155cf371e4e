#pragma once
#include "model/instant.hpp"
#include "model/result.hpp"
#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

/// Is this request from who it says? Rules that cover every known sender; pure, over the raw bytes, before anything
/// parses them, comparing in constant time. Whoever is refused learns nothing; our log learns why.
namespace incident::auth {

inline constexpr std::chrono::seconds signature_window{300};  ///< both ways, for rules whose timestamp is signed
inline constexpr std::size_t max_secrets = 2;                 ///< the old and the new one, while they rotate
inline constexpr std::size_t max_signatures = 8;              ///< in one header; more are refused
inline constexpr std::size_t max_proof_bytes = 4096;          ///< of a header that carries a signature or secret
inline constexpr std::size_t max_certificates = 8;            ///< pinned for one SNS source; later ones are not tried

enum class Hash { md5, sha1, sha256, sha384, sha512 };
enum class Encoding { text, hex, base64, base64url, whsec };  ///< whsec: `whsec_` (of a public key `whpk_`) and base64 (Standard Webhooks)

/// A keyed hash over a template: Slack, GitHub, PagerDuty, Grafana, Sentry, Flux, Teams, Standard Webhooks, GitLab (new), …
struct HmacRule {
    std::string header;                     ///< lower case
    Hash hash = Hash::sha256;
    Encoding key = Encoding::text;          ///< how the secret is written
    std::string signed_text = "{body}";     ///< `{body}`, `{timestamp}`, `{id}` are filled in: `v0:{timestamp}:{body}`
    Encoding digest = Encoding::hex;
    std::string prefix;                     ///< before each digest: `sha256=`, `v0=`, `v1,`; other versions are passed over
    std::string separator;                  ///< between several signatures; empty: there is one
    std::string scheme;                     ///< a word before it, as in `Authorization: HMAC …`; empty: none
    std::string timestamp_header, id_header;///< lower case; empty: none
    std::chrono::seconds window = signature_window;  ///< 0: any age
};

/// A secret that travels as it is: GitLab (old), Telegram, Honeycomb, Mattermost, Rocket.Chat, Zulip, PagerDuty Events v2.
struct SecretRule {
    enum class Where { header, body_member, form_field, query, path };
    Where where = Where::header;
    std::string name;    ///< header (lower case), JSON Pointer, form field or query name; for `path` the tail is the secret
    std::string scheme;  ///< `Bearer`, `Token`; empty: none
};

/// `Authorization: Basic`; a secret is `user:password`.
struct BasicRule {};

/// Ed25519 over a template: Discord, Standard Webhooks `v1a`. A secret is the public key.
struct Ed25519Rule {
    std::string header;
    Encoding key = Encoding::hex, digest = Encoding::hex;
    std::string signed_text = "{timestamp}{body}";
    std::string prefix, separator;
    std::string timestamp_header, id_header;
    std::chrono::seconds window = signature_window;
};

/// Amazon SNS: RSA over the members in their fixed order, by SignatureVersion 1 (SHA-1) or 2 (SHA-256). A secret is a
/// PEM certificate; none is ever fetched here. The message's SigningCertURL must name an allowed host all the same.
struct SnsRule {
    std::vector<std::string> topics;  ///< the TopicArns we take; empty: any that is signed
    bool allow_unsigned_raw = false;  ///< raw delivery carries no signature: then the listener's rule decides
    std::chrono::seconds window{0};   ///< how old a message may be; 0: any age, since its id stays as long as its event
};

using Rule = std::variant<HmacRule, SecretRule, BasicRule, Ed25519Rule, SnsRule>;

struct Verifier {
    std::vector<Rule> any_of;          ///< one must accept; empty: the listener's rule decides
    std::vector<std::string> secrets;  ///< every rule tries each
    [[nodiscard]] bool empty() const noexcept { return any_of.empty(); }
};

/// What is verified; the views outlive the call.
struct Signed {
    std::string_view body;
    const std::map<std::string, std::string>& headers;  ///< names in lower case
    const std::map<std::string, std::string>& query;
    std::string_view tail;          ///< of the path behind the source
    std::string_view content_type;
};

/// What an accepted request proved.
struct Proved {
    std::string delivery_id;                  ///< the signed id, else empty: the source's own header may name one
    std::optional<Instant> signed_at;         ///< the signed timestamp
    std::vector<std::string> secrets_in_body; ///< what must be scrubbed before it is kept
    bool left_to_listener = false;            ///< nothing was proved (unsigned raw delivery): the listener's rule decides
};

/// Every rule, secret and listed signature is tried, whatever came of the one before. Without a rule all are refused: who
/// follows the listener's rule asks empty() first.
/// @return Errc::unauthenticated with the reason for our log: no secret configured, header missing or malformed, outside
/// the window, no secret fits.
[[nodiscard]] Result<Proved> verify(const Verifier& verifier, const Signed& request, Instant now);

/// The rule that a sender uses when the site names none: `github`, `slack`, `pagerduty`, …; empty: it cannot prove itself.
[[nodiscard]] std::vector<Rule> rules_of(std::string_view dialect);

/// Whether an SNS message may name this address as its certificate: wire::is_sns_certificate_url().
[[nodiscard]] bool is_sns_certificate_url(std::string_view url);
/// What SNS signs: of the members that its message type lists and that are there, `name LF value LF`, sorted by name.
/// Empty: a member that must be there is not, or is no text.
[[nodiscard]] std::string sns_text_to_sign(const boost::json::object& message);

}  // namespace incident::auth
