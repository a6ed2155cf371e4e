#include "api/common.hpp"
#include "api/cursor.hpp"
#include "api/etag.hpp"
#include "api/guard.hpp"
#include "api/handlers.hpp"
#include "api/prepare.hpp"
#include "app/clock.hpp"
#include <algorithm>
#include <array>

namespace incident::api {
namespace {

constexpr std::size_t max_batch_events = 10'000;      ///< of one request; more belong into several
constexpr std::size_t full_answer_events = 10;        ///< above, the answer holds only id and seq each (DESIGN §4)
constexpr std::size_t max_body_values = 500'000;      ///< a bulk body of 16 MiB

struct Decoded {
    std::vector<wire::EventRequest> requests;
    bool batch = false;
    store::Lane lane = store::Lane::machines;
};

store::Lane lane_of(const std::vector<wire::EventRequest>& requests)
{
    if (requests.size() > store::people_lane_events) return store::Lane::machines;
    for (const auto& request : requests) {
        switch (request.event.kind) {
        case Kind::note:
        case Kind::chat:
        case Kind::command: break;
        case Kind::alert:
        case Kind::change:
        case Kind::system: return store::Lane::machines;
        }
    }
    return store::Lane::people;
}

/// The document lives in `storage`, but for NDJSON.
Result<wire::json::value> parse(const std::string& body, const std::string& type, wire::json::storage_ptr storage)
{
    wire::JsonLimits limits;
    limits.values = max_body_values;
    if (type == "application/x-ndjson") {
        auto lines = wire::parse_ndjson(body, limits);
        if (!lines) return lines.error();
        return wire::json::value(std::move(*lines));
    }
    return wire::parse_json(body, limits, std::move(storage));
}

/// Collects the errors of every element, so that a batch is put right in one go.
Result<std::vector<wire::EventRequest>> read_batch(const wire::json::array& elements)
{
    if (elements.empty()) return Failure{Errc::invalid_input, "the batch is empty; send at least one event"};
    if (elements.size() > max_batch_events)
        return Failure{Errc::limit_exceeded, "the batch has " + std::to_string(elements.size()) + " events, at most " +
                                                 std::to_string(max_batch_events) + " are taken; send several batches"};
    constexpr std::size_t max_errors = 100;  // enough to see what is wrong with a batch
    std::vector<wire::EventRequest> requests;
    requests.reserve(elements.size());
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < elements.size() && errors.size() < max_errors; ++i) {
        auto one = wire::read_event_request(elements[i], '/' + std::to_string(i));
        if (one) {
            requests.push_back(std::move(*one));
            continue;
        }
        auto failure = one.error();
        if (failure.fields.empty()) failure.fields.push_back({'/' + std::to_string(i), failure.detail});
        errors.insert(errors.end(), failure.fields.begin(), failure.fields.end());
    }
    if (errors.empty()) return requests;
    auto detail = errors.size() == 1 ? errors.front().detail : std::to_string(errors.size()) + " fields are wrong";
    return Failure{Errc::invalid_input, detail + "; nothing of the batch was stored", std::move(errors)};
}

Result<Decoded> decode(const Call& call)
{
    const auto type = media_type(call.request.header("content-type"));
    // The tree is read once and thrown away whole, so it needs no allocation of its own for every value.
    std::array<unsigned char, 4096> first_block;  // one event fits
    wire::json::monotonic_resource arena{first_block.data(), first_block.size()};
    auto document = parse(call.request.body, type, &arena);
    if (!document) return document.error();
    Decoded decoded;
    decoded.batch = document->is_array();
    if (decoded.batch) {
        auto requests = read_batch(document->as_array());
        if (!requests) return requests.error();
        decoded.requests = std::move(*requests);
    } else {
        auto request = wire::read_event_request(*document);
        if (!request) return request.error();
        decoded.requests.push_back(std::move(*request));
    }
    for (auto& request : decoded.requests) {
        auto& event = request.event;
        event.author = author_for(call.sender.author, request.author);
        if (event.source.empty()) event.source = call.sender.source;
        prepare_posted(event, *call.settings->rules);
    }
    decoded.lane = lane_of(decoded.requests);
    return decoded;
}

/// Ids and places only. Written by hand: a tree of thousands of small objects would cost more than reading the batch.
std::string render_short(const store::Receipt& receipt)
{
    constexpr std::size_t bytes_per_event = 72;
    std::string answer;
    answer.reserve(receipt.items.size() * bytes_per_event + 16);
    answer += R"({"events":[)";
    for (const auto& item : receipt.items) {
        if (&item != &receipt.items.front()) answer += ',';
        answer += R"({"id":")";
        answer += to_string(item.entry.id);
        answer += R"(","seq":)";
        answer += std::to_string(item.entry.seq);
        answer += '}';
    }
    answer += "]}\n";
    return answer;
}

