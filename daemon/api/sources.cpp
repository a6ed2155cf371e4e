#include "api/common.hpp"
#include "api/handlers.hpp"
#include "api/hooks.hpp"
#include "api/prepare.hpp"
#include "api/source_requests.hpp"
#include "config/presets.hpp"
#include <algorithm>

// Who may post here and how what they send is read; and a body tried without storing it.
namespace incident::api {
namespace {

constexpr wire::JsonLimits try_limits{32, 10'000, 256, 1024 * 1024};  // a body travels in one string

/// The shipped mapping that reads this source, or nullptr.
const ingest::PresetText* preset_of(const config::Source& source)
{
    if (source.reads.mapping == nullptr) return nullptr;
    for (const auto& text : ingest::preset_texts()) {
        // By name first: comparing with the others would read every one of them.
        if (text.name != source.reads.name) continue;
        return config::find_preset(text.name)->mapping == source.reads.mapping ? &text : nullptr;
    }
    for (const auto& text : ingest::preset_texts())
        if (config::find_preset(text.name)->mapping == source.reads.mapping) return &text;
    return nullptr;
}

wire::json::value status_of(const SourceBook& book, std::string_view name, bool to_admin)
{
    const auto* const line = book.find(name);
    return line == nullptr ? wire::json::value(nullptr) : wire::json::value(api::to_json(*line, to_admin));
}

bool is_admin(const Call& call) { return call.sender.who.role == auth::Role::admin; }

std::string_view origin_of(std::string_view name, const config::Config& config)
{
    if (config.sources.contains(name)) return "configured";
    return ingest::find_dialect(name) != nullptr ? "built-in" : "preset";
}

wire::json::object shown(std::string_view name, const config::Source& source, const config::Config& config, const SourceBook& book, bool to_admin)
{
    const bool secret = source.proof == ingest::Proof::secret;
    wire::json::object json;
    json["name"] = name;
    json["origin"] = origin_of(name, config);
    json["dialect"] = source.reads.dialect;
    json["hook"] = "/api/v1/hooks/" + wire::path_segment(name);
    json["proof"] = secret ? "secret" : "none";
    json["ready"] = !secret || !source.verifier.secrets.empty();
    json["status"] = status_of(book, name, to_admin);
    return json;
}

std::vector<std::string> names_in(const config::Config& config)
{
    std::vector<std::string> names;
    for (const auto name : config::built_in_names()) names.emplace_back(name);
    for (const auto& [name, source] : config.sources) names.push_back(name);
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
}

/// An event as it would be stored, without what only storing gives.
wire::json::object as_read(const Event& event)
{
    auto json = wire::to_json(event);
    for (const auto* const name : {"id", "seq", "number", "incident", "received_at", "count", "last_at", "struck", "redacted", "star"}) json.erase(name);
    return json;
}

wire::json::object as_read(const ingest::ByKey& change)
{
    wire::json::object json;
    json["key"] = change.key;
    json["once"] = change.once_key;
    json["text"] = change.amendment.text ? wire::json::value(*change.amendment.text) : wire::json::value(nullptr);
    json["strike"] = change.amendment.strike.value_or(false);
    json["takes_back"] = change.takes_back;
    wire::json::array tags;
    for (const auto& tag : change.amendment.add_tags) tags.emplace_back(tag.name);
    json["tags"] = std::move(tags);
    json["reason"] = change.amendment.reason;
    return json;
}

wire::json::object to_json(std::string_view name, const config::Source& source, const ingest::Understood& understood)
{
    wire::json::object json;
    json["source"] = name;
    json["dialect"] = source.reads.dialect;
    json["status"] = understood.status;
    json["note"] = understood.note;
    json["reply"] = understood.reply;
    wire::json::array events, amendments;
    for (const auto& item : understood.items) {
        if (const auto* const event = std::get_if<Event>(&item.what)) events.push_back(as_read(*event));
        else amendments.push_back(as_read(std::get<ingest::ByKey>(item.what)));
    }
    json["events"] = std::move(events);
    json["amendments"] = std::move(amendments);
    json["unparsed"] = understood.unparsed;
    wire::json::array drop;
    for (const auto& pointer : understood.drop) drop.emplace_back(pointer);
    json["drop"] = std::move(drop);
    json["secrets"] = understood.secrets.size();
    return json;
}

/// Everything of a try that may take long, on a worker.
Result<std::string> tried(const TryRequest& request, const config::Source& source, const std::string& name, const tagging::RuleSet& rules, Instant now)
{
    const ingest::Body body{request.body, request.content_type, request.headers, now, request.query, request.tail};
    auto understood = made_of(source, body);
    for (auto& item : understood.items) prepare_received(item, rules);
    return wire::json::serialize(to_json(name, source, understood));
}

}  // namespace

Handled list_sources(Context& context, Call call)
{
    const auto& config = call.settings->config;
    wire::json::array sources;
    for (const auto& name : names_in(config))
        if (const auto* const source = config::find_source(config, name)) sources.push_back(shown(name, *source, config, context.sources, is_admin(call)));
    wire::json::object body;
    body["sources"] = std::move(sources);
    co_return json_reply(200, body);
}

Handled get_source(Context& context, Call call)
{
    const auto& config = call.settings->config;
    const auto name = call.params.at("source");
    const auto* const source = config::find_source(config, name);
    if (source == nullptr) co_return unknown_hook(name, config);
    auto body = shown(name, *source, config, context.sources, is_admin(call));
    const auto* const preset = preset_of(*source);
    body["about"] = preset == nullptr ? wire::json::value(nullptr) : wire::json::value(config::find_preset(preset->name)->about);
    body["mapping"] = preset == nullptr ? wire::json::value(nullptr) : wire::json::value(preset->yaml);
    const auto* const status = body["status"].if_object();
    const auto* const asked = status == nullptr ? nullptr : status->if_contains("confirmation");
    auto confirmation = asked == nullptr ? wire::json::value(nullptr) : *asked;
    body["confirmation"] = std::move(confirmation);
    co_return json_reply(200, body);
}

Handled try_source(Context& context, Call call)
{
    const auto name = call.params.at("source");
    auto document = wire::parse_json(call.request.body, try_limits);
    if (!document) co_return document.error();
    auto request = read_try_request(*document);
    if (!request) co_return request.error();
    auto source = source_meant(name, request->mapping, call.settings->config);
    if (!source) co_return source.error();
    const auto bytes = call.request.body.size();
    std::function<Result<std::string>()> work = [request = std::move(*request), source = std::move(*source), name, rules = call.settings->rules, now = call.received_at] {
        return tried(request, source, name, *rules, now);
    };
    auto answer = co_await compute<std::string>(context.runtime, bytes, std::move(work));
    if (!answer) co_return answer.error();
    co_return text_reply(200, std::move(*answer), "application/json");
}

}  // namespace incident::api
