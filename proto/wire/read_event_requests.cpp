#include "wire/request_members.hpp"
#include <algorithm>

// Requests are read strictly: what we do not understand is refused and named, so that a typo never becomes a lost
// fact. Webhooks of others are read elsewhere, leniently.
namespace incident::wire {
namespace {

/// Members of an event that only the recorder writes; naming one is answered with that, not with "unknown".
constexpr std::array<std::string_view, 10> recorders_event{"id",    "seq",     "number", "received_at", "source", "flags",
                                                           "count", "last_at", "struck", "redacted"};

/// Labels beginning so are the recorder's own notes on an event (an alert's fingerprint).
constexpr std::string_view own_label_prefix = "__";

bool id(Members& members, std::string_view name, std::optional<Id>& out)
{
    return members.optional(out, [&](Id& read) {
        return members.word(name, read, [](std::string_view word) { return parse_id(word); });
    });
}

bool read_precision(Members& members, Precision& out)
{
    return members.word("precision", out, [](std::string_view word) { return parse_precision(word); });
}

/// One of a few words; empty `out` stays when it is none.
bool choice(Members& members, std::string_view name, Names words, std::string& out)
{
    std::string typed;
    if (!members.text(name, typed)) return false;
    if (std::ranges::find(words, typed) != words.end()) {
        out = std::move(typed);
        return true;
    }
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : ", ") + std::string{word};
    members.bad(name, "\"" + shortened(visible(typed), 64) + "\" is none of " + all);
    return false;
}

constexpr std::array<std::string_view, 2> visibilities{"internal", "public"};

/// `INC-7`, or null and `inbox` for the inbox. Nothing is returned when it is absent or wrong.
std::optional<std::optional<IncidentKey>> destination(Members& members)
{
    using Place = std::optional<IncidentKey>;
    if (!members.given("incident")) return std::nullopt;
    if (members.find("incident") == nullptr) return Place{};
    std::string typed;
    if (!members.text("incident", typed)) return std::nullopt;
    if (typed == "inbox") return Place{};
    auto key = parse_incident_key(typed);
    if (!key) {
        members.bad("incident", key.error().detail);
        return std::nullopt;
    }
    return Place{*key};
}

std::optional<std::string> tag_name(std::string_view typed, const std::string& at, FieldErrors& errors)
{
    auto name = canonical_tag(typed);
    if (name) return std::move(*name);
    errors.add(at, name.error().detail);
    return std::nullopt;
}

/// What may stand in `how`, per tag; other tags have none.
Names ways_of(std::string_view tag)
{
    static constexpr std::array<std::string_view, 3> detection{"alert", "engineer", "customer"};
    static constexpr std::array<std::string_view, 1> follow_up{"broad"};  // an improvement, not one task
    if (tag == tags::detection) return detection;
    if (tag == tags::follow_up) return follow_up;
    return {};
}

/// A tag is its name, or an object with what belongs to it. Who says it is the sender: `by` cannot be claimed.
std::optional<Tag> read_tag(const json::value& value, const std::string& at, FieldErrors& errors)
{
    Tag tag;
    if (const auto* word = value.if_string()) {
        auto name = tag_name(view_of(*word), at, errors);
        if (!name) return std::nullopt;
        tag.name = std::move(*name);
        return tag;
    }
    if (!value.is_object()) {
        errors.add(at, "must be a tag's name or an object, not " + std::string{type_word(value)});
        return std::nullopt;
    }
    Members members{value, at, errors};
    static constexpr std::array<std::string_view, 4> known{"name", "how", "to", "of"};
    static constexpr std::array<std::string_view, 2> ours{"by", "match"};
    members.only(known, ours);
    std::string typed;
    if (members.find("name") == nullptr) members.bad("name", "is missing");
    if (!members.text("name", typed)) return std::nullopt;
    auto name = tag_name(typed, members.pointer("name"), errors);
    if (!name) return std::nullopt;
    tag.name = std::move(*name);
    if (members.find("how") != nullptr) {
        if (const auto ways = ways_of(tag.name); ways.empty())
            members.bad("how", "belongs to detection only, not to " + tag.name);
        else choice(members, "how", ways, tag.how);
    }
    if (members.find("to") != nullptr) {
        if (tag.name != tags::escalation && tag.name != tags::follow_up)
            members.bad("to", "belongs to escalation (whom) and follow_up (owner) only, not to " + tag.name);
        else filled(members, "to", tag.to, max_name_bytes, one_line);
    }
    id(members, "of", tag.of);
    return tag;
}

void read_requested_tags(Members& members, std::string_view name, std::vector<Tag>& out)
{
    members.elements(name, max_tags, [&](const json::value& value, const std::string& at) {
        auto tag = read_tag(value, at, members.errors());
        if (!tag) return;
        if (std::ranges::find(out, tag->name, &Tag::name) != out.end())
            members.errors().add(at, "the tag " + tag->name + " stands twice");
        else out.push_back(std::move(*tag));
    });
}

/// http and https only: others run something or leak something when a reader clicks them.
std::string bad_url(std::string_view url)
{
    const auto scheme_end = url.find("://");
    const auto scheme = scheme_end == std::string_view::npos ? std::string{} : lowered(url.substr(0, scheme_end));
    if (scheme != "http" && scheme != "https") return "must begin with http:// or https://";
    const auto rest = url.substr(scheme_end + 3);
    if (rest.substr(0, rest.find_first_of("/?#")).empty()) return "names no host";
    if (url.find_first_of(" \"<>\\^`{|}") != std::string_view::npos)
        return "holds a space or another character that must be percent-encoded";
    return {};
}

void read_links(Members& members, std::vector<Link>& out)
{
    members.elements("links", max_links, [&](const json::value& value, const std::string& at) {
        Link link;
        if (const auto* word = value.if_string()) {  // the URL alone
            link.url.assign(word->data(), word->size());
            auto why = bad_characters(link.url, one_line);
            if (why.empty() && link.url.size() > max_label_bytes)
                why = "has more than " + std::to_string(max_label_bytes) + " bytes";
            if (why.empty()) why = bad_url(link.url);
            if (why.empty()) out.push_back(std::move(link));
            else members.errors().add(at, std::move(why));
            return;
        }
        Members one{value, at, members.errors()};
        static constexpr std::array<std::string_view, 2> known{"url", "title"};
        one.only(known);
        if (one.is_object() && one.find("url") == nullptr) one.bad("url", "is missing");
        one.text("title", link.title, max_name_bytes, one_line);
        if (!one.text("url", link.url, max_label_bytes, one_line)) return;
        if (auto why = bad_url(link.url); why.empty()) out.push_back(std::move(link));
        else one.bad("url", std::move(why));
    });
}

void read_labels(Members& members, std::map<std::string, std::string>& out)
{
    const auto* value = members.find("labels");
    if (value == nullptr) return;
    const auto* object = value->if_object();
    if (object == nullptr) return members.bad("labels", "must be an object, not " + std::string{type_word(*value)});
    if (object->size() > max_labels)
        return members.bad("labels", "has " + std::to_string(object->size()) + " labels; at most " +
                                         std::to_string(max_labels) + " are kept");
    Members labels{*value, members.pointer("labels"), members.errors()};
    for (const auto& member : *object) {
        const std::string name{member.key().data(), member.key().size()};
        if (name.empty() || name.size() > max_name_bytes || !bad_characters(name, one_line).empty()) {
            labels.bad(shortened(name, 64), "a label's name has 1 to " + std::to_string(max_name_bytes) +
                                                " bytes and no control characters");
            continue;
        }
        if (name.starts_with(own_label_prefix)) {
            labels.bad(name, "labels that begin with __ are the recorder's own");
            continue;
        }
        if (member.value().is_null()) {
            labels.bad(name, "must be a string, not null");
            continue;
        }
        std::string text;
        if (labels.text(name, text, max_label_bytes, Characters::prose)) out.emplace(name, std::move(text));
    }
}

}  // namespace

