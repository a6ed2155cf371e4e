#include "config/config.hpp"
#include "config/read_rules.hpp"
#include <algorithm>

namespace incident::config {

Result<std::shared_ptr<const tagging::RuleSet>> compile_rules(const Config& config)
{
    auto rules = config.rules;
    if (config.builtin_rules) {
        Problems problems{"builtin_rules.yml"};
        const auto root = read_yaml(tagging::builtin_rules_yaml(), problems);
        std::vector<tagging::Rule> builtin;
        const Key keys[]{{"rules", [&](const Node& value) { builtin = read_rules(value, problems); }}};
        read_map(root, keys, problems, "the built-in rules");
        if (!problems.empty()) return Failure{Errc::invalid_input, problems.report()};
        // A site's rule of the same name replaces the built-in one.
        for (auto& rule : builtin)
            if (std::ranges::find(config.rules, rule.name, &tagging::Rule::name) == config.rules.end()) rules.push_back(std::move(rule));
    }
    return tagging::RuleSet::compile(std::move(rules));
}

}  // namespace incident::config
