#include "draft/bullets.hpp"
#include "draft/story.hpp"
#include "model/text.hpp"
#include "timeline/parts.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace incident::draft {
namespace {

using timeline::DeadEnd;
using timeline::Line;
using timeline::Timeline;

/// At most `words` words of `text`, with `…` when something was cut.
std::string cut_to_words(std::string_view text, std::size_t words)
{
    if (timeline::count_words(text) <= words) return std::string{text};
    std::size_t end = 0, counted = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto stop = std::min(text.find(' ', at), text.size());
        counted += timeline::count_words(text.substr(at, stop - at));
        if (counted > words) break;
        end = stop;
        at = stop + 1;
    }
    auto kept = text.substr(0, end);
    while (!kept.empty() && (kept.back() == ' ' || kept.back() == ',' || kept.back() == ';' || kept.back() == ':'))
        kept.remove_suffix(1);
    return std::string{kept} + "…";
}

/// As many whole sentences as the limits allow, at least (a part of) the first.
std::string fit(std::string_view text, std::size_t max_sentences, std::size_t max_words)
{
    const auto all = timeline::sentences(text);
    std::string kept;
    for (std::size_t i = 0; i < std::min(all.size(), max_sentences); ++i) {
        auto longer = kept;
        if (i > 0) {
            if (!longer.ends_with('.') && !longer.ends_with('!') && !longer.ends_with('?')) longer += '.';
            longer += ' ';
        }
        longer += timeline::one_line(all[i]);
        if (i > 0 && timeline::count_words(longer) > max_words) break;
        kept = std::move(longer);
    }
    if (all.empty()) kept = timeline::one_line(text);
    return cut_to_words(kept, max_words);
}

std::string joined(std::span<const std::string> parts)
{
    std::string all;
    for (const auto& part : parts) all.append(all.empty() ? "" : ", ").append(part);
    return all;
}

class Writer {
public:
    Writer(const Timeline& timeline, const Times& times) : timeline_(timeline), times_(times)
    {
        // Only those that another event speaks of: a storm is a hundred thousand that nobody does.
        std::unordered_set<Id> meant;
        for (const auto& event : timeline.events)
            for (const auto& tag : event.tags)
                if (tag.of) meant.insert(*tag.of);
        for (const auto& end : timeline.dead_ends) meant.insert(end.hypothesis);
        if (!meant.empty())
            for (const auto& event : timeline.events)
                if (meant.contains(event.id)) events_.emplace(event.id, &event);
        for (const auto& end : timeline.dead_ends) {
            if (end.verdict_event) verdicts_.emplace(*end.verdict_event, &end);
            linked_.insert(end.linked.begin(), end.linked.end());
        }
    }

    /// When it was and how long it stays, without a word yet. In reading order.
    Bullet bare(const Line& line)
    {
        Bullet bullet;
        bullet.at = line.event.occurred_at;
        bullet.precision = line.event.precision;
        bullet.fold_rank = rank(line);
        return bullet;
    }

    void tell(Bullet& bullet, const Line& line) const
    {
        bullet.events = line.events;
        auto [text, cut] = told(line);
        bullet.text = std::move(text);
        bullet.cut = cut;
        bullet.parts = parts(line.event);
    }

private:
    std::string label(const Event& event) const
    {
        std::vector<std::string> labels;
        const bool resolved = event.has_tag(tags::resolution) && !ruled_out(timeline_, event);
        if (resolved) labels.emplace_back("Resolved");
        if (event.has_tag(tags::root_cause)) labels.emplace_back("Root cause");
        if (const auto* tag = event.tag(tags::escalation))
            labels.push_back(tag->to.empty() ? "Escalation" : "Escalated to " + timeline::one_line(tag->to));
        if (event.has_tag(tags::misleading_path)) labels.emplace_back("Misleading path");
        if (const auto* tag = event.tag(tags::detection)) labels.push_back(detected(event, *tag));
        if (event.has_tag(tags::hypothesis) && !event.has_tag(tags::misleading_path)) labels.emplace_back("Hypothesis");
        if (labels.empty()) {
            static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> others{
                {{tags::mitigation, "Mitigation"},
                 {tags::action, "Action"},
                 {tags::investigation, "Investigation"},
                 {tags::impact, "Impact"},
                 {tags::communication, "Communication"},
                 {tags::change, "Change"}}};
            for (const auto& [tag, word] : others)
                if (event.has_tag(tag)) return std::string{word};
            return event.kind == Kind::alert ? "Alert" : std::string{};
        }
        for (std::size_t i = 1; i < labels.size(); ++i) labels[i][0] = static_cast<char>(labels[i][0] | 0x20);  // mid-sentence
        return joined(labels);
    }

