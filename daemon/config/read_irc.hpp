#pragma once
#include "config/config.hpp"
#include "config/read_node.hpp"

namespace incident::config {

inline constexpr std::size_t max_irc_servers = 8, max_irc_channels = 32;

/// The `irc:` list.
void read_irc(const Node& node, Config& config, Problems& problems, const ReadFile& read_file);

}  // namespace incident::config
