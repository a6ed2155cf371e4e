#include "ingest/dialects.hpp"
#include "ingest/html_text.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"

// Azure Monitor's action groups: four shapes at one address, told apart by `schemaId`.
namespace incident::ingest {

namespace {

const json::object nothing;

const json::object& object_or_nothing(const json::object& object, std::string_view name)
{
    const auto* const found = object_at(object, name);
    return found == nullptr ? nothing : *found;
}

std::string status_of(std::string_view word)
{
    const auto plain = lowered(word);
    if (plain == "fired" || plain == "activated" || plain.empty()) return "firing";
    if (plain == "resolved" || plain == "deactivated") return "resolved";
    return plain;
}

/// `Sev3`; the older shapes say only `3`.
std::string severity_of(const std::string& word)
{
    return word.size() == 1 && word[0] >= '0' && word[0] <= '9' ? "Sev" + word : word;
}

/// `Percentage CPU GreaterThan 25: 31.1105`, a line for each criterion.
std::string conditions_of(const json::object& context, Event& event)
{
    std::string lines;
    const auto* const all = array_at(object_or_nothing(context, "condition"), "allOf");
    if (all == nullptr) return lines;
    for (const auto& element : *all) {
        const auto* const one = element.if_object();
        if (one == nullptr) continue;
        auto line = first_words(*one, {"metricName", "searchQuery", "webTestName"});
        for (const auto* const name : {"operator", "threshold"})
            if (const auto word = words_at(*one, name); !word.empty()) line += ' ' + word;
        if (const auto value = words_at(*one, "metricValue"); !value.empty()) line += ": " + value;
        lines += (lines.empty() ? "" : "\n") + line;
        if (const auto* const dimensions = array_at(*one, "dimensions"))
            for (const auto& dimension : *dimensions)
                if (const auto* const pair = dimension.if_object())
                    if (const auto name = words_at(*pair, "name"); !name.empty()) add_label(event, name, text_at(*pair, "value"));
        add_link(event, text_at(*one, "linkToFilteredSearchResultsUI"), "search results");
        add_link(event, text_at(*one, "linkToSearchResultsUI"), "search results");
    }
    return lines;
}

struct Reader {
    const Body& body;
    const Source& source;
    Understood understood;

    Event alert() const { return event_of(source.name, Kind::alert, body); }

    void add(Event event, bool timed)
    {
        Item item{std::move(event), OnDuplicate::count_repeat};
        item.tells_state = !timed;
        understood.items.push_back(std::move(item));
    }

    /// @param known names the alert; the time is that of the state's beginning, empty when the sender gives none.
    void add_keyed(Event event, const std::string& known, std::string_view since)
    {
        set_fingerprint(event, known);
        const auto started = read_time(since);
        event.key = key_of({to_rfc3339(started ? *started : event.occurred_at), known, event.status});
        add(std::move(event), started.has_value());
    }

    void read_common(const json::object& data)
    {
        const auto& essentials = object_or_nothing(data, "essentials");
        const auto& context = object_or_nothing(data, "alertContext");
        auto event = alert();
        event.status = fitting(event, status_of(words_at(essentials, "monitorCondition")), max_name_bytes);
        const auto description = words_at(essentials, "description");
        auto title = words_at(essentials, "alertRule");
        if (title.empty()) title = description;
        if (title.empty()) title = first_words(essentials, {"monitoringService", "alertId"});
        event.text = fitting(event, title.empty() ? "alert without a name" : title, max_text_bytes);
        event.severity = fitting(event, severity_of(words_at(essentials, "severity")), max_name_bytes);

        // An event that is over without saying since when repeats the time it began, which is not this event's.
        const auto fired = text_at(essentials, "firedDateTime");
        set_time(event, event.status == "resolved" ? text_at(essentials, "resolvedDateTime") : fired, body);

        if (const auto items = listed_at(essentials, "configurationItems"); !items.empty()) add_label(event, "instance", items);
        if (const auto targets = listed_at(essentials, "alertTargetIDs"); !targets.empty()) add_label(event, "target", targets);
        for (const auto* const name : {"monitoringService", "signalType", "alertRuleId", "originAlertId"})
            if (const auto value = words_at(essentials, name); !value.empty()) add_label(event, name, value);
        add_labels(event, member(context, "properties"));
        add_labels(event, member(context, "AlertData"));
        add_labels(event, member(data, "customProperties"));
        add_link(event, text_at(essentials, "investigationLink"), "investigation");
        const auto id = words_at(essentials, "alertId");
        if (id.starts_with('/'))
            add_link(event, "https://portal.azure.com/#blade/Microsoft_Azure_Monitoring/AlertDetailsTemplateBlade/alertId/" + percent_encoded(id), "Azure");
        const auto conditions = conditions_of(context, event);
        set_details(event, {title == description ? std::string_view{} : std::string_view{description}, conditions});
        add_keyed(std::move(event), id.empty() ? title : id, fired);
    }

