#include "draft/document.hpp"
#include "timeline/prose.hpp"
#include <algorithm>

namespace incident::draft {
namespace {

using timeline::Timeline;

void tell_duration(Document& document, const Timeline& timeline, const Times& times)
{
    const auto& facts = timeline.facts;
    for (const auto& id : {facts.started_by, facts.resolved_by})
        if (id && std::ranges::find(document.duration_events, *id) == document.duration_events.end())
            document.duration_events.push_back(*id);
    if (!facts.started_at) {
        document.duration_todos.push_back({"when it began", command(timeline, "set started=TIME")});
        return;
    }
    const auto start = *facts.started_at;
    document.duration = times.date(start) + ' ' + times.clock(start);
    if (!facts.resolved_at) {
        document.duration += ' ' + times.zone(start) + " – ";
        if (timeline.incident.status != IncidentStatus::open) {
            document.duration += "end not recorded";
            document.duration_todos.push_back({"when it ended", command(timeline, "resolve TEXT")});
            return;
        }
        document.duration += "ongoing";
        // Never the wall clock: the same entries must give the same page tomorrow.
        if (const auto last = last_entry(timeline); last && *last >= start) {
            const auto same_day = times.date(*last) == times.date(start);
            document.duration += ", " + times.shown_span(start, *last).value_or("") + " at the last entry (" +
                                 (same_day ? "" : times.date(*last) + ' ') + times.clock(*last) + ' ' + times.zone(*last) + ')';
        }
        return;
    }
    const auto end = *facts.resolved_at;
    if (times.zone(start) != times.zone(end)) document.duration += ' ' + times.zone(start);
    document.duration += " – ";
    if (times.date(end) != times.date(start)) document.duration += times.date(end) + ' ';
    document.duration += times.clock(end) + ' ' + times.zone(end);
    if (const auto span = times.shown_span(start, end)) document.duration += " (" + *span + ')';
    else document.duration_todos.push_back({"the end lies before the start", command(timeline, "set ended=TIME")});
}

void tell_impact(Document& document, const Timeline& timeline)
{
    const auto impact = impact_of(timeline);
    document.impact_events = impact.events;
    for (const auto& phrase : impact.seen) document.impact.append(document.impact.empty() ? "" : "; ").append(phrase);
    const auto has = [&](std::string_view word) {
        const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
        return std::ranges::search(document.impact, word, same).begin() != document.impact.end();
    };
    if (!impact.events.empty() && !impact.service.empty() && !has(impact.service))
        document.impact = impact.service + (document.impact.empty() ? "" : ": ") + document.impact;
    if (!impact.share.empty() && !impact.share_in_text)
        document.impact.append(document.impact.empty() ? "" : "; ").append(impact.share);
    auto& todos = document.impact_todos;
    if (impact.events.empty()) {
        todos.push_back({"which service was affected and what users saw", command(timeline, "impact TEXT")});
    } else {
        if (!impact.tells_experience) todos.push_back({"what users saw", command(timeline, "impact TEXT")});
        if (!impact.names_service) todos.push_back({"which service was affected", command(timeline, "set service=NAME")});
    }
    if (!impact.tells_share) todos.push_back({"how many users were affected", command(timeline, "impact 85%")});
}

void tell_timeline(Document& document, const Timeline& timeline, const Times& times, std::size_t words)
{
    document.bullets = bullets_of(timeline, times, words);
    const auto& facts = timeline.facts;
    const auto tagged = [&](std::string_view tag) { return any_tagged(timeline, tag); };
    auto& todos = document.timeline_todos;
    if (!facts.detected_at)
        todos.push_back({"when and how it was detected", command(timeline, "detect --how customer TEXT"), part::detection});
    else if (facts.detected_how.empty())
        todos.push_back({"how it was detected: by an alert, an engineer or a customer",
                         command(timeline, "detect --how customer TEXT"), part::detection_how});
    if (!tagged(tags::action) && !tagged(tags::investigation) && !tagged(tags::mitigation))
        todos.push_back({"what was investigated and done", command(timeline, "act TEXT"), part::action});
    if (!tagged(tags::hypothesis) && !tagged(tags::root_cause))
        todos.push_back({"what was thought to be the cause", command(timeline, "hypo TEXT"), part::hypothesis});
    if (!tagged(tags::misleading_path)) {
        if (timeline.incident.none.misleading_path)
            document.no_misleading_path = "Misleading paths: none was taken.";
        else
            todos.push_back({"which paths were misleading", command(timeline, "mislead TEXT") + ", or " +
                                                                command(timeline, "mislead --none"), part::misleading_path});
    }
    if (!tagged(tags::escalation)) {
        if (timeline.incident.none.escalation) document.no_escalation = "Escalation: none was needed.";
        else
            todos.push_back({"which team or person it was escalated to", command(timeline, "escalate --to TEAM TEXT") + ", or " +
                                                                             command(timeline, "escalate --none"), part::escalation});
    } else if (facts.escalated_to.empty()) {
        todos.push_back({"which team or person it was escalated to", command(timeline, "escalate --to TEAM TEXT"), part::escalation});
    }
    if (!facts.resolved_at) todos.push_back({"how it was resolved", command(timeline, "resolve TEXT"), part::resolution});
}

void tell_cause_and_fix(Document& document, const Timeline& timeline)
{
    document.root_cause = timeline.facts.root_cause;
    document.causes = causes_of(timeline);
    document.fixes = fixes_of(timeline);
    for (const auto& cause : document.causes) document.cause_events.push_back(cause.event);
    if (document.root_cause.empty()) document.root_cause_todos.push_back({"the root cause", command(timeline, "cause TEXT")});
    if (document.causes.empty())
        document.cause_todos.push_back({"what caused it, in detail", command(timeline, "cause TEXT")});
    if (document.fixes.empty())
        document.fix_todos.push_back({"how it was fixed, in detail", command(timeline, "resolve TEXT")});
}

void tell_measures(Document& document, const Timeline& timeline)
{
    for (auto& item : follow_ups_of(timeline)) (item.broad ? document.improvements : document.tasks).push_back(std::move(item));
    if (document.improvements.empty())
        document.improvement_todos.push_back({"what can be improved, broadly", command(timeline, "todo --broad TEXT")});
    if (document.tasks.empty())
        document.task_todos.push_back({"specific tasks that address it", command(timeline, "todo --owner NAME TEXT")});
}

}  // namespace

std::string to_text(const Todo& todo) { return "TODO: " + todo.what + " (" + todo.command + ')'; }

std::string command(const Timeline& timeline, std::string_view rest)
{
    std::string all = "incidentctl ";
    // Verbs that write look for an open incident; a closed one must be named.
    if (timeline.incident.status != IncidentStatus::open) all += "-i " + to_string(timeline.incident.key) + ' ';
    return all.append(rest);
}

std::optional<Instant> last_entry(const Timeline& timeline)
{
    std::optional<Instant> last;
    for (const auto& line : timeline.lines) {
        const auto end = std::max(line.event.occurred_at, line.last_at.value_or(line.event.occurred_at));
        last = std::max(last.value_or(end), end);
    }
    return last;
}

Document compose(const Timeline& timeline, const Times& times, std::size_t words)
{
    Document document;
    document.key = to_string(timeline.incident.key);
    document.title = timeline::one_line(timeline.incident.title);
    document.confidential = timeline.incident.label == "private";
    if (document.title.empty()) document.title = document.key;
    document.detected_how = timeline::one_line(timeline.facts.detected_how);
    if (timeline.facts.started_at && timeline.facts.detected_at)
        document.to_detect = times.shown_span(*timeline.facts.started_at, *timeline.facts.detected_at).value_or("");
    tell_duration(document, timeline, times);
    tell_impact(document, timeline);
    tell_timeline(document, timeline, times, words);
    tell_cause_and_fix(document, timeline);
    tell_measures(document, timeline);
    document.started_at = timeline.facts.started_at;
    document.trigger_todos.push_back({"what set it off", command(timeline, "change @TIME TEXT")});
    const auto lesson = [&](std::string_view tag) { return command(timeline, "note TEXT #" + std::string{tag}); };
    document.went_well_todo = {"what went well", lesson(went_well_tag)};
    document.went_wrong_todo = {"what went wrong", lesson(went_wrong_tag)};
    document.lucky_todo = {"where luck helped", lesson(lucky_tag)};
    return document;
}

}  // namespace incident::draft
