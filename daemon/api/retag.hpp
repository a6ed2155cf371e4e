#pragma once
#include "model/entry.hpp"
#include "tagging/rules.hpp"
#include "wire/json.hpp"
#include <span>

namespace incident::api {

/// What running today's rules again would change of one event.
struct TagChange {
    Id event;
    std::vector<Tag> add;              ///< new, or of another rule, match or meaning than before
    std::vector<std::string> remove;   ///< set by a rule before, by none now
    bool operator==(const TagChange&) const = default;
};

/// The rules run again over an incident's events, compared with what stands. Pure. A person's word stays: events that a
/// person tagged are left alone, and a tag that a person took away does not come back.
/// @pre `entries` in ledger order, as Reader::incident_entries() gives them.
[[nodiscard]] std::vector<TagChange> retag(std::span<const Entry> entries, IncidentKey incident, const tagging::RuleSet& rules);

[[nodiscard]] wire::json::object to_json(const TagChange& change);

}  // namespace incident::api
