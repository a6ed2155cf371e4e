#include "api/intake.hpp"
#include "api/common.hpp"
#include "api/prepare.hpp"
#include "auth/verify.hpp"
#include "ingest/scrub.hpp"
#include "observe/log.hpp"

namespace incident::api {
namespace {

store::Lane lane_of(const std::vector<ingest::Item>& items)
{
    if (items.size() > store::people_lane_events) return store::Lane::machines;
    for (const auto& item : items) {
        const auto* event = std::get_if<Event>(&item.what);
        if (event == nullptr) continue;  // an edit of what a person said
        if (event->kind != Kind::chat && event->kind != Kind::note && event->kind != Kind::command) return store::Lane::machines;
    }
    return store::Lane::people;
}

/// By which a delivery is known when it comes again. An amendment has no key of its own as an event has, and the same edit
/// may come under several deliveries, so alone it goes by its own.
std::optional<store::RequestKey> delivery_key(const Arrival& arrival)
{
    const auto& items = arrival.understood.items;
    std::string once;
    for (const auto& item : items)
        if (const auto* change = std::get_if<ingest::ByKey>(&item.what); change != nullptr && !change->once_key.empty())
            once += (once.empty() ? "" : "\n") + change->once_key;
    if (items.size() == 1 && !once.empty()) return store::RequestKey{arrival.source, once, auth::sha256_hex(once)};
    if (!arrival.delivery_id.empty()) {
        const auto name = auth::sha256_hex(arrival.delivery_id + '\n' + arrival.digest);
        return store::RequestKey{arrival.source, "delivery:" + name, name};
    }
    if (once.empty()) return std::nullopt;
    return store::RequestKey{arrival.source, once.size() <= max_key_bytes ? once : auth::sha256_hex(once), auth::sha256_hex(once)};
}

std::size_t weight_of(const std::vector<ingest::Item>& items)
{
    constexpr std::size_t bytes_beside_the_text = 300;
    std::size_t bytes = 0;
    for (const auto& item : items) {
        bytes += bytes_beside_the_text;
        if (const auto* event = std::get_if<Event>(&item.what)) bytes += event->text.size() + event->details.size();
    }
    return bytes;
}

void log_opened(const store::Receipt& receipt)
{
    for (const auto& item : receipt.items)
        if (const auto* step = std::get_if<IncidentStep>(&item.entry.what); step != nullptr && !receipt.replayed)
            observe::log_info("incident opened", {{"incident", to_string(step->incident)}, {"by", item.entry.author.name}});
}

void note_on_status(Context& context, const Arrival& arrival)
{
    const auto& understood = arrival.understood;
    if (!understood.note.empty()) context.sources.noted(arrival.source, understood.note, arrival.received_at);
    if (!understood.topic.empty()) context.sources.heard(arrival.source, understood.topic);
    if (!understood.confirmation) return;
    context.sources.asked(arrival.source, *understood.confirmation, arrival.received_at);
    observe::log_warn("source asks to be confirmed", {{"source", arrival.source}, {"topic", understood.confirmation->topic}});
}

}  // namespace

void prepare(Arrival& arrival, const tagging::RuleSet& rules)
{
    if (std::exchange(arrival.prepared, true)) return;
    const ingest::Scrubber scrubber{arrival.understood.secrets};
    for (auto& item : arrival.understood.items) {
        scrubber.clean(item);  // first: a rule's match is kept too
        prepare_received(item, rules);
    }
}

const std::shared_ptr<const AlertRoutes>& current_routes(Context& context)
{
    if (const auto& settings = context.runtime.settings; context.routes_of != settings) {
        context.routes = AlertRoutes::compile(settings->config.routes);
        context.routes_of = settings;
    }
    return context.routes;
}

std::vector<Event> events_of(const store::Receipt& receipt)
{
    std::vector<Event> events;
    for (const auto& item : receipt.items)
        if (std::holds_alternative<Event>(item.entry.what)) events.push_back(event_of(item.entry));
    return events;
}

asio::awaitable<Result<store::Receipt>> take_in(Context& context, Arrival arrival)
{
    auto& runtime = context.runtime;
    prepare(arrival, *runtime.settings->rules);
    note_on_status(context, arrival);
    auto& understood = arrival.understood;
    if (understood.items.empty()) co_return store::Receipt{};

    store::Submission submission;
    submission.lane = lane_of(understood.items);
    submission.key = delivery_key(arrival);
    submission.events = understood.items.size();
    submission.bytes = weight_of(understood.items) + (arrival.raw ? arrival.raw->compressed.size() : 0);
    submission.raw = arrival.raw;
    submission.decide = decide_hook(std::move(understood.items), arrival.sender, current_routes(context), runtime.settings->rules);
    auto receipt = co_await runtime.ledger.append(std::move(submission));
    if (!receipt) {
        // Nothing is known to be stored, so whatever the reason, the sender must come again.
        runtime.metrics.hook_refused(arrival.source, "busy");
        context.sources.refused(arrival.source, receipt.error().detail, arrival.received_at);
        observe::log_warn("not stored", {{"source", arrival.source}, {"peer", arrival.sender.principal}, {"why", receipt.error().detail}});
        const auto code = receipt.error().code == Errc::unavailable ? Errc::unavailable : Errc::unknown_outcome;
        co_return Failure{code, receipt.error().detail};
    }
    count(context, *receipt, arrival.source, arrival.received_at);
    log_opened(*receipt);
    if (understood.unparsed > 0 && !receipt->replayed) {
        for (std::size_t i = 0; i < understood.unparsed; ++i) runtime.metrics.hook_unparsed(arrival.source);
        context.sources.unparsed(arrival.source, understood.unparsed, arrival.received_at);
        observe::log_warn("not understood, kept", {{"source", arrival.source}, {"events", understood.unparsed}});
    }
    co_return std::move(receipt);
}

}  // namespace incident::api
