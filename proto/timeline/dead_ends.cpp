#include "timeline/parts.hpp"
#include "timeline/shared_words.hpp"
#include <algorithm>
#include <map>
#include <unordered_map>

namespace incident::timeline {
namespace {

/// Hypotheses nobody ended that an event's words are compared with, the newest: an afternoon that has more open at once
/// tells nothing by a shared word.
constexpr std::size_t max_open_ideas = 64;

enum class Word { ruled_out, confirmed };
struct Verdict {
    Word word;
    const Event* by;
};

bool speaks(const Event& event) noexcept
{
    return event.kind == Kind::note || event.kind == Kind::chat || event.kind == Kind::command || event.kind == Kind::change;
}

std::string name_of(const Author& author) { return author.claimed.empty() ? author.name : author.claimed; }

/// What is known of one idea while the events are read in order.
struct Idea {
    std::vector<Verdict> verdicts;          ///< somebody said which idea is meant; in reading order
    std::optional<Verdict> verdict_by_words;
    std::vector<const Event*> linked;       ///< in reading order
    std::vector<WordLink> by_words;
    bool misleads_by_itself = false;
};

struct OpenIdea {
    Id id;
    SignificantWords words;
    std::size_t shared = 0;  ///< words of the event in hand; 0 between events
};

class Reading {
public:
    Reading(std::span<const Event> events, const Incident& incident) : events_(events)
    {
        for (std::size_t i = 0; i < events.size(); ++i)
            if (counts(events[i])) places_.emplace(events[i].id, i);
        // What the incident is about is in every second sentence and tells no idea from another.
        about_ = significant_words(incident.title + ' ' + incident.service);
    }

    std::vector<DeadEnd> ends()
    {
        for (const auto& event : events_)
            if (counts(event)) take_what_was_said(event);
        for (const auto& event : events_)
            if (counts(event)) take_what_words_say(event);
        std::vector<DeadEnd> all;
        for (const auto& event : events_) {
            if (!counts(event)) continue;
            const auto idea = ideas_.find(event.id);
            const bool known = idea != ideas_.end();
            const bool ruled = known && std::ranges::any_of(idea->second.verdicts, [](const Verdict& v) { return v.word == Word::ruled_out; });
            if (!event.has_tag(tags::hypothesis) && !ruled && !(known && idea->second.misleads_by_itself)) continue;
            static const Idea nothing_said;
            all.push_back(end_of(event, known ? idea->second : nothing_said));
        }
        return all;
    }

private:
    /// The event that a tag of this name rules on, where it is another one of the incident.
    std::optional<Id> target(const Event& event, std::string_view tag_name) const
    {
        const auto* tag = event.tag(tag_name);
        if (!tag || !tag->of || *tag->of == event.id || !places_.contains(*tag->of)) return std::nullopt;
        return tag->of;
    }

    /// Somebody said what the event speaks of, be it of nothing: then its words are not asked.
    static bool says_of_what(const Event& event)
    {
        return std::ranges::any_of(event.tags, [](const Tag& tag) { return tag.of.has_value(); });
    }

    void take_what_was_said(const Event& event)
    {
        if (const auto of = target(event, tags::misleading_path)) ideas_[*of].verdicts.push_back({Word::ruled_out, &event});
        if (const auto of = target(event, tags::root_cause)) ideas_[*of].verdicts.push_back({Word::confirmed, &event});
        for (const auto name : {tags::investigation, tags::action, tags::mitigation})
            if (const auto of = target(event, name)) {
                auto& linked = ideas_[*of].linked;
                if (linked.empty() || linked.back() != &event) linked.push_back(&event);
            }
        if (event.has_tag(tags::misleading_path) && !target(event, tags::misleading_path)) ideas_[event.id].misleads_by_itself = true;
    }

    void take_what_words_say(const Event& event)
    {
        for (const auto name : {tags::misleading_path, tags::root_cause})
            if (const auto of = target(event, name)) close(*of);
        if (speaks(event) && !says_of_what(event) && !open_.empty()) follow_words(event);
        if (!event.has_tag(tags::hypothesis) || event.has_tag(tags::misleading_path)) return;
        const auto ended_before = [&](const Verdict& verdict) { return reading_order(*verdict.by, event) < 0; };
        if (const auto idea = ideas_.find(event.id); idea != ideas_.end() && std::ranges::any_of(idea->second.verdicts, ended_before)) return;
        if (open_.size() == max_open_ideas) close(open_.begin()->second.id);
        auto words = significant_words(event);
        std::erase_if(words, [&](const std::string& word) { return std::ranges::binary_search(about_, word); });
        const auto serial = ++opened_;
        for (const auto& word : words) by_word_[word].push_back(serial);
        open_.emplace(serial, OpenIdea{event.id, std::move(words), 0});
    }

    void close(const Id& id)
    {
        const auto idea = std::ranges::find_if(open_, [&](const auto& open) { return open.second.id == id; });
        if (idea == open_.end()) return;
        for (const auto& word : idea->second.words)
            if (auto& serials = by_word_[word]; std::erase(serials, idea->first) > 0 && serials.empty()) by_word_.erase(word);
        open_.erase(idea);
    }

