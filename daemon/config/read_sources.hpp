#pragma once
#include "config/config.hpp"
#include "config/read_node.hpp"

namespace incident::config {

inline constexpr std::size_t max_signing_secrets = 2;  ///< the old and the new one, during rotation (RELIABILITY S-1)

/// The `sources:` map.
void read_sources(const Node& node, Config& config, Problems& problems, const ReadFile& read_file);

}  // namespace incident::config
