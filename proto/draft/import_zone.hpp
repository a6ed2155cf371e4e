#pragma once
#include "draft/import_parts.hpp"
#include "model/zone.hpp"

/// What a clock on a wall means in a zone that somebody wrote; private to the import.
namespace incident::draft::importing {

struct Readings {
    Instant at;
    std::optional<Instant> other;
    std::string warning;  ///< why there is another
};
/// Letters are taken at their word; where they cannot be right, or say several things, the other reading is told.
/// @param previous the line above: of an hour that came twice it tells which one. @return Errc::invalid_input: no such zone.
[[nodiscard]] Result<Readings> in_zone(zones::Wall wall, const std::string& written, const ImportOptions& options, std::optional<Instant> previous);
/// `2024-06-22T14:00:00Z or 2024-06-22T13:00:00Z`.
[[nodiscard]] std::string both_readings(Instant at, Instant other);

}  // namespace incident::draft::importing
