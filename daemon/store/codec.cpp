#include "store/codec.hpp"
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cstring>

namespace incident::store {
namespace {

namespace json = boost::json;
using namespace std::string_view_literals;

constexpr auto event_start = R"({"entry":"event")"sv;
constexpr auto event_in_incident_start = R"({"entry":"event","incident")"sv;

/// Writes one object, member by member. Boost.JSON would first build a tree, at several times the cost, in the one
/// thread that everything durable goes through.
class Writer {
 public:
    explicit Writer(std::string& out) : out_(out) { out_ += '{'; }
    void end() { out_ += '}'; }

    void text(std::string_view name, std::string_view value)
    {
        start(name);
        quoted(value);
    }
    void text_unless_empty(std::string_view name, std::string_view value)
    {
        if (!value.empty()) text(name, value);
    }
    void number(std::string_view name, std::uint64_t value)
    {
        start(name);
        digits(value);
    }
    void truth(std::string_view name, bool value)
    {
        start(name);
        out_ += value ? "true"sv : "false"sv;
    }
    void null(std::string_view name)
    {
        start(name);
        out_ += "null"sv;
    }
    void instant(std::string_view name, Instant value) { text(name, to_rfc3339(value)); }
    void id(std::string_view name, const Id& value) { text(name, to_string(value)); }
    template <class Range, class Item>
    void array(std::string_view name, const Range& range, const Item& item)
    {
        if (!std::empty(range)) array_even_empty(name, range, item);
    }
    template <class Range, class Item>
    void array_even_empty(std::string_view name, const Range& range, const Item& item)
    {
        start(name);
        out_ += '[';
        bool first = true;
        for (const auto& one : range) {
            if (!first) out_ += ',';
            first = false;
            item(one);
        }
        out_ += ']';
    }
    /// Returns the writer of a member object; end() it before the next member.
    [[nodiscard]] Writer object(std::string_view name)
    {
        start(name);
        return Writer{out_};
    }
    /// `["name","value"]`, for names that are the sender's and may be anything: start() does not escape.
    void pair(std::string_view name, std::string_view value)
    {
        out_ += '[';
        quoted(name);
        out_ += ',';
        quoted(value);
        out_ += ']';
    }
    void quoted(std::string_view value);
    void digits(std::uint64_t value)
    {
        std::array<char, 20> buffer;
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
        out_.append(buffer.data(), end);
    }
    [[nodiscard]] std::string& out() noexcept { return out_; }

