#include "api/authenticate.hpp"
#include "api/common.hpp"
#include "api/handlers.hpp"
#include <charconv>

namespace incident::api {
namespace {

Result<std::optional<std::uint64_t>> last_event_id(const net::Request& request)
{
    const auto text = request.header("last-event-id");
    if (text.empty()) return std::optional<std::uint64_t>{};
    std::uint64_t seq = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seq);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
        return Failure{Errc::malformed, "Last-Event-ID: give the id of the last item you saw, a number"};
    return std::optional{seq};
}

}  // namespace

Handled get_stream(Context& context, Call call)
{
    auto incident = read_stream_query(call.request.query);
    if (!incident) co_return incident.error();
    const auto after = last_event_id(call.request);
    if (!after) co_return after.error();
    std::optional<IncidentKey> key = *incident;
    if (key) {
        std::function<Result<Incident>(store::Reader&)> job = [wanted = *key](store::Reader& reader) { return target_incident(reader, wanted); };
        auto target = co_await read_as<Incident>(context.runtime, call.sender.who, std::move(job));
        if (!target) co_return target.error();
        key = target->key;
    }
    auto reply = text_reply(200, {}, "text/event-stream");
    reply.headers.emplace_back("Cache-Control", "no-store");
    reply.headers.emplace_back("X-Accel-Buffering", "no");
    if (call.request.method == "HEAD") co_return reply;  // asks what there is, wants no items
    // A stream outlives the request: whoever may come in no more is shown out at the next item or heartbeat.
    live::Watcher watcher;
    watcher.who = call.sender.who;
    watcher.welcome = [&runtime = context.runtime, opened = call.sender.who] { return still_welcome(runtime, opened); };
    auto stream = context.runtime.hub.subscribe(*after, key, std::move(watcher));
    if (!stream) co_return stream.error();
    reply.body = std::move(*stream);
    co_return reply;
}

}  // namespace incident::api
