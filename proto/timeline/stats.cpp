#include "timeline/stats.hpp"
#include "timeline/json.hpp"
#include "timeline/parts.hpp"
#include <algorithm>
#include <map>
#include <unordered_map>

namespace incident::timeline {
namespace {

namespace json = wire::json;

/// Counts the dead ends and the minutes they took; overlapping ones are the same minutes of the same night.
void add_dead_ends(const Timeline& timeline, Figures& figures)
{
    std::unordered_map<Id, Instant> happened;
    std::vector<std::pair<Instant, Instant>> spans;
    for (const auto& event : timeline.events) happened.emplace(event.id, event.occurred_at);
    for (const auto& end : timeline.dead_ends) {
        if (end.verdict != "ruled_out") continue;
        ++figures.dead_ends;
        const auto from = happened.find(end.hypothesis), to = end.verdict_event ? happened.find(*end.verdict_event) : happened.end();
        if (!end.minutes || from == happened.end() || to == happened.end()) ++figures.dead_ends_unknown;
        else if (to->second < from->second) ++figures.dead_ends_negative;
        else spans.emplace_back(from->second, to->second);
    }
    std::ranges::sort(spans);
    std::chrono::microseconds lost{};
    std::optional<Instant> until;
    for (const auto& [from, to] : spans) {
        const auto begin = until ? std::max(from, *until) : from;
        if (to > begin) lost += to - begin;
        until = until ? std::max(*until, to) : to;
    }
    figures.dead_end_minutes = whole_minutes(lost);
}

/// Collects one figure; what cannot be in its median is named.
class Gathering {
 public:
    Gathering(std::string name, std::string unit, std::string definition)
    {
        figure_.name = std::move(name);
        figure_.unit = std::move(unit);
        figure_.definition = std::move(definition);
    }
    void add(IncidentKey key, std::optional<std::int64_t> value, const std::string& why)
    {
        if (!value) {
            const auto found = std::ranges::find(figure_.missing, why, &Missing::why);
            if (found == figure_.missing.end()) figure_.missing.push_back({why, {key}});
            else found->incidents.push_back(key);
        } else if (*value < 0) {
            figure_.negative.push_back({key, *value});
        } else {
            values_.push_back(*value);
        }
    }
    Figure done()
    {
        std::ranges::sort(values_);
        figure_.n = values_.size();
        if (!values_.empty()) {
            const auto middle = values_.size() / 2;
            const auto upper = static_cast<double>(values_[middle]);
            figure_.median = values_.size() % 2 == 1 ? upper : (static_cast<double>(values_[middle - 1]) + upper) / 2;
            figure_.least = values_.front();
            figure_.most = values_.back();
            figure_.sum = 0;
            for (const auto value : values_) *figure_.sum += value;
        }
        std::ranges::sort(figure_.missing, [](const Missing& a, const Missing& b) {
            return a.incidents.size() != b.incidents.size() ? a.incidents.size() > b.incidents.size() : a.why < b.why;
        });
        return std::move(figure_);
    }

