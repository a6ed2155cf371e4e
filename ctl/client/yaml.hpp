#pragma once
#include "client/trouble.hpp"
#include <string_view>
#include <utility>

namespace incident::ctl {

/// A YAML document with the place of every value, so that a message can say file:line:column.
struct YamlNode {
    enum class Kind { null, scalar, sequence, map };
    Kind kind = Kind::null;
    std::string value;                                   ///< scalars
    int line = 1, column = 1;
    std::vector<std::pair<YamlNode, YamlNode>> members;  ///< maps, in order; sequences use `second`
};

/// Reads one document. @return every problem in `cause`, one a line as `name:line:column: what`: bad syntax, duplicate
/// keys, aliases and anchors, more than 8 levels, a second document, more than 256 KiB.
[[nodiscard]] Try<YamlNode> read_yaml(std::string_view text, std::string_view name);

/// `name:line:column: `
[[nodiscard]] std::string place(std::string_view name, const YamlNode& node);

}  // namespace incident::ctl