    std::string detected(const Event& event, const Tag& tag) const
    {
        // Later alerts are signs of the same fault; a person's report still says who saw it.
        if (event.kind == Kind::alert && timeline_.facts.detected_by != event.id) return "Alert";
        const auto& how = timeline_.facts.detected_by == event.id ? timeline_.facts.detected_how : tag.how;
        if (how == "alert") return "Detected by a monitoring alert";
        if (how == "engineer") return "Detected by an engineer";
        if (how == "customer") return "Detected by a customer";
        return how.empty() ? "Detected" : "Detected by " + timeline::one_line(how);
    }

    /// What the recorder knows beyond the text: `(fired 312 times until 16:58)`, `(15 min lost)`.
    std::string suffix(const Line& line) const
    {
        std::vector<std::string> known;
        if (line.event.kind == Kind::alert) {
            if (line.count > 1) {
                auto fired = (timeline::is_resolve(line.event) ? "sent " : "fired ") + std::to_string(line.count) + " times";
                if (line.last_at) fired += " until " + moment(*line.last_at, line.event.occurred_at);
                known.push_back(std::move(fired));
            }
            if (line.hosts.size() > 1) known.push_back("on " + std::to_string(line.hosts.size()) + " hosts");
            if (line.resolved_at) known.push_back("resolved " + moment(*line.resolved_at, line.event.occurred_at));
        }
        const auto [from, to] = verdicts_.equal_range(line.event.id);
        std::vector<const DeadEnd*> ended;
        for (auto at = from; at != to; ++at)
            if (at->second->minutes) ended.push_back(at->second);
        std::ranges::sort(ended, {}, &DeadEnd::hypothesis);
        std::string which;
        for (const auto* end : ended) {
            known.push_back(lost(*end));
            // With several ideas about, the reader must see which of them this was.
            if (timeline_.dead_ends.size() > 1 && *end->minutes >= 0)
                which += (which.empty() ? "; ends the idea of " : " and of ") + times_.clock(events_.at(end->hypothesis)->occurred_at);
        }
        return known.empty() ? std::string{} : which + " (" + joined(known) + ")";
    }

    std::string lost(const DeadEnd& end) const
    {
        const auto& began = events_.at(end.hypothesis)->occurred_at;
        const auto minutes = std::chrono::minutes{*end.minutes};
        if (minutes.count() < 0) return to_words(-minutes) + " before the hypothesis of " + times_.clock(began);
        return to_words(minutes) + " lost" + by_whom(end);
    }

    /// ` by sam, ana and 2 others`; nobody needs to be told who it was where all is told by one.
    static std::string by_whom(const DeadEnd& end)
    {
        constexpr std::size_t named = 3;
        if (end.people.size() < 2) return {};
        std::string names;
        for (std::size_t i = 0; i < std::min(named, end.people.size()); ++i) names.append(i == 0 ? " by " : ", ").append(timeline::one_line(end.people[i]));
        const auto more = end.people.size() - std::min(named, end.people.size());
        if (more > 0) names += " and " + std::to_string(more) + (more == 1 ? " other" : " others");
        return names;
    }

    std::string moment(Instant at, Instant beside) const
    {
        const auto date = times_.date(at);
        return date == times_.date(beside) ? times_.clock(at) : date + ' ' + times_.clock(at);
    }

