#include "api/nudger.hpp"
#include "app/clock.hpp"
#include "draft/check.hpp"
#include "draft/nudge.hpp"
#include "wire/json.hpp"
#include <algorithm>

namespace incident::api {
namespace {

std::string item_of(IncidentKey key, const draft::Nudge& nudge)
{
    const wire::json::object data{{"incident", to_string(key)}, {"finding", nudge.finding}, {"text", nudge.text}};
    return "event: nudge\ndata: " + wire::json::serialize(data) + "\n\n";
}

}  // namespace

asio::awaitable<void> Nudger::look()
{
    const auto nudges = runtime_.settings->config.nudges;
    if (!nudges.stream || runtime_.hub.clients() == 0) co_return;
    std::function<Result<std::vector<Incident>>(store::Reader&)> all = [](store::Reader& reader) { return reader.incidents(); };
    auto incidents = co_await store::read(runtime_.readers, std::move(all));
    if (!incidents) co_return;  // busy or failing: the next look is a minute away
    std::erase_if(*incidents, [](const Incident& incident) { return incident.status != IncidentStatus::open; });
    std::erase_if(known_, [&](const auto& known) { return std::ranges::find(*incidents, known.first, &Incident::key) == incidents->end(); });
    std::ranges::sort(*incidents, std::ranges::greater{}, &Incident::key);
    const auto now = runtime_.clock.now();
    std::size_t looked = 0;
    for (auto& incident : *incidents) {
        const auto& known = known_[incident.key];
        if (!draft::may_nudge(now, known.nudged_at, nudges.every) || (known.looked_at && now - *known.looked_at < look_again)) continue;
        if (++looked > max_incidents) break;
        co_await look_at(std::move(incident), nudges.every);
    }
}

asio::awaitable<void> Nudger::look_at(Incident incident, std::chrono::minutes pause)
{
    const auto now = runtime_.clock.now();
    const auto last = known_[incident.key].nudged_at;
    std::function<Result<std::optional<draft::Nudge>>(store::Reader&)> job =
        [key = incident.key, now, last, pause](store::Reader& reader) -> Result<std::optional<draft::Nudge>> {
        auto entries = reader.incident_entries(key);
        if (!entries) return entries.error();
        const auto timeline = timeline::build_taking(std::move(*entries), key);
        if (!timeline) return timeline.error();
        return draft::nudge_of(*timeline, draft::check(*timeline, now), now, last, pause);
    };
    const auto nudge = co_await store::read(runtime_.readers, std::move(job));
    auto& known = known_[incident.key];
    known.looked_at = now;
    if (!nudge || !*nudge) co_return;
    known.nudged_at = now;
    runtime_.hub.say(incident, item_of(incident.key, **nudge));
}

}  // namespace incident::api
