#include "auth/access.hpp"
#include "auth/verify.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::auth {
namespace {

using wire::Operation;

constexpr std::string_view every_source = "*";
constexpr std::string_view ingest_prefix = "ingest:";
constexpr std::string_view private_label = "private";

/// What an operation asks of whoever wants it.
enum class Need {
    nothing,  ///< probes
    known,    ///< anybody that the listener lets in: it speaks of themselves only
    read,
    ingest,   ///< the source's own role, or write
    write,
    admin
};

/// Every operation has its line: one that is added without is a warning, which is an error.
Need need_of(Operation operation)
{
    switch (operation) {
    case Operation::get_healthy:
    case Operation::get_ready: return Need::nothing;
    case Operation::get_self: return Need::known;
    case Operation::list_events:
    case Operation::get_event:
    case Operation::get_history:
    case Operation::get_raw:
    case Operation::list_incidents:
    case Operation::get_incident:
    case Operation::get_timeline:
    case Operation::get_draft:
    case Operation::get_stream:
    case Operation::get_status:
    case Operation::list_rules:
    case Operation::try_rules:  // stores nothing
    case Operation::list_sources:
    case Operation::get_source:
    case Operation::try_source:  // stores nothing
    case Operation::get_stats:
    case Operation::verify_ledger:
    case Operation::get_openapi:
    case Operation::get_metrics:
    case Operation::get_page: return Need::read;
    case Operation::post_hook: return Need::ingest;
    case Operation::post_events:
    case Operation::post_amendment:
    case Operation::open_incident:
    case Operation::patch_incident:
    case Operation::replay_source:
    case Operation::create_rule:  // as whoever may tag every event by hand
    case Operation::remove_rule:
    case Operation::apply_rules: return Need::write;
    case Operation::reload:
    case Operation::list_tokens:
    case Operation::create_token:
    case Operation::revoke_token: return Need::admin;
    }
    return Need::admin;
}

bool is_nobody(const Principal& who) { return who.role == Role::none && who.ingest.empty() && !who.verified; }

bool may_post_to(const Principal& who, std::string_view source)
{
    return who.role >= Role::write || who.ingest.contains(std::string{every_source}) || who.ingest.contains(std::string{source});
}

std::string roles_of(const Principal& who)
{
    std::string words;
    if (who.role != Role::none) words = to_string(who.role);
    for (const auto& source : who.ingest) words.append(words.empty() ? "" : ", ").append(ingest_prefix).append(source);
    return words.empty() ? "no role" : words;
}

Failure lacks(const Principal& who, const std::string& role)
{
    const auto name = who.name.empty() ? std::string{"whoever shows no proof"} : visible(shortened(who.name, 80));
    return {Errc::forbidden, "this needs the role " + role + ", and " + name + " has " + roles_of(who)};
}

Result<void> at_least(const Principal& who, Role role)
{
    if (who.role >= role) return {};
    return lacks(who, std::string{to_string(role)});
}

std::string base64url(std::span<const std::uint8_t> bytes)
{
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const auto byte : bytes) {
        held = (held << 8U) | byte;
        for (bits += 8; bits >= 6; bits -= 6) text += letters[(held >> (bits - 6)) & 63U];
    }
    if (bits > 0) text += letters[(held << (6 - bits)) & 63U];
    return text;
}

bool is_source_name(std::string_view name)
{
    constexpr std::string_view known = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    return !name.empty() && name.size() <= max_name_bytes && name.find_first_not_of(known) == std::string_view::npos;
}

}  // namespace

Result<void> allowed(const Principal& principal, Operation operation, std::string_view source)
{
    auto need = need_of(operation);
    if (need == Need::nothing) return {};
    if (is_nobody(principal))
        return Failure{Errc::unauthenticated, "show who you are: Authorization: Bearer TOKEN (incidentctl token create makes one), "
                                              "or ask over the Unix socket"};
    // A standard's door beside the hooks: its senders post there with their source's role alone.
    if (operation == Operation::post_events && !source.empty()) need = Need::ingest;
    switch (need) {
    case Need::nothing:
    case Need::known: return {};
    case Need::read: return at_least(principal, Role::read);
    case Need::write: return at_least(principal, Role::write);
    case Need::admin: return at_least(principal, Role::admin);
    case Need::ingest:
        if (may_post_to(principal, source)) return {};
        return lacks(principal, std::string{ingest_prefix} + visible(shortened(source, 80)));
    }
    return lacks(principal, "admin");
}

bool may_see(const Principal& principal, const Incident& incident)
{
    if (incident.label != private_label || principal.owner) return true;
    return principal.verified && !principal.name.empty() && std::ranges::find(incident.members, principal.name) != incident.members.end();
}

std::string_view to_string(Role role) noexcept
{
    switch (role) {
    case Role::none: return "none";
    case Role::read: return "read";
    case Role::write: return "write";
    case Role::admin: return "admin";
    }
    return "none";
}

Result<void> add_role(Token& token, std::string_view word)
{
    for (const auto role : {Role::read, Role::write, Role::admin})
        if (word == to_string(role)) {
            token.role = std::max(token.role, role);
            return {};
        }
    if (word.starts_with(ingest_prefix)) {
        const auto source = word.substr(ingest_prefix.size());
        if (source == every_source || is_source_name(source)) {
            token.ingest.emplace(source);
            return {};
        }
    }
    return Failure{Errc::invalid_input, '"' + visible(shortened(word, 80)) +
                                            "\" is no role; give read, write, admin, ingest:SOURCE (such as ingest:github) or ingest:*"};
}

std::string token_text(std::span<const std::uint8_t, 32> random) { return "inc_" + base64url(random); }

std::string token_digest(std::string_view token) { return sha256_hex(token); }

}  // namespace incident::auth