    /// A verdict of a word or two ("ruled out") speaks with the words of what it ends.
    std::string body(const Event& event) const
    {
        auto text = told_in_bullet(event);
        constexpr std::size_t words_of_a_statement = 3;
        if (timeline::count_words(text) >= words_of_a_statement) return text;
        for (const auto name : {tags::misleading_path, tags::root_cause}) {
            const auto* tag = event.tag(name);
            const auto of = tag && tag->of ? events_.find(*tag->of) : events_.end();
            if (of == events_.end() || of->second->id == event.id) continue;
            auto idea = timeline::first_sentence(prose_of(*of->second));
            while (idea.ends_with('.')) idea.pop_back();
            return timeline::count_words(text) == 0 ? idea : idea + ": " + text;
        }
        if (!text.empty()) return text;
        return event.redacted ? "the text was removed" : "";
    }

    /// The text within the limits, and whether it had to be cut for them.
    std::pair<std::string, bool> told(const Line& line) const
    {
        const auto& event = line.event;
        auto head = label(event);
        auto words = body(event);
        const auto said = lowered(words);
        const auto lower = lowered(head);
        const bool is_escalation = event.has_tag(tags::escalation) && lower.starts_with("escalat");
        // Who wrote the label or said the same in their own words need not read it twice.
        if (!head.empty() && said.starts_with(lower)) head.clear();
        else if (is_escalation && said.starts_with("escalated to")) head.clear();
        const auto tail = suffix(line);
        if (words.empty()) words = head, head.clear();
        if (words.empty()) words = "(no text)";
        const auto taken = timeline::count_words(head) + timeline::count_words(tail);
        const bool one = event.has_tag(tags::root_cause) || event.has_tag(tags::resolution);
        const auto whole = timeline::count_words(words);
        words = fit(words, one ? 1 : max_bullet_sentences, taken < max_bullet_words ? max_bullet_words - taken : 1);
        const bool cut = timeline::count_words(words) < whole;
        const char last = words.empty() ? '.' : words.back();
        std::string end = ".";
        if (last == '!' || last == '?' || words.ends_with("…")) end = tail.empty() ? "" : ".";
        else if (last == '.') words.pop_back();
        if (!head.empty()) head += ": ";
        return {head + words + tail + end, cut};
    }

    /// Of the detections only the one that counts, and what people reported: a storm's later alerts are signs of the fault.
    unsigned parts(const Event& event) const
    {
        static constexpr std::array<std::pair<std::string_view, unsigned>, 14> by_tag{
            {{tags::investigation, part::action}, {tags::action, part::action}, {tags::mitigation, part::action},
             {tags::hypothesis, part::hypothesis}, {tags::root_cause, part::hypothesis},
             {tags::misleading_path, part::misleading_path}, {tags::escalation, part::escalation},
             {tags::resolution, part::resolution}, {tags::change, part::change}, {tags::impact, part::impact},
             {tags::detection, part::detection}, {went_well_tag, part::went_well}, {went_wrong_tag, part::went_wrong},
             {lucky_tag, part::lucky}}};
        unsigned all = event.kind == Kind::change ? part::change : 0;
        for (const auto& [tag, bit] : by_tag)
            if (event.has_tag(tag)) all |= bit;
        if (event.kind == Kind::alert && timeline_.facts.detected_by != event.id) all &= ~part::detection;
        if (timeline_.facts.detected_by == event.id) all |= part::detection;
        if ((all & part::resolution) != 0 && ruled_out(timeline_, event)) all = (all & ~part::resolution) | part::action;
        return all;
    }

