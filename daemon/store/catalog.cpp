#include "store/catalog.hpp"
#include "model/assert.hpp"
#include <ranges>

namespace incident::store {
namespace {

/// A merge leads to another incident, which may have been merged in turn; nothing merges into itself, but a file that
/// says so must not hold us for ever.
constexpr int max_merge_steps = 64;

}  // namespace

void Catalog::apply(const Entry& entry)
{
    if (const auto* step = std::get_if<IncidentStep>(&entry.what)) {
        auto& incident = incidents_[step->incident];
        incident.key = step->incident;
        apply_step(incident, entry);
    } else if (const auto* event = std::get_if<Event>(&entry.what)) {
        if (event->incident) ++joined_[*event->incident];
    } else if (const auto* amendment = std::get_if<Amendment>(&entry.what)) {
        if (amendment->incident && *amendment->incident) ++joined_[**amendment->incident];
    }
}

const Incident* Catalog::find(IncidentKey key) const
{
    const auto found = incidents_.find(key);
    return found == incidents_.end() ? nullptr : &found->second;
}

std::vector<const Incident*> Catalog::open() const
{
    std::vector<const Incident*> open;
    for (const auto& [key, incident] : std::views::reverse(incidents_))
        if (incident.status == IncidentStatus::open) open.push_back(&incident);
    return open;
}

std::optional<IncidentKey> Catalog::target(IncidentKey key) const
{
    for (int step = 0; step < max_merge_steps; ++step) {
        const auto* incident = find(key);
        if (!incident) return std::nullopt;
        if (!incident->merged_into) return key;
        key = *incident->merged_into;
    }
    return std::nullopt;
}

IncidentKey Catalog::next_key() const
{
    return IncidentKey{incidents_.empty() ? 1 : incidents_.rbegin()->first.number + 1};
}

std::uint64_t Catalog::next_number(IncidentKey key) const
{
    const auto found = joined_.find(key);
    return (found == joined_.end() ? 0 : found->second) + 1;
}

}  // namespace incident::store
