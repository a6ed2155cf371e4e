#include "timeline/catch_up.hpp"
#include "timeline/parts.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <unordered_map>

namespace incident::timeline {
namespace {

namespace json = wire::json;

CaughtEvent caught(const Event& event, Instant since)
{
    CaughtEvent one;
    one.event = event.id;
    one.number = event.number;
    one.at = event.occurred_at;
    for (const auto& tag : event.tags) {
        one.what += (one.what.empty() ? "" : " + ") + tag.name;
        if (tag.name == tags::escalation && !tag.to.empty()) one.what += " → " + tag.to;
    }
    if (one.what.empty()) one.what = to_string(event.kind);
    one.text = event.redacted && event.text.empty() ? "(redacted)" : one_line(event.text);
    one.by = event.author.claimed.empty() ? event.author.name : event.author.claimed;
    one.late = event.received_at >= since && event.occurred_at < since;
    return one;
}

/// Leaves the last `most`. @return how many went.
template <class T>
std::size_t keep_last(std::vector<T>& list, std::size_t most)
{
    const auto more = list.size() > most ? list.size() - most : 0;
    list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(more));
    return more;
}

json::value caught_time(const std::optional<Instant>& at) { return at ? json::value(to_rfc3339(*at)) : json::value(nullptr); }

json::object to_json(const CaughtEvent& one)
{
    return {{"event", to_string(one.event)},
            {"number", one.number ? json::value(*one.number) : json::value(nullptr)},
            {"at", to_rfc3339(one.at)},
            {"what", one.what},
            {"text", one.text},
            {"by", one.by},
            {"late", one.late}};
}

json::array to_json(const std::vector<CaughtEvent>& all)
{
    json::array list;
    for (const auto& one : all) list.emplace_back(to_json(one));
    return list;
}

void read_lines(const Timeline& timeline, CatchUp& caught_up)
{
    const auto within = [&](Instant at) { return at >= caught_up.since && at <= caught_up.until; };
    std::unordered_map<Id, const Event*> events;
    for (const auto& event : timeline.events) events.emplace(event.id, &event);
    for (const auto& line : timeline.lines) {
        if (line.event.kind != Kind::alert) continue;
        const auto last = line.last_at.value_or(line.event.occurred_at);
        const bool told = within(last) || std::ranges::any_of(line.events, [&](const Id& id) {
                              const auto found = events.find(id);
                              return found != events.end() && within(found->second->received_at);
                          });
        if (told) caught_up.storms.push_back({one_line(line.event.text), line.event.source, line.count, last, line.resolved_at, line.hosts.size()});
    }
    std::ranges::stable_sort(caught_up.storms, {}, &Storm::last_at);
}

}  // namespace

CatchUp catch_up(const Timeline& timeline, Instant since, Instant until)
{
    CatchUp all;
    all.key = timeline.incident.key;
    all.title = one_line(timeline.incident.title);
    all.severity = timeline.incident.severity;
    all.lead = timeline.incident.lead;
    all.status = to_string(timeline.incident.status);
    all.since = since;
    all.until = until;
    all.started_at = timeline.facts.started_at;
    all.detected_at = timeline.facts.detected_at;
    all.resolved_at = timeline.facts.resolved_at;
    if (const auto* mitigation = first_mitigation(timeline.events, timeline.dead_ends)) all.mitigated_at = mitigation->occurred_at;

    std::unordered_map<Id, const Event*> events;
    for (const auto& event : timeline.events) events.emplace(event.id, &event);
    for (const auto& end : timeline.dead_ends) {
        const auto found = events.find(end.hypothesis);
        if (end.verdict != "open" || found == events.end()) continue;
        OpenIdea idea{caught(*found->second, since), end.people, end.linked.size()};
        if (idea.people.empty()) idea.people.push_back(idea.idea.by);
        all.ideas.push_back(std::move(idea));
    }
    for (const auto& event : timeline.events) {
        if (event.struck) continue;
        if (const auto* task = event.tag(tags::follow_up)) all.tasks.push_back({task->to, caught(event, since)});
        if (const auto* call = counts(event) ? event.tag(tags::escalation) : nullptr; call && !call->to.empty())
            if (std::ranges::find(all.called, call->to, &Called::to) == all.called.end()) all.called.push_back({call->to, event.occurred_at});
        if (counts(event) && (event.has_tag(tags::action) || event.has_tag(tags::mitigation))) all.actions.push_back(caught(event, since));
        const bool machine = event.kind == Kind::alert || (event.kind == Kind::system && std::ranges::find(event.flags, gap_flag) == event.flags.end());
        if (!machine && event.received_at >= since && event.received_at <= until) all.changes.push_back(caught(event, since));
    }
    read_lines(timeline, all);
    all.more_ideas = keep_last(all.ideas, caught_ideas);
    all.more_tasks = keep_last(all.tasks, caught_tasks);
    (void)keep_last(all.actions, caught_actions);
    all.more_changes = keep_last(all.changes, caught_changes);
    all.more_storms = keep_last(all.storms, caught_storms);
    return all;
}

json::object to_json(const CatchUp& caught_up)
{
    json::array ideas, called, tasks, storms;
    for (const auto& idea : caught_up.ideas) {
        auto form = to_json(idea.idea);
        json::array people;
        for (const auto& name : idea.people) people.emplace_back(name);
        form["people"] = std::move(people);
        form["tests"] = idea.tests;
        ideas.emplace_back(std::move(form));
    }
    for (const auto& one : caught_up.called) called.emplace_back(json::object{{"to", one.to}, {"at", to_rfc3339(one.at)}});
    for (const auto& one : caught_up.tasks) {
        auto form = to_json(one.task);
        form["owner"] = one.owner.empty() ? json::value(nullptr) : json::value(one.owner);
        tasks.emplace_back(std::move(form));
    }
    for (const auto& one : caught_up.storms)
        storms.emplace_back(json::object{{"title", one.title},
                                         {"source", one.source},
                                         {"count", one.count},
                                         {"last_at", to_rfc3339(one.last_at)},
                                         {"resolved_at", caught_time(one.resolved_at)},
                                         {"hosts", one.hosts}});
    const auto caught_text = [](const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); };
    return {{"incident", to_string(caught_up.key)},
            {"title", caught_up.title},
            {"status", caught_up.status},
            {"severity", caught_text(caught_up.severity)},
            {"lead", caught_text(caught_up.lead)},
            {"since", to_rfc3339(caught_up.since)},
            {"until", to_rfc3339(caught_up.until)},
            {"started_at", caught_time(caught_up.started_at)},
            {"detected_at", caught_time(caught_up.detected_at)},
            {"mitigated_at", caught_time(caught_up.mitigated_at)},
            {"resolved_at", caught_time(caught_up.resolved_at)},
            {"ideas", std::move(ideas)},
            {"called", std::move(called)},
            {"tasks", std::move(tasks)},
            {"actions", to_json(caught_up.actions)},
            {"changes", to_json(caught_up.changes)},
            {"storms", std::move(storms)},
            {"more", {{"ideas", caught_up.more_ideas}, {"tasks", caught_up.more_tasks}, {"changes", caught_up.more_changes}, {"storms", caught_up.more_storms}}}};
}

}  // namespace incident::timeline
