#include "model/id.hpp"
#include "model/assert.hpp"
#include "model/digits.hpp"
#include "model/text.hpp"
#include <cstring>

namespace incident {
namespace {

constexpr int sequence_bits = 42, low_random_bits = 20;

std::uint64_t load(const std::uint8_t* from) noexcept
{
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | from[i];
    return value;
}

void store(std::uint8_t* to, std::uint64_t value) noexcept
{
    for (int i = 7; i >= 0; --i, value >>= 8) to[i] = static_cast<std::uint8_t>(value);
}

int hex_value(char c) noexcept
{
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Where the hyphens of 8-4-4-4-12 stand.
constexpr bool hyphen_at(std::size_t place) noexcept
{
    return place == 8 || place == 13 || place == 18 || place == 23;
}

}  // namespace

Id make_id(Instant at, std::uint64_t sequence, std::uint32_t entropy) noexcept
{
    INCIDENT_ASSERT(sequence < std::uint64_t{1} << sequence_bits);
    INCIDENT_ASSERT(at.time_since_epoch().count() >= 0);
    const auto ms = static_cast<std::uint64_t>(at.time_since_epoch() / std::chrono::milliseconds{1});
    const std::uint64_t high_random = entropy >> low_random_bits, low_random = entropy & ((1u << low_random_bits) - 1);
    Id id;
    store(id.bytes.data(), ms << 16 | std::uint64_t{7} << 12 | high_random);
    store(id.bytes.data() + 8, std::uint64_t{2} << 62 | sequence << low_random_bits | low_random);
    return id;
}

std::uint64_t sequence_of(const Id& id) noexcept
{
    return load(id.bytes.data() + 8) >> low_random_bits & ((std::uint64_t{1} << sequence_bits) - 1);
}

Instant time_of(const Id& id) noexcept
{
    return Instant{std::chrono::milliseconds{static_cast<std::int64_t>(load(id.bytes.data()) >> 16)}};
}

std::string to_string(const Id& id)
{
    constexpr char hex[] = "0123456789abcdef";
    std::string out(36, '-');
    std::size_t place = 0;
    for (const auto byte : id.bytes) {
        if (hyphen_at(place)) ++place;
        out[place++] = hex[byte >> 4];
        out[place++] = hex[byte & 15];
    }
    return out;
}

Result<Id> parse_id(std::string_view text)
{
    const auto refuse = [&] {
        return Failure{Errc::invalid_input, "\"" + visible(shortened(text, 64)) +
                                                "\" is not an id: write it as a UUID, like "
                                                "0190412f-6d00-7000-8000-000000000001"};
    };
    if (text.size() != 36) return refuse();
    Id id;
    std::size_t place = 0;
    for (auto& byte : id.bytes) {
        if (hyphen_at(place) && text[place++] != '-') return refuse();
        const int high = hex_value(text[place++]), low = hex_value(text[place++]);
        if (high < 0 || low < 0) return refuse();
        byte = static_cast<std::uint8_t>(high << 4 | low);
    }
    return id;
}

std::string to_string(IncidentKey key) { return "INC-" + std::to_string(key.number); }

Result<IncidentKey> parse_incident_key(std::string_view text)
{
    if (text.size() > 4 && lowered(text.substr(0, 4)) == "inc-" && text[4] != '0')
        if (const auto number = digits::number(text.substr(4)))
            return IncidentKey{static_cast<std::uint64_t>(*number)};
    return Failure{Errc::invalid_input,
                   "\"" + visible(shortened(text, 64)) + "\" is not an incident's key: write it like INC-7"};
}

}  // namespace incident

std::size_t std::hash<incident::Id>::operator()(const incident::Id& id) const noexcept
{
    // What differs between neighbours stands in the middle of the bytes, and containers look at the lowest bits: two
    // multiplications by odd numbers carry it up, the shifts bring it down again.
    auto mixed = incident::load(id.bytes.data()) * 0x9e3779b97f4a7c15u ^ incident::load(id.bytes.data() + 8);
    mixed = (mixed ^ mixed >> 32) * 0xd6e8feb86659fd93u;
    return static_cast<std::size_t>(mixed ^ mixed >> 32);
}
