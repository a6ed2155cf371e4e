#pragma once
#include <string_view>

namespace incident::auth {

/// The users of the web configuration (Prometheus' `basic_auth_users`): who they are, and whether a password is theirs.
/// Immutable; any thread.
class BasicUsers {
 public:
    virtual ~BasicUsers() = default;
    /// No user at all: Basic is not offered then.
    [[nodiscard]] virtual bool empty() const noexcept = 0;
    /// Whether the password is this user's. Slow on purpose (bcrypt), as slow for a user that does not exist: on a worker only.
    [[nodiscard]] virtual bool check(std::string_view user, std::string_view password) const = 0;
};

}  // namespace incident::auth
