#pragma once
#include "auth/verifier.hpp"
#include "config/read_node.hpp"

namespace incident::config {

/// The `verify:` of a source: the name of a sender whose rule it shares, one rule in its own words, or a list of them, of
/// which one must accept.
[[nodiscard]] std::vector<auth::Rule> read_verifier(const Node& node, Problems& problems);

}  // namespace incident::config