std::string render(const store::Receipt& receipt, bool whole)
{
    if (!whole) return render_short(receipt);
    wire::json::array events;
    events.reserve(receipt.items.size());
    for (const auto& item : receipt.items) events.push_back(wire::acknowledgement(event_of(item.entry)));
    wire::json::object answer;
    answer["events"] = std::move(events);
    return wire::json::serialize(answer) + '\n';
}

bool wants_representation(const Call& call)
{
    return call.request.header("prefer").find("return=representation") != std::string_view::npos;
}

bool all_replayed(const store::Receipt& receipt)
{
    if (receipt.replayed) return true;
    for (const auto& item : receipt.items)
        if (item.outcome == store::Outcome::stored) return false;
    return !receipt.items.empty();
}

bool all_stored(const store::Receipt& receipt)
{
    return !receipt.replayed && std::ranges::all_of(receipt.items, [](const auto& item) { return item.outcome == store::Outcome::stored; });
}

/// Whether every event of the receipt is there for `reader`.
Result<bool> shows_all(store::Reader& reader, const store::Receipt& receipt)
{
    for (const auto& item : receipt.items) {
        const auto event = reader.event(item.entry.id);
        if (!event) return event.error();
        if (!*event) return false;
    }
    return true;
}

/// `</api/v1/events?…&cursor=…>; rel="next"`
std::string link_next(const Call& call, const std::string& base, const std::string& cursor)
{
    std::string target = base + call.request.path + '?' + canonical(call.request.query);
    if (const auto limit = call.request.query.find("limit"); limit != call.request.query.end())
        target += "limit=" + limit->second + '&';
    return '<' + target + "cursor=" + cursor + ">; rel=\"next\"";
}

struct EventsPage {
    std::string body;
    std::string cursor;
};

Result<EventsPage> read_page(store::Reader& reader, store::EventQuery query, const std::string& bound_to)
{
    if (query.incident) {
        auto incident = target_incident(reader, *query.incident);
        if (!incident) return Failure{Errc::invalid_input, "query parameter incident: " + incident.error().detail};
        query.incident = incident->key;
    }
    auto found = reader.events(query);
    if (!found) return found.error();
    wire::json::array events;
    for (const auto& event : found->events) events.push_back(wire::to_json(event));
    EventsPage page;
    wire::json::object body;
    body["events"] = std::move(events);
    body["next"] = nullptr;
    if (found->next) {
        page.cursor = make_cursor(*found->next, bound_to);
        body["next"] = page.cursor;
    }
    if (!query.words.empty()) body["search_behind"] = found->search_behind;
    page.body = wire::json::serialize(body) + '\n';
    return page;
}

}  // namespace

