#include "ingest/mapping_event.hpp"
#include "ingest/alert_words.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ingest {

namespace {

/// The map's word, else `otherwise`, else the sender's own.
std::string put_into_words(const Words& words, const Scope& scope, bool alert_status)
{
    auto said = text_of(words.from, scope);
    if (!said.empty())
        if (const auto known = words.map.find(lowered(said)); known != words.map.end()) return known->second;
    if (words.otherwise) return *words.otherwise;
    if (!alert_status) return said;
    return said.empty() ? "firing" : plain_status(said);
}

void set_mapped_time(Event& event, const Shape& shape, const Scope& scope, const std::string& zone)
{
    const auto own = shape.occurred_at.by_status.find(event.status);
    const auto& places = own == shape.occurred_at.by_status.end() ? shape.occurred_at.from : own->second;
    auto spelling = shape.occurred_at.spelling;
    if (spelling.zone.empty()) spelling.zone = zone;
    std::string raw;
    std::optional<ForeignTime> read;
    // One by one: a first time that cannot be read (a zero time) must not hide the next.
    for (const auto& candidate : places.candidates) {
        const auto said = said_by(candidate, scope);
        if (said.empty()) continue;
        read = read_foreign_time(said, spelling);
        if (read || raw.empty()) raw = said;
        if (read) break;
    }
    event.occurred_raw = fitting(event, raw, max_name_bytes);
    if (!read) return set_arrival_time(event, scope.body);
    event.occurred_at = read->at;
    if (read->guessed) add_flag(event, "time_guessed");
    flag_time(event, scope.body.received_at);
}

void add_named(Event& event, std::string_view name, std::string_view value)
{
    if (name != fingerprint_label && !is_placeholder(value)) add_label(event, trimmed(name), trimmed(value));
}

/// A scalar, or the only thing an object says: `{"stringValue": "x"}`.
std::string scalar_of(const json::value& value)
{
    const auto* const object = value.if_object();
    return object != nullptr && object->size() == 1 ? text_of(object->begin()->value()) : text_of(value);
}

void add_pair(Event& event, std::string_view entry)
{
    entry = trimmed(entry);
    const auto split = entry.find_first_of(":=");
    if (!entry.empty() && !is_placeholder(entry)) add_named(event, entry.substr(0, split), split == entry.npos ? std::string_view{} : entry.substr(split + 1));
}

void add_labels_at(Event& event, const Found& found)
{
    if (found.value == nullptr) return;
    if (const auto* const object = found.value->if_object()) {
        for (const auto& [name, value] : *object)
            if (const auto text = scalar_of(value); !text.empty()) add_named(event, name, text);
        return;
    }
    if (const auto* const string = found.value->if_string()) {
        std::string_view rest{*string};
        while (!rest.empty() && event.labels.size() < max_labels) {
            const auto entry = rest.substr(0, rest.find(','));
            add_pair(event, entry);
            rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
        }
        return;
    }
    const auto* const list = found.value->if_array();
    if (list == nullptr) return;
    for (const auto& element : *list) {
        if (event.labels.size() >= max_labels) return;
        if (const auto* const pair = element.if_object()) {
            auto name = text_at(*pair, "key");
            if (name.empty()) name = text_at(*pair, "name");
            if (const auto* const value = member(*pair, "value"); value != nullptr && !name.empty()) add_named(event, name, scalar_of(*value));
        } else if (const auto* const two = element.if_array(); two != nullptr && two->size() == 2) {
            add_named(event, text_of((*two)[0]), text_of((*two)[1]));
        } else {
            add_pair(event, text_of(element));
        }
    }
}

std::string as_key(std::string key)
{
    if (key.size() <= max_key_bytes && is_utf8(key)) return key;
    Fnv name;
    name.add(key);
    return name.hex();
}

/// A name for an event without an id of its own: the same words at the same time are the same event.
std::string digest_of(const Event& event)
{
    Fnv sum;
    for (const auto* const member : {&event.text, &event.status, &event.details}) {
        sum.add(*member);
        sum.add("\n");
    }
    return sum.hex();
}

bool is_timed(const Event& event) { return std::ranges::find(event.flags, "time_from_arrival") == event.flags.end(); }

/// Empty: nothing tells this event from another one like it.
std::string key_of(const Event& event, const std::string& identity, const std::string& once, const Sending& sending)
{
    if (!once.empty()) return once;
    if (!identity.empty() && event.kind == Kind::chat) return identity;
    // The time first, so that the index of keys grows in order.
    if (is_timed(event)) return to_rfc3339(event.occurred_at) + '|' + (identity.empty() ? digest_of(event) : identity) + '|' + event.status;
    if (!identity.empty() && event.kind != Kind::alert) return identity + '|' + event.status;
    if (!sending.delivery.empty()) return "delivery|" + sending.delivery + '|' + std::to_string(sending.place);
    if (identity.empty()) return {};
    return to_rfc3339(event.received_at) + '|' + identity + '|' + event.status;
}

/// A chat message told again with another text.
Item revision(Event event, const std::string& identity, const std::string& once)
{
    ByKey change;
    change.key = as_key(identity);
    change.once_key = as_key(identity + ":edit:" + (once.empty() ? digest_of(event) : once));
    change.amendment.text = event.text;
    change.amendment.reason = "edited in " + event.source;
    event.key = change.key;
    add_flag(event, "edited");
    change.orphan = std::move(event);
    return {std::move(change), OnDuplicate::answer_first};
}

}  // namespace

