#pragma once
#include "model/entry.hpp"

/// An entry's two texts, as they are stored and hashed. Pure.
///
/// *Facts* stay for good: what kind of entry, times, source, author, tags, references. *Content* is what a person may
/// ask to forget: text, details, labels, links, the words a rule matched, a reason. Both are JSON, so that the file can
/// be read with `sqlite3`; members at their default are left out. `seq` is the row's own.
namespace incident::store {

/// Appends to `facts` and `content`; leaves `content` as it was when the entry has none.
void encode(const Entry& entry, std::string& facts, std::string& content);

/// @param content empty when there is none, or when it was redacted. @return Errc::unavailable when it is not ours.
[[nodiscard]] Result<Entry> decode(std::uint64_t seq, std::string_view facts, std::string_view content);

/// Cheap looks at the facts, for scans that skip most rows.
[[nodiscard]] bool is_event(std::string_view facts) noexcept;
[[nodiscard]] bool recorded_in_inbox(std::string_view facts) noexcept;  ///< @pre is_event()

}  // namespace incident::store
