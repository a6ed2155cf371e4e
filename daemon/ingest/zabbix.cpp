#include "ingest/dialects.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <array>
#include <charconv>

// Zabbix: connectors stream lines of a fixed form; scripts of media types send an object whose members are their author's.
namespace incident::ingest {

namespace {

constexpr std::array<std::string_view, 6> severities{"not classified", "information", "warning", "average", "high", "disaster"};

/// A digit as Zabbix names it in English; a word stays in the server's language.
std::string severity_of(const std::string& word)
{
    if (word.size() == 1 && word[0] >= '0' && static_cast<std::size_t>(word[0] - '0') < severities.size())
        return std::string{severities[static_cast<std::size_t>(word[0] - '0')]};
    return word;
}

std::string status_of(const std::string& word)
{
    const auto plain = lowered(word);
    if (plain == "1" || plain == "problem" || plain.empty()) return "firing";
    if (plain == "0" || plain == "ok" || plain == "resolved" || plain == "recovery") return "resolved";
    return plain;
}

/// Seconds, and nanoseconds beside them.
std::optional<Instant> read_clock(const json::object& object, std::string_view clock, std::string_view nanoseconds)
{
    auto at = read_epoch(text_at(object, clock));
    if (!at) return at;
    const auto text = text_at(object, nanoseconds);
    std::int64_t ns = 0;
    constexpr std::int64_t second = 1'000'000'000, micro = 1000;
    if (std::from_chars(text.data(), text.data() + text.size(), ns).ec == std::errc{} && ns > 0 && ns < second) *at += std::chrono::microseconds{ns / micro};
    return at;
}

/// `2026.01.01` and `00:00:00`, by the server's clock, which only the site can name.
std::optional<Instant> read_local(std::string date, const std::string& time, const std::string& zone)
{
    if (date.size() != 10 || time.size() != 8 || zone.empty()) return std::nullopt;
    for (const std::size_t dot : {4U, 7U})
        if (date[dot] == '.') date[dot] = '-';
    const auto wall = read_time(date + 'T' + time + 'Z');
    if (!wall) return std::nullopt;
    const auto day = std::chrono::floor<std::chrono::days>(*wall);
    const std::chrono::year_month_day ymd{day};
    const std::chrono::hh_mm_ss hms{*wall - day};
    const LocalTime local{static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())), static_cast<int>(static_cast<unsigned>(ymd.day())),
                          static_cast<int>(hms.hours().count()), static_cast<int>(hms.minutes().count()), static_cast<int>(hms.seconds().count()), 0, {}, {}};
    const auto at = from_local(local, zone);  // none in the hour that daylight saving repeats or skips
    return at ? std::optional{*at} : std::nullopt;
}

/// A list of {tag, value} with duplicates, or an object of lists.
void add_tags(Event& event, const json::value* tags)
{
    if (tags == nullptr) return;
    if (const auto* const list = tags->if_array()) {
        std::map<std::string, std::string> values;
        for (const auto& element : *list)
            if (const auto* const pair = element.if_object())
                if (const auto name = words_at(*pair, "tag"); !name.empty()) {
                    auto& value = values[name];
                    value += (value.empty() ? "" : ", ") + words_at(*pair, "value");
                }
        for (const auto& [name, value] : values)
            if (name != fingerprint_label) add_label(event, name, value);
    } else if (const auto* const object = tags->if_object()) {
        for (const auto& [name, value] : *object)
            if (std::string_view{name} != fingerprint_label) add_label(event, name, listed(value));
    } else if (const auto text = spoken(*tags); !text.empty()) {
        add_label(event, "tags", text);
    }
}

struct Reader {
    const Body& body;
    const Source& source;
    Understood understood;

    void refuse(std::string_view bytes, std::string_view reason)
    {
        const Body part{bytes, body.content_type, {}, body.received_at};
        add_unparsed(understood, source.name, Kind::alert, part, reason);
    }

