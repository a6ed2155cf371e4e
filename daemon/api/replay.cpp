#include "api/replay.hpp"
#include <algorithm>

namespace incident::api {
namespace {

bool flagged(const Event& event, std::string_view flag) { return std::ranges::find(event.flags, flag) != event.flags.end(); }

/// A key that came back with other words got a mark of its own behind a `#`.
bool same_key(const std::string& recorded, const std::string& read)
{
    return !read.empty() && (recorded == read || (recorded.size() > read.size() && recorded.starts_with(read) && recorded[read.size()] == '#'));
}

/// Names of the tags that rules gave; nothing when a person gave any, whose word stays.
std::optional<std::vector<std::string>> rule_tags(const Event& event)
{
    std::vector<std::string> names;
    for (const auto& tag : event.tags) {
        if (tag.by_person()) return std::nullopt;
        names.push_back(tag.name);
    }
    std::ranges::sort(names);
    return names;
}

std::map<std::string, std::string> plain_labels(const Event& event)
{
    auto labels = event.labels;
    labels.erase(std::string{fingerprint_label});
    return labels;
}

bool same_links(const Event& a, const Event& b) { return std::ranges::equal(a.links, b.links, {}, &Link::url, &Link::url); }

/// Struck or redacted: nothing is changed of it any more.
bool gone(const Told& told) { return told.current.struck || told.current.redacted; }

bool both_arrived(const Event& a, const Event& b) { return flagged(a, "time_from_arrival") && flagged(b, "time_from_arrival"); }

void compare_tags(const Event& current, const Event& read, Redone& redone)
{
    const auto now = rule_tags(read);
    const auto was = rule_tags(current);
    if (!now || !was || *now == *was) return;
    for (const auto& tag : read.tags)
        if (!current.has_tag(tag.name)) redone.amendment.add_tags.push_back(tag);
    for (const auto& tag : current.tags)
        if (!read.has_tag(tag.name)) redone.amendment.remove_tags.push_back(tag.name);
    redone.amends = true;
}

std::optional<Redone> difference(const Told& told, const Event& read, Instant received_at, std::string_view reason)
{
    const auto& [recorded, current] = told;
    Redone redone{received_at, current, read, {}, false, false, false, {}};
    redone.amendment.event = current.id;
    redone.amendment.reason = reason;
    if (current.text != read.text) {
        if (current.text != recorded.text) redone.left.emplace_back("text: a person corrected it");
        else redone.amendment.text = read.text, redone.amends = true;
    }
    if (current.occurred_at != read.occurred_at && !both_arrived(current, read)) {
        if (current.occurred_at != recorded.occurred_at) {
            redone.left.emplace_back("occurred_at: a person corrected it");
        } else {
            redone.amendment.occurred_at = read.occurred_at;
            redone.amendment.occurred_raw = read.occurred_raw;
            redone.amends = true;
        }
    }
    compare_tags(current, read, redone);
    const auto stays = [&](bool differs, const char* what) {
        if (differs) redone.left.push_back(std::string{what} + ": it stays as it was told");
    };
    stays(current.kind != read.kind, "kind");
    stays(current.status != read.status, "status");
    stays(current.severity != read.severity, "severity");
    stays(current.details != read.details, "details");
    stays(plain_labels(current) != plain_labels(read), "labels");
    stays(!same_links(current, read), "links");
    if (!redone.amends && redone.left.empty()) return std::nullopt;
    return redone;
}

wire::json::object members_of(const Event& event, const std::optional<Event>& other)
{
    wire::json::object shown;
    const auto all = wire::to_json(event);
    const auto theirs = other ? wire::to_json(*other) : wire::json::object{};
    for (const auto* const name : {"text", "occurred_at", "kind", "status", "severity", "details", "labels", "links"}) {
        const auto* const mine = all.if_contains(name);
        if (mine == nullptr) continue;
        const auto* const that = theirs.if_contains(name);
        if (that == nullptr || *that != *mine) shown[name] = *mine;
    }
    wire::json::array tags, their_tags;
    for (const auto& tag : event.tags) tags.emplace_back(tag.name);
    if (other)
        for (const auto& tag : other->tags) their_tags.emplace_back(tag.name);
    if (!other || tags != their_tags) shown["tags"] = std::move(tags);
    return shown;
}

}  // namespace

std::vector<Redone> compare(std::span<const Told> told, const std::vector<ingest::Item>& items, Instant received_at, std::string_view reason)
{
    std::vector<const Event*> read;
    bool understood = true;
    for (const auto& item : items)
        if (const auto* const event = std::get_if<Event>(&item.what)) {
            read.push_back(event);
            understood = understood && !flagged(*event, "unparsed");
        }
    std::vector<const Told*> unread, known;
    for (const auto& one : told) {
        if (!flagged(one.recorded, "unparsed")) known.push_back(&one);
        else if (!gone(one)) unread.push_back(&one);
    }
    std::vector<Redone> found;
    std::vector<const Event*> fresh;
    const auto take = [&](const Told& one, const Event& event) {
        if (gone(one)) return;
        if (auto redone = difference(one, event, received_at, reason)) found.push_back(std::move(*redone));
    };
    for (const auto* const event : read) {
        if (flagged(*event, "unparsed")) continue;
        const auto same = std::ranges::find_if(known, [&](const Told* one) { return same_key(one->recorded.key, event->key); });
        if (same == known.end()) {
            fresh.push_back(event);
            continue;
        }
        take(**same, *event);
        known.erase(same);
    }
    // Another time or key makes another event of it; then the order tells which is which.
    while (!known.empty() && !fresh.empty() && known.size() == fresh.size()) {
        take(*known.front(), *fresh.front());
        known.erase(known.begin());
        fresh.erase(fresh.begin());
    }
    const bool rescued = !unread.empty() && understood;
    for (const auto* const event : fresh) {
        Redone redone{received_at, {}, *event, {}, false, rescued, false, {}};
        if (!rescued) redone.left.emplace_back(known.empty() && told.empty() ? "event: what it was counted on stands already" : "event: a body that was understood makes no further events");
        if (rescued || !told.empty()) found.push_back(std::move(redone));  // a repeat was only counted: it has no event of its own
    }
    for (const auto* const one : known)
        if (!gone(*one)) found.push_back({received_at, one->current, {}, {}, false, false, false, {"event: it stays as it was told; strike it with `incidentctl rm`"}});
    if (rescued)
        for (const auto* const one : unread) {
            Redone redone{received_at, one->current, {}, {}, false, false, true, {}};
            redone.amendment.event = one->current.id;
            redone.amendment.strike = true;
            redone.amendment.reason = reason;
            found.push_back(std::move(redone));
        }
    return found;
}

wire::json::object to_json(const Redone& redone)
{
    wire::json::object json;
    json["received_at"] = to_rfc3339(redone.received_at);
    if (redone.before) json["event"] = to_string(redone.before->id);
    else json["event"] = nullptr;
    if (redone.before) json["before"] = members_of(*redone.before, redone.after);
    else json["before"] = nullptr;
    if (redone.after) json["after"] = members_of(*redone.after, redone.before);
    else json["after"] = nullptr;
    wire::json::array left;
    for (const auto& why : redone.left) left.emplace_back(why);
    json["left"] = std::move(left);
    return json;
}

}  // namespace incident::api
