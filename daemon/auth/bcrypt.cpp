#include "auth/bcrypt.hpp"
#include <crypt.h>
#include <cstring>
#include <memory>
#include <openssl/crypto.h>
#include <string>

namespace incident::auth {

bool bcrypt_fits(std::string_view password, std::string_view hash)
{
    if (!hash.starts_with("$2") || password.find('\0') != password.npos) return false;
    struct Wipe {
        void operator()(crypt_data* data) const noexcept
        {
            OPENSSL_cleanse(data, sizeof *data);
            delete data;
        }
    };
    const std::unique_ptr<crypt_data, Wipe> room{new crypt_data{}};  // 32 KiB: too much for a stack
    std::string phrase{password};
    const std::string setting{hash};
    const char* const made = ::crypt_r(phrase.c_str(), setting.c_str(), room.get());
    const bool fits = made && std::strlen(made) == hash.size() && CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
    OPENSSL_cleanse(phrase.data(), phrase.size());
    return fits;
}

}  // namespace incident::auth
