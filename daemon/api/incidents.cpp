#include "api/common.hpp"
#include "api/cursor.hpp"
#include "api/etag.hpp"
#include "api/figures.hpp"
#include "api/handlers.hpp"
#include "observe/log.hpp"

namespace incident::api {
namespace {

struct IncidentsPage {
    std::string body;
    std::string cursor;
};

/// `figures`, or null and why in `figures_why`.
Result<void> add_figures(store::Reader& reader, const Incident& incident, wire::json::object& row)
{
    const auto read = read_figures(reader, incident);
    if (!read) return read.error();
    row["figures"] = read->figures ? wire::json::value(timeline::to_json(*read->figures)) : wire::json::value(nullptr);
    if (!read->figures) row["figures_why"] = read->why;
    return {};
}

Result<IncidentsPage> read_page(store::Reader& reader, const IncidentQuery& query, const std::string& bound_to)
{
    auto all = reader.incidents();
    if (!all) return all.error();
    wire::json::array incidents;
    IncidentsPage page;
    std::uint64_t last = 0;
    const auto until = std::chrono::steady_clock::now() + figures_slice;
    for (const auto& incident : *all) {  // newest first
        if (query.status && incident.status != *query.status) continue;
        if (query.before && incident.key.number >= *query.before) continue;
        if ((query.since && incident.opened_at < *query.since) || (query.until && incident.opened_at >= *query.until)) continue;
        if (!query.severity.empty() && incident.severity != query.severity) continue;
        const bool out_of_time = query.figures && !incidents.empty() && std::chrono::steady_clock::now() >= until;
        if (incidents.size() == query.limit || out_of_time) {
            page.cursor = make_cursor(last, bound_to);
            break;
        }
        last = incident.key.number;
        auto row = wire::to_json(incident);
        if (query.figures)
            if (auto added = add_figures(reader, incident, row); !added) return added.error();
        incidents.push_back(std::move(row));
    }
    wire::json::object body;
    body["incidents"] = std::move(incidents);
    body["next"] = page.cursor.empty() ? wire::json::value(nullptr) : wire::json::value(page.cursor);
    page.body = wire::json::serialize(body) + '\n';
    return page;
}

/// The log tells nothing of a private incident but that it is there.
std::string log_name(const Incident& incident) { return incident.label == "private" ? "(private)" : incident.opened_by.name; }

/// To somebody else who sends a key that was used for what they may not see.
Failure used_by_others() { return {Errc::key_reused, "the Idempotency-Key was used before by somebody else; a new request needs a new key"}; }

std::string location(const Runtime& runtime, IncidentKey key)
{
    return runtime.external_url + "/api/v1/incidents/" + to_string(key);
}

}  // namespace

Handled open_incident(Context& context, Call call)
{
    auto& runtime = context.runtime;
    auto key = request_key(call);
    if (!key) co_return key.error();
    auto document = json_body(call);
    if (!document) co_return document.error();
    auto request = wire::read_open_request(*document);
    if (!request) co_return request.error();
    auto sender = call.sender;
    sender.author = author_for(sender.author, request->author);
    store::Submission submission;
    submission.lane = store::Lane::people;
    submission.key = std::move(*key);
    submission.bytes = call.request.body.size();
    submission.decide = decide_open(std::move(*request), sender);
    auto receipt = co_await runtime.ledger.append(std::move(submission));
    if (!receipt) co_return receipt.error();

    Incident incident;
    apply_step(incident, receipt->items.front().entry);
    if (receipt->replayed && !auth::may_see(call.sender.who, incident)) co_return used_by_others();
    auto reply = json_reply(receipt->replayed ? 200 : 201, wire::to_json(incident));
    reply.headers.emplace_back("Location", location(runtime, incident.key));
    reply.headers.emplace_back("ETag", etag_of(incident));
    if (receipt->replayed)
        reply.headers.emplace_back("Idempotent-Replay", "true");
    else
        observe::log_info("incident opened", {{"incident", to_string(incident.key)}, {"by", log_name(incident)}});
    co_return reply;
}

Handled list_incidents(Context& context, Call call)
{
    auto query = read_incident_query(call.request.query);
    if (!query) co_return query.error();
    const auto bound_to = canonical(call.request.query);
    std::function<Result<IncidentsPage>(store::Reader&)> job = [query = *query, bound_to](store::Reader& reader) {
        return read_page(reader, query, bound_to);
    };
    auto page = co_await read_as<IncidentsPage>(context.runtime, call.sender.who, std::move(job));
    if (!page) co_return page.error();
    auto reply = text_reply(200, std::move(page->body), "application/json");
    if (!page->cursor.empty())
        reply.headers.emplace_back("Link", '<' + context.runtime.external_url + call.request.path + '?' + bound_to + "limit=" +
                                               std::to_string(query->limit) + "&cursor=" + page->cursor + ">; rel=\"next\"");
    co_return reply;
}

Handled get_incident(Context& context, Call call)
{
    const auto key = incident_key(call);
    if (!key) co_return key.error();
    std::function<Result<Incident>(store::Reader&)> job = [key = *key](store::Reader& reader) { return known_incident(reader, key); };
    auto incident = co_await read_as<Incident>(context.runtime, call.sender.who, std::move(job));
    if (!incident) co_return incident.error();
    auto etag = etag_of(*incident);
    if (names_etag(call.request.header("if-none-match"), etag, true)) co_return not_modified(std::move(etag));
    auto reply = json_reply(200, wire::to_json(*incident));
    reply.headers.emplace_back("ETag", std::move(etag));
    co_return reply;
}

Handled patch_incident(Context& context, Call call)
{
    auto& runtime = context.runtime;
    const auto key = incident_key(call);
    if (!key) co_return key.error();
    auto request_id = request_key(call);
    if (!request_id) co_return request_id.error();
    auto document = json_body(call);
    if (!document) co_return document.error();
    auto request = wire::read_patch_request(*document);
    if (!request) co_return request.error();
    auto sender = call.sender;
    sender.author = author_for(sender.author, request->author);
    store::Submission submission;
    submission.lane = store::Lane::people;
    submission.key = std::move(*request_id);
    submission.bytes = call.request.body.size();
    submission.decide = decide_patch(*key, std::move(*request), sender, std::string{call.request.header("if-match")});
    auto receipt = co_await runtime.ledger.append(std::move(submission));
    if (!receipt) co_return receipt.error();

    std::function<Result<Incident>(store::Reader&)> job = [key = *key](store::Reader& reader) { return known_incident(reader, key); };
    // Whoever was let to change it may see what became of it, even having left its members with this very change; who only
    // repeats somebody's request is looked at anew.
    auto seer = call.sender.who;
    if (!receipt->replayed) seer.owner = true;
    auto incident = co_await read_as<Incident>(runtime, std::move(seer), std::move(job));
    if (!incident && incident.error().code == Errc::not_found) co_return incident.error();
    if (!incident) co_return Failure{Errc::unknown_outcome, "the change is stored, but no reader is free to show it; read " + to_string(*key)};
    auto reply = json_reply(200, wire::to_json(*incident));
    reply.headers.emplace_back("ETag", etag_of(*incident));
    if (receipt->replayed) reply.headers.emplace_back("Idempotent-Replay", "true");
    co_return reply;
}

}  // namespace incident::api
