#include "config/site_rules.hpp"
#include "config/read_rules.hpp"
#include "wire/json.hpp"
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace incident::config {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

Failure not_written(const std::string& path, const char* what) { return {Errc::unavailable, path + ": " + what + ": " + reason(errno)}; }

/// A JSON string is a double-quoted scalar of YAML, whatever is in it.
std::string quoted(std::string_view text) { return wire::json::serialize(wire::json::string{text}); }

std::string list_of(std::span<const std::string> words)
{
    std::string list;
    for (const auto& word : words) list += (list.empty() ? "[" : ", ") + quoted(word);
    return list + ']';
}

class Descriptor {
 public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { if (number_ >= 0) ::close(number_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const noexcept { return number_; }

 private:
    int number_;
};

bool write_all(int file, std::string_view text)
{
    while (!text.empty()) {
        const auto written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

std::string site_rules_file(const std::string& storage_path) { return storage_path + "/rules.yml"; }

Result<std::vector<tagging::Rule>> parse_site_rules(std::string_view yaml, std::string_view name)
{
    Problems problems{name};
    const auto root = read_yaml(yaml, problems);
    std::vector<tagging::Rule> rules;
    const Key keys[]{{"rules", [&](const Node& value) { rules = read_rules(value, problems); }}};
    read_map(root, keys, problems, "a file of rules");
    if (problems.empty() && rules.size() > max_site_rules)
        return Failure{Errc::limit_exceeded, std::string{name} + ": " + std::to_string(rules.size()) + " rules; at most " + std::to_string(max_site_rules) + " are kept"};
    if (problems.empty())
        if (const auto compiled = tagging::RuleSet::compile(rules); !compiled)
            for (const auto& field : compiled.error().fields) problems.add(node_at(root, field.pointer).at, field.detail);
    if (!problems.empty()) return Failure{Errc::invalid_input, problems.report()};
    return rules;
}

Result<std::vector<tagging::Rule>> load_site_rules(const std::string& path)
{
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.get() < 0) {
        if (errno == ENOENT) return std::vector<tagging::Rule>{};
        return Failure{Errc::unavailable, path + ": " + reason(errno)};
    }
    std::string text(max_document_bytes + 1, '\0');  // one more, so that a longer one is refused and not cut
    std::size_t length = 0;
    while (length < text.size()) {
        const auto got = ::read(file.get(), text.data() + length, text.size() - length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Failure{Errc::unavailable, path + ": " + reason(errno)};
        if (got == 0) break;
        length += static_cast<std::size_t>(got);
    }
    text.resize(length);
    return parse_site_rules(text, path);
}

std::string to_yaml(std::span<const tagging::Rule> rules)
{
    std::string yaml = "# Written by incidentd: rules made by \"incidentctl rules learn\". Edit it and reload, or use \"incidentctl rules rm NAME\".\nrules:";
    if (rules.empty()) return yaml + " []\n";
    yaml += '\n';
    for (const auto& rule : rules) {
        yaml += "  - name: " + quoted(rule.name) + '\n';
        const auto text = [&](std::string_view key, const std::string& value) {
            if (!value.empty()) yaml += "    " + std::string{key} + ": " + quoted(value) + '\n';
        };
        const auto words = [&](std::string_view key, const std::vector<std::string>& value) {
            if (!value.empty()) yaml += "    " + std::string{key} + ": " + list_of(value) + '\n';
        };
        const auto patterns = [&](std::string_view key, const std::string& first, std::vector<std::string> more) {
            if (more.empty()) return text(key, first);
            more.insert(more.begin(), first);
            words(key, more);
        };
        text("tag", rule.tag);
        patterns("text", rule.text, rule.more_text);
        patterns("unless", rule.unless, rule.more_unless);
        words("except", rule.except);
        words("also", rule.also);
        words("unless_tags", rule.unless_tags);
        words("after", rule.after);
        words("source", rule.source);
        words("kind", rule.kind);
        words("status", rule.status);
        words("author", rule.author);
        text("how", rule.how);
        text("to_group", rule.to_group);
        words("suppresses", rule.suppresses);
        if (!rule.labels.empty()) yaml += "    labels:\n";
        for (const auto& [name, pattern] : rule.labels) yaml += "      " + quoted(name) + ": " + quoted(pattern) + '\n';
        if (!rule.details) yaml += "    details: false\n";
    }
    return yaml;
}

Result<void> save_site_rules(const std::string& path, std::span<const tagging::Rule> rules)
{
    const auto text = to_yaml(rules);
    if (text.size() > max_document_bytes)
        return Failure{Errc::limit_exceeded, "the rules take " + std::to_string(text.size()) + " bytes; at most " + std::to_string(max_document_bytes) + " are kept"};
    const auto draft = path + ".new";
    {
        constexpr ::mode_t owner_only = 0600;
        const Descriptor file{::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, owner_only)};
        if (file.get() < 0) return not_written(draft, "cannot be opened");
        if (!write_all(file.get(), text)) return not_written(draft, "cannot be written");
        if (::fsync(file.get()) != 0) return not_written(draft, "did not reach the disk");
    }
    if (::rename(draft.c_str(), path.c_str()) != 0) return not_written(path, "cannot be replaced");
    const auto folder = path.substr(0, path.rfind('/') + 1);
    const Descriptor directory{::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory.get() < 0 || ::fsync(directory.get()) != 0) return not_written(path, "its folder did not reach the disk");
    return {};
}

}  // namespace incident::config
