#include "api/common.hpp"
#include "api/guard.hpp"
#include "api/handlers.hpp"
#include <algorithm>
#include <array>

// What arrived, as it arrived: somebody else's bytes, which no browser may take for a page of ours.
namespace incident::api {
namespace {

/// Types that nobody runs, with the ending a file of them has.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> harmless{{
    {"application/json", ".json"},
    {"application/x-ndjson", ".ndjson"},
    {"application/cloudevents+json", ".json"},
    {"application/x-www-form-urlencoded", ".txt"},
    {"text/plain", ".txt"},
}};

struct Raw {
    std::string body, content_type;
    bool scrubbed = false;
};

Result<Raw> read_raw(store::Reader& reader, const Id& id)
{
    auto event = reader.event(id);
    if (!event) return event.error();
    if (!*event) return Failure{Errc::not_found, "there is no event " + to_string(id)};
    auto kept = reader.kept_body(id);
    if (!kept) return kept.error();
    if (!*kept)
        return Failure{Errc::not_found, "no body is kept of event " + to_string(id) + ": it came without one, or its time is over (raw: in the config), or it was redacted"};
    auto body = store::unpack((*kept)->body);
    if (!body) return body.error();
    return Raw{std::move(*body), std::move((*kept)->body.content_type), (*kept)->body.scrubbed};
}

}  // namespace

Handled get_raw(Context& context, Call call)
{
    const auto id = event_id(call);
    if (!id) co_return id.error();
    std::function<Result<Raw>(store::Reader&)> job = [id = *id](store::Reader& reader) { return read_raw(reader, id); };
    auto raw = co_await read_as<Raw>(context.runtime, call.sender.who, std::move(job));
    if (!raw) co_return raw.error();
    const auto known = std::ranges::find(harmless, std::string_view{media_type(raw->content_type)}, &std::pair<std::string_view, std::string_view>::first);
    const bool safe = known != harmless.end();
    auto reply = text_reply(200, std::move(raw->body), safe ? std::string{known->first} : "application/octet-stream");
    reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + to_string(*id) + std::string{safe ? known->second : ".bin"} + '"');
    reply.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
    reply.headers.emplace_back("Cache-Control", "no-store");
    if (raw->scrubbed) reply.headers.emplace_back("X-Incidentd-Scrubbed", "true");
    co_return reply;
}

}  // namespace incident::api
