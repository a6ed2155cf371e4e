#include "timeline/json.hpp"
#include "timeline/parts.hpp"
#include <unordered_map>

namespace incident::timeline {
namespace {

namespace json = wire::json;

json::value time_or_null(const std::optional<Instant>& at)
{
    if (!at) return nullptr;
    return json::value(to_rfc3339(*at));
}

json::value id_or_null(const std::optional<Id>& id)
{
    if (!id) return nullptr;
    return json::value(to_string(*id));
}

json::value number_or_null(const std::optional<std::int64_t>& number)
{
    if (!number) return nullptr;
    return json::value(*number);
}

json::array ids_to_json(std::span<const Id> ids)
{
    json::array out;
    out.reserve(ids.size());
    for (const auto& id : ids) out.emplace_back(to_string(id));
    return out;
}

json::array strings_to_json(std::span<const std::string> strings)
{
    json::array out;
    for (const auto& text : strings) out.emplace_back(text);
    return out;
}

json::array word_links_to_json(std::span<const WordLink> links)
{
    json::array out;
    for (const auto& link : links) {
        json::object form{{"event", to_string(link.event)}, {"words", strings_to_json(link.words)}};
        out.emplace_back(std::move(form));
    }
    return out;
}

json::object line_to_json(const Line& line)
{
    return {{"event", to_string(line.event.id)},
            {"events", ids_to_json(line.events)},
            {"count", line.count},
            {"last_at", time_or_null(line.last_at)},
            {"resolved_at", time_or_null(line.resolved_at)},
            {"hosts", strings_to_json(line.hosts)}};
}

/// Reads members of one object and remembers what was wrong with each, so that every error is told at once.
class Reader {
public:
    Reader(const json::value& value, std::string at, std::vector<FieldError>& errors) : at_(std::move(at)), errors_(errors)
    {
        object_ = value.if_object();
        if (!object_) wrong("", "must be an object");
    }

    [[nodiscard]] const json::value* member(std::string_view name) const
    {
        const auto* found = object_ ? object_->if_contains(name) : nullptr;
        return found && !found->is_null() ? found : nullptr;
    }
    [[nodiscard]] std::string text(std::string_view name)
    {
        const auto* value = member(name);
        if (!value) return {};
        if (const auto* text = value->if_string()) return std::string{*text};
        wrong(name, "must be a string");
        return {};
    }
    [[nodiscard]] std::optional<Instant> time(std::string_view name)
    {
        const auto* value = member(name);
        if (!value) return std::nullopt;
        if (const auto* text = value->if_string())
            if (const auto at = parse_rfc3339(*text)) return *at;
        wrong(name, "must be a time such as 2024-06-22T15:15:00.000000Z, or null");
        return std::nullopt;
    }
    [[nodiscard]] std::optional<Id> id(std::string_view name)
    {
        const auto* value = member(name);
        return value ? as_id(*value, pointer(name)) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name)
    {
        const auto* value = member(name);
        if (!value) return std::nullopt;
        boost::system::error_code problem;
        const auto number = value->to_number<std::int64_t>(problem);
        if (!problem) return number;
        wrong(name, "must be a whole number, or null");
        return std::nullopt;
    }
    [[nodiscard]] std::optional<double> number(std::string_view name)
    {
        const auto* value = member(name);
        if (!value) return std::nullopt;
        boost::system::error_code problem;
        const auto number = value->to_number<double>(problem);
        if (!problem) return number;
        wrong(name, "must be a number, or null");
        return std::nullopt;
    }
    /// Calls `each(element, pointer)` for the elements of an array; absent is empty.
    template <class Each>
    void list(std::string_view name, Each each)
    {
        const auto* value = member(name);
        if (!value) return;
        const auto* array = value->if_array();
        if (!array) {
            wrong(name, "must be an array");
            return;
        }
        for (std::size_t i = 0; i < array->size(); ++i) each((*array)[i], pointer(name) + '/' + std::to_string(i));
    }
    [[nodiscard]] std::vector<Id> ids(std::string_view name)
    {
        std::vector<Id> all;
        list(name, [&](const json::value& value, const std::string& at) {
            if (const auto id = as_id(value, at)) all.push_back(*id);
        });
        return all;
    }
    [[nodiscard]] std::vector<std::string> texts(std::string_view name)
    {
        std::vector<std::string> all;
        list(name, [&](const json::value& value, const std::string& at) {
            if (const auto* text = value.if_string()) all.emplace_back(*text);
            else errors_.push_back({at, "must be a string"});
        });
        return all;
    }
    void wrong(std::string_view name, std::string detail) { errors_.push_back({pointer(name), std::move(detail)}); }
    [[nodiscard]] std::string pointer(std::string_view name) const
    {
        return name.empty() ? at_ : at_ + '/' + wire::pointer_token(name);
    }

private:
    std::optional<Id> as_id(const json::value& value, std::string at)
    {
        if (const auto* text = value.if_string())
            if (const auto id = parse_id(*text)) return *id;
        errors_.push_back({std::move(at), "must be an event's id, a UUID"});
        return std::nullopt;
    }