 private:
    Figure figure_;
    std::vector<std::int64_t> values_;
};

std::vector<Share> shares_of(const std::map<std::string, std::size_t>& counted)
{
    std::vector<Share> shares;
    for (const auto& [name, incidents] : counted) shares.push_back({name, incidents});
    std::ranges::stable_sort(shares, [](const Share& a, const Share& b) { return a.incidents > b.incidents; });
    return shares;
}

constexpr std::pair<std::string_view, std::string_view> duration_definitions[] = {
    {"to_detect", "from the start (set, or the first event tagged impact or detection) to the first event tagged detection"},
    {"to_acknowledge", "from the first detection to the first event that a person wrote at or after it"},
    {"to_mitigate", "from the start to the first event tagged mitigation that did not turn out a dead end"},
    {"to_resolve", "from the start to the end: the one that was set, or the last resolution that nothing contradicts"},
};

template <class T>
json::value figure_number(const std::optional<T>& value)
{
    return value ? json::value(*value) : json::value(nullptr);
}
json::value figure_time(const std::optional<Instant>& at) { return at ? json::value(to_rfc3339(*at)) : json::value(nullptr); }
json::value figure_text(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::object to_json(const Figure& figure)
{
    json::array missing, negative;
    for (const auto& one : figure.missing) {
        json::array keys;
        for (const auto key : one.incidents) keys.emplace_back(to_string(key));
        missing.emplace_back(json::object{{"why", one.why}, {"incidents", std::move(keys)}});
    }
    for (const auto& one : figure.negative) negative.emplace_back(json::object{{"incident", to_string(one.incident)}, {"value", one.value}});
    return {{"name", figure.name},
            {"unit", figure.unit},
            {"definition", figure.definition},
            {"n", figure.n},
            {"median", figure_number(figure.median)},
            {"least", figure_number(figure.least)},
            {"most", figure_number(figure.most)},
            {"sum", figure_number(figure.sum)},
            {"missing", std::move(missing)},
            {"negative", std::move(negative)}};
}

json::array to_json(const std::vector<Share>& shares)
{
    json::array all;
    for (const auto& share : shares) all.emplace_back(json::object{{"name", figure_text(share.name)}, {"incidents", share.incidents}});
    return all;
}

}  // namespace

Figures figures_of(const Timeline& timeline)
{
    Figures figures;
    figures.key = timeline.incident.key;
    figures.severity = timeline.incident.severity;
    figures.detected_how = timeline.facts.detected_how;
    figures.started_at = timeline.facts.started_at;
    figures.detected_at = timeline.facts.detected_at;
    figures.resolved_at = timeline.facts.resolved_at;
    figures.began_at = figures.started_at.value_or(timeline.incident.opened_at);
    figures.duration_minutes = timeline.facts.duration_minutes;
    figures.durations = timeline.durations;
    add_dead_ends(timeline, figures);
    for (const auto& event : timeline.events) {
        if (!counts(event)) continue;
        ++figures.events;
        if (event.kind == Kind::alert && !is_resolve(event)) figures.alerts += event.count;
    }
    return figures;
}

Stats stats_of(std::span<const Figures> all)
{
    Stats stats;
    stats.incidents = all.size();
    std::map<std::string, std::size_t> severities, hows;
    for (const auto& one : all) {
        ++severities[one.severity];
        ++hows[one.detected_how];
    }
    stats.by_severity = shares_of(severities);
    stats.by_detected_how = shares_of(hows);
    for (const auto& [name, definition] : duration_definitions) {
        Gathering gathering{std::string{name}, "minutes", std::string{definition}};
        for (const auto& one : all) {
            const auto found = std::ranges::find(one.durations, name, &Duration::name);
            if (found == one.durations.end()) gathering.add(one.key, std::nullopt, "it has no such figure");
            else gathering.add(one.key, found->minutes, found->why);
        }
        stats.figures.push_back(gathering.done());
    }
    Gathering lost{"dead_end_minutes", "minutes",
                   "per incident, from an idea to the word that ruled it out; minutes that several dead ends share count once, and none ruled out is 0"};
    for (const auto& one : all) {
        const bool whole = one.dead_ends_unknown == 0 && one.dead_ends_negative == 0;
        lost.add(one.key, whole ? std::optional{one.dead_end_minutes} : std::nullopt,
                 one.dead_ends_negative > 0 ? "an idea is ruled out before it was had" : "it is not known when an idea that was ruled out began");
    }
    stats.figures.push_back(lost.done());
    Gathering alerts{"alerts", "count", "per incident, notifications of firing alerts, repeats included, resolves not"};
    for (const auto& one : all) alerts.add(one.key, static_cast<std::int64_t>(one.alerts), {});
    stats.figures.push_back(alerts.done());
    return stats;
}

json::object to_json(const Figures& figures)
{
    json::array lasting;
    for (const auto& duration : figures.durations)
        lasting.emplace_back(json::object{{"name", duration.name},
                                          {"minutes", figure_number(duration.minutes)},
                                          {"from", duration.from ? json::value(to_string(*duration.from)) : json::value(nullptr)},
                                          {"to", duration.to ? json::value(to_string(*duration.to)) : json::value(nullptr)},
                                          {"why", duration.why}});
    return {{"started_at", figure_time(figures.started_at)},
            {"detected_at", figure_time(figures.detected_at)},
            {"detected_how", figure_text(figures.detected_how)},
            {"resolved_at", figure_time(figures.resolved_at)},
            {"duration_minutes", figure_number(figures.duration_minutes)},
            {"durations", std::move(lasting)},
            {"dead_end_minutes", figures.dead_end_minutes},
            {"dead_ends", figures.dead_ends},
            {"dead_ends_unknown", figures.dead_ends_unknown + figures.dead_ends_negative},
            {"alerts", figures.alerts},
            {"events", figures.events}};
}

json::object to_json(const Stats& stats)
{
    json::array figures;
    for (const auto& figure : stats.figures) figures.emplace_back(to_json(figure));
    return {{"incidents", stats.incidents},
            {"figures", std::move(figures)},
            {"by_severity", to_json(stats.by_severity)},
            {"by_detected_how", to_json(stats.by_detected_how)}};
}

}  // namespace incident::timeline
