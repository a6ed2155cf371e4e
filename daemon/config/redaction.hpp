#pragma once
#include "config/config.hpp"
#include "config/read_node.hpp"

/// The rules of `redaction:`.
namespace incident::config {

inline constexpr std::size_t max_redactions = 100, max_redaction_bytes = 1024;  ///< rules, and bytes of a pattern or replacement

[[nodiscard]] std::vector<Redaction> read_redaction(const Node& node, Problems& problems);

/// Text with what the rules match masked, each rule over what the ones before left; appends the names of those that
/// matched, once for each match. Empty function without rules. For as long as anybody keeps it; any thread.
/// @pre the rules were read by read_redaction() without a problem.
[[nodiscard]] std::function<std::string(std::string_view, std::vector<std::string>&)> mask_of(const std::vector<Redaction>& rules);

}  // namespace incident::config