    void follow_words(const Event& event)
    {
        const auto by_rule = [&](std::string_view name) {
            const auto* tag = event.tag(name);
            return tag != nullptr && !tag->by_person();
        };
        const bool tries = event.has_tag(tags::action) || event.has_tag(tags::mitigation);
        const bool tests = tries || event.has_tag(tags::investigation);
        // What a person tagged a dead end is one by itself: they could have named the idea. A step that failed is so too.
        const bool rules_out = by_rule(tags::misleading_path) && !tries;
        const bool confirms = by_rule(tags::root_cause) && !event.has_tag(tags::misleading_path);
        const bool idea = event.has_tag(tags::hypothesis);
        if (!rules_out && !confirms && (!tests || idea)) return;

        const auto words = significant_words(event);
        // Through the index, since most words are in no idea: a long night has a hundred thousand lines.
        std::vector<std::uint32_t> touched;
        for (const auto& word : words)
            if (const auto found = by_word_.find(word); found != by_word_.end())
                for (const auto serial : found->second)
                    if (open_.at(serial).shared++ == 0) touched.push_back(serial);
        std::ranges::sort(touched);  // of two as near, the newer
        std::size_t most = 0, as_near = 0;
        const OpenIdea* nearest = nullptr;
        for (const auto serial : touched) {
            auto& open = open_.at(serial);
            as_near = open.shared > most ? 1 : as_near + (open.shared == most ? 1 : 0);
            if (open.shared >= most) nearest = &open;
            most = std::max(most, open.shared);
            open.shared = 0;
        }
        if (nearest == nullptr) return;
        const bool alone = as_near == 1;
        auto shared = words_in_both(words, nearest->words);
        // To end an idea takes more than to test it: no second one as near, and for a cause more than one word.
        constexpr std::size_t words_of_a_cause = 2;
        auto& of = ideas_[nearest->id];
        const auto end = [&](Word word) {
            if (!of.verdicts.empty()) return;
            of.verdict_by_words = Verdict{word, &event};
            of.by_words.push_back({event.id, std::move(shared)});
            if (word == Word::ruled_out) ideas_[event.id].misleads_by_itself = false;
            close(Id{nearest->id});
        };
        if (rules_out && alone) return end(Word::ruled_out);
        if (confirms && alone && shared.size() >= words_of_a_cause) return end(Word::confirmed);
        if (!tests || idea) return;
        const auto after = std::ranges::upper_bound(of.linked, &event, [](const Event* a, const Event* b) { return reading_order(*a, *b) < 0; });
        of.linked.insert(after, &event);
        of.by_words.push_back({event.id, std::move(shared)});
    }

    DeadEnd end_of(const Event& event, const Idea& idea) const
    {
        DeadEnd end;
        end.hypothesis = event.id;
        end.verdict = "open";
        const Event* last = nullptr;
        const auto judged = [&](const Verdict& verdict) {
            end.verdict = verdict.word == Word::ruled_out ? "ruled_out" : "confirmed";
            end.verdict_event = verdict.by->id;
            last = verdict.by;
            if (verdict.word == Word::ruled_out) end.minutes = whole_minutes(verdict.by->occurred_at - event.occurred_at);
        };
        if (!idea.verdicts.empty()) {
            // The last word counts; it was first spoken at the head of the run of equal words that it closes.
            const auto& all = idea.verdicts;
            auto at = all.size() - 1;
            while (at > 0 && all[at - 1].word == all[at].word) --at;
            judged(all[at]);
        } else if (idea.misleads_by_itself) {
            end.verdict = "ruled_out";  // no minutes: it is not known when the idea began
            end.verdict_event = event.id;
        } else if (idea.verdict_by_words) {
            judged(*idea.verdict_by_words);
        }
        for (const auto* linked : idea.linked) end.linked.push_back(linked->id);
        if (idea.verdicts.empty() || !idea.verdict_by_words) end.by_words = idea.by_words;
        end.people = people_of(event, idea, last);
        return end;
    }

    static std::vector<std::string> people_of(const Event& event, const Idea& idea, const Event* verdict)
    {
        auto all = idea.linked;
        all.push_back(&event);
        if (verdict != nullptr) all.push_back(verdict);
        std::ranges::sort(all, [](const Event* a, const Event* b) { return reading_order(*a, *b) < 0; });
        std::vector<std::string> people;
        for (const auto* one : all) {
            auto name = name_of(one->author);
            if (speaks(*one) && !name.empty() && std::ranges::find(people, name) == people.end()) people.push_back(std::move(name));
        }
        return people;
    }

    std::span<const Event> events_;
    std::unordered_map<Id, std::size_t> places_;
    std::unordered_map<Id, Idea> ideas_;
    std::map<std::uint32_t, OpenIdea> open_;  // by serial number, which follows reading order
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_word_;  // of the open ones
    std::uint32_t opened_ = 0;
    SignificantWords about_;
};

}  // namespace

std::vector<DeadEnd> dead_ends_of(std::span<const Event> events, const Incident& incident) { return Reading{events, incident}.ends(); }

}  // namespace incident::timeline
