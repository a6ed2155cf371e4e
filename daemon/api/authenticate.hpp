#pragma once
#include "api/runtime.hpp"
#include "net/http.hpp"
#include <unordered_map>
#include <variant>

/// A request -> who it is from. The decision is pure; only a password needs a worker.
namespace incident::api {
namespace asio = boost::asio;

/// What is known, at one moment, of those who may come in.
struct Door {
    std::span<const auth::Token> tokens;              ///< every one that was ever made
    const auth::BasicUsers* users = nullptr;
    const config::Access& access;
    std::uint32_t own_uid = 0;
    Instant now;
    /// Whether this machine needs no proof over TCP: no token was ever made, and there are no users (RELIABILITY I-1).
    [[nodiscard]] bool open() const noexcept { return tokens.empty() && (users == nullptr || users->empty()); }
};

/// Basic credentials, still to be looked at.
struct PasswordShown {
    std::string user, password;
};

/// A Failure (Errc::unauthenticated) says why a proof that was shown does not hold: for the sender, without the proof itself.
using Recognised = std::variant<auth::Principal, PasswordShown, Failure>;

/// In this order: a credential that was shown, where there is anything to hold it against; the kernel's word on a Unix
/// peer; this machine while the door is open; nobody (role none). X-Forwarded-* and claimed names are never looked at.
[[nodiscard]] Recognised recognise(const net::Request& head, const Door& door);

/// Whom the kernel names at the other end of a Unix socket; of any other peer nothing but how it came.
[[nodiscard]] auth::Principal account_of(const net::Peer& peer, std::uint32_t own_uid);

/// Whoever the password of `user` was right for.
[[nodiscard]] auth::Principal principal_of(std::string_view user, const net::Peer& peer, const config::Access& access);

/// `Bearer realm="incidentd"`, and Basic where there are users.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> challenges(const Door& door);

/// Whether someone who came in before may stay: a token that is neither revoked nor expired since, a user who is still one,
/// this machine while it needs no proof. A Unix peer always.
[[nodiscard]] bool still_welcome(const Runtime& runtime, const auth::Principal& who);

/// Whose passwords were right a while ago, so that not every request costs a bcrypt. Holds digests only. Network thread.
class Gatekeeper {
 public:
    explicit Gatekeeper(Runtime& runtime) : runtime_(runtime) {}

    /// @return PasswordShown when only check() can tell.
    [[nodiscard]] Recognised recognise(const net::Request& head);
    /// As recognise(), and looks at a password on a worker. @return Errc::unauthenticated; Errc::unavailable when others are
    /// being looked at.
    [[nodiscard]] asio::awaitable<Result<auth::Principal>> check(const net::Request& head);
    [[nodiscard]] Door door() const;

 private:
    struct Known {
        bool right = false;
        std::chrono::steady_clock::time_point until;
    };
    [[nodiscard]] const Known* find(const PasswordShown& shown);
    void remember(const PasswordShown& shown, bool right);

    Runtime& runtime_;
    std::shared_ptr<const auth::BasicUsers> users_;  ///< those that `known_` speaks of
    std::unordered_map<std::string, Known> known_;
    unsigned under_way_ = 0;
};

}  // namespace incident::api
