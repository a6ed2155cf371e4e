#include "api/common.hpp"
#include "api/etag.hpp"
#include "api/handlers.hpp"
#include "config/redaction.hpp"
#include "draft/check.hpp"
#include "draft/html.hpp"
#include "draft/json_text.hpp"
#include "model/text.hpp"
#include "timeline/amend.hpp"
#include "timeline/as_of.hpp"
#include "timeline/json.hpp"
#include <algorithm>

namespace incident::api {
namespace {

struct Document {
    std::string body;  ///< empty when the client's copy is still right
    std::string etag;
    std::string removed;  ///< what the audience is not shown, as JSON of ASCII; empty: nothing was to be removed
};

/// Who will read it, and what they are not shown.
struct Readership {
    draft::Audience audience = draft::Audience::internal;
    draft::AudienceRules rules;
};

/// For the person who exports, in a header: the document itself must not say it. Bounded, since many names may go.
std::string told(const draft::Removed& removed)
{
    constexpr std::size_t most_names = 50;
    const auto counted = [](const std::map<std::string, std::size_t>& all) {
        wire::json::object form;
        for (const auto& [name, times] : all)
            if (form.size() < most_names) form.emplace(shortened(name, 64), times);
        return form;
    };
    const wire::json::object form{{"events", removed.events.size()}, {"names", counted(removed.names)}, {"masked", counted(removed.masked)}};
    return draft::ascii_json(wire::json::serialize(form));
}

std::string content_type_of(DraftFormat format)
{
    switch (format) {
    case DraftFormat::markdown: return "text/markdown; charset=utf-8";
    case DraftFormat::html: return "text/html; charset=utf-8";
    case DraftFormat::json: return "application/json";
    case DraftFormat::csv: return "text/csv; charset=utf-8; header=present";
    }
    return "text/plain; charset=utf-8";
}

/// The newest receipt among the entries: "now" for the check, so that the same entries always give the same findings.
Instant newest_receipt(const std::vector<Entry>& entries)
{
    Instant newest = entries.front().received_at;
    for (const auto& entry : entries) newest = std::max(newest, entry.received_at);
    return newest;
}

struct KnownIncident {
    IncidentKey key;
    std::vector<Entry> entries;
};

Result<KnownIncident> known_now(store::Reader& reader, IncidentKey key)
{
    const auto incident = target_incident(reader, key);
    if (!incident) return incident.error();
    auto entries = reader.incident_entries(incident->key);
    if (!entries) return entries.error();
    if (entries->empty()) return Failure{Errc::not_found, "there is no " + to_string(incident->key)};
    return KnownIncident{incident->key, std::move(*entries)};
}

/// Where the key led at that time: a merge that came later had not happened.
Result<KnownIncident> known_as_of(store::Reader& reader, IncidentKey key, Instant as_of)
{
    constexpr int max_merges = 100;  // one leads to the next; nobody does this a hundred times
    for (int merges = 0; merges < max_merges; ++merges) {
        auto entries = reader.incident_entries(key);
        if (!entries) return entries.error();
        const auto all = timeline::incidents_of(*entries);
        const auto now = std::ranges::find(all, key, &Incident::key);
        if (now == all.end()) return Failure{Errc::not_found, "there is no " + to_string(key)};
        timeline::keep_as_of(*entries, as_of);
        const auto then = timeline::incidents_of(*entries);
        const auto incident = std::ranges::find(then, key, &Incident::key);
        if (incident == then.end())
            return Failure{Errc::not_found, to_string(key) + " was opened at " + to_rfc3339(now->opened_at) + ", so nothing was known of it at " + to_rfc3339(as_of)};
        if (!incident->merged_into) return KnownIncident{key, std::move(*entries)};
        key = *incident->merged_into;
    }
    return Failure{Errc::not_found, to_string(key) + " was merged too often to be followed"};
}

/// Reads an incident's entries and renders them, all on one worker.
/// @param as_of what was known then; empty: now.
/// @param variant what else the bytes depend on: the route and its options.
using Render = std::function<Result<std::string>(const timeline::Timeline&, Instant now)>;
std::function<Result<Document>(store::Reader&)> document_job(IncidentKey key, std::optional<Instant> as_of, std::string if_none_match,
                                                            std::string variant, Readership readers, Render render)
{
    return [key, as_of, if_none_match = std::move(if_none_match), variant = std::move(variant), readers = std::move(readers),
            render = std::move(render)](store::Reader& reader) -> Result<Document> {
        auto known = as_of ? known_as_of(reader, key, *as_of) : known_now(reader, key);
        if (!known) return known.error();
        std::uint64_t last = 0;
        for (const auto& entry : known->entries) last = std::max(last, entry.seq);
        Document document;
        document.etag = etag_of(last, variant);
        if (names_etag(if_none_match, document.etag, true)) return document;
        const auto now = as_of ? *as_of : newest_receipt(known->entries);
        auto timeline = timeline::build_taking(std::move(known->entries), known->key);
        if (!timeline) return timeline.error();
        known->entries = {};  // what is left of them would only take room beside the text
        if (readers.audience != draft::Audience::internal) {
            draft::Removed removed;
            *timeline = draft::for_audience(*timeline, readers.audience, readers.rules, removed);
            document.removed = told(removed);
        }
        auto body = render(*timeline, now);
        if (!body) return body.error();
        document.body = std::move(*body);
        return document;
    };
}

net::Reply to_reply(Document document, std::string content_type)
{
    if (document.body.empty()) return not_modified(std::move(document.etag));
    auto reply = text_reply(200, std::move(document.body), std::move(content_type));
    reply.headers.emplace_back("ETag", std::move(document.etag));
    if (!document.removed.empty()) reply.headers.emplace_back("Removed-For-Audience", std::move(document.removed));
    return reply;
}

Readership readership(const Call& call, draft::Audience audience)
{
    if (audience == draft::Audience::internal) return {};
    const auto& config = call.settings->config;
    return {audience, {config.people, config::mask_of(config.redaction)}};
}

/// What the bytes depend on beside the entries. For outsiders that is the configuration too.
std::string variant_of(std::string_view what, const Call& call, draft::Audience audience)
{
    auto variant = std::string{what} + '?' + canonical(call.request.query);
    if (audience != draft::Audience::internal) variant += call.settings->config.hash;
    return variant;
}

}  // namespace

Handled get_timeline(Context& context, Call call)
{
    const auto key = incident_key(call);
    if (!key) co_return key.error();
    const auto as_of = read_as_of(call.request.query);
    if (!as_of) co_return as_of.error();
    const auto audience = read_audience(call.request.query);
    if (!audience) co_return audience.error();
    Render render = [](const timeline::Timeline& timeline, Instant now) -> Result<std::string> {
        const auto findings = draft::check(timeline, now);
        return wire::json::serialize(timeline::to_json(timeline, findings)) + '\n';
    };
    auto job = document_job(*key, *as_of, std::string{call.request.header("if-none-match")}, variant_of("timeline", call, *audience),
                            readership(call, *audience), std::move(render));
    auto document = co_await read_as<Document>(context.runtime, call.sender.who, std::move(job));
    if (!document) co_return document.error();
    co_return to_reply(std::move(*document), "application/json");
}

Handled get_draft(Context& context, Call call)
{
    const auto key = incident_key(call);
    if (!key) co_return key.error();
    auto query = read_draft_query(call.request.query);
    if (!query) co_return query.error();
    const auto begun = std::chrono::steady_clock::now();
    Render render = [query = *query](const timeline::Timeline& timeline, Instant) -> Result<std::string> {
        switch (query.format) {
        case DraftFormat::markdown: return draft::render_markdown(timeline, query.template_name, query.options);
        case DraftFormat::html: return draft::render_html(timeline, query.template_name, query.options);
        case DraftFormat::json: return draft::render_json(timeline, query.options, query.template_name);
        case DraftFormat::csv: return draft::render_csv(timeline);
        }
        return Failure{Errc::invalid_input, "no such format"};
    };
    auto job = document_job(*key, query->as_of, std::string{call.request.header("if-none-match")}, variant_of("draft", call, query->audience),
                            readership(call, query->audience), std::move(render));
    auto document = co_await read_as<Document>(context.runtime, call.sender.who, std::move(job));
    if (!document) co_return document.error();
    if (!document->body.empty()) {
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        context.runtime.metrics.draft_rendered(took.count());
    }
    auto reply = to_reply(std::move(*document), content_type_of(query->format));
    if (query->format == DraftFormat::html) {
        reply.headers.emplace_back("Content-Security-Policy", draft::html_policy() + "; frame-ancestors 'none'");
        reply.headers.emplace_back("Referrer-Policy", "no-referrer");
        reply.headers.emplace_back("Cache-Control", "private, no-cache");  // a browser may keep it, but asks before it shows it
    }
    co_return std::move(reply);
}

}  // namespace incident::api
