#include "draft/audience.hpp"
#include "draft/names.hpp"
#include "timeline/parts.hpp"
#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace incident::draft {
namespace {

using timeline::Timeline;

constexpr std::array<std::pair<Audience, std::string_view>, 3> audiences{
    {{Audience::internal, "internal"}, {Audience::customer, "customer"}, {Audience::everybody, "public"}}};

/// What monitoring and logs call themselves is no person: the source's name, or a host, service or the like that the
/// event carries as a label too.
bool is_machine(const Event& event, const std::string& name)
{
    if (name == event.source) return true;
    constexpr std::array<std::string_view, 9> of_machines{"host", "hostname", "instance", "service", "job", "app", "node", "pod", "container"};
    return std::ranges::any_of(of_machines, [&](std::string_view label) {
        const auto found = event.labels.find(std::string{label});
        return found != event.labels.end() && found->second == name;
    });
}

std::string_view person_of(const Tag& tag)
{
    constexpr std::string_view prefix = "person:";
    return tag.by_person() ? std::string_view{tag.by}.substr(prefix.size()) : std::string_view{};
}

Names names_in(const Timeline& timeline, const AudienceRules& rules)
{
    Names names{rules.people};
    const auto add_unless_group = [&](std::string_view name) {
        if (!Names::is_group(name)) names.add(name);
    };
    for (const auto& event : timeline.events) {
        for (const auto* name : {&event.author.name, &event.author.claimed})
            if (!is_machine(event, *name)) names.add(*name);
        for (const auto& tag : event.tags) {
            names.add(person_of(tag));
            add_unless_group(tag.to);
        }
    }
    const auto& incident = timeline.incident;
    add_unless_group(incident.lead);
    for (const auto* name : {&incident.opened_by.name, &incident.opened_by.claimed}) names.add(*name);
    for (const auto& member : incident.members) names.add(member);
    for (const auto& end : timeline.dead_ends)
        for (const auto& name : end.people) names.add(name);
    names.settle();
    return names;
}

bool is_internal(const Event& event)
{
    if (event.struck) return true;  // taken back: it is no part of the story
    if (event.visibility == "public") return false;
    if (event.visibility == "internal" || event.kind == Kind::system) return true;
    return event.kind == Kind::chat && event.tags.empty();
}

class Cleaner {
public:
    Cleaner(const Names& names, const AudienceRules& rules, Removed& removed) : names_(names), rules_(rules), removed_(removed) {}

    void text(std::string& text)
    {
        if (text.empty()) return;
        if (rules_.mask) {
            std::vector<std::string> matched;
            text = rules_.mask(text, matched);
            for (const auto& rule : matched) ++removed_.masked[rule];
        }
        text = names_.without_names(text, removed_.names);
    }

    /// A field that holds a person's name or a group's.
    void who(std::string& name)
    {
        if (name.empty()) return;
        if (Names::is_group(name)) text(name);
        else name = names_.role_of(name, removed_.names);
    }

    void author(Author& author, bool machine)
    {
        if (machine) text(author.name);
        else author.name = names_.role_of(author.name, removed_.names);
        if (!author.claimed.empty() && !machine) ++removed_.names[author.claimed];
        author.claimed.clear();
    }

    void event(Event& event)
    {
        author(event.author, is_machine(event, event.author.name));
        for (auto* each : {&event.text, &event.details, &event.occurred_raw, &event.severity, &event.status, &event.source}) text(*each);
        event.key.clear();  // often made of a chat's user and channel
        event.visibility.clear();
        std::map<std::string, std::string> labels;
        for (auto& [name, value] : event.labels) {
            auto shown = name;
            if (!name.starts_with("__")) text(shown);
            text(value);
            labels.emplace(std::move(shown), std::move(value));
        }
        event.labels = std::move(labels);
        std::erase_if(event.links, [&](Link& link) {
            const auto before = link.url;
            text(link.url);
            text(link.title);
            return link.url != before;  // an address with a name taken out leads nowhere
        });
        std::erase_if(event.tags, [&](const Tag& tag) {
            auto name = tag.name;
            text(name);
            return name != tag.name;
        });
        for (auto& tag : event.tags) {
            if (tag.by_person()) tag.by = "person:" + names_.role_of(person_of(tag), removed_.names);
            else text(tag.by);
            text(tag.match);
            text(tag.how);
            who(tag.to);
        }
    }

