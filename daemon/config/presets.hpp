#pragma once
#include "config/read_mapping.hpp"
#include "ingest/presets.hpp"

namespace incident::config {

/// A shipped mapping, read at its first use and kept for good. Any thread.
/// @return nullptr: none is called so.
[[nodiscard]] const MappingFile* find_preset(std::string_view name);

}  // namespace incident::config
