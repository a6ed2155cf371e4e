#pragma once
#include "model/entry.hpp"
#include <span>

namespace incident::timeline {

/// The event as it stands after its amendments and tallies. An amendment that a later one undoes does not count; an
/// undone undo counts again. A person's tag is never replaced by a rule's.
/// @pre `later` are entries about this event in ledger order; others are ignored.
[[nodiscard]] Event amended(const Event& recorded, std::span<const Entry> later);

/// Every event among `entries` after all amendments, in ledger order. O(n log n).
/// @pre `entries` in ledger order.
[[nodiscard]] std::vector<Event> amended_events(std::span<const Entry> entries);

/// The same, and the events are moved out of `entries`, whose amendments and steps stay whole.
[[nodiscard]] std::vector<Event> take_amended_events(std::span<Entry> entries);

/// The incidents told by the steps among `entries`, in order of their keys.
[[nodiscard]] std::vector<Incident> incidents_of(std::span<const Entry> entries);

}  // namespace incident::timeline
