#pragma once
#include "config/read_node.hpp"
#include "ingest/mapping.hpp"

/// The parts of a mapping: references, templates, candidates, conditions. Private to config's read_mapping.
namespace incident::config {

/// Whether a text names a place (and is not a template).
[[nodiscard]] bool is_reference(std::string_view text);
[[nodiscard]] ingest::Reference read_reference(const Node& node, Problems& problems);
[[nodiscard]] ingest::Value read_value(const Node& node, Problems& problems);
[[nodiscard]] ingest::Condition read_condition(const Node& node, Problems& problems);
/// A plain JSON Pointer, without the steps that only we know. Empty after a problem.
[[nodiscard]] std::vector<std::string> read_pointers(const Node& node, Problems& problems);

}  // namespace incident::config