    const json::object* object_ = nullptr;
    std::string at_;
    std::vector<FieldError>& errors_;
};

Failure wrong_timeline(std::vector<FieldError> errors)
{
    return {Errc::invalid_input, "this is no timeline that we wrote", std::move(errors)};
}

Finding read_finding(const json::value& value, const std::string& at, std::vector<FieldError>& errors)
{
    Reader reader{value, at, errors};
    Finding finding;
    finding.id = reader.text("id");
    const auto level = reader.text("level");
    if (level == to_string(Level::warning)) finding.level = Level::warning;
    else if (level != to_string(Level::error)) reader.wrong("level", "must be error or warning");
    finding.text = reader.text("text");
    finding.fix = reader.text("fix");
    finding.events = reader.ids("events");
    return finding;
}

Facts read_facts(const json::value& value, std::vector<FieldError>& errors)
{
    Reader reader{value, "/facts", errors};
    Facts facts;
    facts.started_at = reader.time("started_at");
    facts.detected_at = reader.time("detected_at");
    facts.resolved_at = reader.time("resolved_at");
    facts.closed_at = reader.time("closed_at");
    facts.detected_how = reader.text("detected_how");
    facts.escalated_to = reader.texts("escalated_to");
    facts.duration_minutes = reader.integer("duration_minutes");
    facts.impact_percent = reader.number("impact_percent");
    facts.root_cause = reader.text("root_cause");
    facts.started_by = reader.id("started_by");
    facts.detected_by = reader.id("detected_by");
    facts.resolved_by = reader.id("resolved_by");
    return facts;
}

/// What a nested reader of wire found, put under where we stand.
void take_errors(const Failure& failure, const std::string& at, std::vector<FieldError>& errors)
{
    if (failure.fields.empty()) errors.push_back({at, failure.detail});
    for (const auto& field : failure.fields) errors.push_back({at + field.pointer, field.detail});
}

}  // namespace

json::object to_json(const Finding& finding)
{
    return {{"id", finding.id},
            {"level", to_string(finding.level)},
            {"text", finding.text},
            {"fix", finding.fix},
            {"events", ids_to_json(finding.events)}};
}

json::object to_json(const Facts& facts)
{
    json::value percent = nullptr;
    if (facts.impact_percent) percent = *facts.impact_percent;
    const auto text_or_null = [](const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); };
    return {{"started_at", time_or_null(facts.started_at)},
            {"detected_at", time_or_null(facts.detected_at)},
            {"detected_how", text_or_null(facts.detected_how)},
            {"escalated_to", strings_to_json(facts.escalated_to)},
            {"resolved_at", time_or_null(facts.resolved_at)},
            {"closed_at", time_or_null(facts.closed_at)},
            {"duration_minutes", number_or_null(facts.duration_minutes)},
            {"impact_percent", percent},
            {"root_cause", text_or_null(facts.root_cause)},
            {"started_by", id_or_null(facts.started_by)},
            {"detected_by", id_or_null(facts.detected_by)},
            {"resolved_by", id_or_null(facts.resolved_by)}};
}

