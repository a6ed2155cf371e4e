#include "draft/import_zone.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::draft::importing {
namespace {

Instant shifted(zones::Wall wall, std::chrono::seconds offset) { return Instant{wall.time_since_epoch() - offset}; }

Result<Readings> by_place(zones::Wall wall, std::string_view name, std::optional<Instant> previous)
{
    const auto zone = zones::find(name);
    if (!zone) return zone.error();
    const auto read = zones::read(wall, *zone);
    if (!read) return read.error();
    using Times = zones::Reading::Times;
    if (read->times == Times::once) return Readings{read->first, std::nullopt, {}};
    const bool later = read->times == Times::twice && previous && read->first < *previous && *previous <= read->second;
    Readings found{later ? read->second : read->first, later ? read->first : read->second, {}};
    found.warning = read->times == Times::twice ? "the clocks were set back: this time came twice, " : "the clocks were set forward: this time was left out, ";
    found.warning += both_readings(found.at, *found.other);
    return found;
}

}  // namespace

Result<Readings> in_zone(zones::Wall wall, const std::string& written, const ImportOptions& options, std::optional<Instant> previous)
{
    for (const auto& [alias, zone] : options.zone_aliases)
        if (lowered(alias) == lowered(written)) return by_place(wall, zone, previous);
    const auto name = zone_meaning(written);
    if (const auto fixed = zones::built_in(name)) {
        Readings found{shifted(wall, *fixed->fixed), std::nullopt, {}};
        if (fixed->name == "GMT")
            if (const auto london = by_place(wall, "Europe/London", previous); london && london->at != found.at) {
                found.other = london->at;
                found.warning = "GMT while Britain has summer time: " + both_readings(found.at, *found.other);
            }
        return found;
    }
    if (const auto offset = zones::offset_zone(name)) return Readings{shifted(wall, *offset->fixed), std::nullopt, {}};
    if (const auto meanings = zones::ambiguous(name); !meanings.empty()) {
        if (std::ranges::all_of(meanings, [&](const auto& each) { return each.place == meanings.front().place; }))
            return by_place(wall, meanings.front().place, previous);  // PT is a place
        Readings found{shifted(wall, meanings[0].offset), shifted(wall, meanings[1].offset), {}};
        found.warning = name + " has several meanings:";
        for (const auto& each : meanings)
            found.warning += (&each == meanings.data() ? " " : ", or ") + zones::short_utc(shifted(wall, each.offset)) + " (" + std::string{each.place} + ')';
        return found;
    }
    if (const auto* pair = zones::seasonal(name)) {
        const bool daylight = lowered(name) == lowered(pair->daylight.letters);
        const auto& said = daylight ? pair->daylight : pair->standard;
        const auto& rival = daylight ? pair->standard : pair->daylight;
        Readings found{shifted(wall, said.offset), std::nullopt, {}};
        const auto state = zones::state_at(found.at, zones::Zone{std::string{said.place}, {}});
        const auto state_other = zones::state_at(shifted(wall, rival.offset), zones::Zone{std::string{said.place}, {}});
        if (state && state->offset != said.offset && state_other && state_other->offset == rival.offset) {
            found.other = shifted(wall, rival.offset);
            found.warning = std::string{said.letters} + (daylight ? " in winter" : " in summer") + ", when clocks there show " +
                            std::string{rival.letters} + ": " + both_readings(found.at, *found.other);
        }
        return found;
    }
    return by_place(wall, name, previous);
}

std::string both_readings(Instant at, Instant other) { return zones::short_utc(at) + " or " + zones::short_utc(other); }

}  // namespace incident::draft::importing
