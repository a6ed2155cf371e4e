#pragma once
#include "model/entry.hpp"
#include <unordered_map>

namespace incident::store {

/// What must be known of the incidents to decide where an entry belongs; small, in memory, rebuilt at open.
/// One instance lives on the store thread, one copy of the open ones is read through Reader.
class Catalog {
 public:
    /// Brings the catalogue up to date with a committed entry. @pre in ledger order.
    void apply(const Entry& entry);
    [[nodiscard]] const Incident* find(IncidentKey key) const;
    /// The open incidents, newest first.
    [[nodiscard]] std::vector<const Incident*> open() const;
    /// Where a key leads: itself, or what it was merged into. Empty when there is no such incident.
    [[nodiscard]] std::optional<IncidentKey> target(IncidentKey key) const;
    [[nodiscard]] IncidentKey next_key() const;
    /// The number that the next event to join this incident gets.
    [[nodiscard]] std::uint64_t next_number(IncidentKey key) const;

 private:
    friend class Writer;  // restores it from the file without replaying every entry
    std::map<IncidentKey, Incident> incidents_;
    std::map<IncidentKey, std::uint64_t> joined_;  // events that ever joined
};

}  // namespace incident::store
