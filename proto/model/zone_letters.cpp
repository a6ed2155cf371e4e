#include "model/digits.hpp"
#include "model/text.hpp"
#include "model/zone.hpp"
#include <algorithm>
#include <array>

namespace incident::zones {
namespace {

using namespace std::chrono_literals;

constexpr std::array<Meaning, 7> unique_letters{{{"UTC", 0s, "Etc/UTC"},
                                                 {"Z", 0s, "Etc/UTC"},
                                                 {"GMT", 0s, "Etc/GMT"},
                                                 {"EAT", 3h, "Africa/Nairobi"},
                                                 {"WAT", 1h, "Africa/Lagos"},
                                                 {"CAT", 2h, "Africa/Harare"},
                                                 {"SAST", 2h, "Africa/Johannesburg"}}};

// Those of one name stand together. Chosen from what tzdata's zones use now and what people write for them.
constexpr std::array<Meaning, 28> several{{{"IST", 5h + 30min, "Asia/Kolkata"},
                                           {"IST", 2h, "Asia/Jerusalem"},
                                           {"IST", 1h, "Europe/Dublin"},
                                           {"CST", -6h, "America/Chicago"},
                                           {"CST", 8h, "Asia/Shanghai"},
                                           {"CST", -5h, "America/Havana"},
                                           {"CDT", -5h, "America/Chicago"},
                                           {"CDT", -4h, "America/Havana"},
                                           {"BST", 1h, "Europe/London"},
                                           {"BST", 6h, "Asia/Dhaka"},
                                           {"AST", -4h, "America/Halifax"},
                                           {"AST", 3h, "Asia/Riyadh"},
                                           {"AMT", -4h, "America/Manaus"},
                                           {"AMT", 4h, "Asia/Yerevan"},
                                           {"ECT", -5h, "America/Guayaquil"},
                                           {"ECT", -4h, "America/Port_of_Spain"},
                                           {"GST", 4h, "Asia/Dubai"},
                                           {"GST", -2h, "Atlantic/South_Georgia"},
                                           {"SST", -11h, "Pacific/Pago_Pago"},
                                           {"SST", 8h, "Asia/Singapore"},
                                           {"ET", -5h, "America/New_York"},
                                           {"ET", -4h, "America/New_York"},
                                           {"CT", -6h, "America/Chicago"},
                                           {"CT", -5h, "America/Chicago"},
                                           {"MT", -7h, "America/Denver"},
                                           {"MT", -6h, "America/Denver"},
                                           {"PT", -8h, "America/Los_Angeles"},
                                           {"PT", -7h, "America/Los_Angeles"}}};

constexpr std::array<Pair, 9> pairs{{
    {{"EST", -5h, "America/New_York"}, {"EDT", -4h, "America/New_York"}},
    {{"MST", -7h, "America/Denver"}, {"MDT", -6h, "America/Denver"}},
    {{"PST", -8h, "America/Los_Angeles"}, {"PDT", -7h, "America/Los_Angeles"}},
    {{"AKST", -9h, "America/Anchorage"}, {"AKDT", -8h, "America/Anchorage"}},
    {{"CET", 1h, "Europe/Paris"}, {"CEST", 2h, "Europe/Paris"}},
    {{"EET", 2h, "Europe/Athens"}, {"EEST", 3h, "Europe/Athens"}},
    {{"WET", 0h, "Europe/Lisbon"}, {"WEST", 1h, "Europe/Lisbon"}},
    {{"AEST", 10h, "Australia/Sydney"}, {"AEDT", 11h, "Australia/Sydney"}},
    {{"NZST", 12h, "Pacific/Auckland"}, {"NZDT", 13h, "Pacific/Auckland"}},
}};

std::string raised(std::string_view text)
{
    std::string out{text};
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

}  // namespace

std::optional<Zone> built_in(std::string_view letters)
{
    if (letters.size() > 4) return {};
    const auto found = std::ranges::find(unique_letters, raised(letters), &Meaning::letters);
    if (found == unique_letters.end()) return {};
    return Zone{found->letters == "Z" ? "UTC" : std::string{found->letters}, found->offset};
}

std::span<const Meaning> ambiguous(std::string_view letters)
{
    const auto wanted = raised(letters);
    const auto begin = std::ranges::find(several, wanted, &Meaning::letters);
    const auto end = std::find_if(begin, several.end(), [&](const Meaning& each) { return each.letters != wanted; });
    return {begin, end};
}

const Pair* seasonal(std::string_view letters)
{
    const auto wanted = raised(letters);
    const auto found = std::ranges::find_if(pairs, [&](const Pair& pair) {
        return pair.standard.letters == wanted || pair.daylight.letters == wanted;
    });
    return found == pairs.end() ? nullptr : &*found;
}

std::optional<Zone> offset_zone(std::string_view text)
{
    if (text.size() > 3 && (raised(text.substr(0, 3)) == "UTC" || raised(text.substr(0, 3)) == "GMT"))
        text.remove_prefix(3);
    if (text.size() < 2 || (text.front() != '+' && text.front() != '-')) return {};
    const bool west = text.front() == '-';
    text.remove_prefix(1);
    std::array<std::int64_t, 3> parts{};  // hours, minutes, seconds
    const auto hour_digits = std::min<std::size_t>(digits::run(text), 2);
    std::size_t used = 0;
    for (std::size_t part = 0; part < parts.size() && !text.empty(); ++part, ++used) {
        const bool colon = part > 0 && text.starts_with(':');
        if (colon) text.remove_prefix(1);
        if (part > 0 && !colon && hour_digits != 2) return {};  // +0300 is read, +300 could be 3:00 or 30:0
        const auto width = part == 0 ? hour_digits : 2;
        const auto value = width > 0 && text.size() >= width ? digits::number(text.substr(0, width)) : std::nullopt;
        if (!value || *value > (part == 0 ? 15 : 59)) return {};
        parts[part] = *value;
        text.remove_prefix(width);
    }
    if (!text.empty()) return {};
    const seconds offset = (std::chrono::hours{parts[0]} + std::chrono::minutes{parts[1]} + seconds{parts[2]}) * (west ? -1 : 1);
    return Zone{offset_text(offset), offset};
}

std::string offset_text(seconds offset)
{
    const auto size = static_cast<std::uint64_t>(std::chrono::abs(offset).count());
    std::string out(9, offset < 0s ? '-' : '+');
    out[3] = out[6] = ':';
    digits::put(out.data() + 1, size / 3600, 2);
    digits::put(out.data() + 4, size / 60 % 60, 2);
    digits::put(out.data() + 7, size % 60, 2);
    if (size % 60 == 0) out.resize(6);
    return out;
}

}  // namespace incident::zones
