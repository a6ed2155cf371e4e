#include "ingest/cloudwatch.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"
#include "wire/sns_url.hpp"
#include <algorithm>
#include <array>

namespace incident::ingest {
namespace {

/// The alarm, whichever way it was told.
struct Alarm {
    std::string name, arn, account, region, region_name, state, previous, reason, description, when;
    const json::object* trigger = nullptr;
    std::string rule;  ///< of a composite alarm
};

/// The part of an ARN between its colons; the last one goes to the end.
std::string_view part_of(std::string_view arn, std::size_t index)
{
    constexpr std::size_t last = 6;
    for (std::size_t i = 0; i < index; ++i) {
        const auto colon = arn.find(':');
        if (colon == arn.npos) return {};
        arn.remove_prefix(colon + 1);
    }
    return index == last ? arn : arn.substr(0, arn.find(':'));
}

bool is_region(std::string_view text)
{
    return text.size() > 2 && text.size() <= 32 && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::optional<Alarm> read_own_form(const json::object& message)
{
    Alarm alarm;
    alarm.name = words_at(message, "AlarmName");
    alarm.state = words_at(message, "NewStateValue");
    if (alarm.name.empty() || alarm.state.empty()) return std::nullopt;
    alarm.arn = words_at(message, "AlarmArn");
    alarm.account = words_at(message, "AWSAccountId");
    alarm.region_name = words_at(message, "Region");
    alarm.previous = words_at(message, "OldStateValue");
    alarm.reason = words_at(message, "NewStateReason");
    alarm.description = words_at(message, "AlarmDescription");
    alarm.when = words_at(message, "StateChangeTime");
    alarm.trigger = object_at(message, "Trigger");
    alarm.rule = words_at(message, "AlarmRule");
    return alarm;
}

std::optional<Alarm> read_event_form(const json::object& message)
{
    const auto* const detail = object_at(message, "detail");
    const auto* const state = detail == nullptr ? nullptr : object_at(*detail, "state");
    if (state == nullptr || words_at(*detail, "alarmName").empty() || words_at(*state, "value").empty()) return std::nullopt;
    Alarm alarm;
    alarm.name = words_at(*detail, "alarmName");
    alarm.state = words_at(*state, "value");
    alarm.account = words_at(message, "account");
    alarm.region = words_at(message, "region");
    alarm.reason = words_at(*state, "reason");
    if (const auto by = words_at(*state, "actionsSuppressedBy"); !by.empty()) alarm.reason += "\nNobody was notified: actions suppressed by " + by;
    alarm.when = words_at(*state, "timestamp");
    if (alarm.when.empty()) alarm.when = words_at(message, "time");
    if (const auto* const previous = object_at(*detail, "previousState")) alarm.previous = words_at(*previous, "value");
    if (const auto* const settings = object_at(*detail, "configuration")) {
        alarm.description = words_at(*settings, "description");
        alarm.rule = words_at(*settings, "alarmRule");
    }
    if (const auto* const resources = array_at(message, "resources"); resources != nullptr && !resources->empty()) alarm.arn = text_of(resources->front());
    return alarm;
}

std::string status_of(std::string_view state)
{
    if (state == "ALARM") return "firing";
    if (state == "OK") return "resolved";
    return lowered(state);
}

/// `name` and `value` in either letter case, as services wrote them over the years.
void add_dimensions(Event& event, const json::object& holder)
{
    const auto* const dimensions = array_at(holder, "Dimensions");
    if (dimensions == nullptr) return;
    for (const auto& element : *dimensions)
        if (const auto* const dimension = element.if_object()) {
            auto name = text_at(*dimension, "name"), value = text_at(*dimension, "value");
            if (name.empty()) name = text_at(*dimension, "Name");
            if (value.empty()) value = text_at(*dimension, "Value");
            if (name != fingerprint_label) add_label(event, name, value);
        }
}

/// What the alarm watches. Metric maths have no metric of their own but a list of them, one of which is the result.
std::string add_trigger(Event& event, const json::object& trigger)
{
    for (const auto& [member, label] : {std::pair{"Namespace", "namespace"}, std::pair{"MetricName", "metric"}})
        if (const auto value = words_at(trigger, member); !value.empty()) add_label(event, label, value);
    add_dimensions(event, trigger);
    std::string lines;
    const auto* const metrics = array_at(trigger, "Metrics");
    if (metrics == nullptr) return lines;
    for (const auto& element : *metrics) {
        const auto* const metric = element.if_object();
        if (metric == nullptr || lines.size() > max_details_bytes) continue;
        auto line = words_at(*metric, "Id");
        if (const auto expression = words_at(*metric, "Expression"); !expression.empty()) line += " = " + expression;
        const auto* const stat = object_at(*metric, "MetricStat");
        const auto* const measured = stat == nullptr ? nullptr : object_at(*stat, "Metric");
        if (measured != nullptr) {
            line += " = " + words_at(*stat, "Stat") + ' ' + words_at(*measured, "Namespace") + '/' + words_at(*measured, "MetricName");
            add_dimensions(event, *measured);
        }
        if (const auto shown = words_at(*metric, "Label"); !shown.empty()) line += " (" + shown + ')';
        if (!line.empty()) lines += (lines.empty() ? "" : "\n") + line;
    }
    return lines;
}

std::string console_url(const Alarm& alarm, std::string_view topic)
{
    const auto from = alarm.arn.starts_with("arn:") ? std::string_view{alarm.arn} : topic;
    const auto partition = part_of(from, 1);
    auto region = part_of(from, 3);
    if (region.empty()) region = alarm.region;
    if (!is_region(region)) return {};
    const std::string place{region};
    std::string host = place + ".console.aws.amazon.com";
    if (partition == "aws-cn") host = place + ".console.amazonaws.cn";
    else if (partition == "aws-us-gov") host = "console.amazonaws-us-gov.com";
    return "https://" + host + "/cloudwatch/home?region=" + place + "#alarmsV2:alarm/" + percent_encoded(alarm.name);
}

}  // namespace

std::optional<Event> read_cloudwatch_alarm(const json::object& message, std::string_view topic, const Body& body, std::string_view source)
{
    auto alarm = read_own_form(message);
    if (!alarm) alarm = read_event_form(message);
    if (!alarm) return std::nullopt;
    auto event = event_of(source, Kind::alert, body);
    event.text = fitting(event, alarm->name, max_text_bytes);
    event.status = fitting(event, status_of(alarm->state), max_name_bytes);
    // First, so that no crowd of dimensions can push it out.
    auto fingerprint = !alarm->arn.empty() ? alarm->arn : alarm->account + ':' + (alarm->region_name.empty() ? alarm->region : alarm->region_name) + ':' + alarm->name;
    if (fingerprint.size() > max_name_bytes) {
        Fnv name;
        name.add(fingerprint);
        fingerprint = name.hex();
    }
    add_label(event, fingerprint_label, fingerprint);
    std::string watched;
    if (alarm->trigger != nullptr) watched = add_trigger(event, *alarm->trigger);
    if (!alarm->rule.empty()) watched = "rule: " + alarm->rule;
    const auto region_shown = !alarm->region_name.empty() ? alarm->region_name : alarm->region;
    using Label = std::pair<std::string_view, std::string_view>;
    for (const auto& [name, value] : {Label{"account", alarm->account}, Label{"region", region_shown}, Label{"previous_state", alarm->previous}})
        if (!value.empty()) add_label(event, name, value);
    std::string details = alarm->reason;
    for (const auto& more : {alarm->description, watched})
        if (!more.empty()) details += (details.empty() ? "" : "\n") + more;
    event.details = fitting(event, details, max_details_bytes);
    add_link(event, console_url(*alarm, topic), "alarm");
    set_time(event, alarm->when, body);
    if (std::ranges::find(event.flags, "time_from_arrival") == event.flags.end()) {
        auto key = to_rfc3339(event.occurred_at) + '|' + fingerprint + '|' + event.status;
        event.key = fitting(event, key, max_key_bytes);
    }
    return event;
}

}  // namespace incident::ingest
