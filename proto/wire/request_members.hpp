#pragma once
#include "model/text.hpp"
#include "wire/members.hpp"
#include <array>

/// What the readers of requests share. Used inside this folder only.
namespace incident::wire {

using Names = std::span<const std::string_view>;
inline constexpr auto one_line = Characters::one_line;

/// A text that must not be blank where it is given.
inline bool filled(Members& members, std::string_view name, std::string& out, std::size_t max_bytes,
                   Characters characters)
{
    if (!members.text(name, out, max_bytes, characters)) return false;
    if (!trimmed(out).empty()) return true;
    members.bad(name, "is empty; say something or leave it out");
    return false;
}

/// A time that means one: Go's zero time is refused.
inline bool instant(Members& members, std::string_view name, Instant& out)
{
    Instant at;
    if (!members.time(name, at)) return false;
    if (is_zero_time(at)) {
        members.bad(name, "0001-01-01T00:00:00Z means \"not set\"; leave it out instead");
        return false;
    }
    out = at;
    return true;
}

}  // namespace incident::wire
