#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// The hash chain over the ledger. Pure. Anyone can recompute it with these five lines; `field(x)` is the length of x as
/// four bytes, big-endian, then x; `seq` is eight bytes, big-endian:
///
///     commitment = SHA-256(field(salt) field(content))      32 zero bytes for an entry without content
///     leaf       = SHA-256(0x01 field(seq) field(facts) field(commitment))
///     link       = SHA-256(0x02 field(link of the entry before) field(leaf))
///     kept       = SHA-256(0x03 field(salt) field(facts) field(body))   of a kept body: hex in the member `raw` of an entry's facts
///     the link before the first entry is 32 zero bytes
///     the head is the link of the newest entry
namespace incident::store {

using Digest = std::array<std::uint8_t, 32>;
using Salt = std::array<std::uint8_t, 16>;

inline constexpr Digest first_link{};     ///< stands before entry 1
inline constexpr Digest no_commitment{};  ///< of an entry without content

[[nodiscard]] Digest commitment_of(std::span<const std::uint8_t> salt, std::string_view content) noexcept;
[[nodiscard]] Digest leaf_of(std::uint64_t seq, std::string_view facts, const Digest& commitment) noexcept;
[[nodiscard]] Digest link_of(const Digest& before, const Digest& leaf) noexcept;
/// Salted, so that the commitment of a forgotten body cannot be used to guess it. `facts` and `compressed` as they are stored.
[[nodiscard]] Digest kept_of(std::span<const std::uint8_t> salt, std::string_view facts, std::string_view compressed) noexcept;
[[nodiscard]] Digest sha256(std::string_view bytes) noexcept;
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace incident::store
