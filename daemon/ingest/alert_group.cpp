#include "ingest/alert_group.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ingest {

namespace {

constexpr std::size_t max_fingerprint_bytes = 64;

/// The first that says something: annotations.summary, annotations.title, labels.alertname.
std::string title_of(const json::object& annotations, const json::object& labels)
{
    for (const auto* const name : {"summary", "title"})
        if (auto text = words_at(annotations, name); !text.empty()) return text;
    auto name = words_at(labels, "alertname");
    return name.empty() ? std::string{"alert without a name"} : name;
}

std::string details_of(const json::object& alert, const json::object& annotations)
{
    auto details = words_at(annotations, "description");
    if (details.empty()) details = words_at(annotations, "details");
    if (details.empty()) details = words_at(annotations, "message");
    std::string values;
    if (const auto* const numbers = object_at(alert, "values"))
        for (const auto& [name, value] : *numbers)
            if (const auto number = text_of(value); !number.empty()) values += (values.empty() ? "" : ", ") + std::string{name} + '=' + number;
    if (values.empty()) values = words_at(alert, "valueString");
    if (values.empty()) return details;
    return details.empty() ? "values: " + values : details + "\nvalues: " + values;
}

/// Firing unless said otherwise: old senders leave it out.
std::string status_of(const json::object& alert, const GroupDialect& dialect, const Body& body)
{
    if (dialect.pushed) {
        const auto ended = read_time(text_at(alert, "endsAt"));
        return ended && *ended <= body.received_at ? "resolved" : "firing";
    }
    auto status = lowered(words_at(alert, "status"));
    return status.empty() ? "firing" : status;
}

Item read_alert(const json::object& alert, const GroupDialect& dialect, std::string_view external_url, const Body& body)
{
    static const json::object nothing;
    const auto* const labels_found = object_at(alert, "labels");
    const auto* const annotations_found = object_at(alert, "annotations");
    const auto& labels = labels_found == nullptr ? nothing : *labels_found;
    const auto& annotations = annotations_found == nullptr ? nothing : *annotations_found;

    auto event = event_of(dialect.source, Kind::alert, body);
    event.text = fitting(event, title_of(annotations, labels), max_text_bytes);
    event.details = fitting(event, details_of(alert, annotations), max_details_bytes);
    event.status = fitting(event, status_of(alert, dialect, body), max_name_bytes);
    event.severity = fitting(event, words_at(labels, "severity"), max_name_bytes);
    // First, so that no crowd of labels can push it out.
    auto fingerprint = words_at(alert, "fingerprint");
    if (fingerprint.empty() || fingerprint.size() > max_fingerprint_bytes) fingerprint = fingerprint_of(labels);
    add_label(event, fingerprint_label, fingerprint);
    for (const auto& [name, value] : labels)
        if (std::string_view{name} != fingerprint_label) add_label(event, name, text_of(value));
    dialect.add_links(event, alert, external_url);
    add_link(event, text_at(annotations, "runbook_url"), "runbook", external_url);

    // A firing alert's endsAt is a zero value or a guess; a resolved one's startsAt is when the trouble began.
    const auto starts = text_at(alert, "startsAt");
    set_time(event, event.status == "resolved" ? text_at(alert, "endsAt") : starts, body);
    // The time first, so that the index of keys grows in order (CONVENTIONS W3). Without it nothing tells a repeat from
    // the next outbreak, and counting an outbreak as a repeat would hide it.
    const auto started = read_time(starts);
    if (started) event.key = fitting(event, to_rfc3339(*started) + '|' + fingerprint + '|' + event.status, max_key_bytes);
    // What is pushed each minute is told apart by the state that the ledger knows.
    else if (dialect.pushed) event.key = to_rfc3339(event.occurred_at) + '|' + fingerprint + '|' + event.status;
    Item item{std::move(event), OnDuplicate::count_repeat};
    item.tells_state = dialect.pushed && !started;
    return item;
}

/// What the sender kept back, told where people look.
void add_truncation(Understood& understood, const json::object& group, std::uint64_t missing, std::string_view why, std::string_view source, const Body& body)
{
    auto event = event_of(source, Kind::system, body);
    event.text = std::string{source} + ": " + std::to_string(missing) + (missing == 1 ? " more alert was" : " more alerts were") + " not sent (" + std::string{why} + ')';
    add_flag(event, "truncated");
    set_arrival_time(event, body);
    std::optional<Instant> newest;
    for (const auto& item : understood.items)
        if (const auto* const alert = std::get_if<Event>(&item.what); alert != nullptr && !alert->key.empty())
            newest = newest ? std::max(*newest, alert->occurred_at) : alert->occurred_at;
    if (newest) {
        Fnv name;
        name.add(text_at(group, "groupKey"));
        event.key = to_rfc3339(*newest) + "|truncated|" + name.hex() + '|' + std::to_string(missing);
    }
    understood.items.push_back({std::move(event), OnDuplicate::count_repeat});
}

std::uint64_t count_at(const json::object& object, std::string_view name)
{
    const auto text = text_at(object, name);
    std::uint64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9' || number > 1'000'000'000) return 0;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return number;
}

}  // namespace

std::string fingerprint_of(const json::object& labels)
{
    std::vector<std::pair<std::string_view, std::string>> sorted;
    for (const auto& [name, value] : labels) sorted.emplace_back(name, text_of(value));
    std::ranges::sort(sorted);
    constexpr std::string_view separator{"\xff", 1};
    Fnv sum;
    for (const auto& [name, value] : sorted) {
        sum.add(name);
        sum.add(separator);
        sum.add(value);
        sum.add(separator);
    }
    return sum.hex();
}

Understood read_alerts(const json::array& alerts, const GroupDialect& dialect, std::string_view external_url, const Body& body)
{
    Understood understood;
    std::size_t tests = 0;
    for (const auto& element : alerts) {
        if (understood.items.size() >= max_items_per_body) break;
        const auto* const alert = element.if_object();
        if (alert == nullptr) {
            const auto text = json::serialize(element);
            const Body part{text, body.content_type, {}, body.received_at};
            add_unparsed(understood, dialect.source, Kind::alert, part, "an element of \"alerts\" is not an object");
        } else if (dialect.is_test(*alert)) {
            ++tests;
        } else {
            understood.items.push_back(read_alert(*alert, dialect, external_url, body));
        }
    }
    if (tests > 0) understood.note = "test notification";
    else if (alerts.empty()) understood.note = "a notification without alerts";
    if (alerts.size() > max_items_per_body)
        add_truncation(understood, {}, alerts.size() - max_items_per_body, "more than fit one request", dialect.source, body);
    return understood;
}

Understood read_alert_group(const json::object& group, const GroupDialect& dialect, const Body& body)
{
    const auto* const alerts = array_at(group, "alerts");
    if (alerts == nullptr) {
        Understood understood;
        add_unparsed(understood, dialect.source, Kind::alert, body, "there is no list \"alerts\"");
        return understood;
    }
    auto understood = read_alerts(*alerts, dialect, text_at(group, "externalURL"), body);
    if (const auto missing = count_at(group, "truncatedAlerts"); missing > 0)
        add_truncation(understood, group, missing, "max_alerts of the receiver", dialect.source, body);
    return understood;
}

}  // namespace incident::ingest
