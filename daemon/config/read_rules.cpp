#include "config/read_rules.hpp"

namespace incident::config {

namespace {

tagging::Rule read_rule(const Node& node, Problems& problems)
{
    tagging::Rule rule;
    const auto text = [&](std::string& into) { return [&](const Node& value) { into = read_text(value, problems).value_or(""); }; };
    // A list of patterns is one pattern and more of them.
    const auto patterns = [&](std::string& first, std::vector<std::string>& more) {
        return [&](const Node& value) {
            if (value.type != Node::Type::list) {
                first = read_text(value, problems).value_or("");
                return;
            }
            more = read_words(value, problems);
            if (more.empty()) return;
            first = std::move(more.front());
            more.erase(more.begin());
        };
    };
    const auto words = [&](std::vector<std::string>& into) { return [&](const Node& value) { into = read_words(value, problems); }; };
    const Key keys[]{
        {"name", text(rule.name)},       {"tag", text(rule.tag)},       {"text", patterns(rule.text, rule.more_text)},
        {"unless", patterns(rule.unless, rule.more_unless)}, {"except", words(rule.except)},
        {"also", words(rule.also)},      {"unless_tags", words(rule.unless_tags)}, {"after", words(rule.after)},
        {"source", words(rule.source)}, {"kind", words(rule.kind)},
        {"status", words(rule.status)},  {"author", words(rule.author)}, {"how", text(rule.how)},
        {"to_group", text(rule.to_group)}, {"suppresses", words(rule.suppresses)},
        {"labels", [&](const Node& value) { rule.labels = read_words_map(value, problems); }},
        {"details", [&](const Node& value) { rule.details = read_bool(value, problems).value_or(true); }},
    };
    read_map(node, keys, problems, "a rule");
    return rule;
}

}  // namespace

std::vector<tagging::Rule> read_rules(const Node& node, Problems& problems)
{
    std::vector<tagging::Rule> rules;
    if (node.type == Node::Type::null) return rules;
    if (node.type != Node::Type::list) {
        problems.add(node.at, "expected a list of rules, each beginning with \"- name:\"");
        return rules;
    }
    for (const auto& element : node.list) {
        if (element->type != Node::Type::map) problems.add(element->at, "expected a rule, a map with name, tag and text");
        rules.push_back(element->type == Node::Type::map ? read_rule(*element, problems) : tagging::Rule{});
    }
    return rules;
}

}  // namespace incident::config
