#pragma once
#include "store/reader.hpp"
#include <memory>
#include <set>

namespace incident::live {

/// One entry as the stream's readers get it.
struct Item {
    std::uint64_t seq = 0;
    std::set<IncidentKey> at;         ///< where it stands now: the event's incident, or the one that took a step
    std::set<IncidentKey> incidents;  ///< whom it concerns: where the event stands, stood, or which incident took a step
    std::string text;                 ///< `id:`, `event:` and `data:` lines with the empty line behind
};

using Items = std::vector<std::shared_ptr<const Item>>;

/// Whether writing this entry just after its commit needs the store: a new event is its own newest state, and an
/// incident's step has none.
[[nodiscard]] bool is_complete(const Entry& entry);
/// Writes entries just committed. @pre each is_complete().
[[nodiscard]] Items make_complete_items(const std::vector<Entry>& entries);
/// Writes the entries, with the events as amended by now. On a worker thread. @return the reader's failure.
[[nodiscard]] Result<Items> make_items(store::Reader& reader, const std::vector<Entry>& entries);

/// The single item for who is too far behind: read the incident anew, then follow.
[[nodiscard]] std::string resync_text(std::uint64_t missed_from, std::uint64_t missed_to);

}  // namespace incident::live
