#include "ingest/alertmanager_recorder.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <charconv>

namespace incident::ingest {

namespace {

const json::object nothing;

const json::object& object_or_nothing(const json::object& object, std::string_view name)
{
    const auto* const found = object_at(object, name);
    return found == nullptr ? nothing : *found;
}

/// `{"a":"b"}` in the second version, `{"labels":[{"key":"a","value":"b"}]}` in the first.
std::map<std::string, std::string> labels_at(const json::object& holder, std::string_view name)
{
    std::map<std::string, std::string> labels;
    const auto& object = object_or_nothing(holder, name);
    if (const auto* const pairs = array_at(object, "labels")) {
        for (const auto& element : *pairs)
            if (const auto* const pair = element.if_object()) labels.insert_or_assign(text_at(*pair, "key"), text_at(*pair, "value"));
    } else {
        for (const auto& [key, value] : object) labels.insert_or_assign(std::string{key}, text_of(value));
    }
    return labels;
}

/// A decimal number of 64 bits, as protobuf's JSON writes it, in the 16 hex digits of everywhere else.
std::string fingerprint_at(const json::object& alert)
{
    const auto text = text_at(alert, "fingerprint");
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    std::string hex(16, '0');
    static constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < hex.size(); ++i) hex[hex.size() - 1 - i] = digits[(number >> (4 * i)) & 15U];
    return hex;
}

/// `alertname="DiskFull", env=~"prod.*"`.
std::string matchers_of(const json::object& silence)
{
    std::string all;
    if (const auto* const matchers = array_at(silence, "matchers"))
        for (const auto& element : *matchers)
            if (const auto* const matcher = element.if_object()) {
                auto one = words_at(*matcher, "rendered");
                if (one.empty()) one = words_at(*matcher, "name") + '=' + words_at(*matcher, "pattern");
                all += (all.empty() ? "" : ", ") + one;
            }
    return all;
}

struct Reader {
    const Body& body;
    std::string_view source;
    Understood understood;

    void read(const json::value& element)
    {
        const auto* const event = element.if_object();
        if (event == nullptr) return refuse(element, "a recorded event must be an object");
        const auto& data = object_or_nothing(*event, "data");
        const auto recorded = text_at(*event, "@timestamp");
        if (data.size() != 1) return refuse(element, "a recorded event must hold one kind of data");
        const std::string kind{data.begin()->key()};
        const auto& held = object_or_nothing(data, kind);
        if (kind == "alertCreated") return read_alert(object_or_nothing(held, "alert"), "firing", recorded);
        if (kind == "alertResolved") return read_alert(object_or_nothing(object_or_nothing(held, "alert"), "details"), "resolved", recorded);
        if (kind == "silenceCreated" || kind == "silenceUpdated") return read_silence(object_or_nothing(held, "silence"), kind == "silenceCreated", recorded);
        if (kind == "silenceMutedAlert" || kind == "inhibitionMutedAlert") return read_muted(held, recorded);
        if (kind == "alertmanagerStartupEvent" || kind == "alertmanagerShutdownEvent") return read_process(*event, held, kind == "alertmanagerStartupEvent", recorded);
        if (kind == "alertGrouped" || kind == "notification") {
            understood.note = "ignored: " + kind;  // what was told to whom stands in its receiver's own record
            return;
        }
        auto other = event_of(source, Kind::alert, body);
        other.text = fitting(other, "alertmanager recorded: " + kind, max_text_bytes);
        other.details = fitting(other, json_text(data), max_details_bytes);
        set_time(other, recorded, body);
        other.key = key_of({to_rfc3339(other.occurred_at), kind, json_text(data)});
        understood.items.push_back({std::move(other)});
    }

 private:
    void refuse(const json::value& element, std::string_view reason)
    {
        const auto text = json_text(element);
        const Body part{text, body.content_type, {}, body.received_at};
        add_unparsed(understood, source, Kind::alert, part, reason);
    }

    void read_alert(const json::object& alert, std::string_view status, std::string_view recorded)
    {
        const auto labels = labels_at(alert, "labels"), annotations = labels_at(alert, "annotations");
        const auto first = [&](std::initializer_list<std::string_view> names) {
            for (const auto name : names)
                if (const auto found = annotations.find(std::string{name}); found != annotations.end() && !is_placeholder(found->second)) return found->second;
            return std::string{};
        };
        auto event = event_of(source, Kind::alert, body);
        auto title = first({"summary", "title"});
        if (title.empty()) title = words_at(alert, "name");
        event.text = fitting(event, title.empty() ? "alert without a name" : title, max_text_bytes);
        event.details = fitting(event, first({"description", "details", "message"}), max_details_bytes);
        event.status = status;
        const auto fingerprint = fingerprint_at(alert);
        if (!fingerprint.empty()) set_fingerprint(event, fingerprint);
        for (const auto& [name, value] : labels)
            if (name != fingerprint_label) add_label(event, name, value);
        if (const auto severity = labels.find("severity"); severity != labels.end()) event.severity = fitting(event, severity->second, max_name_bytes);
        const auto starts = text_at(alert, "startsAt");
        const auto ends = text_at(alert, "endsAt");
        set_time(event, status == "firing" ? starts : read_time(ends) ? ends : recorded, body);
        if (const auto started = read_time(starts); started && !fingerprint.empty()) event.key = key_of({to_rfc3339(*started), fingerprint, event.status});
        understood.items.push_back({std::move(event), OnDuplicate::count_repeat});
    }

