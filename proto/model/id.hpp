#pragma once
#include "model/instant.hpp"
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>

namespace incident {

/// UUID version 7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then for us 12 random bits, 42 bits of ledger sequence
/// and 20 more random bits. So ids sort by time, and the store finds an entry by its id without an index of ids.
/// Ids are names, not secrets.
struct Id {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const Id&) const = default;
    [[nodiscard]] bool is_nil() const noexcept { return *this == Id{}; }
};

/// @param entropy 32 random bits. @pre `sequence` < 2^42, `at` after 1970.
[[nodiscard]] Id make_id(Instant at, std::uint64_t sequence, std::uint32_t entropy) noexcept;
/// The sequence that make_id() put in; meaningless for ids of others, so compare the whole id after the look-up.
[[nodiscard]] std::uint64_t sequence_of(const Id& id) noexcept;
/// The time that make_id() put in, to the millisecond; meaningless for ids of others.
[[nodiscard]] Instant time_of(const Id& id) noexcept;
/// Lower-case hex, 8-4-4-4-12.
[[nodiscard]] std::string to_string(const Id& id);
/// Any UUID in 8-4-4-4-12 form, either case. @return Errc::invalid_input otherwise.
[[nodiscard]] Result<Id> parse_id(std::string_view text);

/// The key people say: INC-7. Counts from 1.
struct IncidentKey {
    std::uint64_t number{};
    auto operator<=>(const IncidentKey&) const = default;
};
[[nodiscard]] std::string to_string(IncidentKey key);
/// `INC-7` in either case. A plain number is refused: it could be text. @return Errc::invalid_input otherwise.
[[nodiscard]] Result<IncidentKey> parse_incident_key(std::string_view text);

}  // namespace incident

template <>
struct std::hash<incident::Id> {
    std::size_t operator()(const incident::Id& id) const noexcept;
};
