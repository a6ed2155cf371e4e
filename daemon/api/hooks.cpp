#include "api/hooks.hpp"
#include "api/common.hpp"
#include "api/handlers.hpp"
#include "api/prepare.hpp"
#include "auth/verify.hpp"
#include "ingest/dialects.hpp"
#include "observe/log.hpp"

namespace incident::api {
namespace {

Result<ingest::Understood> understand(const Call& call, const Hook& hook)
{
    if (hook.source->proof == ingest::Proof::secret) {
        // Over the raw bytes, before anything reads them.
        auto proved = auth::verify_slack(call.request.header("x-slack-request-timestamp"), call.request.header("x-slack-signature"),
                                         call.request.body, hook.source->verifier.secrets, call.received_at);
        if (!proved) return proved.error();
    }
    const ingest::Body body{call.request.body, call.request.header("content-type"), call.request.headers, call.received_at, call.request.query, {}};
    auto understood = hook.dialect->read(body, hook.source->reads);
    for (auto& item : understood.items) prepare_received(item, *call.settings->rules);
    return understood;
}

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

/// Amendments carry no key of their own, so a delivery of one is told apart by the request's.
std::optional<store::RequestKey> delivery_key(const std::vector<ingest::Item>& items, const std::string& source)
{
    for (const auto& item : items)
        if (const auto* change = std::get_if<ingest::ByKey>(&item.what); change != nullptr && !change->once_key.empty())
            return store::RequestKey{source, change->once_key, auth::sha256_hex(change->once_key)};
    return std::nullopt;
}

struct Tally {
    std::size_t accepted = 0, repeated = 0;
};

Tally tally(const store::Receipt& receipt)
{
    Tally sums;
    for (const auto& item : receipt.items) {
        if (std::holds_alternative<IncidentStep>(item.entry.what)) continue;
        if (receipt.replayed || item.outcome != store::Outcome::stored)
            ++sums.repeated;
        else
            ++sums.accepted;
    }
    return sums;
}

net::Reply acknowledge(const ingest::Understood& understood, const Tally& sums)
{
    if (!understood.reply.empty()) return text_reply(200, understood.reply, understood.reply_type);
    wire::json::object answer;
    answer["accepted"] = sums.accepted;
    answer["repeated"] = sums.repeated;
    answer["unparsed"] = understood.unparsed;
    return json_reply(200, answer);
}

void log_opened(const store::Receipt& receipt)
{
    for (const auto& item : receipt.items)
        if (const auto* step = std::get_if<IncidentStep>(&item.entry.what); step != nullptr && !receipt.replayed)
            observe::log_info("incident opened", {{"incident", to_string(step->incident)}, {"by", item.entry.author.name}});
}

}  // namespace

Handled post_hook(Context& context, Call call)
{
    auto& runtime = context.runtime;
    const auto source = call.params.at("source");
    const auto hook = find_hook(source, call.settings->config);
    if (!hook) co_return unknown_hook(source, call.settings->config);
    call.sender.source = source;
    call.sender.principal = "hook:" + source + ' ' + call.sender.principal;
    call.sender.author = Author{source, false, {}};
    auto shared = std::make_shared<Call>(std::move(call));
    const auto bytes = shared->request.body.size();
    std::function<Result<ingest::Understood>()> work = [shared, hook = *hook] { return understand(*shared, hook); };
    auto understood = co_await compute<ingest::Understood>(runtime, bytes, std::move(work));
    if (!understood) {
        if (understood.error().code == Errc::unauthenticated) {
            runtime.metrics.hook_refused(source, "signature");
            context.sources.refused(source, "signature: " + understood.error().detail, shared->received_at);
            observe::log_warn("hook refused", {{"source", source}, {"peer", shared->sender.principal}, {"why", understood.error().detail}});
            // The reason stands in our log; a forger learns nothing.
            co_return Failure{Errc::unauthenticated, {}};
        }
        runtime.metrics.hook_refused(source, "busy");
        co_return understood.error();
    }
    if (!understood->note.empty()) context.sources.noted(source, understood->note, shared->received_at);

    Tally sums;
    if (!understood->items.empty()) {
        store::Submission submission;
        submission.lane = lane_of(understood->items);
        submission.key = delivery_key(understood->items, source);
        submission.events = understood->items.size();
        submission.bytes = bytes;
        submission.decide = decide_hook(std::move(understood->items), shared->sender, shared->routes);
        auto receipt = co_await runtime.ledger.append(std::move(submission));
        if (!receipt) {
            // Nothing is known to be stored, so whatever the reason, the sender must come again: never a 4xx.
            const bool busy = receipt.error().code == Errc::unavailable;
            runtime.metrics.hook_refused(source, "busy");
            context.sources.refused(source, receipt.error().detail, shared->received_at);
            observe::log_warn("hook not stored", {{"source", source}, {"why", receipt.error().detail}});
            co_return Failure{busy ? Errc::unavailable : Errc::unknown_outcome, receipt.error().detail};
        }
        count(context, *receipt, source, shared->received_at);
        log_opened(*receipt);
        sums = tally(*receipt);
    }
    for (std::size_t i = 0; i < understood->unparsed; ++i) runtime.metrics.hook_unparsed(source);
    if (understood->unparsed > 0) context.sources.unparsed(source, understood->unparsed, shared->received_at);
    co_return acknowledge(*understood, sums);
}

}  // namespace incident::api