    /// Who muted what, until when and why. Every peer of a cluster records it.
    void read_silence(const json::object& silence, bool created, std::string_view recorded)
    {
        auto event = event_of(source, Kind::note, body);
        const auto author = words_at(silence, "createdBy");
        if (!author.empty()) event.author.name = fitting(event, author, max_name_bytes);  // what was typed into a form: not verified
        auto text = std::string{created ? "silenced " : "changed the silence of "} + matchers_of(silence);
        if (const auto until = read_time(text_at(silence, "endsAt"))) text += " until " + to_rfc3339(*until).substr(0, 16) + "Z";
        if (const auto why = words_at(silence, "comment"); !why.empty()) text += ": " + why;
        event.text = fitting(event, text, max_text_bytes);
        const auto updated = text_at(silence, "updatedAt");
        set_time(event, read_time(updated) ? std::string_view{updated} : recorded, body);
        const auto id = words_at(silence, "id");
        if (!id.empty()) add_label(event, "silence", id);
        event.key = key_of({to_rfc3339(event.occurred_at), "silence", id});
        understood.items.push_back({std::move(event)});
    }

    /// Recorded at each pass over the alerts: one event, counted.
    void read_muted(const json::object& held, std::string_view recorded)
    {
        const auto& alert = object_or_nothing(held, "mutedAlert");
        const auto& silence = object_or_nothing(held, "silence");
        const auto labels = labels_at(alert, "labels");
        auto event = event_of(source, Kind::alert, body);
        const auto name = labels.find("alertname");
        auto by = words_at(silence, "createdBy");
        by = silence.empty() ? "an inhibition" : by.empty() ? "a silence" : "a silence of " + by;
        event.text = fitting(event, "muted by " + by + ": " + (name == labels.end() ? std::string{"an alert"} : name->second), max_text_bytes);
        event.status = "muted";
        const auto fingerprint = fingerprint_at(alert);
        if (!fingerprint.empty()) set_fingerprint(event, fingerprint);
        for (const auto& [label, value] : labels)
            if (label != fingerprint_label) add_label(event, label, value);
        set_time(event, recorded, body);
        const auto since = read_time(text_at(silence, "startsAt"));
        const auto cause = silence.empty() ? listed_at(held, "inhibitingFingerprints") : words_at(silence, "id");
        event.key = since ? key_of({to_rfc3339(*since), fingerprint, "muted", cause}) : key_of({fingerprint, "muted", cause});
        Item item{std::move(event), OnDuplicate::count_repeat};
        item.tells_state = silence.empty();
        understood.items.push_back(std::move(item));
    }

    void read_process(const json::object& event_in, const json::object& held, bool started, std::string_view recorded)
    {
        auto event = event_of(source, Kind::change, body);
        const auto instance = words_at(event_in, "instance");
        auto text = "Alertmanager" + (instance.empty() ? std::string{} : " on " + instance) + (started ? " started" : " stopped");
        if (const auto version = words_at(held, "version"); !version.empty()) text += " (" + version + ')';
        event.text = fitting(event, text, max_text_bytes);
        set_time(event, recorded, body);
        event.key = key_of({to_rfc3339(event.occurred_at), started ? "started" : "stopped", instance});
        understood.items.push_back({std::move(event)});
    }
};

bool is_one(const json::value& value)
{
    const auto* const object = value.if_object();
    return object != nullptr && object->contains("@timestamp") && object_at(*object, "data") != nullptr;
}

}  // namespace

bool is_recorded(const json::value& document)
{
    const auto* const list = document.if_array();
    return list == nullptr ? is_one(document) : std::ranges::any_of(*list, is_one);
}

Understood read_recorded(const json::value& document, const Body& body, std::string_view source)
{
    Reader reader{body, source, {}};
    if (const auto* const list = document.if_array()) {
        for (const auto& element : *list)
            if (reader.understood.items.size() < max_items_per_body) reader.read(element);
    } else {
        reader.read(document);
    }
    if (!reader.understood.items.empty()) reader.understood.note.clear();
    return std::move(reader.understood);
}

}  // namespace incident::ingest
