#pragma once
#include "auth/basic_users.hpp"
#include <map>
#include <memory>
#include <string>

namespace incident::auth {

/// Users with bcrypt hashes, as the web configuration has them. `names` maps a name to its hash.
[[nodiscard]] std::shared_ptr<const BasicUsers> bcrypt_users(std::map<std::string, std::string> names);

}  // namespace incident::auth
