#pragma once
#include "config/config.hpp"
#include "config/read_node.hpp"

namespace incident::config {

/// The `limits:` map: the names of HttpLimits and StoreLimits without their unit words.
void read_limits(const Node& node, Config& config, Problems& problems);

/// The `nudges:` map.
void read_nudges(const Node& node, Nudges& nudges, Problems& problems);

}  // namespace incident::config
