#include "api/retag.hpp"
#include "timeline/amend.hpp"
#include <algorithm>
#include <deque>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace incident::api {
namespace {

constexpr std::string_view rules_author = "rule:";

using Removed = std::unordered_map<Id, std::set<std::string>>;

/// The tags that people took away, by event, where that amendment still counts.
Removed removed_by_people(std::span<const Entry> entries)
{
    std::unordered_set<Id> undone;
    Removed removed;
    // Backwards: an undo is itself undone only by something later.
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        const auto* amendment = std::get_if<Amendment>(&entry->what);
        if (amendment == nullptr || undone.contains(entry->id)) continue;
        if (amendment->undo) undone.insert(*amendment->undo);
        if (entry->author.name.starts_with(rules_author)) continue;
        for (const auto& name : amendment->remove_tags) removed[amendment->event].insert(name);
    }
    return removed;
}

std::optional<TagChange> compare(const Event& event, const std::set<std::string>* removed, const tagging::RuleSet& rules,
                                 std::deque<tagging::Said>& earlier)
{
    auto fresh = event;
    const bool by_person = std::ranges::any_of(event.tags, &Tag::by_person);
    if (!by_person) {
        fresh.tags.clear();
        const std::vector<tagging::Said> before{earlier.begin(), earlier.end()};
        tagging::add_rule_tags(fresh, rules, before);
        if (removed != nullptr) std::erase_if(fresh.tags, [&](const Tag& tag) { return removed->contains(tag.name); });
    }
    if (tagging::may_be_answered(fresh)) earlier.push_back(tagging::said(fresh));
    if (earlier.size() > tagging::max_said) earlier.pop_front();
    if (by_person) return std::nullopt;
    TagChange change;
    change.event = event.id;
    for (const auto& tag : fresh.tags) {
        const auto* before = event.tag(tag.name);
        if (before == nullptr || *before != tag) change.add.push_back(tag);
    }
    for (const auto& tag : event.tags)
        if (!fresh.has_tag(tag.name)) change.remove.push_back(tag.name);
    if (change.add.empty() && change.remove.empty()) return std::nullopt;
    return change;
}

}  // namespace

std::vector<TagChange> retag(std::span<const Entry> entries, IncidentKey incident, const tagging::RuleSet& rules)
{
    const auto removed = removed_by_people(entries);
    std::vector<TagChange> changes;
    std::deque<tagging::Said> earlier;  // in ledger order, as they came in
    for (const auto& event : timeline::amended_events(entries)) {
        if (event.incident != incident || event.struck || event.redacted) continue;
        const auto mine = removed.find(event.id);
        if (auto change = compare(event, mine == removed.end() ? nullptr : &mine->second, rules, earlier)) changes.push_back(std::move(*change));
    }
    return changes;
}

wire::json::object to_json(const TagChange& change)
{
    wire::json::array add, remove;
    for (const auto& tag : change.add) add.push_back(wire::to_json(tag));
    for (const auto& name : change.remove) remove.push_back(wire::json::string(name));
    wire::json::object json;
    json["event"] = to_string(change.event);
    json["add"] = std::move(add);
    json["remove"] = std::move(remove);
    return json;
}

}  // namespace incident::api
