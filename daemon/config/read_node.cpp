#include "config/read_node.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <charconv>

namespace incident::config {

namespace {

std::string_view name_of(Node::Type type)
{
    switch (type) {
        case Node::Type::null: return "nothing";
        case Node::Type::scalar: return "a single value";
        case Node::Type::list: return "a list";
        case Node::Type::map: return "a map";
    }
    return "nothing";
}

std::string shown(const Node& node) { return '"' + visible(shortened(node.text, 80)) + '"'; }

/// A number and the letters behind it.
std::optional<std::pair<std::uint64_t, std::string_view>> number_and_unit(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    return std::pair{number, trimmed(text.substr(static_cast<std::size_t>(end - text.data())))};
}

template <class Units>
std::optional<std::uint64_t> scaled(const Node& node, const Units& units)
{
    const auto split = number_and_unit(node.text);
    if (!split) return std::nullopt;
    for (const auto& [unit, factor] : units)
        if (unit == split->second) {
            std::uint64_t product = 0;
            if (__builtin_mul_overflow(split->first, factor, &product) || product > (std::uint64_t{1} << 50)) return std::nullopt;
            return product;
        }
    return std::nullopt;
}

bool is_scalar(const Node& node, Problems& problems, std::string_view expected)
{
    if (node.type == Node::Type::scalar) return true;
    problems.add(node.at, "expected " + std::string{expected} + ", found " + std::string{name_of(node.type)});
    return false;
}

}  // namespace

void read_map(const Node& node, std::span<const Key> keys, Problems& problems, std::string_view what)
{
    if (node.type == Node::Type::null) return;  // `routes:` with everything below it commented out
    if (node.type != Node::Type::map) {
        problems.add(node.at, "expected a map for " + std::string{what} + ", found " + std::string{name_of(node.type)});
        return;
    }
    for (const auto& member : node.map) {
        const auto key = std::ranges::find(keys, member.key, &Key::name);
        if (key != keys.end()) {
            key->read(*member.value);
            continue;
        }
        if (member.key == "<<") continue;  // reported where it was read
        std::vector<std::string_view> names;
        for (const auto& known : keys) names.push_back(known.name);
        auto message = "unknown key \"" + visible(shortened(member.key, 80)) + "\" in " + std::string{what};
        if (const auto near = nearest(member.key, names); !near.empty()) {
            message += ", did you mean \"" + std::string{near} + "\"?";
        } else {
            message += "; known are";
            for (std::size_t i = 0; i < names.size(); ++i) message += (i == 0 ? " " : ", ") + std::string{names[i]};
        }
        problems.add(member.at, std::move(message));
    }
}

std::optional<std::string> read_text(const Node& node, Problems& problems)
{
    if (node.type == Node::Type::scalar) return node.text;
    problems.add(node.at, "expected a text, found " + std::string{name_of(node.type)});
    return std::nullopt;
}

std::optional<bool> read_bool(const Node& node, Problems& problems)
{
    if (!is_scalar(node, problems, "true or false")) return std::nullopt;
    if (!node.quoted && node.text == "true") return true;
    if (!node.quoted && node.text == "false") return false;
    problems.add(node.at, "expected true or false, found " + shown(node));
    return std::nullopt;
}

std::optional<std::uint64_t> read_count(const Node& node, Problems& problems)
{
    if (!is_scalar(node, problems, "a whole number")) return std::nullopt;
    if (const auto split = number_and_unit(node.text); split && split->second.empty() && !node.quoted && split->first <= (std::uint64_t{1} << 50))
        return split->first;
    problems.add(node.at, "expected a whole number like 1000, found " + shown(node));
    return std::nullopt;
}

std::optional<std::size_t> read_size(const Node& node, Problems& problems)
{
    if (!is_scalar(node, problems, "a size like 1MiB")) return std::nullopt;
    static constexpr std::pair<std::string_view, std::uint64_t> units[]{{"B", 1}, {"KiB", 1024}, {"MiB", 1024 * 1024}, {"GiB", 1024 * 1024 * 1024}};
    if (const auto bytes = scaled(node, units)) return static_cast<std::size_t>(*bytes);
    problems.add(node.at, "expected a size like 64KiB or 1MiB (units B, KiB, MiB, GiB), found " + shown(node));
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> read_duration(const Node& node, Problems& problems)
{
    if (!is_scalar(node, problems, "a duration like 30s")) return std::nullopt;
    static constexpr std::pair<std::string_view, std::uint64_t> units[]{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
    if (const auto ms = scaled(node, units); ms && *ms > 0) return std::chrono::milliseconds{static_cast<std::int64_t>(*ms)};
    problems.add(node.at, "expected a duration above zero like 500ms, 30s or 5m (units ms, s, m, h, d), found " + shown(node));
    return std::nullopt;
}

std::vector<std::string> read_words(const Node& node, Problems& problems)
{
    std::vector<std::string> words;
    if (node.type == Node::Type::scalar) return {node.text};
    if (node.type == Node::Type::null) return words;
    if (node.type != Node::Type::list) {
        problems.add(node.at, "expected a list like [a, b], found " + std::string{name_of(node.type)});
        return words;
    }
    for (const auto& element : node.list)
        if (auto text = read_text(*element, problems)) words.push_back(std::move(*text));
    return words;
}

std::map<std::string, std::string> read_words_map(const Node& node, Problems& problems)
{
    std::map<std::string, std::string> words;
    if (node.type == Node::Type::null) return words;
    if (node.type != Node::Type::map) {
        problems.add(node.at, "expected a map like {name: value}, found " + std::string{name_of(node.type)});
        return words;
    }
    for (const auto& member : node.map)
        if (auto text = read_text(*member.value, problems)) words.insert_or_assign(member.key, std::move(*text));
    return words;
}

}  // namespace incident::config
