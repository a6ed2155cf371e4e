#pragma once
#include <string_view>

namespace incident::auth {

/// Whether `password` is the one of `hash` ($2a$, $2b$ or $2y$). Takes a tenth of a second at cost 10, twice as long for
/// each above: never on the network thread. Constant-time compare; a hash that is none fits nothing. As everywhere with
/// bcrypt only the first 72 bytes count; a password with a NUL fits nothing.
[[nodiscard]] bool bcrypt_fits(std::string_view password, std::string_view hash);

}  // namespace incident::auth