    void read(const json::value& value, std::string_view bytes)
    {
        const auto* const object = value.if_object();
        if (object == nullptr) return refuse(bytes, "expected an object");
        // Connectors can stream measurements too; those are no events.
        if (object->contains("itemid") && object->contains("value") && !object->contains("eventid")) {
            understood.note = "item values; a connector for events is what belongs here";
            return;
        }
        if (object->contains("eventid") && object->contains("clock")) return read_line(*object);
        read_script(*object, bytes);
    }

    /// `{"clock":…,"ns":…,"value":1,"eventid":42,"name":…}`; a recovery says only which problem it ends.
    void read_line(const json::object& line)
    {
        auto event = event_of(source.name, Kind::alert, body);
        event.status = fitting(event, status_of(text_at(line, "value")), max_name_bytes);
        set_read_time(event, read_clock(line, "clock", "ns"), text_at(line, "clock"), body);
        const auto problem = first_words(line, {"p_eventid", "eventid"});
        set_fingerprint(event, problem);
        const auto name = words_at(line, "name");
        event.text = fitting(event, name.empty() ? (event.status == "resolved" ? "recovery of problem " : "problem ") + problem : name, max_text_bytes);
        event.severity = fitting(event, severity_of(words_at(line, "severity")), max_name_bytes);
        std::string hosts;
        if (const auto* const list = array_at(line, "hosts"))
            for (const auto& element : *list) {
                const auto* const host = element.if_object();
                const auto one = host == nullptr ? text_of(element) : first_words(*host, {"host", "name"});
                if (!one.empty()) hosts += (hosts.empty() ? "" : ", ") + one;
            }
        if (!hosts.empty()) add_label(event, "host", hosts);
        if (const auto groups = listed_at(line, "groups"); !groups.empty()) add_label(event, "groups", groups);
        add_label(event, "eventid", words_at(line, "eventid"));
        add_tags(event, member(line, "tags"));
        event.key = key_of({to_rfc3339(event.occurred_at), problem, event.status});
        Item item{std::move(event), OnDuplicate::count_repeat};
        if (name.empty()) item.recalls = "";
        understood.items.push_back(std::move(item));
    }

    void read_script(const json::object& script, std::string_view bytes)
    {
        const auto title = first_words(script, {"event_name", "trigger_name", "trigger", "subject", "alert_subject", "name", "title"});
        const auto state = first_words(script, {"event_value", "status", "trigger_status", "event_status", "value"});
        if (title.empty() && state.empty()) return refuse(bytes, "there is neither \"eventid\" with \"clock\" nor a trigger's name or status");
        auto event = event_of(source.name, Kind::alert, body);
        event.status = fitting(event, status_of(state), max_name_bytes);
        event.text = fitting(event, title.empty() ? "alert without a name" : title, max_text_bytes);
        // The number first: the word is in the language of the server.
        const auto number = severity_of(first_words(script, {"event_nseverity", "trigger_nseverity"}));
        event.severity = fitting(event, number.empty() ? severity_of(first_words(script, {"event_severity", "trigger_severity", "severity"})) : number, max_name_bytes);

        const bool over = event.status == "resolved";
        auto raw = over ? first_words(script, {"event_recovery_timestamp", "recovery_timestamp"}) : std::string{};
        if (raw.empty()) raw = first_words(script, {"event_datetime_timestamp", "event_timestamp", "timestamp", "clock"});
        auto at = read_epoch(raw);
        if (!at && !raw.empty()) at = read_time(raw);
        if (!at) {
            const auto date = over && script.contains("event_recovery_date") ? words_at(script, "event_recovery_date") : words_at(script, "event_date");
            const auto time = over && script.contains("event_recovery_time") ? words_at(script, "event_recovery_time") : words_at(script, "event_time");
            at = read_local(date, time, source.zone);
            if (!date.empty()) raw = date + ' ' + time;
        }
        set_read_time(event, at, raw, body);

        const auto host = first_words(script, {"host_host", "hostname", "host", "host_name"});
        if (!host.empty()) add_label(event, "host", host);
        for (const auto* const name : {"item", "host_ip", "event_id", "trigger_id", "acknowledged"})
            if (const auto value = words_at(script, name); !value.empty()) add_label(event, name, value);
        if (const auto groups = listed_at(script, "host_groups"); !groups.empty()) add_label(event, "groups", groups);
        add_tags(event, member(script, script.contains("event_tags") ? "event_tags" : "tags"));
        set_details(event, {first_words(script, {"operation_data", "event_opdata"}), first_words(script, {"trigger_description", "description", "message", "alert_message"})});
        const auto link = first_words(script, {"link", "event_url", "url"});
        add_link(event, link, "Zabbix");

        const auto known = identity_of(script, link, host, title);
        set_fingerprint(event, known);
        event.key = key_of({to_rfc3339(event.occurred_at), known, event.status});
        Item item{std::move(event), OnDuplicate::count_repeat};
        item.tells_state = true;
        understood.items.push_back(std::move(item));
    }

