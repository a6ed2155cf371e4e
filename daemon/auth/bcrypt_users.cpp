#include "auth/bcrypt_users.hpp"
#include "auth/bcrypt.hpp"

namespace incident::auth {
namespace {

/// Of a password that nobody has: who names no user waits for this one.
constexpr std::string_view nobody = "$2b$10$WUJS45SLP0xmZgQSGSBoCuxn0OA3d0NxIQ38u8A3tkzBpkzrjv0Me";

class BcryptUsers final : public BasicUsers {
 public:
    explicit BcryptUsers(std::map<std::string, std::string> names) : names_(names.begin(), names.end()) {}
    [[nodiscard]] bool empty() const noexcept override { return names_.empty(); }
    [[nodiscard]] bool check(std::string_view user, std::string_view password) const override
    {
        const auto known = names_.find(user);
        const bool fits = bcrypt_fits(password, known == names_.end() ? nobody : known->second);
        return fits && known != names_.end();
    }

 private:
    std::map<std::string, std::string, std::less<>> names_;
};

}  // namespace

std::shared_ptr<const BasicUsers> bcrypt_users(std::map<std::string, std::string> names)
{
    return std::make_shared<const BcryptUsers>(std::move(names));
}

}  // namespace incident::auth
