#pragma once
#include "model/result.hpp"
#include "tagging/rules.hpp"
#include <span>
#include <string>

/// The rules that people teach a running daemon: a file of its own beside the ledger, so that the configuration stays the
/// operator's. They stand behind the configuration's rules and before the built-in ones.
namespace incident::config {

inline constexpr std::size_t max_site_rules = 200;  ///< each is tried on every text that is posted

/// `rules.yml` in the state folder.
[[nodiscard]] std::string site_rules_file(const std::string& storage_path);

/// The `rules:` list and nothing else, compiled for a trial. `name` for messages.
/// @return Errc::invalid_input with every problem, one per line; Errc::limit_exceeded: more than max_site_rules.
[[nodiscard]] Result<std::vector<tagging::Rule>> parse_site_rules(std::string_view yaml, std::string_view name);
/// From a file; one that is not there holds no rules. Blocks.
[[nodiscard]] Result<std::vector<tagging::Rule>> load_site_rules(const std::string& path);

/// What parse_site_rules() reads back as the same rules.
[[nodiscard]] std::string to_yaml(std::span<const tagging::Rule> rules);
/// Replaces the file as a whole and on the disk before it returns: at every moment either the old or the new rules are
/// there. Blocks. @return Errc::unavailable with the reason.
[[nodiscard]] Result<void> save_site_rules(const std::string& path, std::span<const tagging::Rule> rules);

}  // namespace incident::config
