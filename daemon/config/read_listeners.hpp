#pragma once
#include "config/config.hpp"
#include "config/read_node.hpp"

namespace incident::config {

/// The `listeners:` map. A socket that other machines can reach must say whom it listens to.
void read_listeners(const Node& node, Config& config, Problems& problems);

}  // namespace incident::config
