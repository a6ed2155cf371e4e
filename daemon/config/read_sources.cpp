#include "config/read_sources.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <algorithm>
#include <array>

namespace incident::config {

namespace {

constexpr std::array<std::string_view, 10> generic_fields{"text",   "details", "occurred_at", "severity", "status",
                                                          "key",    "link",    "author",      "source",   "labels"};
constexpr std::array<std::string_view, 3> own_dialects{"alertmanager", "grafana", "slack"};
constexpr std::size_t max_source_name = 32;

/// The content of one secret file. What stands at the place is never repeated: people paste the secret itself.
void read_secret(const Node& node, std::vector<std::string>& secrets, Problems& problems, const ReadFile& read_file)
{
    const auto path = read_text(node, problems);
    if (!path) return;
    if (!path->starts_with('/') && (path->find('/') != path->npos || path->empty() || *path == "." || *path == "..")) {
        problems.add(node.at, "expected an absolute path, or the name of a systemd credential (LoadCredential=)");
        return;
    }
    auto content = read_file(*path);
    if (!content) {
        problems.add(node.at, "the secret cannot be read: " + content.error().detail);
        return;
    }
    const auto secret = trimmed(*content);
    if (secret.empty()) {
        problems.add(node.at, "the secret file is empty; put the signing secret into it");
        return;
    }
    secrets.emplace_back(secret);
}

bool is_web_url(std::string_view url) { return url.starts_with("https://") || url.starts_with("http://"); }

void read_slack(const Node& node, Config& config, Problems& problems, const ReadFile& read_file)
{
    if (node.type == Node::Type::null) return;
    auto& slack = config.slack;
    slack.enabled = true;
    const Node* secret_node = nullptr;
    const Key keys[]{
        {"signing_secret_file", [&](const Node& value) { secret_node = &value; read_secret(value, slack.signing_secrets, problems, read_file); }},
        {"signing_secret_files", [&](const Node& value) {
             secret_node = &value;
             if (value.type != Node::Type::list) {
                 problems.add(value.at, "expected a list of files; for a single one write signing_secret_file");
                 return;
             }
             for (const auto& element : value.list) read_secret(*element, slack.signing_secrets, problems, read_file);
         }},
        {"reactions", [&](const Node& value) {
             slack.chat.reactions = read_words_map(value, problems);
             for (auto& [emoji, tag] : slack.chat.reactions) {
                 if (auto name = canonical_tag(tag)) tag = std::move(*name);
                 else problems.add(node_at(value, '/' + emoji).at, name.error().detail);
             }
         }},
        {"own_bot_id", [&](const Node& value) { slack.chat.own_bot_ids = read_words(value, problems); }},
        {"own_app_id", [&](const Node& value) { slack.chat.own_app_ids = read_words(value, problems); }},
        {"workspace_url", [&](const Node& value) {
             slack.chat.workspace_url = read_text(value, problems).value_or("");
             while (slack.chat.workspace_url.ends_with('/')) slack.chat.workspace_url.pop_back();
             if (!slack.chat.workspace_url.empty() && !is_web_url(slack.chat.workspace_url))
                 problems.add(value.at, "expected an address like https://example.slack.com");
         }},
        {"users", [&](const Node& value) { slack.chat.users = read_words_map(value, problems); }},
        {"channels", [&](const Node& value) { slack.chat.channels = read_words_map(value, problems); }},
    };
    read_map(node, keys, problems, "slack");
    if (secret_node == nullptr)
        problems.add(node.at, "slack needs signing_secret_file: Slack signs what it sends, and nothing unsigned is taken");
    if (slack.signing_secrets.size() > max_signing_secrets)
        problems.add(secret_node->at, "at most two signing secrets: the old and the new one while you rotate");
}

void check_pointer(const std::string& pointer, Mark at, Problems& problems)
{
    if (!pointer.starts_with('/')) problems.add(at, "expected a JSON Pointer like /alert/title, found \"" + visible(pointer) + '"');
    for (auto tilde = pointer.find('~'); tilde != pointer.npos; tilde = pointer.find('~', tilde + 1))
        if (tilde + 1 >= pointer.size() || (pointer[tilde + 1] != '0' && pointer[tilde + 1] != '1')) {
            problems.add(at, "a ~ in a JSON Pointer is written ~0 (and a / inside a name ~1)");
            return;
        }
}

void read_fields(const Node& node, ingest::GenericSource& source, Problems& problems)
{
    std::vector<Key> keys;
    for (const auto field : generic_fields)
        keys.push_back({field, [&source, &problems, field](const Node& value) {
                            auto pointers = read_words(value, problems);
                            for (std::size_t i = 0; i < pointers.size(); ++i)
                                check_pointer(pointers[i], value.type == Node::Type::list ? value.list[i]->at : value.at, problems);
                            source.fields.insert_or_assign(std::string{field}, std::move(pointers));
                        }});
    read_map(node, keys, problems, "fields");
}

ingest::GenericSource read_generic(const Node& node, Problems& problems)
{
    ingest::GenericSource source;
    const Key keys[]{
        {"name", [&](const Node& value) {
             source.name = read_text(value, problems).value_or("");
             const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
             if (source.name.empty() || source.name.size() > max_source_name || !std::ranges::all_of(source.name, good))
                 problems.add(value.at, "a source's name is 1 to 32 letters a-z, digits, - and _; it stands in the hook's path");
             else if (std::ranges::find(own_dialects, source.name) != own_dialects.end())
                 problems.add(value.at, "\"" + source.name + "\" is read without a mapping; choose another name");
         }},
        {"each", [&](const Node& value) {
             source.each = read_text(value, problems).value_or("");
             if (!source.each.empty()) check_pointer(source.each, value.at, problems);
         }},
        {"kind", [&](const Node& value) {
             source.kind = read_text(value, problems).value_or(source.kind);
             if (auto kind = parse_kind(source.kind); !kind) problems.add(value.at, kind.error().detail);
         }},
        {"fields", [&](const Node& value) { read_fields(value, source, problems); }},
        {"status", [&](const Node& value) { source.status_map = read_words_map(value, problems); }},
        {"severity", [&](const Node& value) { source.severity_map = read_words_map(value, problems); }},
        {"zone", [&](const Node& value) {
             source.zone = read_text(value, problems).value_or(source.zone);
             if (auto local = to_local(Instant{}, source.zone); !local) problems.add(value.at, local.error().detail);
         }},
    };
    read_map(node, keys, problems, "a generic source");
    if (node.type == Node::Type::map && source.name.empty() && std::ranges::find(node.map, "name", &Member::key) == node.map.end())
        problems.add(node.at, "a generic source needs a name; its hook is /api/v1/hooks/NAME");
    return source;
}

}  // namespace

void read_sources(const Node& node, Config& config, Problems& problems, const ReadFile& read_file)
{
    const Key keys[]{
        {"slack", [&](const Node& value) { read_slack(value, config, problems, read_file); }},
        {"generic", [&](const Node& value) {
             if (value.type == Node::Type::null) return;
             if (value.type != Node::Type::list) {
                 problems.add(value.at, "expected a list of sources, each beginning with \"- name:\"");
                 return;
             }
             for (const auto& element : value.list) {
                 auto source = read_generic(*element, problems);
                 if (!source.name.empty() && std::ranges::find(config.generic, source.name, &ingest::GenericSource::name) != config.generic.end())
                     problems.add(element->at, "the source \"" + visible(source.name) + "\" stands twice");
                 config.generic.push_back(std::move(source));
             }
         }},
    };
    read_map(node, keys, problems, "sources");
}

}  // namespace incident::config
