#include "config/config.hpp"
#include "config/read_irc.hpp"
#include "config/read_limits.hpp"
#include "config/read_listeners.hpp"
#include "config/read_raw.hpp"
#include "config/read_rules.hpp"
#include "config/read_sources.hpp"
#include "config/redaction.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <algorithm>
#include <array>
#include <openssl/evp.h>
#include <re2/re2.h>

namespace incident::config {

namespace {

constexpr std::size_t max_routes = 1000;
constexpr std::array<std::string_view, 3> incident_matchers{"service", "severity", "label"};

std::string sha256_hex(std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
    static constexpr char hex[] = "0123456789abcdef";
    std::string printed;
    for (unsigned i = 0; i < length; ++i) {
        printed += hex[digest[i] >> 4U];
        printed += hex[digest[i] & 15U];
    }
    return printed;
}

void check_pattern(std::string pattern, Mark at, Problems& problems)
{
    static const RE2 placeholder{R"(\$labels\.\w+)"};
    RE2::GlobalReplace(&pattern, placeholder, "x");
    RE2::Options options;
    options.set_log_errors(false);
    if (pattern.size() > tagging::max_pattern_bytes)
        problems.add(at, "the pattern is longer than " + std::to_string(tagging::max_pattern_bytes) + " bytes");
    else if (const RE2 compiled{pattern, options}; !compiled.ok())
        problems.add(at, "bad pattern: " + visible(compiled.error()) + "; patterns are RE2's (no look-around, no back-references)");
}

void check_patterns(const Node& node, Problems& problems)
{
    for (const auto& member : node.map)
        if (member.value->type == Node::Type::scalar) check_pattern(member.value->text, member.value->at, problems);
}

Route read_route(const Node& node, Problems& problems)
{
    Route route;
    const auto text = [&](std::string& into) { return [&](const Node& value) { into = read_text(value, problems).value_or(""); }; };
    const Key keys[]{
        {"name", text(route.name)},
        {"source", [&](const Node& value) { route.source = read_words(value, problems); }},
        {"labels", [&](const Node& value) { route.labels = read_words_map(value, problems); check_patterns(value, problems); }},
        {"incident", [&](const Node& value) {
             route.incident = read_words_map(value, problems);
             check_patterns(value, problems);
             for (const auto& member : value.map)
                 if (std::ranges::find(incident_matchers, member.key) == incident_matchers.end())
                     problems.add(member.at, "unknown key \"" + visible(member.key) + "\" in incident; known are service, severity, label");
         }},
        {"open", [&](const Node& value) { route.open = read_bool(value, problems).value_or(false); }},
        {"title", text(route.title)},
        {"severity", text(route.severity)},
        {"service", text(route.service)},
    };
    read_map(node, keys, problems, "a route");
    if (node.type == Node::Type::map && route.name.empty()) problems.add(node.at, "a route needs a name");
    return route;
}

void read_routes(const Node& node, Config& config, Problems& problems)
{
    if (node.type == Node::Type::null) return;
    if (node.type != Node::Type::list) {
        problems.add(node.at, "expected a list of routes, each beginning with \"- name:\"");
        return;
    }
    if (node.list.size() > max_routes) problems.add(node.at, "at most " + std::to_string(max_routes) + " routes are allowed");
    for (const auto& element : node.list) {
        auto route = read_route(*element, problems);
        if (!route.name.empty() && std::ranges::find(config.routes, route.name, &Route::name) != config.routes.end())
            problems.add(element->at, "the route \"" + visible(route.name) + "\" stands twice");
        config.routes.push_back(std::move(route));
    }
}

void read_zone_aliases(const Node& node, Config& config, Problems& problems)
{
    config.timezone_aliases = read_words_map(node, problems);
    for (const auto& [alias, zone] : config.timezone_aliases)
        if (auto local = to_local(Instant{}, zone); !local) problems.add(node_at(node, '/' + alias).at, local.error().detail);
}

/// The site's rules must compile as they stand; what is wrong is shown at its own place.
void check_rules(const Config& config, const Node& root, Problems& problems)
{
    if (auto compiled = tagging::RuleSet::compile(config.rules); !compiled)
        for (const auto& field : compiled.error().fields) problems.add(node_at(root, field.pointer).at, field.detail);
}

}  // namespace

Result<Config> parse(std::string_view yaml, std::string_view name, const ReadFile& read_file, const ReadFile& read_mapping_file)
{
    Problems problems{name};
    const auto root = read_yaml(yaml, problems);
    Config config;
    config.hash = sha256_hex(yaml);
    const Key web_keys[]{{"allowed_hosts", [&](const Node& value) {
                              config.allowed_hosts = read_words(value, problems);
                              for (auto& host : config.allowed_hosts) host = lowered(host);
                          }}};
    const Key keys[]{
        {"routes", [&](const Node& value) { read_routes(value, config, problems); }},
        {"rules", [&](const Node& value) { config.rules = read_rules(value, problems); }},
        {"builtin_rules", [&](const Node& value) { config.builtin_rules = read_bool(value, problems).value_or(true); }},
        {"sources", [&](const Node& value) { read_sources(value, config, problems, {read_file, read_mapping_file ? read_mapping_file : read_file}); }},
        {"listeners", [&](const Node& value) { read_listeners(value, config, problems); }},
        {"irc", [&](const Node& value) { read_irc(value, config, problems, read_file); }},
        {"limits", [&](const Node& value) { read_limits(value, config, problems); }},
        {"nudges", [&](const Node& value) { read_nudges(value, config.nudges, problems); }},
        {"raw", [&](const Node& value) { read_raw(value, config, problems); }},
        {"timezone_aliases", [&](const Node& value) { read_zone_aliases(value, config, problems); }},
        {"people", [&](const Node& value) { config.people = read_words_map(value, problems); }},
        {"redaction", [&](const Node& value) { config.redaction = read_redaction(value, problems); }},
        {"access", [&](const Node& value) { read_access(value, config.access, problems); }},
        {"web", [&](const Node& value) { read_map(value, web_keys, problems, "web"); }},
    };
    read_map(root, keys, problems, "the configuration");
    check_rules(config, root, problems);
    if (!problems.empty()) return Failure{Errc::invalid_input, problems.report()};
    return config;
}

}  // namespace incident::config
