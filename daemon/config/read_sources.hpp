#pragma once
#include "config/config.hpp"
#include "config/read_node.hpp"

namespace incident::config {

inline constexpr std::size_t max_sources = 256;

/// The `sources:` map: NAME -> who posts to /api/v1/hooks/NAME.
void read_sources(const Node& node, Config& config, Problems& problems, const ReadFile& read_file);

}  // namespace incident::config
