#include "config/read_sources.hpp"
#include "config/read_mapping.hpp"
#include "config/read_verifier.hpp"
#include "ingest/scrub.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <algorithm>

namespace incident::config {

namespace {

constexpr std::size_t max_source_name = 32, least_body_bytes = 1024, most_body_bytes = 64 * 1024 * 1024;

bool is_web_url(std::string_view url) { return url.starts_with("https://") || url.starts_with("http://"); }

bool is_source_name(std::string_view name)
{
    const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
    return !name.empty() && name.size() <= max_source_name && std::ranges::all_of(name, good);
}

/// What a source may say, each with what reads it; what depends on several keys is put together in finish().
class Reader {
 public:
    Reader(const Member& member, Config& config, Problems& problems, const SourceFiles& files)
        : member_(member), config_(config), problems_(problems), files_(files)
    {}

    void read()
    {
        const auto& node = *member_.value;
        source_.reads.name = member_.key;
        source_.reads.dialect = member_.key;
        if (!is_source_name(member_.key))
            problems_.add(member_.at, "a source's name is 1 to 32 letters a-z, digits, - and _; it stands in the hook's path");
        auto& chat = source_.reads.chat;
        const Key keys[]{
            {"dialect", [&](const Node& value) { dialect_ = &value; source_.reads.dialect = read_text(value, problems_).value_or(""); }},
            {"secret_file", [&](const Node& value) { secrets_ = &value; read_secret(value); }},
            {"secret_files", [&](const Node& value) { secrets_ = &value; read_secrets(value, "secret_file"); }},
            {"certificate_files", [&](const Node& value) { secrets_ = &value; certificates_ = true; read_secrets(value, "certificate_files: [FILE]"); }},
            {"verify", [&](const Node& value) { verify_ = &value; }},
            {"mapping", [&](const Node& value) { mapped_ = read_mapping(value, problems_), mapping_ = &value; }},
            {"mapping_file", [&](const Node& value) { read_mapping_file(value); }},
            {"body_limit", [&](const Node& value) { read_body_limit(value); }},
            {"keep_raw", [&](const Node& value) { source_.keep_raw = read_bool(value, problems_).value_or(true); }},
            {"zone", [&](const Node& value) { read_zone(value); }},
            {"trace_url", [&](const Node& value) { read_trace_url(value); }},
            {"topics", [&](const Node& value) { source_.reads.topics = read_words(value, problems_); }},
            {"allow_unsigned_raw", [&](const Node& value) { allow_unsigned_raw_ = read_bool(value, problems_).value_or(false); }},
            {"reactions", [&](const Node& value) { read_reactions(value); }},
            {"own_bot_ids", [&](const Node& value) { chat.own_bot_ids = read_words(value, problems_); }},
            {"own_app_ids", [&](const Node& value) { chat.own_app_ids = read_words(value, problems_); }},
            {"workspace_url", [&](const Node& value) { read_workspace(value); }},
            {"users", [&](const Node& value) { chat.users = read_words_map(value, problems_); }},
            {"channels", [&](const Node& value) { chat.channels = read_words_map(value, problems_); }},
            {"bots", [&](const Node& value) { chat.bots = read_bool(value, problems_).value_or(false); }},
            {"slash_commands", [&](const Node& value) { chat.slash_commands = read_words(value, problems_); }},
        };
        read_map(node, keys, problems_, "source " + visible(shortened(member_.key, max_source_name)));
        if (node.type == Node::Type::map || node.type == Node::Type::null) finish();
    }

 private:
    /// The content of one secret file. What stands at the place is never repeated: people paste the secret itself.
    void read_secret(const Node& node)
    {
        const auto path = read_text(node, problems_);
        if (!path) return;
        if (!path->starts_with('/') && (path->find('/') != path->npos || path->empty() || *path == "." || *path == "..")) {
            problems_.add(node.at, "expected an absolute path, or the name of a systemd credential (LoadCredential=)");
            return;
        }
        auto content = files_.secret(*path);
        if (!content) {
            problems_.add(node.at, "the secret cannot be read: " + content.error().detail);
            return;
        }
        const auto secret = trimmed(*content);
        if (secret.empty()) {
            problems_.add(node.at, "the secret file is empty; put the secret into it");
            return;
        }
        if (secret.size() < ingest::min_secret_bytes) {  // so short a word stands in every body, and cannot be cut out of it
            problems_.add(node.at, "a secret has at least " + std::to_string(ingest::min_secret_bytes) +
                                       " bytes, and this one " + std::to_string(secret.size()) + "; make one with: openssl rand -hex 32");
            return;
        }
        source_.verifier.secrets.emplace_back(secret);
    }

    void read_secrets(const Node& node, std::string_view single)
    {
        if (node.type != Node::Type::list) {
            problems_.add(node.at, "expected a list of files; for a single one write " + std::string{single});
            return;
        }
        for (const auto& element : node.list) read_secret(*element);
    }

    void read_mapping_file(const Node& node)
    {
        const auto path = read_text(node, problems_);
        if (!path) return;
        if (mapping_ != nullptr) problems_.add(node.at, "either mapping or mapping_file, not both");
        mapping_ = &node;
        auto content = files_.mapping(*path);
        if (!content) return problems_.add(node.at, "the mapping cannot be read: " + content.error().detail);
        auto file = parse_mapping(*content, *path);
        if (file) mapped_ = std::move(*file);
        else problems_.add(node.at, "the mapping has problems:\n" + file.error().detail);
    }

