#pragma once
#include "model/incident.hpp"
#include "model/result.hpp"
#include "wire/routes.hpp"
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

/// Who may do what. Pure: a principal, an operation and an incident -> yes or a refusal.
namespace incident::auth {

/// Each includes the one before it, but `ingest`, which stands alone: it posts to hooks (and the doors of senders) only.
enum class Role { none, read, write, admin };

struct Principal {
    std::string name;               ///< the account, the token's name, the Basic user; empty: anonymous
    std::string how;                ///< for the entry's principal: `unix:uid=1000(sam)`, `token:ci@10.0.0.7`, `basic:sam@…`, `tcp:127.0.0.1`
    Role role = Role::none;
    std::set<std::string> ingest;   ///< sources it may post to; `*`: every one
    bool verified = false;          ///< the transport or a secret proved the name
    bool owner = false;             ///< root, or the account incidentd runs as, over the Unix socket: it can read the file anyway
};

/// One bearer token as it is kept: never the token, only its SHA-256.
struct Token {
    std::string id;                    ///< short, for people: `tok_7f3k`
    std::string name;                  ///< who it speaks for
    std::string digest;                ///< SHA-256 of the token, hex
    Role role = Role::none;
    std::set<std::string> ingest;
    Instant created_at;
    std::string created_by;
    std::optional<Instant> expires_at, revoked_at;
    bool operator==(const Token&) const = default;
};

/// What a request may do without and with proof, by the listener it came through.
struct Listening {
    bool unix_socket = false, loopback = false, tls = false;
};

/// Whether this operation is allowed at all (roles); a hook also by its source.
/// @return Errc::unauthenticated (401: nobody is known) or Errc::forbidden (403: known, but the role is not enough; says which is).
[[nodiscard]] Result<void> allowed(const Principal& principal, wire::Operation operation, std::string_view source = {});

/// Whether this principal may see the incident and what stands in it. Who may not is told it does not exist (404).
[[nodiscard]] bool may_see(const Principal& principal, const Incident& incident);

[[nodiscard]] std::string_view to_string(Role role) noexcept;
/// `read`, `write`, `admin`, `ingest:NAME`, `ingest:*` -> into the token. @return Errc::invalid_input naming the known ones.
[[nodiscard]] Result<void> add_role(Token& token, std::string_view word);
/// A new token: `inc_` and 43 characters of base64url over 32 random bytes; and its digest.
[[nodiscard]] std::string token_text(std::span<const std::uint8_t, 32> random);
[[nodiscard]] std::string token_digest(std::string_view token);

}  // namespace incident::auth