    /// Metric alerts that were set up before the common schema, and the classic ones, which name no schema at all.
    void read_metric(const json::object& data)
    {
        const auto& context = object_or_nothing(data, "context");
        auto event = alert();
        event.status = fitting(event, status_of(words_at(data, "status")), max_name_bytes);
        const auto name = first_words(context, {"name", "conditionType"});
        event.text = fitting(event, name.empty() ? "alert without a name" : name, max_text_bytes);
        event.severity = fitting(event, severity_of(words_at(context, "severity")), max_name_bytes);
        const auto at = text_at(context, "timestamp");
        set_time(event, at, body);
        if (const auto resource = words_at(context, "resourceName"); !resource.empty()) add_label(event, "instance", resource);
        for (const auto* const label : {"resourceGroupName", "resourceType", "resourceId", "subscriptionId"})
            if (const auto value = words_at(context, label); !value.empty()) add_label(event, label, value);
        add_labels(event, member(data, "properties"));
        add_link(event, text_at(context, "portalLink"), "Azure");
        const auto conditions = conditions_of(context, event);
        set_details(event, {words_at(context, "description"), conditions});
        add_keyed(std::move(event), first_words(context, {"id", "name"}) + '|' + words_at(context, "resourceId"), at);
    }

    void read_activity(const json::object& data)
    {
        const auto& log = object_or_nothing(object_or_nothing(data, "context"), "activityLog");
        const auto& properties = object_or_nothing(log, "properties");
        auto event = alert();
        event.status = fitting(event, status_of(words_at(data, "status")), max_name_bytes);
        auto text = words_at(properties, "title");
        if (text.empty()) text = first_words(log, {"operationName", "eventSource"});
        if (text.empty()) text = "activity log alert";
        if (const auto outcome = first_words(log, {"status"}); !outcome.empty()) text += " (" + outcome + ')';
        event.text = fitting(event, text, max_text_bytes);
        event.severity = fitting(event, first_words(log, {"level"}), max_name_bytes);
        const auto at = text_at(log, "eventTimestamp");
        set_time(event, at, body);
        for (const auto* const label : {"caller", "eventSource", "resourceId", "resourceGroupName", "resourceType", "subscriptionId", "correlationId"})
            if (const auto value = words_at(log, label); !value.empty()) add_label(event, label, value);
        add_labels(event, member(data, "properties"));
        // Service health speaks HTML.
        set_details(event, {words_at(log, "description"), plain_html(first_words(properties, {"communication", "defaultLanguageContent", "message"}))});
        const auto id = first_words(log, {"eventDataId", "operationId", "correlationId"});
        add_keyed(std::move(event), id.empty() ? text : id, at);
    }

    /// Log alerts of the first version: flat, in capitals, with dates as an American writes them, which are no event's time.
    void read_log(const json::object& data)
    {
        auto event = alert();
        event.status = "firing";
        const auto name = first_words(data, {"AlertRuleName", "AlertName"});
        event.text = fitting(event, name.empty() ? "log alert without a name" : name, max_text_bytes);
        event.severity = fitting(event, severity_of(words_at(data, "Severity")), max_name_bytes);
        set_arrival_time(event, body);
        for (const auto* const label : {"SubscriptionId", "WorkspaceId", "ResourceId", "ApplicationId", "ResultCount", "SearchIntervalStartTimeUtc", "SearchIntervalEndtimeUtc"})
            if (const auto value = words_at(data, label); !value.empty()) add_label(event, label, value);
        add_link(event, first_words(data, {"LinkToFilteredSearchResultsUI", "LinkToSearchResults"}), "search results");
        set_details(event, {words_at(data, "Description"), words_at(data, "SearchQuery")});
        add_keyed(std::move(event), first_words(data, {"WorkspaceId", "SubscriptionId"}) + '|' + name, {});
    }

    /// A schema that is newer than we are: whatever it says, under its name.
    void read_other(const json::object& data, const std::string& schema)
    {
        auto event = alert();
        auto title = first_words(data, {"title", "name", "alertRule", "AlertRuleName", "description"});
        event.text = fitting(event, schema + (title.empty() ? "" : ": " + title), max_text_bytes);
        event.details = fitting(event, json_text(data), max_details_bytes);
        set_arrival_time(event, body);
        add_keyed(std::move(event), key_of({schema, json_text(data)}), {});
    }

    void read(const json::object& document)
    {
        const auto schema = words_at(document, "schemaId");
        const auto plain = lowered(schema);
        const auto& data = object_or_nothing(document, "data");
        if (object_at(data, "essentials") != nullptr) read_common(data);
        else if (object_at(object_or_nothing(data, "context"), "activityLog") != nullptr) read_activity(data);
        else if (object_at(data, "context") != nullptr) read_metric(data);
        else if (object_at(document, "context") != nullptr) read_metric(document);
        else if (data.contains("AlertRuleName") || plain.ends_with("/logalert")) read_log(data);
        else if (document.contains("AlertRuleName") || document.contains("SearchQuery")) read_log(document);
        else if (!schema.empty()) read_other(data, schema);
        else add_unparsed(understood, source.name, Kind::alert, body, "there is neither \"schemaId\" nor \"AlertRuleName\"");
    }
};

}  // namespace

Understood read_azure_monitor(const Body& body, const Source& source)
{
    Reader reader{body, source, {}};
    const auto document = parse_body(body.bytes);
    if (const auto* const object = document ? document->if_object() : nullptr) reader.read(*object);
    else add_unparsed(reader.understood, source.name, Kind::alert, body, document ? "expected an object with \"schemaId\"" : document.error().detail);
    return std::move(reader.understood);
}

}  // namespace incident::ingest
