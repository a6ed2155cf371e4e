#pragma once
#include "config/config.hpp"
#include "config/read_node.hpp"

namespace incident::config {

/// `raw: {keep: 30d, limit: 1GiB, max_body: 16MiB}`: how long, how much and how large a body is kept as it arrived;
/// `limit: 0B` keeps none.
void read_raw(const Node& node, Config& config, Problems& problems);

}  // namespace incident::config
