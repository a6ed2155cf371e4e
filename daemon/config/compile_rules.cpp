#include "config/config.hpp"
#include "config/read_rules.hpp"
#include <algorithm>

namespace incident::config {

Result<std::shared_ptr<const tagging::RuleSet>> compile_rules(const Config& config, std::span<const tagging::Rule> site)
{
    auto rules = config.rules;
    // A rule of the same name replaces the one behind it.
    const auto add = [&](const tagging::Rule& rule) {
        if (std::ranges::find(rules, rule.name, &tagging::Rule::name) == rules.end()) rules.push_back(rule);
    };
    for (const auto& rule : site) add(rule);
    if (config.builtin_rules) {
        Problems problems{"builtin_rules.yml"};
        const auto root = read_yaml(tagging::builtin_rules_yaml(), problems);
        std::vector<tagging::Rule> builtin;
        const Key keys[]{{"rules", [&](const Node& value) { builtin = read_rules(value, problems); }}};
        read_map(root, keys, problems, "the built-in rules");
        if (!problems.empty()) return Failure{Errc::invalid_input, problems.report()};
        for (const auto& rule : builtin) add(rule);
    }
    return tagging::RuleSet::compile(std::move(rules));
}

}  // namespace incident::config
