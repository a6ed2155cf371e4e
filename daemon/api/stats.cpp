#include "api/common.hpp"
#include "api/figures.hpp"
#include "api/handlers.hpp"
#include "app/clock.hpp"
#include <algorithm>

namespace incident::api {
namespace {

using Steady = std::chrono::steady_clock;

/// What has not been read by then is left out, saying so: whoever asks waits five seconds, not more.
constexpr std::chrono::milliseconds stats_time{4000};

struct Gathered {
    std::vector<timeline::Figures> figures;
    std::vector<FiguresOrWhy> left_out;
};

/// Those that may have begun in the period. An incident begins before it is opened, unless somebody set its start.
Result<std::vector<Incident>> candidates(store::Reader& reader, const StatsQuery& query)
{
    auto all = reader.incidents();
    if (!all) return all.error();
    std::erase_if(*all, [&](const Incident& incident) {
        if (incident.status == IncidentStatus::merged) return true;  // its events are another's now
        const auto latest = incident.started_at ? *incident.started_at : incident.opened_at;
        return latest < query.since || (incident.started_at && *incident.started_at >= query.until);
    });
    std::ranges::reverse(*all);
    return all;
}

/// Takes from `at` on until its slice is over; at least one.
Result<std::size_t> gather(store::Reader& reader, const std::vector<Incident>& incidents, std::size_t at, const StatsQuery& query, Gathered& gathered)
{
    const auto until = Steady::now() + figures_slice;
    do {
        auto one = read_figures(reader, incidents[at]);
        if (!one) return one.error();
        if (!one->figures) gathered.left_out.push_back(std::move(*one));
        else if (one->figures->began_at >= query.since && one->figures->began_at < query.until) gathered.figures.push_back(std::move(*one->figures));
    } while (++at < incidents.size() && Steady::now() < until);
    return at;
}

wire::json::object to_json(const StatsQuery& query, const Gathered& gathered)
{
    auto json = timeline::to_json(timeline::stats_of(gathered.figures));
    json["since"] = to_rfc3339(query.since);
    json["until"] = to_rfc3339(query.until);
    wire::json::array left_out;
    for (const auto& one : gathered.left_out) left_out.emplace_back(wire::json::object{{"incident", to_string(one.key)}, {"why", one.why}});
    json["left_out"] = std::move(left_out);
    return json;
}

}  // namespace

Handled get_stats(Context& context, Call call)
{
    const auto query = read_stats_query(call.request.query, context.runtime.clock.now());
    if (!query) co_return query.error();
    const auto until = Steady::now() + stats_time;
    std::function<Result<std::vector<Incident>>(store::Reader&)> list = [query = *query](store::Reader& reader) { return candidates(reader, query); };
    auto listed = co_await read_as<std::vector<Incident>>(context.runtime, call.sender.who, std::move(list));
    if (!listed) co_return listed.error();
    const auto incidents = std::make_shared<const std::vector<Incident>>(std::move(*listed));
    const auto gathered = std::make_shared<Gathered>();
    for (std::size_t at = 0; at < incidents->size();) {
        if (Steady::now() >= until) {
            for (; at < incidents->size(); ++at)
                gathered->left_out.push_back({(*incidents)[at].key, std::nullopt, "there was no time for it; ask for a shorter period"});
            break;
        }
        std::function<Result<std::size_t>(store::Reader&)> job = [incidents, gathered, at, query = *query](store::Reader& reader) {
            return gather(reader, *incidents, at, query, *gathered);
        };
        auto next = co_await read_as<std::size_t>(context.runtime, call.sender.who, std::move(job));
        if (!next) co_return next.error();
        at = *next;
    }
    const auto body = to_json(*query, *gathered);
    co_return json_reply(200, body);
}

}  // namespace incident::api
