#pragma once
#include "store/sqlite.hpp"

namespace incident::store {

/// Steps of the schema, oldest first; step n brings `user_version` from n-1 to n. Never edited once released: a change
/// is a new step at the end.
[[nodiscard]] std::span<const char* const> schema_steps() noexcept;

/// "inci", so that `file` and we know whose database it is.
inline constexpr std::int64_t application_id = 0x696e6369;

/// Brings the file to the newest step, each in a transaction of its own, after a synced copy beside it,
/// `incidentd.db.before-vN`, when there was something in it.
/// @return Errc::conflict for a newer schema or a file of another program; Errc::unavailable naming the reason.
[[nodiscard]] Result<void> migrate(Database& database, const std::filesystem::path& file, std::span<const char* const> steps);

/// Sets what the durability promise rests on and reads each back.
/// @return the settings as read back, for the log; Errc::unavailable naming the one that did not hold.
[[nodiscard]] Result<std::string> apply_writer_settings(Database& database);
[[nodiscard]] Result<void> apply_reader_settings(Database& database);

}  // namespace incident::store
