#include "draft/record.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>
#include <unordered_map>

namespace incident::draft {
namespace {

std::string word_for(const Tag& tag)
{
    if (tag.name == tags::detection) {
        if (tag.how == "alert") return "Detected by a monitoring alert";
        if (tag.how == "engineer") return "Detected by an engineer";
        if (tag.how == "customer") return "Detected by a customer";
        return "Detected";
    }
    if (tag.name == tags::escalation) {
        const auto to = timeline::one_line(tag.to);
        return to.empty() || to.find(':') != to.npos || to.ends_with(']') ? "Escalation" : "Escalated to " + to;
    }
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> words{{{tags::impact, "Impact"},
                                                                                          {tags::hypothesis, "Hypothesis"},
                                                                                          {tags::investigation, "Investigation"},
                                                                                          {tags::misleading_path, "Misleading path"},
                                                                                          {tags::action, "Action"},
                                                                                          {tags::mitigation, "Mitigation"},
                                                                                          {tags::root_cause, "Root cause"},
                                                                                          {tags::resolution, "Resolved"},
                                                                                          {tags::communication, "Communication"},
                                                                                          {tags::change, "Change"}}};
    const auto found = std::ranges::find(words, std::string_view{tag.name}, [](const auto& row) { return row.first; });
    return found == words.end() ? '#' + tag.name : std::string{found->second};
}

/// Who said it, where the document that it came from names somebody else than who stored it.
std::string said_by(const Event& event)
{
    auto name = timeline::one_line(event.author.claimed);
    return name.find_first_of(":[]") == name.npos ? name : std::string{};
}

}  // namespace

std::string record_text(const Event& event)
{
    std::string label;
    for (const auto& tag : event.tags) {
        auto word = word_for(tag);
        if (!label.empty() && word[0] >= 'A' && word[0] <= 'Z') word[0] = static_cast<char>(word[0] | 0x20);
        label.append(label.empty() ? "" : ", ").append(word);
    }
    auto text = visible(timeline::one_line(to_valid_utf8(event.text)));
    if (event.redacted) text = "the text was removed";
    if (text.empty()) text = "(no text)";
    const auto author = said_by(event);
    if (label.empty() && (!author.empty() || needs_note(text))) label = "Note";
    if (!author.empty()) label += " [" + author + ']';
    return label.empty() ? text : label + ": " + text;
}

void tell_whole(Document& document, const timeline::Timeline& timeline)
{
    std::unordered_map<Id, const Event*> events;
    for (const auto& event : timeline.events) events.emplace(event.id, &event);
    for (auto& bullet : document.bullets) {
        if (bullet.events.empty()) continue;
        const auto found = events.find(bullet.events.front());
        if (found == events.end() || found->second->kind == Kind::alert) continue;
        bullet.text = record_text(*found->second);
        bullet.cut = false;
    }
}

}  // namespace incident::draft