 private:
    void start(std::string_view name)
    {
        if (!first_) out_ += ',';
        first_ = false;
        out_ += '"';
        out_ += name;
        out_ += "\":"sv;
    }
    std::string& out_;
    bool first_ = true;
};

/// The place of the first byte from `at` on that JSON wants escaped.
std::size_t next_special(std::string_view value, std::size_t at) noexcept
{
    // Eight bytes at once, the usual word tricks: a byte below 0x20, a quote or a backslash. A high bit may raise a false
    // alarm for the whole word, which the loop below then looks through byte by byte.
    constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    const auto has_zero = [](std::uint64_t word) { return (word - ones) & ~word & highs; };
    while (value.size() - at >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, value.data() + at, sizeof word);
        const auto low = (word - ones * 0x20) & ~word & highs;
        if (low | has_zero(word ^ ones * '"') | has_zero(word ^ ones * '\\')) break;
        at += 8;
    }
    for (; at < value.size(); ++at)
        if (const auto c = static_cast<unsigned char>(value[at]); c < 0x20 || c == '"' || c == '\\') break;
    return at;
}

void Writer::quoted(std::string_view value)
{
    static constexpr char hex[] = "0123456789abcdef";
    out_ += '"';
    for (std::size_t plain = 0;;) {
        const auto special = next_special(value, plain);
        out_.append(value, plain, special - plain);
        if (special == value.size()) break;
        const auto c = static_cast<unsigned char>(value[special]);
        plain = special + 1;
        out_ += '\\';
        if (c == '"' || c == '\\') out_ += static_cast<char>(c);
        else if (c == '\n') out_ += 'n';
        else if (c == '\t') out_ += 't';
        else {
            out_ += "u00"sv;
            out_ += hex[c >> 4];
            out_ += hex[c & 15];
        }
    }
    out_ += '"';
}

void write_tags(Writer& facts, std::string_view name, const std::vector<Tag>& tags)
{
    facts.array(name, tags, [&](const Tag& tag) {
        Writer one{facts.out()};
        one.text("name", tag.name);
        one.text_unless_empty("by", tag.by);
        one.text_unless_empty("how", tag.how);
        one.text_unless_empty("to", tag.to);
        if (tag.of) one.id("of", *tag.of);
        one.end();
    });
}

/// The matched words quote the text, so they go where the text goes. By tag name: an event has one tag of a name.
void write_matches(Writer& content, const std::vector<Tag>& tags)
{
    std::vector<const Tag*> matched;
    for (const auto& tag : tags)
        if (!tag.match.empty()) matched.push_back(&tag);
    content.array("matches", matched, [&](const Tag* tag) { content.pair(tag->name, tag->match); });
}

void write(const Event& event, Writer& facts, std::string& content)
{
    facts.text("kind", to_string(event.kind));
    facts.instant("occurred_at", event.occurred_at);
    if (event.sent_at) facts.instant("sent_at", *event.sent_at);
    facts.text_unless_empty("occurred_raw", event.occurred_raw);
    if (event.precision != Precision::exact) facts.text("precision", to_string(event.precision));
    facts.array("flags", event.flags, [&](const std::string& flag) { facts.quoted(flag); });
    facts.text_unless_empty("severity", event.severity);
    facts.text_unless_empty("status", event.status);
    facts.text_unless_empty("key", event.key);
    if (event.star) facts.truth("star", true);
    facts.text_unless_empty("visibility", event.visibility);
    write_tags(facts, "tags", event.tags);

    Writer body{content};
    body.text("text", event.text);
    body.text_unless_empty("details", event.details);
    body.array("labels", event.labels, [&](const auto& label) { body.pair(label.first, label.second); });
    body.array("links", event.links, [&](const Link& link) {
        Writer one{content};
        one.text("url", link.url);
        one.text_unless_empty("title", link.title);
        one.end();
    });
    write_matches(body, event.tags);
    body.end();
}

void write(const Amendment& amendment, Writer& facts, std::string& content)
{
    facts.id("event", amendment.event);
    if (amendment.occurred_at) facts.instant("occurred_at", *amendment.occurred_at);
    facts.text_unless_empty("occurred_raw", amendment.occurred_raw);
    if (amendment.precision) facts.text("precision", to_string(*amendment.precision));
    write_tags(facts, "add_tags", amendment.add_tags);
    facts.array("remove_tags", amendment.remove_tags, [&](const std::string& name) { facts.quoted(name); });
    if (amendment.incident) {
        if (*amendment.incident) facts.number("incident", (*amendment.incident)->number);
        else facts.null("incident");
    }
    if (amendment.number) facts.number("number", *amendment.number);
    if (amendment.star) facts.truth("star", *amendment.star);
    if (amendment.visibility) facts.text("visibility", *amendment.visibility);
    if (amendment.strike) facts.truth("strike", *amendment.strike);
    if (amendment.redact) facts.truth("redact", true);
    if (amendment.undo) facts.id("undo", *amendment.undo);

    const bool matched = std::ranges::any_of(amendment.add_tags, [](const Tag& tag) { return !tag.match.empty(); });
    if (!amendment.text && amendment.reason.empty() && !matched) return;
    Writer body{content};
    if (amendment.text) body.text("text", *amendment.text);
    body.text_unless_empty("reason", amendment.reason);
    write_matches(body, amendment.add_tags);
    body.end();
}

void write(const IncidentStep& step, Writer& facts, std::string&)
{
    facts.text("change", to_string(step.change));
    facts.number("incident", step.incident.number);
    const auto& fields = step.fields;
    const auto maybe = [&](std::string_view name, const std::optional<std::string>& value) {
        if (value) facts.text(name, *value);
    };
    const auto maybe_time = [&](std::string_view name, const std::optional<std::optional<Instant>>& value) {
        if (!value) return;
        if (*value) facts.instant(name, **value);
        else facts.null(name);
    };
    maybe("title", fields.title);
    maybe("severity", fields.severity);
    maybe("lead", fields.lead);
    maybe("label", fields.label);
    maybe("service", fields.service);
    maybe_time("started_at", fields.started_at);
    maybe_time("ended_at", fields.ended_at);
    if (fields.none_misleading_path) facts.truth("none_misleading_path", *fields.none_misleading_path);
    if (fields.none_escalation) facts.truth("none_escalation", *fields.none_escalation);
    if (fields.members) facts.array_even_empty("members", *fields.members, [&](const std::string& name) { facts.quoted(name); });
    if (step.merged_into) facts.number("merged_into", step.merged_into->number);
    facts.text_unless_empty("reason", step.reason);
}

void write(const Tally& tally, Writer& facts, std::string&)
{
    facts.id("event", tally.event);
    facts.number("count", tally.count);
    facts.instant("last_at", tally.last_at);
}

std::string_view word_of(const Entry& entry)
{
    switch (entry.what.index()) {
    case 0: return "event";
    case 1: return "amendment";
    case 2: return "incident";
    default: return "tally";
    }
}

/// What decode() throws at itself: a row that this program did not write. Caught in decode().
[[noreturn]] void not_ours(std::string_view what) { throw std::runtime_error{std::string{what}}; }

template <class T>
T must(Result<T> result)
{
    if (!result) not_ours(result.error().detail);
    return std::move(*result);
}

class Object {
 public:
    explicit Object(const json::object& object) : object_(object) {}
    [[nodiscard]] const json::value* find(std::string_view name) const { return object_.if_contains(name); }
    [[nodiscard]] std::string text(std::string_view name) const
    {
        const auto* value = find(name);
        return value ? string_of(*value) : std::string{};
    }
    [[nodiscard]] std::optional<std::string> maybe_text(std::string_view name) const
    {
        const auto* value = find(name);
        return value ? std::optional{string_of(*value)} : std::nullopt;
    }
    [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name) const
    {
        const auto* value = find(name);
        return value && !value->is_null() ? std::optional{value->to_number<std::uint64_t>()} : std::nullopt;
    }
    [[nodiscard]] std::optional<bool> truth(std::string_view name) const
    {
        const auto* value = find(name);
        return value ? std::optional{value->as_bool()} : std::nullopt;
    }
    [[nodiscard]] std::optional<Instant> instant(std::string_view name) const
    {
        const auto* value = find(name);
        return value && !value->is_null() ? std::optional{must(parse_rfc3339(value->as_string()))} : std::nullopt;
    }
    [[nodiscard]] std::optional<Id> id(std::string_view name) const
    {
        const auto* value = find(name);
        return value ? std::optional{must(parse_id(value->as_string()))} : std::nullopt;
    }
    template <class Each>
    void each(std::string_view name, const Each& each_item) const
    {
        if (const auto* value = find(name))
            for (const auto& item : value->as_array()) each_item(item);
    }
    static std::string string_of(const json::value& value)
    {
        const auto& string = value.as_string();
        return {string.data(), string.size()};
    }