Result<EventRequest> read_event_request(const json::value& value, std::string_view at)
{
    static constexpr std::array<std::string_view, 17> known{
        "text",  "details", "kind",     "occurred_at", "occurred_raw", "precision", "sent_at", "incident",  "author",
        "links", "labels",  "severity", "status",      "key",          "star",      "visibility", "tags"};
    FieldErrors errors;
    EventRequest request;
    auto& event = request.event;
    Members members{value, std::string{at}, errors};
    if (!members.is_object()) return errors.failure();

    members.only(known, recorders_event);
    if (members.find("text") == nullptr) members.bad("text", "is missing; every event says in text what happened");
    filled(members, "text", event.text, max_text_bytes, Characters::prose);
    members.text("details", event.details, max_details_bytes, Characters::no_nul);
    if (members.word("kind", event.kind, [](std::string_view word) { return parse_kind(word); }) &&
        event.kind == Kind::system)
        members.bad("kind", "system is for what the recorder says of itself; use note or change");
    request.occurred_given = instant(members, "occurred_at", event.occurred_at);
    members.text("occurred_raw", event.occurred_raw, max_name_bytes, one_line);
    read_precision(members, event.precision);
    members.optional(event.sent_at, [&](Instant& sent) { return instant(members, "sent_at", sent); });
    if (const auto place = destination(members)) {
        request.incident_given = true;
        event.incident = *place;
    }
    filled(members, "author", request.author, max_name_bytes, one_line);
    read_links(members, event.links);
    read_labels(members, event.labels);
    members.text("severity", event.severity, max_name_bytes, one_line);
    members.text("status", event.status, max_name_bytes, one_line);
    filled(members, "key", event.key, max_key_bytes, one_line);
    members.flag("star", event.star);
    choice(members, "visibility", visibilities, event.visibility);
    read_requested_tags(members, "tags", event.tags);
    if (!errors.empty()) return errors.failure();
    return request;
}

