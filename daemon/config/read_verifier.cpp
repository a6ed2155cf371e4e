#include "config/read_verifier.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::config {

namespace {

using namespace std::chrono_literals;

constexpr std::pair<std::string_view, auth::Hash> hashes[]{
    {"md5", auth::Hash::md5}, {"sha1", auth::Hash::sha1}, {"sha256", auth::Hash::sha256}, {"sha384", auth::Hash::sha384}, {"sha512", auth::Hash::sha512}};
constexpr std::pair<std::string_view, auth::Encoding> encodings[]{{"text", auth::Encoding::text},
                                                                 {"hex", auth::Encoding::hex},
                                                                 {"base64", auth::Encoding::base64},
                                                                 {"base64url", auth::Encoding::base64url},
                                                                 {"whsec", auth::Encoding::whsec}};
constexpr auto longest_window = 24h;  // a wider one is no protection against a replay

/// Reads one of a few words.
template <class Words, class Value>
std::function<void(const Node&)> one_of(const Words& words, Value& into, Problems& problems)
{
    return [&words, &into, &problems](const Node& node) {
        const auto text = read_text(node, problems);
        if (!text) return;
        std::string known;
        for (const auto& [word, value] : words) {
            if (word == *text) {
                into = value;
                return;
            }
            known += (known.empty() ? "" : ", ") + std::string{word};
        }
        problems.add(node.at, "expected one of " + known);
    };
}

std::function<void(const Node&)> words(std::string& into, Problems& problems)
{
    return [&into, &problems](const Node& node) { into = read_text(node, problems).value_or(""); };
}

std::function<void(const Node&)> header_name(std::string& into, Problems& problems)
{
    return [&into, &problems](const Node& node) {
        into = lowered(read_text(node, problems).value_or(""));
        const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
        if (into.empty() || !std::ranges::all_of(into, good)) problems.add(node.at, "expected the name of a header, like X-Signature");
    };
}

std::function<void(const Node&)> window(std::chrono::seconds& into, Problems& problems)
{
    return [&into, &problems](const Node& node) {
        const auto span = read_duration(node, problems);
        if (!span) return;
        if (*span < 1s || *span > longest_window) problems.add(node.at, "expected a duration from 1s to 24h");
        else into = std::chrono::duration_cast<std::chrono::seconds>(*span);
    };
}

/// A template that leaves something out, or names what is never filled in, would accept what it should not.
template <class Rule>
void check_template(const Node& node, const Rule& rule, Problems& problems)
{
    const auto& text = rule.signed_text;
    const auto at = node_at(node, "/signed").at;
    if (rule.header.empty()) problems.add(node.at, "header is missing: where the signature stands");
    if (text.find("{body}") == text.npos) problems.add(at, "the signed text must hold {body}, or anybody could change it");
    if (text.find("{timestamp}") != text.npos && rule.timestamp_header.empty())
        problems.add(at, "{timestamp} is signed, so timestamp_header must say where it stands");
    if (text.find("{id}") != text.npos && rule.id_header.empty()) problems.add(at, "{id} is signed, so id_header must say where it stands");
    for (auto open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
        const auto rest = std::string_view{text}.substr(open);
        if (!rest.starts_with("{body}") && !rest.starts_with("{timestamp}") && !rest.starts_with("{id}"))
            problems.add(at, "only {body}, {timestamp} and {id} are filled in");
    }
}

auth::Rule read_hmac(const Node& node, Problems& problems)
{
    auth::HmacRule rule;
    const Key keys[]{
        {"header", header_name(rule.header, problems)},
        {"hash", one_of(hashes, rule.hash, problems)},
        {"key", one_of(encodings, rule.key, problems)},
        {"signed", words(rule.signed_text, problems)},
        {"digest", one_of(encodings, rule.digest, problems)},
        {"prefix", words(rule.prefix, problems)},
        {"separator", words(rule.separator, problems)},
        {"scheme", words(rule.scheme, problems)},
        {"timestamp_header", header_name(rule.timestamp_header, problems)},
        {"id_header", header_name(rule.id_header, problems)},
        {"window", window(rule.window, problems)},
    };
    read_map(node, keys, problems, "hmac");
    check_template(node, rule, problems);
    return rule;
}

auth::Rule read_ed25519(const Node& node, Problems& problems)
{
    auth::Ed25519Rule rule;
    const Key keys[]{
        {"header", header_name(rule.header, problems)},
        {"key", one_of(encodings, rule.key, problems)},
        {"signed", words(rule.signed_text, problems)},
        {"digest", one_of(encodings, rule.digest, problems)},
        {"prefix", words(rule.prefix, problems)},
        {"separator", words(rule.separator, problems)},
        {"timestamp_header", header_name(rule.timestamp_header, problems)},
        {"id_header", header_name(rule.id_header, problems)},
        {"window", window(rule.window, problems)},
    };
    read_map(node, keys, problems, "ed25519");
    check_template(node, rule, problems);
    return rule;
}

auth::Rule read_secret_rule(const Node& node, Problems& problems)
{
    using Where = auth::SecretRule::Where;
    auth::SecretRule rule;
    int places = 0;
    const auto place = [&](Where where) {
        return [&, where](const Node& value) {
            ++places;
            rule.where = where;
            if (where == Where::header) header_name(rule.name, problems)(value);
            else if (where != Where::path) rule.name = read_text(value, problems).value_or("");
            else if (read_bool(value, problems) == false) --places;
            if (where == Where::body_member && !rule.name.starts_with('/')) problems.add(value.at, "expected a JSON Pointer like /token");
        };
    };
    const Key keys[]{
        {"header", place(Where::header)}, {"body", place(Where::body_member)}, {"form", place(Where::form_field)},
        {"query", place(Where::query)},   {"path", place(Where::path)},        {"scheme", words(rule.scheme, problems)},
    };
    read_map(node, keys, problems, "secret");
    if (places != 1) problems.add(node.at, "say where the secret stands: one of header, body, form, query, path");
    return rule;
}

auth::Rule read_basic(const Node& node, Problems& problems)
{
    if (node.type == Node::Type::scalar ? read_bool(node, problems) == false : node.type != Node::Type::null)
        problems.add(node.at, "basic takes nothing: write `basic: true`; the secret is user:password");
    return auth::BasicRule{};
}

void read_rule(const Node& node, std::vector<auth::Rule>& rules, Problems& problems)
{
    if (node.type == Node::Type::scalar) {
        auto shared = auth::rules_of(node.text);
        if (shared.empty()) problems.add(node.at, "nobody called \"" + visible(shortened(node.text, 80)) + "\" signs; write hmac:, secret:, basic: or ed25519: with its parameters");
        for (auto& rule : shared) rules.push_back(std::move(rule));
        return;
    }
    const auto before = rules.size();
    const auto add = [&](auto read) { return [&rules, &problems, read](const Node& value) { rules.push_back(read(value, problems)); }; };
    const Key keys[]{{"hmac", add(read_hmac)}, {"secret", add(read_secret_rule)}, {"basic", add(read_basic)}, {"ed25519", add(read_ed25519)}};
    const auto found = problems.size();
    read_map(node, keys, problems, "verify");
    if (rules.size() == before && problems.size() == found) problems.add(node.at, "verify needs one of hmac, secret, basic, ed25519");
}

}  // namespace

std::vector<auth::Rule> read_verifier(const Node& node, Problems& problems)
{
    std::vector<auth::Rule> rules;
    if (node.type == Node::Type::list)
        for (const auto& element : node.list) read_rule(*element, rules, problems);
    else read_rule(node, rules, problems);
    return rules;
}

}  // namespace incident::config
