#include "api/source_requests.hpp"
#include "api/hooks.hpp"
#include "config/read_mapping.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::api {
namespace {

constexpr std::size_t max_mapping_bytes = config::max_document_bytes, max_map_entries = 100;

/// The members of a request, each checked once; what nobody asks for is an error.
class Members {
 public:
    explicit Members(const wire::json::object& object) : object_(object) {}

    void text(std::string_view name, std::string& into, std::size_t bytes)
    {
        known_.push_back(name);
        const auto* const value = object_.if_contains(name);
        if (value == nullptr) return;
        if (const auto* const string = value->if_string(); string != nullptr && string->size() <= bytes) into.assign(string->data(), string->size());
        else wrong(name, "give a text of at most " + std::to_string(bytes) + " bytes");
    }

    void flag(std::string_view name, bool& into)
    {
        known_.push_back(name);
        const auto* const value = object_.if_contains(name);
        if (value == nullptr) return;
        if (const auto* const given = value->if_bool()) into = *given;
        else wrong(name, "give true or false");
    }

    void words(std::string_view name, std::map<std::string, std::string>& into, bool lower)
    {
        known_.push_back(name);
        const auto* const value = object_.if_contains(name);
        if (value == nullptr) return;
        const auto* const map = value->if_object();
        if (map == nullptr || map->size() > max_map_entries) return wrong(name, "give a map of names to texts");
        for (const auto& [key, member] : *map) {
            const auto* const string = member.if_string();
            if (string == nullptr) return wrong(name, "give a map of names to texts");
            into.insert_or_assign(lower ? lowered(key) : std::string{key}, std::string{*string});
        }
    }

    void need(std::string_view name, const char* why)
    {
        if (!object_.contains(name)) wrong(name, why);
    }

    void wrong(std::string_view name, std::string detail) { errors_.push_back({'/' + wire::pointer_token(name), std::move(detail)}); }

    [[nodiscard]] Result<void> done()
    {
        for (const auto& member : object_) {
            if (std::ranges::find(known_, std::string_view{member.key()}) != known_.end()) continue;
            auto detail = "unknown member " + visible(shortened(member.key(), 80));
            if (const auto meant = nearest(member.key(), known_); !meant.empty()) detail += ", did you mean " + std::string{meant} + '?';
            wrong(member.key(), std::move(detail));
        }
        if (errors_.empty()) return {};
        auto first = errors_.front().detail;
        return Failure{Errc::invalid_input, std::move(first), std::move(errors_)};
    }

 private:
    const wire::json::object& object_;
    std::vector<std::string_view> known_;
    std::vector<FieldError> errors_;
};

}  // namespace

Result<TryRequest> read_try_request(const wire::json::value& body)
{
    const auto* const object = body.if_object();
    if (object == nullptr) return Failure{Errc::invalid_input, R"(give an object like {"body":"{\"title\":\"x\"}"})"};
    constexpr std::size_t max_body_bytes = 1024 * 1024;
    TryRequest request;
    Members members{*object};
    members.text("body", request.body, max_body_bytes);
    members.text("content_type", request.content_type, max_name_bytes);
    members.text("tail", request.tail, max_label_bytes);
    members.text("mapping", request.mapping, max_mapping_bytes);
    members.words("headers", request.headers, true);
    members.words("query", request.query, false);
    members.need("body", "give the body as a text, as the sender would post it");
    if (auto done = members.done(); !done) return done.error();
    return request;
}

Result<ReplayRequest> read_replay_request(const wire::json::value& body)
{
    const auto* const object = body.if_object();
    if (object == nullptr) return Failure{Errc::invalid_input, R"(give an object like {"since":"2024-06-22T15:15:00Z","dry_run":true})"};
    ReplayRequest request;
    std::string since;
    Members members{*object};
    members.text("since", since, max_name_bytes);
    members.text("mapping", request.mapping, max_mapping_bytes);
    members.flag("dry_run", request.dry_run);
    members.text("author", request.author, max_name_bytes);
    members.need("since", "say from when on, like \"2024-06-22T15:15:00Z\"");
    if (!since.empty()) {
        if (auto at = parse_rfc3339(since)) request.since = *at;
        else members.wrong("since", at.error().detail);
    } else if (object->if_contains("since") != nullptr) {
        members.wrong("since", "say from when on, like \"2024-06-22T15:15:00Z\"");
    }
    if (auto done = members.done(); !done) return done.error();
    return request;
}

Result<config::Source> source_meant(std::string_view name, const std::string& mapping, const config::Config& config)
{
    const auto* const known = config::find_source(config, name);
    if (mapping.empty()) {
        if (known == nullptr || ingest::find_dialect(known->reads.dialect) == nullptr) return unknown_hook(name, config);
        return *known;
    }
    auto file = config::parse_mapping(mapping, "mapping");
    if (!file) return Failure{Errc::invalid_input, file.error().detail, {{"/mapping", file.error().detail}}};
    config::Source source = known == nullptr ? config::Source{} : *known;
    source.reads.name = name;
    source.reads.dialect = ingest::mapping_dialect;
    source.reads.mapping = file->mapping;
    return source;
}

ingest::Understood made_of(const config::Source& source, const ingest::Body& body)
{
    return ingest::find_dialect(source.reads.dialect)->read(body, source.reads);
}

}  // namespace incident::api
