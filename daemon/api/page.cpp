#include "web/page.hpp"
#include "api/common.hpp"
#include "api/cursor.hpp"
#include "api/handlers.hpp"
#include "app/clock.hpp"

namespace incident::api {
namespace {

constexpr std::size_t page_events = 100, page_incidents = 50, page_closed = 10;

Result<web::Page> read_page(store::Reader& reader)
{
    web::Page page;
    auto incidents = reader.incidents();
    if (!incidents) return incidents.error();
    for (auto& incident : *incidents) {
        auto& list = incident.status == IncidentStatus::open ? page.open : page.closed;
        if (incident.status == IncidentStatus::merged || list.size() == (&list == &page.open ? page_incidents : page_closed)) continue;
        list.push_back(std::move(incident));
    }
    store::EventQuery newest;
    newest.descending = true;
    newest.limit = page_events;
    auto events = reader.events(newest);
    if (!events) return events.error();
    page.newest = std::move(events->events);
    return page;
}

}  // namespace

Handled get_page(Context& context, Call call)
{
    std::function<Result<std::string>(store::Reader&)> job = [now = context.runtime.clock.now(), version = std::string{observe::build_info().version}](
                                                                 store::Reader& reader) -> Result<std::string> {
        auto page = read_page(reader);
        if (!page) return page.error();
        page->now = now;
        page->version = version;
        return web::render(*page);
    };
    auto html = co_await read_as<std::string>(context.runtime, call.sender.who, std::move(job));
    if (!html) co_return html.error();
    static const std::string policy = web::content_security_policy();
    auto reply = text_reply(200, std::move(*html), "text/html; charset=utf-8");
    reply.headers.emplace_back("Content-Security-Policy", policy);
    reply.headers.emplace_back("Referrer-Policy", "no-referrer");
    reply.headers.emplace_back("Cache-Control", "no-store");
    co_return reply;
}

}  // namespace incident::api
