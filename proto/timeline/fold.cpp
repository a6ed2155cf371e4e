#include "timeline/parts.hpp"
#include <algorithm>
#include <unordered_map>

namespace incident::timeline {
namespace {

/// One line while it is being gathered: places in the events, in reading order.
struct Group {
    std::size_t first = 0;
    std::vector<std::size_t> members;
};

std::string_view label(const Event& event, std::string_view name)
{
    const auto found = event.labels.find(std::string{name});
    return found == event.labels.end() ? std::string_view{} : std::string_view{found->second};
}

std::string joined(std::string_view source, std::string_view rest)
{
    std::string key{source};
    key += '\0';  // cannot stand in a source's name
    key += rest;
    return key;
}

/// A person singled this alert out; it must not vanish inside a storm.
bool stands_apart(const Event& event)
{
    return event.star || std::ranges::any_of(event.tags, [](const Tag& tag) {
               return tag.by_person() && tag.name != tags::detection && tag.name != tags::impact;
           });
}

/// An alert may carry several of these; the first is the machine that it is about.
std::string_view host_of(const Event& event)
{
    for (const auto name : {"instance", "host", "node"})
        if (const auto value = label(event, name); !value.empty()) return value;
    return {};
}

class Folder {
public:
    explicit Folder(std::span<const Event> events) : events_(events) {}

    std::vector<Line> run()
    {
        for (std::size_t i = 0; i < events_.size(); ++i)
            if (counts(events_[i]) && !is_resolve(events_[i])) add_firing_or_other(i);
        // Only now: a source's clock may put a resolve before its own firing.
        for (std::size_t i = 0; i < events_.size(); ++i)
            if (counts(events_[i]) && is_resolve(events_[i])) add_resolve(i);
        std::ranges::sort(groups_, {}, &Group::first);
        std::vector<Line> lines;
        lines.reserve(groups_.size());
        for (auto& group : groups_) lines.push_back(line_of(group));
        return lines;
    }

private:
    std::size_t new_group(std::size_t i)
    {
        groups_.push_back({i, {i}});
        return groups_.size() - 1;
    }

    void add_firing_or_other(std::size_t i)
    {
        const auto& event = events_[i];
        if (event.kind != Kind::alert) {
            new_group(i);
            return;
        }
        std::size_t group;
        if (stands_apart(event)) group = new_group(i);
        else {
            const auto [at, is_new] = by_title_.try_emplace(joined(event.source, event.text), groups_.size());
            if (is_new) new_group(i);
            else groups_[at->second].members.push_back(i);
            group = at->second;
        }
        if (const auto print = label(event, fingerprint_label); !print.empty())
            by_fingerprint_.try_emplace(joined(event.source, print), group);
    }

    void add_resolve(std::size_t i)
    {
        const auto& event = events_[i];
        if (stands_apart(event)) {
            new_group(i);
            return;
        }
        if (const auto print = label(event, fingerprint_label); !print.empty())
            if (const auto at = by_fingerprint_.find(joined(event.source, print)); at != by_fingerprint_.end()) {
                groups_[at->second].members.push_back(i);
                return;
            }
        const auto [at, is_new] = by_title_.try_emplace(joined(event.source, event.text), groups_.size());
        if (is_new) new_group(i);  // its firing was never heard of: a line of its own
        else groups_[at->second].members.push_back(i);
    }

    Line line_of(Group& group) const
    {
        std::ranges::sort(group.members);
        Line line;
        line.event = events_[group.first];
        line.events.reserve(group.members.size());
        line.events.push_back(line.event.id);
        const bool about_resolves = is_resolve(line.event);
        struct State {
            std::optional<Instant> fired, resolved;
        };
        std::map<std::string_view, State> states;
        std::uint64_t count = 0;
        for (const auto member : group.members) {
            const auto& event = events_[member];
            if (member != group.first) line.events.push_back(event.id);
            if (event.kind != Kind::alert) {
                count = 1;
                continue;
            }
            const auto last = std::max(event.occurred_at, event.last_at.value_or(event.occurred_at));
            auto& state = states[label(event, fingerprint_label)];
            if (is_resolve(event)) {
                state.resolved = std::max(state.resolved.value_or(last), last);
                if (!about_resolves) continue;
            } else {
                state.fired = std::max(state.fired.value_or(last), last);
            }
            count += event.count;
            if (count > 1) line.last_at = std::max(line.last_at.value_or(last), last);
            if (const auto host = host_of(event); !host.empty()) line.hosts.emplace_back(host);
        }
        line.count = count;
        if (!about_resolves && !states.empty() && std::ranges::all_of(states, [](const auto& entry) {
                const auto& state = entry.second;
                return !state.fired || (state.resolved && *state.resolved >= *state.fired);
            }))
            for (const auto& [print, state] : states)
                if (state.resolved) line.resolved_at = std::max(line.resolved_at.value_or(*state.resolved), *state.resolved);
        std::ranges::sort(line.hosts);
        line.hosts.erase(std::ranges::unique(line.hosts).begin(), line.hosts.end());
        return line;
    }

    std::span<const Event> events_;
    std::vector<Group> groups_;
    std::unordered_map<std::string, std::size_t> by_title_, by_fingerprint_;
};

}  // namespace

std::vector<Line> fold(std::span<const Event> events) { return Folder{events}.run(); }

}  // namespace incident::timeline