 private:
    const json::object& object_;
};

template <class T>
T required(std::optional<T> value, std::string_view name)
{
    if (!value) not_ours("no " + std::string{name});
    return std::move(*value);
}

std::vector<Tag> read_tags(const Object& facts, std::string_view name, const Object& content)
{
    std::vector<Tag> tags;
    facts.each(name, [&](const json::value& item) {
        const Object one{item.as_object()};
        Tag tag;
        tag.name = one.text("name");
        tag.by = one.text("by");
        tag.how = one.text("how");
        tag.to = one.text("to");
        tag.of = one.id("of");
        tags.push_back(std::move(tag));
    });
    content.each("matches", [&](const json::value& pair) {
        const auto tag = std::ranges::find(tags, Object::string_of(pair.as_array().at(0)), &Tag::name);
        if (tag != tags.end()) tag->match = Object::string_of(pair.as_array().at(1));
    });
    return tags;
}

std::optional<IncidentKey> key_of(std::optional<std::uint64_t> number)
{
    return number ? std::optional{IncidentKey{*number}} : std::nullopt;
}

Event read_event(const Entry& entry, const Object& facts, const Object& content)
{
    Event event;
    event.id = entry.id;
    event.seq = entry.seq;
    event.number = facts.number("number");
    event.incident = key_of(facts.number("incident"));
    event.kind = must(parse_kind(facts.text("kind")));
    event.source = entry.source;
    event.author = entry.author;
    event.occurred_at = required(facts.instant("occurred_at"), "occurred_at");
    event.sent_at = facts.instant("sent_at");
    event.received_at = entry.received_at;
    event.occurred_raw = facts.text("occurred_raw");
    if (const auto precision = facts.maybe_text("precision")) event.precision = must(parse_precision(*precision));
    facts.each("flags", [&](const json::value& flag) { event.flags.push_back(Object::string_of(flag)); });
    event.severity = facts.text("severity");
    event.status = facts.text("status");
    event.key = facts.text("key");
    event.star = facts.truth("star").value_or(false);
    event.visibility = facts.text("visibility");
    event.tags = read_tags(facts, "tags", content);
    event.text = content.text("text");
    event.details = content.text("details");
    content.each("labels", [&](const json::value& pair) {
        event.labels.emplace(Object::string_of(pair.as_array().at(0)), Object::string_of(pair.as_array().at(1)));
    });
    content.each("links", [&](const json::value& item) {
        const Object one{item.as_object()};
        event.links.push_back({one.text("url"), one.text("title")});
    });
    return event;
}

Amendment read_amendment(const Object& facts, const Object& content)
{
    Amendment amendment;
    amendment.event = required(facts.id("event"), "event");
    amendment.occurred_at = facts.instant("occurred_at");
    amendment.occurred_raw = facts.text("occurred_raw");
    if (const auto precision = facts.maybe_text("precision")) amendment.precision = must(parse_precision(*precision));
    amendment.add_tags = read_tags(facts, "add_tags", content);
    facts.each("remove_tags", [&](const json::value& name) { amendment.remove_tags.push_back(Object::string_of(name)); });
    if (facts.find("incident")) amendment.incident = key_of(facts.number("incident"));
    amendment.number = facts.number("number");
    amendment.star = facts.truth("star");
    amendment.visibility = facts.maybe_text("visibility");
    amendment.strike = facts.truth("strike");
    amendment.redact = facts.truth("redact").value_or(false);
    amendment.undo = facts.id("undo");
    amendment.text = content.maybe_text("text");
    amendment.reason = content.text("reason");
    return amendment;
}

IncidentStep read_step(const Object& facts)
{
    IncidentStep step;
    step.change = must(parse_change(facts.text("change")));
    step.incident = IncidentKey{required(facts.number("incident"), "incident")};
    auto& fields = step.fields;
    fields.title = facts.maybe_text("title");
    fields.severity = facts.maybe_text("severity");
    fields.lead = facts.maybe_text("lead");
    fields.label = facts.maybe_text("label");
    fields.service = facts.maybe_text("service");
    if (facts.find("started_at")) fields.started_at = facts.instant("started_at");
    if (facts.find("ended_at")) fields.ended_at = facts.instant("ended_at");
    fields.none_misleading_path = facts.truth("none_misleading_path");
    fields.none_escalation = facts.truth("none_escalation");
    if (facts.find("members")) {
        auto& members = fields.members.emplace();
        facts.each("members", [&](const json::value& name) { members.push_back(Object::string_of(name)); });
    }
    step.merged_into = key_of(facts.number("merged_into"));
    step.reason = facts.text("reason");
    return step;
}

}  // namespace