Handled post_events(Context& context, Call call)
{
    auto& runtime = context.runtime;
    auto shared = std::make_shared<Call>(std::move(call));
    const auto bytes = shared->request.body.size();
    // A large body is a machine's; it is not worth a worker's time when it could not be queued.
    if (bytes > inline_body_bytes && !runtime.ledger.has_room(store::Lane::machines))
        co_return Failure{Errc::unavailable, "the store is busy; send it again, with the same key, in a second"};
    auto key = request_key(*shared);
    if (!key) co_return key.error();
    std::function<Result<Decoded>()> work = [shared] { return decode(*shared); };
    auto decoded = co_await compute<Decoded>(runtime, bytes, std::move(work));
    if (!decoded) co_return decoded.error();

    store::Submission submission;
    submission.lane = decoded->lane;
    submission.key = std::move(*key);
    submission.events = decoded->requests.size();
    submission.bytes = bytes;
    submission.decide = decide_events(std::move(decoded->requests), shared->sender, decoded->batch, shared->settings->rules);
    auto receipt = co_await runtime.ledger.append(std::move(submission));
    if (!receipt) co_return receipt.error();
    auto stored = std::make_shared<store::Receipt>(std::move(*receipt));
    count(context, *stored, shared->sender.source, runtime.clock.now());

    bool whole = stored->items.size() <= full_answer_events || wants_representation(*shared);
    if (whole && !all_stored(*stored)) {
        // A key that was sent before may have been somebody's whose event the sender may not see: that it is stored is all it learns.
        std::function<Result<bool>(store::Reader&)> look = [stored](store::Reader& reader) { return shows_all(reader, *stored); };
        auto shown = co_await read_as<bool>(runtime, shared->sender.who, std::move(look));
        whole = shown && *shown;
    }
    constexpr std::size_t answer_bytes_per_event = 1024;  // what one costs to render, roughly as much as parsing it
    std::function<Result<std::string>()> rendering = [stored, whole]() -> Result<std::string> { return render(*stored, whole); };
    auto body = co_await compute<std::string>(runtime, whole ? stored->items.size() * answer_bytes_per_event : 0,
                                              std::move(rendering));
    // It is stored, so a busy worker must not make it look refused: the short answer costs little.
    if (!body) body = render(*stored, false);
    auto reply = text_reply(all_replayed(*stored) ? 200 : 201, std::move(*body), "application/json");
    if (reply.status == 200) reply.headers.emplace_back("Idempotent-Replay", "true");
    if (!decoded->batch && stored->items.size() == 1)
        reply.headers.emplace_back("Location", runtime.external_url + "/api/v1/events/" + to_string(stored->items.front().entry.id));
    co_return reply;
}

Handled list_events(Context& context, Call call)
{
    auto query = read_event_query(call.request.query);
    if (!query) co_return query.error();
    if (!query->words.empty()) co_await context.runtime.readers.let_search_catch_up();
    std::function<Result<EventsPage>(store::Reader&)> job = [query = *query, bound_to = canonical(call.request.query)](
                                                          store::Reader& reader) { return read_page(reader, query, bound_to); };
    auto page = co_await read_as<EventsPage>(context.runtime, call.sender.who, std::move(job));
    if (!page) co_return page.error();
    auto reply = text_reply(200, std::move(page->body), "application/json");
    if (!page->cursor.empty())
        reply.headers.emplace_back("Link", link_next(call, context.runtime.external_url, page->cursor));
    co_return reply;
}

Handled get_event(Context& context, Call call)
{
    const auto id = event_id(call);
    if (!id) co_return id.error();
    std::function<Result<std::optional<Event>>(store::Reader&)> job = [id = *id](store::Reader& reader) { return reader.event(id); };
    auto event = co_await read_as<std::optional<Event>>(context.runtime, call.sender.who, std::move(job));
    if (!event) co_return event.error();
    if (!*event) co_return Failure{Errc::not_found, "there is no event " + to_string(*id)};
    auto etag = etag_of(**event);
    if (names_etag(call.request.header("if-none-match"), etag, true)) co_return not_modified(std::move(etag));
    auto reply = json_reply(200, wire::to_json(**event));
    reply.headers.emplace_back("ETag", std::move(etag));
    co_return reply;
}

Handled get_history(Context& context, Call call)
{
    const auto id = event_id(call);
    if (!id) co_return id.error();
    std::function<Result<std::string>(store::Reader&)> job = [id = *id](store::Reader& reader) -> Result<std::string> {
        auto entries = reader.history(id);
        if (!entries) return entries.error();
        if (entries->empty()) return Failure{Errc::not_found, "there is no event " + to_string(id)};
        wire::json::array all;
        for (const auto& entry : *entries) all.push_back(wire::to_json(entry));
        wire::json::object body;
        body["entries"] = std::move(all);
        return wire::json::serialize(body) + '\n';
    };
    auto body = co_await read_as<std::string>(context.runtime, call.sender.who, std::move(job));
    if (!body) co_return body.error();
    co_return text_reply(200, std::move(*body), "application/json");
}

}  // namespace incident::api
