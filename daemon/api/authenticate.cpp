#include "api/authenticate.hpp"
#include "api/cursor.hpp"
#include "app/clock.hpp"
#include "auth/verify.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <openssl/evp.h>

namespace incident::api {
namespace {

constexpr std::size_t max_credential_bytes = 1024;
constexpr std::size_t max_known_passwords = 1000;
constexpr unsigned max_checks = 1;  // of two workers; the other goes on reading
constexpr std::chrono::minutes right_for{10};
constexpr std::chrono::seconds wrong_for{10};
constexpr std::uint32_t no_uid = static_cast<std::uint32_t>(-1);

std::string at(const net::Peer& peer) { return '@' + (peer.unix_socket ? peer.principal() : peer.address); }

Recognised bearer(std::string_view shown, const net::Peer& peer, const Door& door)
{
    const auto digest = auth::token_digest(shown);
    const auth::Token* found = nullptr;
    for (const auto& token : door.tokens)
        if (auth::equal_in_constant_time(token.digest, digest)) found = &token;
    if (found == nullptr) return Failure{Errc::unauthenticated, "this token is not known here; see what you show with: incidentctl auth status"};
    const auto name = visible(shortened(found->name, 80));
    if (found->revoked_at) return Failure{Errc::unauthenticated, "the token " + name + " was revoked " + to_rfc3339(*found->revoked_at) + "; ask for a new one"};
    if (found->expires_at && *found->expires_at <= door.now)
        return Failure{Errc::unauthenticated, "the token " + name + " expired " + to_rfc3339(*found->expires_at) + "; ask for a new one"};
    auth::Principal who;
    who.name = found->name;
    who.how = "token:" + found->name + at(peer);
    who.role = found->role;
    who.ingest = found->ingest;
    who.verified = true;
    return who;
}

Recognised basic(std::string_view shown, const Door& door)
{
    if (door.users == nullptr || door.users->empty()) return Failure{Errc::unauthenticated, "no users are configured here; show a token as Authorization: Bearer"};
    std::string text(shown.size(), '\0');
    const auto padding = shown.ends_with("==") ? 2U : shown.ends_with('=') ? 1U : 0U;
    const auto length = shown.size() % 4 != 0 ? -1
                                              : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(shown.data()),
                                                                static_cast<int>(shown.size()));
    const auto colon = text.find(':');
    if (length < static_cast<int>(padding) || colon == std::string::npos)
        return Failure{Errc::unauthenticated, "Authorization: Basic wants base64 of user:password"};
    text.resize(static_cast<std::size_t>(length) - padding);
    return PasswordShown{text.substr(0, colon), text.substr(std::min(colon + 1, text.size()))};
}

}  // namespace

auth::Principal account_of(const net::Peer& peer, std::uint32_t own_uid)
{
    auth::Principal who;
    who.how = peer.principal();
    if (!peer.unix_socket || peer.uid == no_uid) return who;  // the kernel did not say: nobody
    who.name = peer.account.empty() ? "uid:" + std::to_string(peer.uid) : peer.account;
    who.verified = true;
    // They can read the file and end the process anyway. Others were let to the socket by its group.
    who.owner = peer.uid == 0 || peer.uid == own_uid;
    who.role = who.owner ? auth::Role::admin : auth::Role::write;
    return who;
}

Recognised recognise(const net::Request& head, const Door& door)
{
    const auto shown = trimmed(head.header("authorization"));
    // While nothing is known that could be right, nothing that is shown can be wrong.
    if (!shown.empty() && !door.open()) {
        const auto space = shown.find(' ');
        const auto scheme = lowered(shown.substr(0, space));
        const auto credential = space == std::string_view::npos ? std::string_view{} : trimmed(shown.substr(space + 1));
        if (credential.empty() || credential.size() > max_credential_bytes)
            return Failure{Errc::unauthenticated, "Authorization holds no proof of at most 1024 bytes; write it as: Bearer TOKEN"};
        if (scheme == "bearer") return bearer(credential, head.peer, door);
        if (scheme == "basic") return basic(credential, door);
        return Failure{Errc::unauthenticated, "this kind of Authorization is not taken; show a token as: Bearer TOKEN"};
    }
    if (head.peer.unix_socket) return account_of(head.peer, door.own_uid);
    auth::Principal who;
    who.how = head.peer.principal();
    if (door.open() && head.peer.loopback) who.role = auth::Role::write;
    return who;
}

