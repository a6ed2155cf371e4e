#include "draft/strip.hpp"
#include "draft/document.hpp"
#include <algorithm>
#include <array>

namespace incident::draft {
namespace {

using std::chrono::duration_cast;
using std::chrono::minutes;
using Seconds = std::chrono::duration<double>;

/// Of the strip's width: at least for a phase that took any time, at most for what lies before the start and behind the end.
constexpr double least_share = 0.05, most_beside = 0.12;
/// Pins closer than this touch on a phone.
constexpr double pin_room = 9;

/// Instants to percent: straight between knots, flat beyond them.
class Scale {
public:
    void add(Instant at, double percent) { knots_.emplace_back(at, percent); }
    [[nodiscard]] double operator()(Instant at) const
    {
        if (at <= knots_.front().first) return knots_.front().second;
        for (std::size_t i = 1; i < knots_.size(); ++i) {
            const auto& [left_at, left] = knots_[i - 1];
            const auto& [right_at, right] = knots_[i];
            if (at > right_at) continue;
            if (right_at == left_at) return right;
            return left + (right - left) * (Seconds{at - left_at} / Seconds{right_at - left_at});
        }
        return knots_.back().second;
    }

private:
    std::vector<std::pair<Instant, double>> knots_;
};

struct Bounds {
    std::optional<Instant> lead_up;  ///< before the start
    Instant start, end;
    std::optional<Instant> closed;   ///< after the end
    bool ongoing = false;
};

std::optional<Bounds> bounds_of(const timeline::Timeline& timeline)
{
    const auto& facts = timeline.facts;
    if (!facts.started_at) return std::nullopt;
    Bounds bounds;
    bounds.start = bounds.end = *facts.started_at;
    if (facts.resolved_at) bounds.end = *facts.resolved_at;
    else if (const auto last = last_entry(timeline)) bounds.end = *last;
    bounds.ongoing = !facts.resolved_at && timeline.incident.status == IncidentStatus::open;
    if (bounds.end <= bounds.start) return std::nullopt;  // the check names the contradiction; there is nothing to draw
    for (const auto& phase : timeline.phases) {
        if (!phase.from || !phase.to || *phase.to <= *phase.from) continue;
        if (phase.name == "lead-up") bounds.lead_up = phase.from;
        if (phase.name == "after") bounds.closed = phase.to;
    }
    return bounds;
}

/// The phases between start and end that took time, cut to those bounds.
std::vector<Strip::Band> inner_bands(const timeline::Timeline& timeline, const Bounds& bounds)
{
    std::vector<Strip::Band> bands;
    for (const auto& phase : timeline.phases) {
        if (!phase.from || phase.name == "lead-up" || phase.name == "after") continue;
        Strip::Band band;
        band.name = phase.name;
        band.from = std::max(*phase.from, bands.empty() ? bounds.start : bands.back().to);
        band.to = std::min(phase.to.value_or(bounds.end), bounds.end);
        band.ongoing = !phase.to && bounds.ongoing;
        if (band.from < band.to) bands.push_back(std::move(band));
    }
    return bands;
}

double share_beside(std::optional<Instant> from, Instant to, Seconds core)
{
    if (!from) return 0;
    const Seconds span = std::max(*from, to) - std::min(*from, to);
    return std::min(most_beside, std::max(least_share, span / (core + span)));
}

bool is_to_scale(Seconds span, double share, Seconds core, double core_share)
{
    const auto fair = core_share * (span / core);
    return share > fair * 0.9 && share < fair * 1.1;
}

struct Step {
    minutes span;
};
constexpr std::array<Step, 15> steps{{{minutes{1}}, {minutes{2}}, {minutes{5}}, {minutes{10}}, {minutes{15}}, {minutes{30}}, {minutes{60}},
                                      {minutes{120}}, {minutes{180}}, {minutes{360}}, {minutes{720}}, {minutes{1440}}, {minutes{2880}},
                                      {minutes{10080}}, {minutes{40320}}}};

std::vector<Strip::Tick> ticks_of(const Bounds& bounds, const Scale& scale, const Times& times, const Options& options)
{
    constexpr int most_ticks = 8;
    constexpr double clock_room = 8, date_room = 13, end_room = 10, dated_end_room = 18;
    const auto step = std::ranges::find_if(steps, [&](const Step& one) { return (bounds.end - bounds.start) / one.span <= most_ticks; });
    std::vector<Strip::Tick> ticks;
    if (step == steps.end()) return ticks;
    // Whole steps of the reader's own clock: midnight is theirs.
    const auto local = to_local(bounds.start, options.zone);
    const auto offset = local ? local->offset : std::chrono::seconds{0};
    const auto past = (bounds.start + offset).time_since_epoch() % step->span;
    const auto first = bounds.start - past;
    const bool dated = times.date(bounds.start) != times.date(bounds.end);
    double taken = strip_left + (dated ? dated_end_room : end_room);
    const double limit = strip_right - (dated ? dated_end_room : end_room);
    for (auto at = first; at < bounds.end; at += step->span) {
        if (at <= bounds.start) continue;
        const auto text = times.clock(at);
        const bool midnight = (at + offset).time_since_epoch() % minutes{1440} == minutes{0};
        const double room = (midnight ? date_room : clock_room) / 2, place = scale(at);
        if (place - room < taken || place + room > limit) continue;
        ticks.push_back({place, midnight ? times.date(at) : text});
        taken = place + room;
    }
    return ticks;
}

std::vector<Strip::Pin> pins_of(const timeline::Timeline& timeline, const Scale& scale, int& rows)
{
    const auto& facts = timeline.facts;
    std::optional<Instant> mitigated;
    for (const auto& phase : timeline.phases)
        if (phase.name == "recovering") mitigated = phase.from;
    std::vector<Strip::Pin> pins;
    const auto add = [&](char letter, std::string_view word, std::optional<Instant> when) {
        if (when) pins.push_back({letter, word, scale(*when), *when, 0});
    };
    add('S', "Started", facts.started_at);
    add('D', "Detected", facts.detected_at);
    add('M', "Mitigated", mitigated);
    add('R', "Resolved", facts.resolved_at);
    std::ranges::stable_sort(pins, {}, &Strip::Pin::when);
    std::vector<double> last;
    for (auto& pin : pins) {
        std::size_t row = 0;
        while (row < last.size() && pin.at - last[row] < pin_room) ++row;
        if (row == last.size()) last.push_back(pin.at);
        last[row] = pin.at;
        pin.row = static_cast<int>(row);
    }
    rows = std::max<int>(1, static_cast<int>(last.size()));
    return pins;
}

}  // namespace

std::optional<Strip> strip_of(const timeline::Timeline& timeline, std::span<const timeline::DeadEnd* const> dead_ends, const Times& times,
                              const Options& options)
{
    const auto bounds = bounds_of(timeline);
    if (!bounds) return std::nullopt;
    const Seconds core = bounds->end - bounds->start;
    const double before = share_beside(bounds->lead_up, bounds->start, core), behind = share_beside(bounds->closed, bounds->end, core);
    const double width = strip_right - strip_left, core_share = 1 - before - behind;
    Strip strip;
    strip.from = bounds->lead_up.value_or(bounds->start);
    strip.to = bounds->closed.value_or(bounds->end);
    auto bands = inner_bands(timeline, *bounds);

    // Every phase gets its share of the core; the smallest ones a little more, so that they can be seen.
    std::vector<std::pair<Instant, double>> parts;  // where a part ends, and its weight
    Instant reached = bounds->start;
    const auto part = [&](Instant until) {
        if (until <= reached) return;
        const double fair = Seconds{until - reached} / core;
        strip.widened = strip.widened || fair < least_share;
        parts.emplace_back(until, std::max(fair, least_share));
        reached = until;
    };
    for (const auto& band : bands) {
        part(band.from);
        part(band.to);
    }
    part(bounds->end);
    double weight = 0;
    for (const auto& [until, share] : parts) weight += share;

    Scale scale;
    if (bounds->lead_up) scale.add(*bounds->lead_up, strip_left);
    double place = strip_left + width * before;
    scale.add(bounds->start, place);
    for (const auto& [until, share] : parts) {
        place += width * core_share * share / weight;
        scale.add(until, place);
    }
    if (bounds->closed) scale.add(*bounds->closed, strip_right);

    const auto beside = [&](std::string name, Instant from, Instant to, double share) {
        Strip::Band band;
        band.name = std::move(name);
        band.from = from;
        band.to = to;
        band.to_scale = is_to_scale(to - from, share, core, core_share);
        return band;
    };
    if (bounds->lead_up) strip.bands.push_back(beside("lead-up", *bounds->lead_up, bounds->start, before));
    strip.bands.insert(strip.bands.end(), bands.begin(), bands.end());
    if (bounds->closed) strip.bands.push_back(beside("after", bounds->end, *bounds->closed, behind));
    for (auto& band : strip.bands) {
        band.left = scale(band.from);
        band.right = scale(band.to);
    }
    strip.pins = pins_of(timeline, scale, strip.pin_rows);
    strip.ticks = ticks_of(*bounds, scale, times, options);

    for (std::size_t i = 0; i < std::min(dead_ends.size(), max_lanes); ++i) {
        const auto at = [&](const Id& id) -> std::optional<Instant> {
            const auto found = std::ranges::find(timeline.events, id, &Event::id);
            if (found == timeline.events.end()) return std::nullopt;
            return found->occurred_at;
        };
        const auto from = at(dead_ends[i]->hypothesis);
        const auto to = dead_ends[i]->verdict_event ? at(*dead_ends[i]->verdict_event) : from;
        if (!from || !to) continue;
        Strip::Lane lane;
        lane.number = i + 1;
        lane.moment = *to <= *from;
        lane.left = scale(*from);
        lane.right = lane.moment ? lane.left : scale(*to);
        strip.lanes.push_back(lane);
    }
    return strip;
}

}  // namespace incident::draft
