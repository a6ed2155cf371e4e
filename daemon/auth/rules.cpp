#include "auth/verifier.hpp"
#include <algorithm>
#include <array>

/// How known senders prove themselves, as their documentation has it.
namespace incident::auth {
namespace {

using Where = SecretRule::Where;

HmacRule hex_over_body(std::string header, std::string prefix = {}, Hash hash = Hash::sha256)
{
    HmacRule rule;
    rule.header = std::move(header);
    rule.prefix = std::move(prefix);
    rule.hash = hash;
    return rule;
}

std::vector<Rule> slack()
{
    auto rule = hex_over_body("x-slack-signature", "v0=");
    rule.signed_text = "v0:{timestamp}:{body}";
    rule.timestamp_header = "x-slack-request-timestamp";
    return {rule};
}

std::vector<Rule> github() { return {hex_over_body("x-hub-signature-256", "sha256=")}; }

std::vector<Rule> pagerduty()
{
    auto rule = hex_over_body("x-pagerduty-signature", "v1=");
    rule.separator = ",";
    return {rule};
}

/// The site names the timestamp header in Grafana; this is the name that its documentation takes.
std::vector<Rule> grafana()
{
    auto timed = hex_over_body("x-grafana-alerting-signature");
    timed.signed_text = "{timestamp}:{body}";
    timed.timestamp_header = "x-grafana-alerting-timestamp";
    return {timed, hex_over_body("x-grafana-alerting-signature")};
}

std::vector<Rule> sentry() { return {hex_over_body("sentry-hook-signature")}; }

/// The prefix names the hash; sha256 and longer are taken.
std::vector<Rule> flux()
{
    return {hex_over_body("x-signature", "sha256="), hex_over_body("x-signature", "sha384=", Hash::sha384),
            hex_over_body("x-signature", "sha512=", Hash::sha512)};
}

std::vector<Rule> splunk_observability()
{
    auto rule = hex_over_body("x-sfx-signature");
    rule.digest = Encoding::base64;
    return {rule};
}

std::vector<Rule> msteams()
{
    auto rule = hex_over_body("authorization");
    rule.scheme = "HMAC";
    rule.key = rule.digest = Encoding::base64;
    return {rule};
}

std::vector<Rule> standard_webhooks()
{
    HmacRule shared;
    shared.header = "webhook-signature";
    shared.key = Encoding::whsec;
    shared.digest = Encoding::base64;
    shared.signed_text = "{id}.{timestamp}.{body}";
    shared.prefix = "v1,";
    shared.separator = " ";
    shared.timestamp_header = "webhook-timestamp";
    shared.id_header = "webhook-id";
    Ed25519Rule key_pair;
    key_pair.header = shared.header;
    key_pair.key = Encoding::whsec;
    key_pair.digest = Encoding::base64;
    key_pair.signed_text = shared.signed_text;
    key_pair.prefix = "v1a,";
    key_pair.separator = shared.separator;
    key_pair.timestamp_header = shared.timestamp_header;
    key_pair.id_header = shared.id_header;
    return {shared, key_pair};
}

std::vector<Rule> header_secret(std::string name, std::string scheme = {})
{
    return {SecretRule{Where::header, std::move(name), std::move(scheme)}};
}

std::vector<Rule> body_token() { return {SecretRule{Where::body_member, "/token", {}}, SecretRule{Where::form_field, "token", {}}}; }

std::vector<Rule> mattermost()
{
    auto rules = body_token();
    rules.emplace_back(SecretRule{Where::header, "authorization", "Token"});
    return rules;
}

/// The old token in clear, or a signing token, which is a secret of Standard Webhooks.
std::vector<Rule> gitlab()
{
    return {standard_webhooks().front(), SecretRule{Where::header, "x-gitlab-token", {}}};
}

std::vector<Rule> checkly() { return {hex_over_body("x-checkly-signature")}; }

std::vector<Rule> discord()
{
    Ed25519Rule rule;
    rule.header = "x-signature-ed25519";
    rule.timestamp_header = "x-signature-timestamp";
    return {rule};
}

std::vector<Rule> telegram() { return header_secret("x-telegram-bot-api-secret-token"); }
std::vector<Rule> honeycomb() { return header_secret("x-honeycomb-webhook-token"); }
std::vector<Rule> matrix() { return {SecretRule{Where::header, "authorization", "Bearer"}, SecretRule{Where::query, "access_token", {}}}; }
std::vector<Rule> pagerduty_events() { return {SecretRule{Where::body_member, "/routing_key", {}}}; }
std::vector<Rule> statuscake() { return {SecretRule{Where::form_field, "Token", {}}, SecretRule{Where::query, "Token", {}}}; }
std::vector<Rule> secret_path() { return {SecretRule{Where::path, {}, {}}}; }
std::vector<Rule> sns() { return {SnsRule{}}; }

struct Known {
    std::string_view dialect;
    std::vector<Rule> (*rules)();
};

constexpr std::array known{
    Known{"aws-sns", sns},
    Known{"checkly", checkly},
    Known{"discord", discord},
    Known{"flux", flux},
    Known{"github", github},
    Known{"gitlab", gitlab},
    Known{"grafana", grafana},
    Known{"honeycomb", honeycomb},
    Known{"matrix", matrix},
    Known{"mattermost", mattermost},
    Known{"mattermost-command", mattermost},
    Known{"msteams", msteams},
    Known{"pagerduty", pagerduty},
    Known{"pagerduty-events", pagerduty_events},
    Known{"rocketchat", body_token},
    Known{"sentry", sentry},
    Known{"slack", slack},
    Known{"slack-command", slack},
    Known{"slack-interactive", slack},
    Known{"slack-shortcut", slack},
    Known{"slack-shortcut", slack},
    Known{"slack-webhook", secret_path},
    Known{"splunk-observability", splunk_observability},
    Known{"standard-webhooks", standard_webhooks},
    Known{"statuscake", statuscake},
    Known{"telegram", telegram},
    Known{"zulip", body_token},
};

}  // namespace

std::vector<Rule> rules_of(std::string_view dialect)
{
    const auto found = std::ranges::find(known, dialect, &Known::dialect);
    return found == known.end() ? std::vector<Rule>{} : found->rules();
}

}  // namespace incident::auth