auth::Principal principal_of(std::string_view user, const net::Peer& peer, const config::Access& access)
{
    auto grant = access.of(user);
    auth::Principal who;
    who.name = user;
    who.how = "basic:" + std::string{user} + at(peer);
    who.role = grant.role;
    who.ingest = std::move(grant.ingest);
    who.verified = true;
    return who;
}

std::vector<std::pair<std::string, std::string>> challenges(const Door& door)
{
    std::vector<std::pair<std::string, std::string>> headers{{"WWW-Authenticate", R"(Bearer realm="incidentd")"}};
    if (door.users != nullptr && !door.users->empty()) headers.emplace_back("WWW-Authenticate", R"(Basic realm="incidentd", charset="UTF-8")");
    return headers;
}

bool still_welcome(const Runtime& runtime, const auth::Principal& who)
{
    const auto tokens = runtime.tokens == nullptr ? nullptr : runtime.tokens->tokens();
    const bool users = runtime.users && !runtime.users->empty();
    if (who.how.starts_with("unix:")) return true;
    if (who.how.starts_with("basic:")) return users;
    if (!who.how.starts_with("token:")) return !users && (!tokens || tokens->empty());
    const auto now = runtime.clock.now();
    return tokens && std::ranges::any_of(*tokens, [&](const auth::Token& token) {
        return token.name == who.name && !token.revoked_at && (!token.expires_at || *token.expires_at > now);
    });
}

Door Gatekeeper::door() const
{
    static const std::vector<auth::Token> none;
    const auto& settings = *runtime_.settings;
    Door door{.tokens = none, .users = runtime_.users.get(), .access = settings.config.access, .own_uid = runtime_.own_uid, .now = runtime_.clock.now()};
    return door;
}

Recognised Gatekeeper::recognise(const net::Request& head)
{
    const auto tokens = runtime_.tokens == nullptr ? nullptr : runtime_.tokens->tokens();
    auto now = door();
    if (tokens) now.tokens = *tokens;
    auto recognised = api::recognise(head, now);
    const auto* shown = std::get_if<PasswordShown>(&recognised);
    if (shown == nullptr) return recognised;
    const auto* known = find(*shown);
    if (known == nullptr) return recognised;
    if (known->right) return principal_of(shown->user, head.peer, now.access);
    return Failure{Errc::unauthenticated, "user or password is wrong"};
}

asio::awaitable<Result<auth::Principal>> Gatekeeper::check(const net::Request& head)
{
    auto recognised = recognise(head);
    if (auto* who = std::get_if<auth::Principal>(&recognised)) co_return std::move(*who);
    if (auto* failure = std::get_if<Failure>(&recognised)) co_return std::move(*failure);
    const auto shown = std::make_shared<const PasswordShown>(std::move(std::get<PasswordShown>(recognised)));
    if (under_way_ >= max_checks) co_return Failure{Errc::unavailable, "another password is being looked at; ask again in a second"};
    ++under_way_;
    const auto users = runtime_.users;
    std::function<Result<bool>(store::Reader&)> job = [users, shown](store::Reader&) -> Result<bool> { return users->check(shown->user, shown->password); };
    auto right = co_await store::read<bool>(runtime_.readers, std::move(job));
    --under_way_;
    if (!right) co_return right.error();
    if (users == runtime_.users) remember(*shown, *right);
    if (!*right) co_return Failure{Errc::unauthenticated, "user or password is wrong"};
    co_return principal_of(shown->user, head.peer, runtime_.settings->config.access);
}

const Gatekeeper::Known* Gatekeeper::find(const PasswordShown& shown)
{
    if (users_ != runtime_.users) {  // changed by a reload: what was right may be wrong now
        known_.clear();
        users_ = runtime_.users;
    }
    const auto found = known_.find(auth::sha256_hex(shown.user + '\n' + shown.password));
    if (found == known_.end() || found->second.until < std::chrono::steady_clock::now()) return nullptr;
    return &found->second;
}

void Gatekeeper::remember(const PasswordShown& shown, bool right)
{
    const auto now = std::chrono::steady_clock::now();
    if (known_.size() >= max_known_passwords) std::erase_if(known_, [&](const auto& one) { return !one.second.right || one.second.until < now; });
    if (known_.size() >= max_known_passwords) known_.clear();
    known_[auth::sha256_hex(shown.user + '\n' + shown.password)] = {right, now + (right ? std::chrono::duration_cast<std::chrono::seconds>(right_for) : wrong_for)};
}

}  // namespace incident::api
