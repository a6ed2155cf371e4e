#include "store/visible_reader.hpp"
#include <set>

namespace incident::store {
namespace {

const Id* event_of(const Entry& entry)
{
    if (std::holds_alternative<Event>(entry.what)) return &entry.id;
    if (const auto* amendment = std::get_if<Amendment>(&entry.what)) return &amendment->event;
    if (const auto* tally = std::get_if<Tally>(&entry.what)) return &tally->event;
    return nullptr;
}

}  // namespace

Result<bool> VisibleReader::sees(IncidentKey key)
{
    if (sees_all()) return true;
    const auto known = seen_.find(key);
    if (known != seen_.end()) return known->second;
    const auto incident = all_.incident(key);
    if (!incident) return incident.error();
    const bool visible = *incident && auth::may_see(who_, **incident);
    seen_.emplace(key, visible);
    return visible;
}

Result<bool> VisibleReader::sees_event(const Id& id)
{
    if (sees_all()) return true;
    const auto event = all_.event(id);
    if (!event) return event.error();
    if (!*event || !(*event)->incident) return event->has_value();
    return sees(*(*event)->incident);
}

Result<bool> VisibleReader::shows(const Entry& entry)
{
    if (const auto* step = std::get_if<IncidentStep>(&entry.what)) return sees(step->incident);
    const auto* id = event_of(entry);
    return id == nullptr ? Result<bool>{true} : sees_event(*id);
}

Result<std::optional<Event>> VisibleReader::event(const Id& id)
{
    auto event = all_.event(id);
    if (!event || !*event || !(*event)->incident) return event;
    const auto visible = sees(*(*event)->incident);
    if (!visible) return visible.error();
    if (!*visible) event->reset();
    return event;
}

Result<EventPage> VisibleReader::events(const EventQuery& query)
{
    if (sees_all()) return all_.events(query);
    // Left out while the page is made, not after: a page that stops at what is hidden would tell that something fitted.
    auto filtered = query;
    std::optional<Failure> problem;
    filtered.visible = [&](IncidentKey key) {
        const auto visible = sees(key);
        if (!visible) problem = visible.error();
        return visible && *visible;
    };
    auto page = all_.events(filtered);
    if (problem) return *problem;
    return page;
}

Result<std::vector<Entry>> VisibleReader::incident_entries(IncidentKey key)
{
    const auto visible = sees(key);
    if (!visible) return visible.error();
    if (!*visible) return std::vector<Entry>{};
    auto entries = all_.incident_entries(key);
    if (!entries || sees_all()) return entries;
    // Events that stood here and were moved on belong where they stand now.
    std::set<Id> moved, hidden;
    for (const auto& entry : *entries)
        if (const auto* amendment = std::get_if<Amendment>(&entry.what); amendment && amendment->incident && *amendment->incident != key)
            moved.insert(amendment->event);
    for (const auto& id : moved) {
        const auto shown = sees_event(id);
        if (!shown) return shown.error();
        if (!*shown) hidden.insert(id);
    }
    if (!hidden.empty())
        std::erase_if(*entries, [&](const Entry& entry) {
            const auto* id = event_of(entry);
            return id != nullptr && hidden.contains(*id);
        });
    return entries;
}

Result<std::uint64_t> VisibleReader::incident_size(IncidentKey key)
{
    const auto visible = sees(key);
    if (!visible) return visible.error();
    return *visible ? all_.incident_size(key) : Result<std::uint64_t>{0};
}

Result<std::vector<Entry>> VisibleReader::history(const Id& event)
{
    const auto visible = sees_event(event);
    if (!visible) return visible.error();
    if (!*visible) return std::vector<Entry>{};
    return all_.history(event);
}

Result<bool> VisibleReader::sees_source(std::string_view source)
{
    if (sees_all()) return true;
    const auto all = all_.incidents();
    if (!all) return all.error();
    for (const auto& incident : *all) {
        if (auth::may_see(who_, incident)) continue;
        EventQuery query;
        query.incident = incident.key;
        query.source = source;
        query.limit = 1;
        const auto sent = all_.events(query);
        if (!sent) return sent.error();
        if (!sent->events.empty()) return false;
    }
    return true;
}

Result<std::optional<KeptBody>> VisibleReader::kept_body(const Id& event)
{
    const auto visible = sees_event(event);
    if (!visible) return visible.error();
    if (!*visible) return std::optional<KeptBody>{};
    auto kept = all_.kept_body(event);
    if (!kept || !*kept) return kept;
    const auto whole = sees_source((*kept)->body.source);
    if (!whole) return whole.error();
    if (!*whole) kept->reset();
    return kept;
}

Result<std::vector<KeptBody>> VisibleReader::kept_bodies(std::string_view source, Instant since, std::size_t limit, std::uint64_t after)
{
    const auto whole = sees_source(source);
    if (!whole) return whole.error();
    if (!*whole) return std::vector<KeptBody>{};
    return all_.kept_bodies(source, since, limit, after);
}

Result<std::vector<Entry>> VisibleReader::entries_after(std::uint64_t seq, std::size_t limit)
{
    auto entries = all_.entries_after(seq, limit);
    if (!entries || sees_all()) return entries;
    std::vector<Entry> shown;
    shown.reserve(entries->size());
    for (auto& entry : *entries) {
        const auto visible = shows(entry);
        if (!visible) return visible.error();
        if (*visible) shown.push_back(std::move(entry));
    }
    return shown;
}

Result<std::vector<Incident>> VisibleReader::incidents()
{
    auto all = all_.incidents();
    if (all) std::erase_if(*all, [&](const Incident& incident) { return !auth::may_see(who_, incident); });
    return all;
}

Result<std::optional<Incident>> VisibleReader::incident(IncidentKey key)
{
    auto incident = all_.incident(key);
    if (incident && *incident && !auth::may_see(who_, **incident)) incident->reset();
    return incident;
}

}  // namespace incident::store
