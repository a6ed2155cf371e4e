#include "timeline/parts.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <unordered_set>

namespace incident::timeline {
namespace {

const Event* first_with(std::span<const Event> events, std::string_view tag)
{
    const auto found = std::ranges::find_if(events, [&](const Event& event) { return counts(event) && event.has_tag(tag); });
    return found == events.end() ? nullptr : &*found;
}

/// A step that was later shown to lead nowhere fixed nothing.
std::unordered_set<Id> shown_wrong(std::span<const DeadEnd> dead_ends)
{
    std::unordered_set<Id> ids;
    for (const auto& end : dead_ends)
        if (end.verdict == "ruled_out") ids.insert(end.hypothesis);
    return ids;
}

/// The first resolution after which nothing is impact or a misleading path.
const Event* end_of_impact(std::span<const Event> events, std::span<const DeadEnd> dead_ends)
{
    const auto wrong = shown_wrong(dead_ends);
    const Event* end = nullptr;
    for (const auto& event : events) {
        if (!counts(event)) continue;
        const bool failed = event.has_tag(tags::misleading_path);
        if (event.has_tag(tags::resolution) && !failed && !wrong.contains(event.id)) {
            if (!end) end = &event;
        } else if (failed || (event.has_tag(tags::impact) && !is_resolve(event))) {
            end = nullptr;
        }
    }
    return end;
}

/// What the cause is, in one sentence. A person's statement goes before a rule's guess; a bare "confirmed" speaks with
/// the words of the hypothesis it confirms.
std::string cause_of(std::span<const Event> events)
{
    const Event* cause = nullptr;
    for (const auto& event : events) {
        const auto* tag = counts(event) ? event.tag(tags::root_cause) : nullptr;
        if (!tag) continue;
        if (!cause || (tag->by_person() && !cause->tag(tags::root_cause)->by_person())) cause = &event;
    }
    if (!cause) return {};
    constexpr std::size_t words_of_a_statement = 3;
    const auto of = cause->tag(tags::root_cause)->of;
    if (of && count_words(cause->text) < words_of_a_statement)
        if (const auto hypothesis = std::ranges::find(events, *of, &Event::id); hypothesis != events.end())
            return first_sentence(hypothesis->text);
    return first_sentence(cause->text);
}

std::optional<double> percent_of(std::span<const Event> events)
{
    std::optional<double> from_label, from_text;
    for (const auto& event : events) {
        if (!counts(event) || !event.has_tag(tags::impact)) continue;
        if (const auto share = event.labels.find("share"); share != event.labels.end()) {
            auto text = share->second;
            if (!text.empty() && text.find('%') == std::string::npos) text += '%';  // `share=85` means the same
            if (const auto percent = share_of_users(text)) from_label = std::max(from_label.value_or(0), *percent);
        }
        if (const auto percent = share_of_users(event.text)) from_text = std::max(from_text.value_or(0), *percent);
    }
    return from_label ? from_label : from_text;
}

}  // namespace

Facts facts_of(const Incident& incident, std::span<const Event> events, std::span<const DeadEnd> dead_ends)
{
    Facts facts;
    const auto* impact = first_with(events, tags::impact);
    const auto* detection = first_with(events, tags::detection);
    if (incident.started_at) facts.started_at = incident.started_at;
    else if (impact || detection) {
        const auto* start = !impact ? detection : !detection ? impact : reading_order(*impact, *detection) <= 0 ? impact : detection;
        facts.started_at = start->occurred_at;
        facts.started_by = start->id;
    }
    if (detection) {
        facts.detected_at = detection->occurred_at;
        facts.detected_by = detection->id;
        facts.detected_how = detection->tag(tags::detection)->how;
        if (facts.detected_how.empty() && detection->kind == Kind::alert) facts.detected_how = "alert";  // what an alert is
    }
    if (incident.ended_at) facts.resolved_at = incident.ended_at;
    else if (const auto* end = end_of_impact(events, dead_ends)) {
        facts.resolved_at = end->occurred_at;
        facts.resolved_by = end->id;
    }
    facts.closed_at = incident.closed_at;
    for (const auto& event : events) {
        const auto* tag = counts(event) ? event.tag(tags::escalation) : nullptr;
        if (tag && !tag->to.empty() && std::ranges::find(facts.escalated_to, tag->to) == facts.escalated_to.end())
            facts.escalated_to.push_back(tag->to);
    }
    if (facts.started_at && facts.resolved_at) facts.duration_minutes = whole_minutes(*facts.resolved_at - *facts.started_at);
    facts.impact_percent = percent_of(events);
    facts.root_cause = cause_of(events);
    return facts;
}

const Event* first_mitigation(std::span<const Event> events, std::span<const DeadEnd> dead_ends)
{
    const auto wrong = shown_wrong(dead_ends);
    for (const auto& event : events)
        if (counts(event) && event.has_tag(tags::mitigation) && !event.has_tag(tags::misleading_path) && !wrong.contains(event.id))
            return &event;
    return nullptr;
}

const Event* acknowledgement(std::span<const Event> events, const Facts& facts)
{
    if (!facts.detected_at) return nullptr;
    const auto found = std::ranges::find_if(events, [&](const Event& event) {
        return counts(event) && event.occurred_at >= *facts.detected_at &&
               (event.kind == Kind::note || event.kind == Kind::chat || event.kind == Kind::command);
    });
    return found == events.end() ? nullptr : &*found;
}

}  // namespace incident::timeline