    int rank(const Line& line)
    {
        const auto& event = line.event;
        for (const auto name : {tags::misleading_path, tags::escalation, tags::resolution, tags::root_cause, tags::hypothesis})
            if (event.has_tag(name)) return 0;
        if (event.star || timeline_.facts.detected_by == event.id || timeline_.facts.started_by == event.id) return 0;
        if (event.has_tag(tags::detection) && event.kind != Kind::alert) return 0;
        if (event.kind == Kind::alert) return 1;
        const bool tried = event.has_tag(tags::action) || event.has_tag(tags::investigation);
        if (tried && !first_try_seen_) {
            first_try_seen_ = true;  // the brief asks for at least one
            return 0;
        }
        if (event.has_tag(tags::mitigation) || linked_.contains(event.id)) return 7;
        if (event.has_tag(tags::action) || event.has_tag(tags::impact)) return 6;
        if (event.has_tag(tags::investigation)) return 5;
        if (event.has_tag(tags::communication) || event.has_tag(tags::change)) return 4;  // the brief does not ask for them
        return event.kind == Kind::chat ? 2 : 3;
    }

    const Timeline& timeline_;
    const Times& times_;
    std::unordered_map<Id, const Event*> events_;
    std::unordered_multimap<Id, const DeadEnd*> verdicts_;
    std::unordered_set<Id> linked_;
    bool first_try_seen_ = false;
};

}  // namespace

std::size_t words_of(const Bullet& bullet) { return 1 + timeline::count_words(bullet.text); }

std::string told_in_bullet(const Event& event)
{
    const auto text = prose_of(event);
    if (event.has_tag(tags::root_cause) || event.has_tag(tags::resolution)) return timeline::first_sentence(text);
    // A line feed ends a sentence here as it does for the reader of the original.
    std::string told;
    for (const auto sentence : timeline::sentences(text)) {
        if (!told.empty() && !told.ends_with('.') && !told.ends_with('!') && !told.ends_with('?')) told += '.';
        told.append(told.empty() ? "" : " ").append(timeline::one_line(sentence));
    }
    return told.empty() ? timeline::one_line(text) : told;
}

std::vector<Bullet> bullets_of(const Timeline& timeline, const Times& times, std::size_t words)
{
    std::vector<const Line*> lines;
    lines.reserve(timeline.lines.size() + 3);
    for (const auto& line : timeline.lines) lines.push_back(&line);
    std::array<Line, 3> own;  // of facts whose alert was folded into an earlier line
    std::size_t owned = 0;
    for (const auto& id : {timeline.facts.started_by, timeline.facts.detected_by, timeline.facts.resolved_by}) {
        if (!id || std::ranges::any_of(lines, [&](const Line* line) { return line->event.id == *id; })) continue;
        if (const auto* event = find_event(timeline, *id)) {
            own[owned].event = *event;
            own[owned].events = {event->id};
            lines.push_back(&own[owned++]);
        }
    }
    const auto before = [](const Line* a, const Line* b) { return timeline::reading_order(a->event, b->event) < 0; };
    if (!std::ranges::is_sorted(lines, before)) std::ranges::stable_sort(lines, before);
    Writer writer{timeline, times};
    std::vector<Bullet> bullets;
    bullets.reserve(lines.size());
    for (const auto* line : lines) bullets.push_back(writer.bare(*line));
    // What must stay is told first, then the others, the most telling and earliest first, while there is room.
    std::vector<std::size_t> others;
    std::size_t taken = 0;
    for (std::size_t i = 0; i < bullets.size(); ++i) {
        if (bullets[i].fold_rank > 0 && words != unlimited_words) {
            others.push_back(i);
            continue;
        }
        writer.tell(bullets[i], *lines[i]);
        if (words != unlimited_words) taken += words_of(bullets[i]);
    }
    std::ranges::sort(others, [&](std::size_t a, std::size_t b) {
        return bullets[a].fold_rank != bullets[b].fold_rank ? bullets[a].fold_rank > bullets[b].fold_rank : a < b;
    });
    bool full = false;
    for (const auto i : others) {
        if (!full) writer.tell(bullets[i], *lines[i]);
        full = full || (taken += words_of(bullets[i])) > words;
        if (full) {
            bullets[i].folded = true;
            bullets[i].text.clear();
        }
    }
    return bullets;
}

}  // namespace incident::draft