void encode(const Entry& entry, std::string& facts, std::string& content)
{
    Writer writer{facts};
    writer.text("entry", word_of(entry));
    // First, so that a scan sees it without parsing.
    if (const auto* event = std::get_if<Event>(&entry.what); event && event->incident) {
        writer.number("incident", event->incident->number);
        if (event->number) writer.number("number", *event->number);
    }
    writer.id("id", entry.id);
    writer.instant("received_at", entry.received_at);
    writer.text_unless_empty("author", entry.author.name);
    if (entry.author.verified) writer.truth("verified", true);
    writer.text_unless_empty("claimed", entry.author.claimed);
    writer.text_unless_empty("source", entry.source);
    writer.text_unless_empty("principal", entry.principal);
    writer.text_unless_empty("raw", entry.raw);
    std::visit([&](const auto& what) { write(what, writer, content); }, entry.what);
    writer.end();
}

Result<Entry> decode(std::uint64_t seq, std::string_view facts_text, std::string_view content_text)
try {
    // One arena for both trees: an entry is small and they are gone after this function.
    std::array<unsigned char, 8192> arena;
    json::monotonic_resource memory{arena.data(), arena.size()};
    json::parse_options options;
    options.allow_invalid_utf8 = true;  // what was stored must stay readable, whatever it was
    const auto facts_value = json::parse(facts_text, &memory, options);
    const auto content_value = content_text.empty() ? json::value(json::object_kind, &memory) : json::parse(content_text, &memory, options);
    const Object facts{facts_value.as_object()}, content{content_value.as_object()};

    Entry entry;
    entry.seq = seq;
    entry.id = required(facts.id("id"), "id");
    entry.received_at = required(facts.instant("received_at"), "received_at");
    entry.author = {.name = facts.text("author"), .verified = facts.truth("verified").value_or(false), .claimed = facts.text("claimed")};
    entry.source = facts.text("source");
    entry.principal = facts.text("principal");
    entry.raw = facts.text("raw");
    const auto word = facts.text("entry");
    if (word == "event") entry.what = read_event(entry, facts, content);
    else if (word == "amendment") entry.what = read_amendment(facts, content);
    else if (word == "incident") entry.what = read_step(facts);
    else if (word == "tally")
        entry.what = Tally{required(facts.id("event"), "event"), required(facts.number("count"), "count"), required(facts.instant("last_at"), "last_at")};
    else not_ours("entry is '" + word + '\'');
    return entry;
} catch (const std::exception& error) {
    return Failure{Errc::unavailable, "entry " + std::to_string(seq) + " of the ledger cannot be read: " + error.what() + "; run `incidentctl verify`"};
}

bool is_event(std::string_view facts) noexcept { return facts.starts_with(event_start); }
bool recorded_in_inbox(std::string_view facts) noexcept { return !facts.starts_with(event_in_incident_start); }

}  // namespace incident::store