json::object to_json(const Timeline& timeline, std::span<const Finding> findings)
{
    json::array events, lines, phases, durations, dead_ends, found;
    events.reserve(timeline.events.size());
    lines.reserve(timeline.lines.size());
    for (const auto& event : timeline.events) events.emplace_back(event_to_json(event));
    for (const auto& line : timeline.lines) lines.emplace_back(line_to_json(line));
    for (const auto& phase : timeline.phases) {
        json::object form{{"name", phase.name}, {"from", time_or_null(phase.from)}, {"to", time_or_null(phase.to)}};
        phases.emplace_back(std::move(form));
    }
    for (const auto& duration : timeline.durations) {
        json::object form{{"name", duration.name},
                          {"minutes", number_or_null(duration.minutes)},
                          {"from", id_or_null(duration.from)},
                          {"to", id_or_null(duration.to)},
                          {"why", duration.why}};
        durations.emplace_back(std::move(form));
    }
    for (const auto& end : timeline.dead_ends) {
        json::object form{{"hypothesis", to_string(end.hypothesis)},
                          {"verdict", end.verdict},
                          {"verdict_event", id_or_null(end.verdict_event)},
                          {"minutes", number_or_null(end.minutes)},
                          {"linked", ids_to_json(end.linked)},
                          {"people", strings_to_json(end.people)},
                          {"by_words", word_links_to_json(end.by_words)}};
        dead_ends.emplace_back(std::move(form));
    }
    for (const auto& finding : findings) found.emplace_back(to_json(finding));
    return {{"incident", wire::to_json(timeline.incident)},
            {"events", std::move(events)},
            {"lines", std::move(lines)},
            {"phases", std::move(phases)},
            {"durations", std::move(durations)},
            {"dead_ends", std::move(dead_ends)},
            {"facts", to_json(timeline.facts)},
            {"findings", std::move(found)}};
}

json::object event_to_json(const Event& event)
{
    auto form = wire::to_json(event);
    json::object labels;
    for (const auto& [name, value] : public_labels(event.labels)) labels.emplace(name, value);
    form["labels"] = std::move(labels);
    return form;
}

Result<std::vector<Finding>> read_findings(const wire::json::value& timeline)
{
    std::vector<FieldError> errors;
    std::vector<Finding> findings;
    Reader reader{timeline, "", errors};
    reader.list("findings", [&](const json::value& value, const std::string& at) {
        findings.push_back(read_finding(value, at, errors));
    });
    if (!errors.empty()) return wrong_timeline(std::move(errors));
    return findings;
}

Result<Timeline> read_timeline(const wire::json::value& value)
{
    std::vector<FieldError> errors;
    Timeline timeline;
    Reader reader{value, "", errors};
    if (const auto* form = reader.member("incident")) {
        if (auto incident = wire::read_incident(*form)) timeline.incident = std::move(*incident);
        else take_errors(incident.error(), "/incident", errors);
    } else {
        reader.wrong("incident", "is missing");
    }
    std::unordered_map<Id, std::size_t> places;
    reader.list("events", [&](const json::value& form, const std::string& at) {
        auto event = wire::read_event(form);
        if (!event) return take_errors(event.error(), at, errors);
        places.emplace(event->id, timeline.events.size());
        timeline.events.push_back(std::move(*event));
    });
    reader.list("lines", [&](const json::value& form, const std::string& at) {
        Reader one{form, at, errors};
        Line line;
        const auto id = one.id("event");
        const auto place = id ? places.find(*id) : places.end();
        if (place == places.end()) return one.wrong("event", "must name one of /events");
        line.event = timeline.events[place->second];
        line.events = one.ids("events");
        const auto count = one.integer("count").value_or(1);
        if (count < 0) return one.wrong("count", "must not be negative");
        line.count = static_cast<std::uint64_t>(count);
        line.last_at = one.time("last_at");
        line.resolved_at = one.time("resolved_at");
        line.hosts = one.texts("hosts");
        timeline.lines.push_back(std::move(line));
    });
    reader.list("phases", [&](const json::value& form, const std::string& at) {
        Reader one{form, at, errors};
        timeline.phases.push_back({one.text("name"), one.time("from"), one.time("to")});
    });
    reader.list("durations", [&](const json::value& form, const std::string& at) {
        Reader one{form, at, errors};
        timeline.durations.push_back({one.text("name"), one.integer("minutes"), one.id("from"), one.id("to"), one.text("why")});
    });
    reader.list("dead_ends", [&](const json::value& form, const std::string& at) {
        Reader one{form, at, errors};
        const auto hypothesis = one.id("hypothesis");
        if (!hypothesis) return one.wrong("hypothesis", "is missing");
        std::vector<WordLink> by_words;
        one.list("by_words", [&](const json::value& link, const std::string& where) {
            Reader words{link, where, errors};
            const auto event = words.id("event");
            if (!event) return words.wrong("event", "is missing");
            by_words.push_back({*event, words.texts("words")});
        });
        timeline.dead_ends.push_back({*hypothesis, one.text("verdict"), one.id("verdict_event"), one.integer("minutes"),
                                      one.ids("linked"), one.texts("people"), std::move(by_words)});
    });
    if (const auto* facts = reader.member("facts")) timeline.facts = read_facts(*facts, errors);
    else reader.wrong("facts", "is missing");
    if (!errors.empty()) return wrong_timeline(std::move(errors));
    return timeline;
}

}  // namespace incident::timeline
