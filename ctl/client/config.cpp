#include "client/config.hpp"
#include "client/yaml.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace incident::ctl {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

bool is_switch(std::string_view name) { return name == "no-pager" || name == "no-input" || name == "confirm" || name == "nudges"; }

bool is_setting(std::string_view name)
{
    return std::find(std::begin(setting_names), std::end(setting_names), name) != std::end(setting_names);
}

/// `token_file` in the file is `--token-file` on the command line.
std::string setting_of_key(std::string key)
{
    std::replace(key.begin(), key.end(), '_', '-');
    return key;
}

struct Reader {
    std::string_view path;
    std::string problems;

    void complain(const YamlNode& node, const std::string& what) { problems += place(path, node) + what + '\n'; }

    void unknown(const YamlNode& key, bool top)
    {
        std::vector<std::string> known(std::begin(setting_names), std::end(setting_names));
        if (top) known.insert(known.end(), {"current", "contexts", "timezone_aliases"});
        const auto near = nearest(setting_of_key(key.value), known);
        std::string text = "unknown key \"" + key.value + "\"";
        if (!near.empty()) text += ", did you mean \"" + std::string{near} + "\"?";
        complain(key, text);
    }

    void setting(const YamlNode& key, const YamlNode& value, Values& into, bool top)
    {
        const auto name = setting_of_key(key.value);
        if (!is_setting(name)) return unknown(key, top);
        if (value.kind != YamlNode::Kind::scalar) return complain(value, "\"" + key.value + "\" wants one value");
        if (is_switch(name) && value.value != "true" && value.value != "false")
            return complain(value, "\"" + key.value + "\" is true or false, not \"" + value.value + "\"");
        if (!into.emplace(name, value.value).second)
            complain(key, "\"" + key.value + "\" stands here twice, with - and with _");
    }

    void contexts(const YamlNode& node, FileConfig& config)
    {
        if (node.kind == YamlNode::Kind::null) return;
        if (node.kind != YamlNode::Kind::map) return complain(node, "\"contexts\" wants name: {url: …} pairs");
        for (const auto& [name, body] : node.members) {
            if (body.kind != YamlNode::Kind::map) {
                complain(body, "context \"" + name.value + "\" wants {url: …}");
                continue;
            }
            auto& context = config.contexts[name.value];
            for (const auto& [key, value] : body.members) setting(key, value, context.settings, false);
            if (!context.settings.contains("url")) complain(name, "context \"" + name.value + "\" has no url");
        }
    }

    void aliases(const YamlNode& node, FileConfig& config)
    {
        if (node.kind == YamlNode::Kind::null) return;
        if (node.kind != YamlNode::Kind::map)
            return complain(node, "\"timezone_aliases\" wants EAT: Africa/Nairobi pairs");
        for (const auto& [key, value] : node.members) {
            if (value.kind != YamlNode::Kind::scalar)
                complain(value, "\"" + key.value + "\" wants one zone name");
            else
                config.timezone_aliases[key.value] = value.value;
        }
    }
};

std::string folder(const Environment& environment, std::string_view variable, std::string_view under_home)
{
    if (const auto value = environment(variable); value && value->starts_with('/')) return *value + "/incidentctl";
    const auto home = environment("HOME");
    if (!home || !home->starts_with('/')) return {};
    return *home + std::string{under_home} + "/incidentctl";
}

}  // namespace

Try<FileConfig> parse_config(std::string_view yaml, std::string_view path)
{
    auto root = read_yaml(yaml, path);
    if (!root) return root.error();
    FileConfig config;
    config.path = path;
    if (root->kind == YamlNode::Kind::null) return config;
    Reader reader{path, {}};
    if (root->kind != YamlNode::Kind::map) {
        reader.complain(*root, "expected key: value pairs");
    } else {
        for (const auto& [key, value] : root->members) {
            if (key.value == "contexts") {
                reader.contexts(value, config);
            } else if (key.value == "timezone_aliases" || key.value == "timezone-aliases") {
                reader.aliases(value, config);
            } else if (key.value == "current") {
                if (value.kind == YamlNode::Kind::scalar)
                    config.current = value.value;
                else
                    reader.complain(value, "\"current\" wants a context's name");
            } else {
                reader.setting(key, value, config.settings, true);
            }
        }
        if (!config.current.empty() && !config.contexts.empty() && !config.contexts.contains(config.current))
            reader.complain(*root, "\"current\" names the context \"" + config.current + "\", which is not there");
    }
    if (!reader.problems.empty()) {
        reader.problems.pop_back();
        return Trouble{Exit::usage, reader.problems, "look at it with: incidentctl config check " + std::string{path}};
    }
    return config;
}