    /// What a problem and its recovery have in common: the problem's id, else the trigger's, else host and item.
    static std::string identity_of(const json::object& script, std::string_view link, const std::string& host, const std::string& title)
    {
        if (auto id = first_words(script, {"event_id", "eventid", "problem_id"}); !id.empty()) return id;
        auto trigger = first_words(script, {"trigger_id", "triggerid"});
        constexpr std::string_view in_link = "triggerid=";
        if (const auto at = link.find(in_link); trigger.empty() && at != link.npos) {
            const auto rest = link.substr(at + in_link.size());
            trigger = rest.substr(0, rest.find_first_not_of("0123456789"));
        }
        if (!trigger.empty()) return "trigger:" + trigger;
        const auto item = first_words(script, {"item", "item_name"});
        return key_of({host, item.empty() ? title : item});
    }

    /// One document a line; a bad line does not lose its neighbours.
    void read_lines(std::string_view bytes)
    {
        std::size_t left = max_items_per_body;
        while (!bytes.empty()) {
            const auto line = bytes.substr(0, bytes.find('\n'));
            if (trimmed(line).empty()) {
                bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
                continue;
            }
            if (left-- == 0) return refuse(bytes, "more than " + std::to_string(max_items_per_body) + " events in one request; these were not read");
            bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
            if (const auto document = parse_body(line)) read(*document, line);
            else refuse(line, document.error().detail);
        }
        if (understood.items.empty() && understood.note.empty()) understood.note = "an empty body";
    }
};

}  // namespace

Understood read_zabbix(const Body& body, const Source& source)
{
    Reader reader{body, source, {}};
    if (const auto document = parse_body(body.bytes); document) {
        if (const auto* const list = document->if_array()) {
            for (const auto& element : *list)
                if (reader.understood.items.size() < max_items_per_body) reader.read(element, json_text(element));
            if (list->empty()) reader.understood.note = "an empty list";
        } else {
            reader.read(*document, body.bytes);
        }
    } else if (const auto line = trimmed(body.bytes).find('\n'); line != std::string_view::npos) {
        const auto whole = trimmed(body.bytes);
        // Lines of their own, unless not even one of them is a document: then it is one broken body.
        const auto first = parse_body(whole.substr(0, line)), last = parse_body(whole.substr(whole.rfind('\n') + 1));
        if (first || last) reader.read_lines(body.bytes);
        else reader.refuse(body.bytes, document.error().detail);
    } else if (trimmed(body.bytes).empty()) {
        reader.understood.note = "an empty body";
    } else {
        reader.refuse(body.bytes, document.error().detail);
    }
    reader.understood.reply = "{}";  // some scripts read the answer as JSON
    return std::move(reader.understood);
}

}  // namespace incident::ingest
