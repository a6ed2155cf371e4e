#pragma once
#include "config/yaml_tree.hpp"
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>

/// Node -> value, one function per type. Each says what is wrong with the value's place and gives nothing then.
namespace incident::config {

/// One key of a map and what reads it.
struct Key {
    std::string_view name;
    std::function<void(const Node&)> read;
};

/// Reads a map by its known keys; others are problems with the nearest known one.
void read_map(const Node& node, std::span<const Key> keys, Problems& problems, std::string_view what);

[[nodiscard]] std::optional<std::string> read_text(const Node& node, Problems& problems);
[[nodiscard]] std::optional<bool> read_bool(const Node& node, Problems& problems);
/// Decimal, without sign.
[[nodiscard]] std::optional<std::uint64_t> read_count(const Node& node, Problems& problems);
/// `64KiB`, `1MiB`, `1GiB`, `512B`.
[[nodiscard]] std::optional<std::size_t> read_size(const Node& node, Problems& problems);
/// `500ms`, `30s`, `5m`, `1h`; above zero.
[[nodiscard]] std::optional<std::chrono::milliseconds> read_duration(const Node& node, Problems& problems);
/// A list of words; one word alone stands for a list of one.
[[nodiscard]] std::vector<std::string> read_words(const Node& node, Problems& problems);
/// A map of words to words.
[[nodiscard]] std::map<std::string, std::string> read_words_map(const Node& node, Problems& problems);

}  // namespace incident::config
