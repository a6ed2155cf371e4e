#include "timeline/parts.hpp"
#include <algorithm>
#include <unordered_map>

namespace incident::timeline {
namespace {

enum class Word { ruled_out, confirmed };
struct Verdict {
    Word word;
    const Event* by;
};

/// The tag of `event` that rules on another event among `places`, or nullopt.
std::optional<Id> target(const Event& event, std::string_view tag_name, const std::unordered_map<Id, std::size_t>& places)
{
    const auto* tag = event.tag(tag_name);
    if (!tag || !tag->of || *tag->of == event.id || !places.contains(*tag->of)) return std::nullopt;
    return tag->of;
}

}  // namespace

std::vector<DeadEnd> dead_ends_of(std::span<const Event> events)
{
    std::unordered_map<Id, std::size_t> places;
    for (std::size_t i = 0; i < events.size(); ++i)
        if (counts(events[i])) places.emplace(events[i].id, i);

    std::unordered_map<Id, std::vector<Verdict>> verdicts;  // in reading order
    std::unordered_map<Id, std::vector<Id>> linked;
    std::unordered_map<Id, bool> own;  // misleading by themselves
    for (const auto& event : events) {
        if (!counts(event)) continue;
        if (event.has_tag(tags::misleading_path)) {
            if (const auto of = target(event, tags::misleading_path, places)) verdicts[*of].push_back({Word::ruled_out, &event});
            else own[event.id] = true;
        }
        if (const auto of = target(event, tags::root_cause, places)) verdicts[*of].push_back({Word::confirmed, &event});
        for (const auto name : {tags::investigation, tags::action, tags::mitigation})
            if (const auto of = target(event, name, places)) {
                auto& list = linked[*of];
                if (list.empty() || list.back() != event.id) list.push_back(event.id);
            }
    }

    std::vector<DeadEnd> ends;
    for (const auto& event : events) {
        if (!counts(event)) continue;
        const auto said = verdicts.find(event.id);
        const bool ruled = said != verdicts.end() &&
                           std::ranges::any_of(said->second, [](const Verdict& v) { return v.word == Word::ruled_out; });
        if (!event.has_tag(tags::hypothesis) && !own.contains(event.id) && !ruled) continue;
        DeadEnd end;
        end.hypothesis = event.id;
        end.verdict = "open";
        if (said != verdicts.end()) {
            // The last word counts; it was first spoken at the head of the run of equal words that it closes.
            const auto& all = said->second;
            auto at = all.size() - 1;
            while (at > 0 && all[at - 1].word == all[at].word) --at;
            end.verdict = all[at].word == Word::ruled_out ? "ruled_out" : "confirmed";
            end.verdict_event = all[at].by->id;
            if (all[at].word == Word::ruled_out) end.minutes = whole_minutes(all[at].by->occurred_at - event.occurred_at);
        } else if (own.contains(event.id)) {
            end.verdict = "ruled_out";  // no minutes: it is not known when the idea began
            end.verdict_event = event.id;
        }
        if (const auto list = linked.find(event.id); list != linked.end()) end.linked = list->second;
        ends.push_back(std::move(end));
    }
    return ends;
}

}  // namespace incident::timeline