std::string environment_name(std::string_view setting)
{
    std::string name = "INCIDENTCTL_";
    for (const char c : setting) name += c == '-' ? '_' : (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
    return name;
}

Try<Settings> Settings::resolve(const std::map<std::string, std::string, std::less<>>& flags,
                                const Environment& environment, FileConfig user, FileConfig system)
{
    Settings settings;
    settings.user_ = std::move(user);
    settings.system_ = std::move(system);
    settings.aliases_ = settings.system_.timezone_aliases;
    for (const auto& [name, zone] : settings.user_.timezone_aliases) settings.aliases_[name] = zone;

    if (const auto flag = flags.find("context"); flag != flags.end()) {
        settings.context_ = flag->second;
        settings.context_origin_ = "flag --context";
    } else if (const auto value = environment("INCIDENTCTL_CONTEXT"); value && !value->empty()) {
        settings.context_ = *value;
        settings.context_origin_ = "environment INCIDENTCTL_CONTEXT";
    } else {
        settings.context_ = !settings.user_.current.empty() ? settings.user_.current : settings.system_.current;
    }
    const ContextConfig* context = nullptr;
    if (!settings.context_.empty()) {
        for (const auto* file : {&settings.user_, &settings.system_})
            if (const auto found = file->contexts.find(settings.context_); !context && found != file->contexts.end())
                context = &found->second;
        if (!context) {
            const auto names = settings.context_names();
            const auto near = nearest(settings.context_, names);
            return Trouble{Exit::usage, "there is no context \"" + settings.context_ + "\"",
                           near.empty() ? "see what there is with: incidentctl ctx ls"
                                        : "did you mean \"" + std::string{near} + "\"?"};
        }
    }

    for (const auto name : setting_names) {
        const std::string key{name};
        if (const auto flag = flags.find(name); flag != flags.end()) {
            settings.values_[key] = {flag->second, "flag --" + key};
        } else if (auto value = environment(environment_name(name)); value && !value->empty()) {
            settings.values_[key] = {*value, "environment " + environment_name(name)};
        } else if (context && context->settings.contains(name)) {
            settings.values_[key] = {context->settings.find(name)->second, "context " + settings.context_};
        } else if (const auto mine = settings.user_.settings.find(name); mine != settings.user_.settings.end()) {
            settings.values_[key] = {mine->second, settings.user_.path};
        } else if (const auto theirs = settings.system_.settings.find(name);
                   theirs != settings.system_.settings.end()) {
            settings.values_[key] = {theirs->second, settings.system_.path};
        }
    }
    const auto fallback = [&](const char* name, std::string value) {
        settings.values_.try_emplace(name, Setting{std::move(value), "default"});
    };
    fallback("output", "table");
    fallback("tz", "UTC");
    fallback("color", "auto");
    fallback("timeout", "5s");
    return settings;
}

const Setting* Settings::find(std::string_view name) const
{
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

std::string Settings::value(std::string_view name) const
{
    const auto* setting = find(name);
    return setting ? setting->value : std::string{};
}

bool Settings::on(std::string_view name) const
{
    const auto word = value(name);
    return word == "true" || word == "1" || word == "yes";
}

std::vector<std::string> Settings::context_names() const
{
    std::vector<std::string> names;
    for (const auto* file : {&user_, &system_})
        for (const auto& [name, context] : file->contexts)
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    return names;
}

std::string config_folder(const Environment& environment) { return folder(environment, "XDG_CONFIG_HOME", "/.config"); }
std::string state_folder(const Environment& environment)
{
    return folder(environment, "XDG_STATE_HOME", "/.local/state");
}
std::string user_config_path(const Environment& environment)
{
    const auto base = config_folder(environment);
    return base.empty() ? base : base + "/config.yaml";
}

Environment process_environment()
{
    return [](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string{name}.c_str());
        if (value == nullptr) return std::nullopt;
        return std::string{value};
    };
}

Try<FileConfig> load_config(const std::string& path)
{
    FileConfig nothing;
    nothing.path = path;
    if (path.empty()) return nothing;
    errno = 0;
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR) return nothing;
        return Trouble{Exit::usage, "cannot read " + path + ": " + std::strerror(errno),
                       "make it readable, or move it away"};
    }
    std::ostringstream text;
    text << file.rdbuf();
    return parse_config(text.str(), path);
}

}  // namespace incident::ctl
