#pragma once
#include "config/config.hpp"
#include "config/read_node.hpp"

namespace incident::config {

inline constexpr std::size_t max_sources = 256;

/// What gives the content of the files that sources name.
struct SourceFiles {
    const ReadFile& secret;
    const ReadFile& mapping;
};

/// The `sources:` map: NAME -> who posts to /api/v1/hooks/NAME.
void read_sources(const Node& node, Config& config, Problems& problems, const SourceFiles& files);

}  // namespace incident::config
