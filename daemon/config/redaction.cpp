#include "config/redaction.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <re2/re2.h>

namespace incident::config {
namespace {

RE2::Options quiet()
{
    RE2::Options options;
    options.set_log_errors(false);
    return options;
}

std::string why_bad(const Redaction& rule)
{
    if (rule.text.empty()) return "a redaction rule needs text: the pattern of what is not shown";
    if (rule.text.size() > max_redaction_bytes || rule.replace.size() > max_redaction_bytes)
        return "a pattern or replacement is longer than " + std::to_string(max_redaction_bytes) + " bytes";
    const RE2 pattern{rule.text, quiet()};
    if (!pattern.ok()) return "bad pattern: " + visible(pattern.error()) + "; patterns are RE2's (no look-around, no back-references)";
    if (RE2::PartialMatch("", pattern)) return "this pattern matches the empty text, so it would stand between all letters";
    std::string error;
    if (!pattern.CheckRewriteString(rule.replace, &error)) return "bad replacement: " + visible(error);
    if (RE2::PartialMatch(rule.replace, pattern)) return "the replacement matches the pattern itself";
    return {};
}

}  // namespace

std::vector<Redaction> read_redaction(const Node& node, Problems& problems)
{
    std::vector<Redaction> rules;
    if (node.type == Node::Type::null) return rules;
    if (node.type != Node::Type::list) {
        problems.add(node.at, "expected a list of redaction rules, each beginning with \"- name:\"");
        return rules;
    }
    if (node.list.size() > max_redactions) problems.add(node.at, "at most " + std::to_string(max_redactions) + " redaction rules are allowed");
    for (const auto& element : node.list) {
        Redaction rule;
        rule.replace = "[removed]";
        const auto text = [&](std::string& into) { return [&](const Node& value) { into = read_text(value, problems).value_or(""); }; };
        const Key keys[]{{"name", text(rule.name)}, {"text", text(rule.text)}, {"replace", text(rule.replace)}};
        read_map(*element, keys, problems, "a redaction rule");
        if (element->type != Node::Type::map) continue;
        if (rule.name.empty()) problems.add(element->at, "a redaction rule needs a name");
        if (std::ranges::find(rules, rule.name, &Redaction::name) != rules.end())
            problems.add(element->at, "the redaction rule \"" + visible(rule.name) + "\" stands twice");
        if (const auto bad = why_bad(rule); !bad.empty()) problems.add(node_at(*element, "/text").at, bad);
        rules.push_back(std::move(rule));
    }
    return rules;
}

std::function<std::string(std::string_view, std::vector<std::string>&)> mask_of(const std::vector<Redaction>& rules)
{
    if (rules.empty()) return {};
    struct Compiled {
        std::string name, replace;
        RE2 pattern;
    };
    std::vector<std::shared_ptr<const Compiled>> compiled;
    for (const auto& rule : rules) compiled.push_back(std::make_shared<const Compiled>(rule.name, rule.replace, rule.text));
    return [compiled = std::move(compiled)](std::string_view text, std::vector<std::string>& matched) {
        std::string shown{text};
        for (const auto& rule : compiled) {
            const int times = RE2::GlobalReplace(&shown, rule->pattern, rule->replace);
            for (int i = 0; i < times; ++i) matched.push_back(rule->name);
        }
        return shown;
    };
}

}  // namespace incident::config
