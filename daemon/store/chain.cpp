// The streaming calls are marked deprecated in OpenSSL 3 in favour of EVP, whose fetch and context cost as much as
// hashing one of our entries (three digests each); they are the same code underneath.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "store/chain.hpp"
#include <openssl/sha.h>

namespace incident::store {
namespace {

class Hash {
 public:
    Hash() noexcept { SHA256_Init(&state_); }
    explicit Hash(std::uint8_t domain) noexcept : Hash() { SHA256_Update(&state_, &domain, 1); }
    Hash& field(const void* data, std::size_t size) noexcept
    {
        const auto n = static_cast<std::uint32_t>(size);
        const std::array<std::uint8_t, 4> length{static_cast<std::uint8_t>(n >> 24), static_cast<std::uint8_t>(n >> 16),
                                                 static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
        SHA256_Update(&state_, length.data(), length.size());
        SHA256_Update(&state_, data, size);
        return *this;
    }
    Digest end() noexcept
    {
        Digest digest;
        SHA256_Final(digest.data(), &state_);
        return digest;
    }

 private:
    SHA256_CTX state_;
};

}  // namespace

Digest commitment_of(std::span<const std::uint8_t> salt, std::string_view content) noexcept
{
    return Hash{}.field(salt.data(), salt.size()).field(content.data(), content.size()).end();
}

Digest leaf_of(std::uint64_t seq, std::string_view facts, const Digest& commitment) noexcept
{
    std::array<std::uint8_t, 8> place;
    for (std::size_t i = 0; i < place.size(); ++i) place[i] = static_cast<std::uint8_t>(seq >> (56 - 8 * i));
    return Hash{1}.field(place.data(), place.size()).field(facts.data(), facts.size()).field(commitment.data(), commitment.size()).end();
}

Digest link_of(const Digest& before, const Digest& leaf) noexcept
{
    return Hash{2}.field(before.data(), before.size()).field(leaf.data(), leaf.size()).end();
}

Digest kept_of(std::span<const std::uint8_t> salt, std::string_view facts, std::string_view compressed) noexcept
{
    return Hash{3}.field(salt.data(), salt.size()).field(facts.data(), facts.size()).field(compressed.data(), compressed.size()).end();
}

Digest sha256(std::string_view bytes) noexcept
{
    Digest digest;
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    return digest;
}

std::string to_hex(std::span<const std::uint8_t> bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

}  // namespace incident::store
