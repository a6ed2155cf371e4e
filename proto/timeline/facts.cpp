#include "model/text.hpp"
#include "timeline/parts.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>
#include <unordered_set>

namespace incident::timeline {
namespace {

/// A step that was later shown to lead nowhere fixed nothing.
std::unordered_set<Id> shown_wrong(std::span<const DeadEnd> dead_ends)
{
    std::unordered_set<Id> ids;
    for (const auto& end : dead_ends)
        if (end.verdict == "ruled_out") ids.insert(end.hypothesis);
    return ids;
}

/// Rules read single lines and may be wrong about the edges: what they take for a beginning or an end this far from every
/// other line is told of another trouble. A person's tag is taken at its word.
constexpr std::chrono::hours another_trouble{72};

bool by_person(const Event& event, std::string_view tag) { return event.tag(tag)->by_person(); }

/// Events that count, those at the beginning left out that only a rule speaks for and that stand alone.
std::vector<const Event*> of_this_trouble(std::span<const Event> events)
{
    std::vector<const Event*> all;
    for (const auto& event : events)
        if (counts(event)) all.push_back(&event);
    std::size_t first = 0;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        const auto spoken_for = [](const Event* event) { return std::ranges::any_of(event->tags, &Tag::by_person) || event->kind == Kind::alert; };
        if (std::any_of(all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(i) + 1, spoken_for)) break;
        if (all[i + 1]->occurred_at - all[i]->occurred_at <= another_trouble) continue;
        if (2 * (i + 1) <= all.size()) first = i + 1;  // the larger part is the trouble, what leads up to it is the smaller
    }
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first));
    return all;
}

/// The first resolution after which nothing is impact or a misleading path. Once the incident was said to be over, a rule's
/// impact does not reopen it, nor does one days later.
const Event* end_of_impact(std::span<const Event* const> events, std::span<const DeadEnd> dead_ends)
{
    const auto wrong = shown_wrong(dead_ends);
    const Event *end = nullptr, *contained = nullptr, *last_trouble = nullptr;
    bool closed = false;
    for (const auto* event : events) {
        const bool failed = event->has_tag(tags::misleading_path);
        if (event->has_tag(tags::resolution) && !failed && !wrong.contains(event->id)) {
            if (!end) end = event;
            closed |= says_closed(event->text);
            continue;
        }
        if (event->has_tag(tags::mitigation) && !failed && !by_person(*event, tags::mitigation) && says_contained(event->text)) contained = event;
        const bool impact = event->has_tag(tags::impact) && !is_resolve(*event);
        if (!failed && !impact) continue;
        const bool said_by_person = (failed && by_person(*event, tags::misleading_path)) || (impact && by_person(*event, tags::impact));
        if (end && !said_by_person && (closed || event->occurred_at - end->occurred_at > another_trouble)) continue;
        end = nullptr;
        closed = false;
        last_trouble = event;
    }
    if (end) return end;
    // "Contained" ends the harm where nobody speaks of a repair.
    return contained && (!last_trouble || reading_order(*last_trouble, *contained) < 0) ? contained : nullptr;
}

/// The event that shows when the trouble began, or nullptr: nobody said. What looks back at a beginning does not tell its
/// time, and a person's complaint comes some time after it; an alert comes with it.
const Event* beginning(std::span<const Event* const> events, const Event* detection)
{
    const Event* impact = nullptr;
    for (const auto* event : events)
        if (event->has_tag(tags::impact)) {
            impact = event;
            break;
        }
    if (impact && !by_person(*impact, tags::impact) && impact->kind != Kind::alert && looks_back(impact->text)) return nullptr;
    if (!detection || (impact && reading_order(*impact, *detection) <= 0)) return impact;
    if (impact) return detection;
    const auto* tag = detection->tag(tags::detection);
    const bool tells = !tag || tag->by_person() || detection->kind == Kind::alert || tag->how == "alert";
    return tells ? detection : nullptr;
}

/// Who was called, without the words that only lead to the name.
std::string people_of(std::string_view to)
{
    static constexpr std::array<std::string_view, 12> leading{"the ", "a ", "an ", "our ", "their ", "his ", "her ", "on ", "in ", "to ", "and ", "who "};
    for (bool cut = true; cut;) {
        cut = false;
        for (const auto word : leading)
            if (lowered(to.substr(0, word.size())) == word) {
                to.remove_prefix(word.size());
                cut = true;
            }
    }
    // A name ends where the sentence goes on to say why.
    static constexpr std::array<std::string_view, 9> following{" for ", " to ", " and ", " who ", " about ", " with ", " at ", " as ", " because "};
    for (const auto word : following)
        if (const auto at = lowered(to).find(word); at != std::string::npos) to = to.substr(0, at);
    return std::string{trimmed(to)};
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
    const auto told = of_this_trouble(events);
    const auto first = [&](std::string_view tag) {
        const auto found = std::ranges::find_if(told, [&](const Event* event) { return event->has_tag(tag); });
        return found == told.end() ? nullptr : *found;
    };
    const auto* detection = first(tags::detection);
    if (incident.started_at) facts.started_at = incident.started_at;
    else if (const auto* start = beginning(told, detection)) {
        facts.started_at = start->occurred_at;
        facts.started_by = start->id;
    }
    // Whoever calls others knows of the trouble, however it was noticed. Where a person tagged, the detection is asked for.
    if (!detection) detection = first(tags::escalation);
    if (detection && !detection->has_tag(tags::detection) && by_person(*detection, tags::escalation)) detection = nullptr;
    if (detection) {
        facts.detected_at = detection->occurred_at;
        facts.detected_by = detection->id;
        if (const auto* tag = detection->tag(tags::detection)) facts.detected_how = tag->how;
        if (facts.detected_how.empty() && detection->kind == Kind::alert) facts.detected_how = "alert";  // what an alert is
    }
    if (incident.ended_at) facts.resolved_at = incident.ended_at;
    else if (const auto* end = end_of_impact(told, dead_ends)) {
        facts.resolved_at = end->occurred_at;
        facts.resolved_by = end->id;
    }
    facts.closed_at = incident.closed_at;
    for (const auto& event : events) {
        const auto* tag = counts(event) ? event.tag(tags::escalation) : nullptr;
        if (!tag || tag->to.empty()) continue;
        auto to = tag->by_person() ? tag->to : people_of(tag->to);
        if (!to.empty() && std::ranges::find(facts.escalated_to, to) == facts.escalated_to.end()) facts.escalated_to.push_back(std::move(to));
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
