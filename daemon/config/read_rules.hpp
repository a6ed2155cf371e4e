#pragma once
#include "config/read_node.hpp"
#include "tagging/rules.hpp"

namespace incident::config {

/// The `rules:` list, words only: patterns and names are checked when the set is compiled.
[[nodiscard]] std::vector<tagging::Rule> read_rules(const Node& node, Problems& problems);

}  // namespace incident::config