std::optional<Item> element_item(const Shape& shape, const Scope& scope, const Sending& sending)
{
    auto event = event_of(sending.source, shape.kind, scope.body);
    event.text = fitting(event, text_of(shape.text, scope), max_text_bytes);
    if (auto details = text_of(shape.details, scope); details != event.text) event.details = fitting(event, details, max_details_bytes);
    event.status = fitting(event, put_into_words(shape.status, scope, shape.kind == Kind::alert), max_name_bytes);
    event.severity = fitting(event, put_into_words(shape.severity, scope, false), max_name_bytes);
    set_mapped_time(event, shape, scope, sending.zone);
    if (const auto sent = read_foreign_time(text_of(shape.sent_at, scope), {TimeSpelling::Unit::automatic, {}, sending.zone})) event.sent_at = sent->at;
    if (const auto author = text_of(shape.author, scope); !author.empty()) event.author.name = fitting(event, author, max_name_bytes);

    const auto identity = joined_key(shape.key, scope);
    if (event.text.empty()) {
        if (identity.empty() && event.occurred_raw.empty() && text_of(shape.status.from, scope).empty()) return std::nullopt;
        event.text = event.source + ": an event without a text";
        if (event.details.empty()) event.details = fitting(event, json::serialize(scope.element), max_details_bytes);
    }
    // What people do about an alert carries its fingerprint too: it belongs where the alert is.
    if (event.kind != Kind::chat && event.kind != Kind::change && !identity.empty()) add_label(event, fingerprint_label, as_key(identity));
    for (const auto& reference : shape.labels_from) add_labels_at(event, find(reference, scope));
    for (const auto& [name, value] : shape.labels)
        if (const auto words = text_of(value, scope); !words.empty()) add_label(event, name, words);
    const auto base = shape.links.empty() ? std::string{} : text_of(shape.base, scope);
    for (const auto& [title, value] : shape.links) add_link(event, text_of(value, scope), title, base);
    for (const auto& [flag, condition] : shape.flags)
        if (holds(condition, scope)) add_flag(event, flag);

    const auto once = joined_key(shape.once, scope);
    if (shape.edit && !identity.empty()) return revision(std::move(event), identity, once);
    event.key = as_key(key_of(event, identity, once, sending));
    // An alert's state told again is counted; anything else sent again is the same thing.
    const bool counted = event.kind == Kind::alert && once.empty() && !event.key.starts_with("delivery|");
    const bool again = counted && !identity.empty() && (!is_timed(event) || (shape.repeats && holds(*shape.repeats, scope)));
    Item item{std::move(event), counted ? OnDuplicate::count_repeat : OnDuplicate::answer_first};
    item.tells_state = again;
    return item;
}

}  // namespace incident::ingest