    void incident(Incident& incident)
    {
        for (auto* each : {&incident.title, &incident.severity, &incident.service}) text(*each);
        who(incident.lead);
        author(incident.opened_by, false);
        incident.members.clear();
        incident.label.clear();  // who exports a private one for others was asked; outside it would only puzzle
    }

private:
    const Names& names_;
    const AudienceRules& rules_;
    Removed& removed_;
};

/// The folded lines over what is left. Counts, times and hosts are figures and stay.
void clean_lines(Timeline& shown, Cleaner& cleaner)
{
    std::unordered_map<Id, const Event*> left;
    for (const auto& event : shown.events) left.emplace(event.id, &event);
    std::vector<timeline::Line> lines;
    for (auto& line : shown.lines) {
        std::erase_if(line.events, [&](const Id& id) { return !left.contains(id); });
        if (line.events.empty()) continue;
        line.event = *left.at(line.events.front());
        for (auto& host : line.hosts) cleaner.text(host);
        std::ranges::sort(line.hosts);
        lines.push_back(std::move(line));
    }
    shown.lines = std::move(lines);
}

void clean_dead_ends(Timeline& shown, Cleaner& cleaner)
{
    std::unordered_set<Id> left;
    for (const auto& event : shown.events) left.insert(event.id);
    std::erase_if(shown.dead_ends, [&](const timeline::DeadEnd& end) { return !left.contains(end.hypothesis); });
    for (auto& end : shown.dead_ends) {
        if (end.verdict_event && !left.contains(*end.verdict_event)) end.verdict_event.reset();
        std::erase_if(end.linked, [&](const Id& id) { return !left.contains(id); });
        for (auto& name : end.people) cleaner.who(name);
        std::vector<std::string> once;
        for (auto& name : end.people)
            if (std::ranges::find(once, name) == once.end()) once.push_back(std::move(name));
        end.people = std::move(once);
    }
    const auto forget = [&](std::optional<Id>& id) {
        if (id && !left.contains(*id)) id.reset();
    };
    for (auto& duration : shown.durations) {
        forget(duration.from);
        forget(duration.to);
        cleaner.text(duration.why);
    }
    forget(shown.facts.started_by);
    forget(shown.facts.detected_by);
    forget(shown.facts.resolved_by);
    for (auto& event : shown.events)
        for (auto& tag : event.tags) forget(tag.of);
}

/// What facts say in words comes from what is left; their times and figures stay.
void clean_facts(Timeline& shown, Cleaner& cleaner)
{
    const auto told = timeline::facts_of(shown.incident, shown.events, shown.dead_ends);
    shown.facts.root_cause = told.root_cause;
    shown.facts.escalated_to = told.escalated_to;
    cleaner.text(shown.facts.root_cause);
    cleaner.text(shown.facts.detected_how);
}

}  // namespace

std::string_view to_string(Audience audience) noexcept
{
    return std::ranges::find(audiences, audience, &std::pair<Audience, std::string_view>::first)->second;
}

Result<Audience> parse_audience(std::string_view word)
{
    for (const auto& [audience, name] : audiences)
        if (name == word) return audience;
    return Failure{Errc::invalid_input, "give internal, customer or public"};
}

Timeline for_audience(const Timeline& timeline, Audience audience, const AudienceRules& rules, Removed& removed)
{
    if (audience == Audience::internal) return timeline;
    const auto names = names_in(timeline, rules);
    Cleaner cleaner{names, rules, removed};
    Timeline shown;
    shown.incident = timeline.incident;
    shown.phases = timeline.phases;
    shown.durations = timeline.durations;
    shown.dead_ends = timeline.dead_ends;
    shown.facts = timeline.facts;
    shown.lines = timeline.lines;
    cleaner.incident(shown.incident);
    for (const auto& event : timeline.events) {
        if (is_internal(event)) {
            removed.events.push_back(event.id);
            continue;
        }
        shown.events.push_back(event);
        cleaner.event(shown.events.back());
    }
    clean_dead_ends(shown, cleaner);
    clean_lines(shown, cleaner);
    clean_facts(shown, cleaner);
    return shown;
}

}  // namespace incident::draft
