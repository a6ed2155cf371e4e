#include "render/dead_ends.hpp"
#include "model/event.hpp"
#include "model/text.hpp"
#include "render/clock.hpp"
#include "render/events.hpp"
#include <algorithm>
#include <array>
#include <map>

namespace incident::ctl {
namespace {

using ById = std::map<std::string_view, const json::value*, std::less<>>;

ById by_id(const json::value& timeline)
{
    ById all;
    for (const auto& event : array_at(timeline, "events")) all.emplace(text_at(event, "id"), &event);
    return all;
}

/// `:4`, or the id of an event without a number.
std::string ref_of(std::string_view id, const ById& events)
{
    const auto found = events.find(id);
    const auto number = found == events.end() ? std::string{} : number_at(*found->second, "number");
    return number.empty() ? std::string{id} : ':' + number;
}

std::string_view word_at(const json::value& list, std::size_t place)
{
    const auto& words = list.get_array();
    return words[place].is_string() ? std::string_view{words[place].get_string()} : std::string_view{};
}

/// The words that link `event` to the idea; nullptr: somebody linked it.
const json::value* words_of_link(const json::value& dead_end, std::string_view event)
{
    for (const auto& link : array_at(dead_end, "by_words"))
        if (text_at(link, "event") == event) return member(link, "words");
    return nullptr;
}

std::string by_words(const json::value& dead_end, std::string_view event)
{
    const auto* words = words_of_link(dead_end, event);
    if (words == nullptr || !words->is_array()) return {};
    std::string text;
    constexpr std::size_t shown = 3;
    for (std::size_t i = 0; i < std::min(shown, words->get_array().size()); ++i)
        text += (text.empty() ? " (by the words " : ", ") + visible(word_at(*words, i));
    return text.empty() ? " (by words)" : text + ')';
}

std::string verdict_words(const json::value& dead_end, const ById& events)
{
    const auto verdict = text_at(dead_end, "verdict");
    if (verdict == "open") return "open";
    const auto by = text_at(dead_end, "verdict_event");
    auto text = std::string{verdict == "confirmed" ? "confirmed" : "ruled out"};
    if (by == text_at(dead_end, "hypothesis")) return "misleading by itself";
    return text + " by " + ref_of(by, events) + by_words(dead_end, by);
}

}  // namespace

std::string time_lost(const json::value& dead_end)
{
    const auto* minutes = member(dead_end, "minutes");
    if (minutes == nullptr || !minutes->is_number()) return {};
    const auto count = minutes->to_number<std::int64_t>();
    if (count < 0) return "ended " + minutes_in_words(-count) + " before it began";
    auto text = minutes_in_words(count) + " lost";
    const auto& people = array_at(dead_end, "people");
    for (std::size_t i = 0; i < people.size(); ++i)
        if (people[i].is_string()) text += (i == 0 ? " by " : ", ") + visible(std::string_view{people[i].get_string()});
    return text;
}

std::vector<std::string> dead_end_lines(const json::value& timeline)
{
    const auto events = by_id(timeline);
    std::vector<std::string> lines;
    for (const auto& end : array_at(timeline, "dead_ends")) {
        const auto id = text_at(end, "hypothesis");
        const auto idea = events.find(id);
        auto line = ref_of(id, events) + ' ' + quoted(idea == events.end() ? std::string_view{} : text_at(*idea->second, "text")) + "  " +
                    verdict_words(end, events);
        if (const auto lost = time_lost(end); !lost.empty()) line += ", " + lost;
        std::string tested;
        for (const auto& linked : array_at(end, "linked")) {
            const auto event = linked.is_string() ? std::string_view{linked.get_string()} : std::string_view{};
            tested += (tested.empty() ? "; tested by " : ", ") + ref_of(event, events) + (words_of_link(end, event) ? " (by words)" : "");
        }
        lines.push_back(line + tested);
    }
    return lines;
}

void mark_dead_ends(json::array& events, const json::value& timeline)
{
    const auto all = by_id(timeline);
    std::map<std::string, std::string, std::less<>> marks;
    const auto mark = [&](std::string_view event, const std::string& words) {
        auto& text = marks[std::string{event}];
        text += (text.empty() ? "" : "; ") + words;
    };
    for (const auto& end : array_at(timeline, "dead_ends")) {
        const auto idea = text_at(end, "hypothesis"), verdict = text_at(end, "verdict"), by = text_at(end, "verdict_event");
        const auto ref = ref_of(idea, all);
        if (by != idea) mark(idea, verdict_words(end, all));
        if (!by.empty() && by != idea) {
            auto words = (verdict == "confirmed" ? "confirms " : "ends ") + ref + by_words(end, by);
            if (const auto lost = time_lost(end); !lost.empty()) words += ", " + lost;
            mark(by, words);
        }
        for (const auto& linked : array_at(end, "linked"))
            if (linked.is_string()) mark(linked.get_string(), "tests " + ref + by_words(end, linked.get_string()));
    }
    for (auto& event : events)
        if (const auto found = marks.find(text_at(event, "id")); found != marks.end() && event.is_object())
            event.get_object()["dead_end"] = found->second;
}

bool may_speak_of_ideas(const json::array& events)
{
    static constexpr std::array names{tags::hypothesis, tags::misleading_path, tags::root_cause};
    return std::ranges::any_of(events, [](const json::value& event) {
        return std::ranges::any_of(array_at(event, "tags"), [](const json::value& tag) {
            return member(tag, "of") != nullptr || std::ranges::find(names, text_at(tag, "name")) != names.end();
        });
    });
}

}  // namespace incident::ctl