    void read_body_limit(const Node& node)
    {
        const auto bytes = read_size(node, problems_);
        if (bytes && (*bytes < least_body_bytes || *bytes > most_body_bytes)) problems_.add(node.at, "expected a size from 1KiB to 64MiB");
        else if (bytes) source_.body_bytes = *bytes;
    }

    void read_zone(const Node& node)
    {
        source_.reads.zone = read_text(node, problems_).value_or("");
        if (auto local = to_local(Instant{}, source_.reads.zone); !local) problems_.add(node.at, local.error().detail);
    }

    void read_trace_url(const Node& node)
    {
        source_.reads.trace_url = read_text(node, problems_).value_or("");
        const auto& url = source_.reads.trace_url;
        if (!is_web_url(url) || url.find("{trace_id}") == url.npos) problems_.add(node.at, "expected an address like https://traces.example.com/{trace_id}");
    }

    void read_reactions(const Node& node)
    {
        auto& reactions = source_.reads.chat.reactions;
        reactions = read_words_map(node, problems_);
        for (auto& [emoji, tag] : reactions) {
            if (auto name = canonical_tag(tag)) tag = std::move(*name);
            else problems_.add(node_at(node, '/' + emoji).at, name.error().detail);
        }
    }

    void read_workspace(const Node& node)
    {
        auto& url = source_.reads.chat.workspace_url;
        url = read_text(node, problems_).value_or("");
        while (url.ends_with('/')) url.pop_back();
        if (!url.empty() && !is_web_url(url)) problems_.add(node.at, "expected an address like https://example.slack.com");
    }

    void finish()
    {
        auto& verifier = source_.verifier;
        if (mapping_ != nullptr) {
            if (dialect_ != nullptr && source_.reads.dialect != ingest::mapping_dialect)
                problems_.add(dialect_->at, "a source with a mapping of its own has no other dialect; leave one of the two out");
            source_.reads.dialect = ingest::mapping_dialect;
            source_.reads.mapping = mapped_.mapping;
            verifier.any_of = mapped_.verify;
            source_.proof = mapped_.verify.empty() || mapped_.verify_optional ? ingest::Proof::none : ingest::Proof::secret;
        } else if (const auto* const base = built_in_source(source_.reads.dialect)) {
            inherit(*base);
        } else {
            return refuse_dialect();
        }
        if (verify_ != nullptr) {
            verifier.any_of = read_verifier(*verify_, problems_);
            source_.proof = ingest::Proof::secret;
        }
        for (auto& rule : verifier.any_of)
            if (auto* const sns = std::get_if<auth::SnsRule>(&rule)) {
                sns->topics = source_.reads.topics;
                sns->allow_unsigned_raw = allow_unsigned_raw_;
            }
        const auto most = certificates_ ? auth::max_certificates : auth::max_secrets;
        if (verifier.secrets.size() > most)
            problems_.add(secrets_->at, certificates_ ? "at most " + std::to_string(most) + " certificates are tried"
                                                      : "at most two secrets: the old and the new one while you rotate");
        if (secrets_ == nullptr && source_.proof == ingest::Proof::secret && !allow_unsigned_raw_ && member_.value->type == Node::Type::map)
            problems_.add(member_.at, visible(member_.key) + " needs secret_file: it proves who it is, and nothing unproved is taken");
        // Who may sign or not must sign once its secret is known.
        if (!verifier.secrets.empty() && !verifier.empty()) source_.proof = ingest::Proof::secret;
        if (secrets_ != nullptr && verifier.empty())
            problems_.add(secrets_->at, visible(source_.reads.dialect) + " carries no secret of its own; say with verify: how it does here");
        config_.sources.insert_or_assign(source_.reads.name, std::move(source_));
    }

    /// What the dialect or preset brings where the site says nothing.
    void inherit(const Source& base)
    {
        source_.reads.dialect = base.reads.dialect;
        source_.reads.mapping = base.reads.mapping;
        source_.verifier.any_of = base.verifier.any_of;
        source_.proof = base.proof;
        if (source_.reads.zone.empty()) source_.reads.zone = base.reads.zone;
    }

    void refuse_dialect()
    {
        const auto& word = source_.reads.dialect;
        const auto known = built_in_names();
        auto message = '"' + visible(shortened(word, 80)) + "\" is no dialect or preset";
        if (const auto near = nearest(word, known); !near.empty()) {
            message += ", did you mean \"" + std::string{near} + "\"?";
        } else {
            message += dialect_ == nullptr ? "; say with dialect: how it speaks; known are" : "; known are";
            for (const auto name : known) message += (name == known.front() ? " " : ", ") + std::string{name};
        }
        problems_.add(dialect_ == nullptr ? member_.at : dialect_->at, std::move(message));
    }

    const Member& member_;
    Config& config_;
    Problems& problems_;
    const SourceFiles& files_;
    Source source_;
    MappingFile mapped_;
    const Node *mapping_ = nullptr, *dialect_ = nullptr, *secrets_ = nullptr, *verify_ = nullptr;
    bool allow_unsigned_raw_ = false, certificates_ = false;
};

}  // namespace

void read_sources(const Node& node, Config& config, Problems& problems, const SourceFiles& files)
{
    if (node.type == Node::Type::null) return;
    if (node.type != Node::Type::map) {
        problems.add(node.at, "expected a map of sources: NAME: {…}");
        return;
    }
    if (node.map.size() > max_sources) problems.add(node.at, "at most " + std::to_string(max_sources) + " sources are allowed");
    for (const auto& member : node.map) {
        if (member.key == "<<" || member.value->type == Node::Type::null) continue;  // `slack:` with everything below it commented out
        Reader{member, config, problems, files}.read();
    }
}

}  // namespace incident::config