Result<Amendment> read_amendment_request(const json::value& value)
{
    static constexpr std::array<std::string_view, 12> known{"text",       "occurred_at", "occurred_raw", "precision",
                                                            "tags",       "incident",    "star",         "visibility",
                                                            "strike",     "redact",      "reason",       "undo"};
    static constexpr std::array<std::string_view, 2> ours{"event", "number"};
    FieldErrors errors;
    Amendment amendment;
    Members members{value, "", errors};
    if (!members.is_object()) return errors.failure();

    members.only(known, ours);
    members.optional(amendment.text, [&](std::string& text) {
        return filled(members, "text", text, max_text_bytes, Characters::prose);
    });
    members.optional(amendment.occurred_at, [&](Instant& at) { return instant(members, "occurred_at", at); });
    members.text("occurred_raw", amendment.occurred_raw, max_name_bytes, one_line);
    if (!amendment.occurred_raw.empty() && members.find("occurred_at") == nullptr)
        members.bad("occurred_raw", "is how occurred_at was typed; give both");
    members.optional(amendment.precision, [&](Precision& precision) { return read_precision(members, precision); });
    if (const auto* tags = members.find("tags")) {
        Members changes{*tags, "/tags", errors};
        static constexpr std::array<std::string_view, 2> both{"add", "remove"};
        changes.only(both);
        read_requested_tags(changes, "add", amendment.add_tags);
        changes.elements("remove", max_tags, [&](const json::value& element, const std::string& at) {
            const auto* word = element.if_string();
            if (word == nullptr)
                return errors.add(at, "must be a tag's name, not " + std::string{type_word(element)});
            auto name = tag_name(view_of(*word), at, errors);
            if (!name) return;
            if (std::ranges::find(amendment.add_tags, *name, &Tag::name) != amendment.add_tags.end())
                errors.add(at, "the tag " + *name + " is added by the same amendment");
            else amendment.remove_tags.push_back(std::move(*name));
        });
    }
    amendment.incident = destination(members);
    members.flag("star", amendment.star);
    if (members.given("visibility") && members.find("visibility") == nullptr) amendment.visibility = "";
    else
        members.optional(amendment.visibility, [&](std::string& word) {
            return choice(members, "visibility", visibilities, word);
        });
    members.flag("strike", amendment.strike);
    members.flag("redact", amendment.redact);
    members.text("reason", amendment.reason, max_text_bytes, Characters::prose);
    id(members, "undo", amendment.undo);

    const bool changes = amendment.text || amendment.occurred_at || amendment.precision ||
                         !amendment.add_tags.empty() || !amendment.remove_tags.empty() || amendment.incident ||
                         amendment.star || amendment.visibility || amendment.strike || amendment.redact;
    if (amendment.undo && changes) members.bad("undo", "stands alone, or with a reason; send the other changes apart");
    if (amendment.redact && amendment.text)
        members.bad("redact", "takes the text away for good; do not send a new one with it");
    if (errors.empty() && !changes && !amendment.undo)
        errors.add("", "changes nothing; give any of text, occurred_at, precision, tags, incident, star, visibility, "
                       "strike, redact, or undo");
    if (!errors.empty()) return errors.failure();
    return amendment;
}

}  // namespace incident::wire
