#include "draft/story.hpp"
#include "draft/impact_words.hpp"
#include "model/text.hpp"
#include "timeline/parts.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>
#include <charconv>

namespace incident::draft {
namespace {

using timeline::counts;

std::string without_full_stop(std::string text)
{
    while (!text.empty() && text.back() == '.') text.pop_back();
    return text;
}

std::string service_of(const timeline::Timeline& timeline)
{
    if (!timeline.incident.service.empty()) return timeline.incident.service;
    for (const auto name : {"service", "job"})
        for (const auto& event : timeline.events)
            if (counts(event) && event.kind == Kind::alert)
                if (const auto label = event.labels.find(name); label != event.labels.end() && !label->second.empty())
                    return label->second;
    return {};
}

/// `impact --share`: a share, a count, or that nobody knows.
std::string share_label(const timeline::Timeline& timeline)
{
    std::string last;
    for (const auto& event : timeline.events) {
        if (!counts(event) || !event.has_tag(tags::impact)) continue;
        if (const auto label = event.labels.find("share"); label != event.labels.end() && !label->second.empty())
            last = label->second;
    }
    return last;
}

/// What was down and what users saw: people take two sentences for it.
std::string first_sentences(std::string_view text)
{
    constexpr std::size_t at_most = 2, words_at_most = 40;
    std::string told;
    std::size_t taken = 0;
    for (const auto sentence : timeline::sentences(text)) {
        if (taken == at_most || (taken > 0 && timeline::count_words(told) + timeline::count_words(sentence) > words_at_most)) break;
        if (taken > 0 && !told.ends_with('.') && !told.ends_with('!') && !told.ends_with('?')) told += '.';
        told.append(taken > 0 ? " " : "").append(timeline::one_line(sentence));
        ++taken;
    }
    return told.empty() ? timeline::one_line(text) : told;
}

bool has_text(const Event& event) { return timeline::count_words(event.text) > 0; }

}  // namespace

std::string prose_of(const Event& event)
{
    std::string_view text = trimmed(event.text);
    while (true) {
        const auto start = text.find_last_of(" \t\n");
        const auto word = text.substr(start == std::string_view::npos ? 0 : start + 1);
        if (start == std::string_view::npos || !word.starts_with('#')) break;
        const auto name = canonical_tag(word.substr(1));
        if (!name || !event.has_tag(*name)) break;
        text = trimmed(text.substr(0, start));
    }
    return std::string{text};
}

std::string percent_text(double percent)
{
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, percent).ptr;
    return std::string(text, end) + '%';
}

const Event* find_event(const timeline::Timeline& timeline, const Id& id) noexcept
{
    const auto found = std::ranges::find(timeline.events, id, &Event::id);
    return found == timeline.events.end() ? nullptr : &*found;
}

bool any_tagged(const timeline::Timeline& timeline, std::string_view tag)
{
    return std::ranges::any_of(timeline.events, [&](const Event& event) { return counts(event) && event.has_tag(tag); });
}

bool ruled_out(const timeline::Timeline& timeline, const Event& event)
{
    return event.has_tag(tags::misleading_path) ||
           std::ranges::any_of(timeline.dead_ends, [&](const timeline::DeadEnd& end) {
               return end.hypothesis == event.id && end.verdict == "ruled_out";
           });
}

Impact impact_of(const timeline::Timeline& timeline)
{
    constexpr std::size_t max_phrases = 2;  // the summary is one line; the timeline has the rest
    constexpr std::size_t words_of_an_experience = 3;
    Impact impact;
    impact.service = service_of(timeline);
    const bool people_told = std::ranges::any_of(timeline.events, [](const Event& event) {
        return counts(event) && event.has_tag(tags::impact) && event.kind != Kind::alert;
    });
    const auto percent = timeline.facts.impact_percent;
    bool share_told = false;
    for (const auto& event : timeline.events) {
        if (!counts(event) || !event.has_tag(tags::impact)) continue;
        if (people_told && event.kind == Kind::alert) continue;  // a person's words say more than an alert's title
        impact.events.push_back(event.id);
        if (counts_people(event.text)) share_told = true;
        const auto text = without_full_stop(without_bare_share(first_sentences(prose_of(event))));
        if (timeline::count_words(text) == 0 || std::ranges::find(impact.seen, text) != impact.seen.end()) continue;
        if (names_a_thing(text)) impact.names_service = true;
        if (timeline::count_words(text) >= words_of_an_experience) impact.tells_experience = true;
        if (impact.seen.size() == max_phrases) continue;
        if (percent && timeline::share_of_users(text) == percent) impact.share_in_text = true;
        impact.seen.push_back(text);
    }
    impact.names_service = impact.names_service || !impact.service.empty();
    const auto label = share_label(timeline);
    if (percent) impact.share = percent_text(*percent) + " of users affected";
    else if (lowered(label) == "unknown") impact.share = "share of users unknown";
    else if (!label.empty()) impact.share = is_number(label) ? label + " users affected" : label;
    impact.tells_share = share_told || !impact.share.empty();
    return impact;
}

std::vector<Passage> causes_of(const timeline::Timeline& timeline)
{
    constexpr std::size_t words_of_a_statement = 3;
    std::vector<Passage> causes;
    for (const auto& event : timeline.events) {
        const auto* tag = counts(event) ? event.tag(tags::root_cause) : nullptr;
        if (!tag) continue;
        Passage passage{prose_of(event), event.details, event.id};
        const auto* hypothesis = tag->of ? find_event(timeline, *tag->of) : nullptr;
        if (hypothesis && timeline::count_words(event.text) < words_of_a_statement) {
            // A bare "confirmed" speaks with the words of what it confirms.
            passage.text = prose_of(*hypothesis);
            if (has_text(event)) passage.text += " (" + prose_of(event) + ")";
            passage.details = hypothesis->details.empty() ? event.details : hypothesis->details + "\n\n" + event.details;
        }
        causes.push_back(std::move(passage));
    }
    return causes;
}

std::vector<Passage> fixes_of(const timeline::Timeline& timeline)
{
    std::vector<Passage> fixes;
    for (const auto& event : timeline.events)
        if (counts(event) && (event.has_tag(tags::mitigation) || event.has_tag(tags::resolution)) && !ruled_out(timeline, event))
            fixes.push_back({prose_of(event), event.details, event.id});
    return fixes;
}

std::vector<FollowUp> follow_ups_of(const timeline::Timeline& timeline)
{
    std::vector<FollowUp> all;
    for (const auto& event : timeline.events) {
        const auto* tag = event.struck || event.kind == Kind::system ? nullptr : event.tag(tags::follow_up);
        if (!tag) continue;
        const auto due = event.labels.find("due");
        all.push_back({{prose_of(event), event.details, event.id},
                       tag->how == "broad",
                       tag->to,
                       due == event.labels.end() ? std::string{} : due->second,
                       event.number});
    }
    return all;
}

}  // namespace incident::draft
