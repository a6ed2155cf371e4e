#include "draft/check.hpp"
#include "draft/json_text.hpp"
#include "draft/brief.hpp"
#include "draft/template.hpp"
#include "timeline/json.hpp"
#include <algorithm>
#include <optional>

namespace incident::draft {
namespace {

namespace json = wire::json;

json::array ids(std::span<const Id> all)
{
    json::array out;
    for (const auto& id : all) out.emplace_back(to_string(id));
    return out;
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::object said(const std::string& text, std::span<const Id> events)
{
    return {{"text", text_or_null(text)}, {"events", ids(events)}};
}

json::array passages(std::span<const Passage> all)
{
    json::array out;
    for (const auto& passage : all) {
        json::object form{{"text", passage.text}, {"details", text_or_null(passage.details)}, {"events", ids({&passage.event, 1})}};
        out.emplace_back(std::move(form));
    }
    return out;
}

json::array follow_ups(std::span<const FollowUp> all)
{
    json::array out;
    for (const auto& item : all) {
        json::object form{{"text", item.what.text},
                          {"details", text_or_null(item.what.details)},
                          {"owner", text_or_null(item.owner)},
                          {"due", text_or_null(item.due)},
                          {"events", ids({&item.what.event, 1})}};
        out.emplace_back(std::move(form));
    }
    return out;
}

Instant newest_receipt(const timeline::Timeline& timeline)
{
    auto newest = timeline.incident.opened_at;
    for (const auto& event : timeline.events) newest = std::max(newest, event.received_at);
    return newest;
}

}  // namespace

std::string render_json(const timeline::Timeline& timeline, const Options& options, std::string_view template_name)
{
    constexpr int format_version = 1;
    auto shown = options;
    auto times = Times::in(shown);
    if (!times) {  // JSON carries UTC beside every shown time, so an unknown zone costs only the words of the summary
        shown.zone = "UTC";
        times = Times::in(shown);
    }
    auto document = compose(timeline, *times);
    const auto chosen = find_template(template_name);
    if (shown.fold) fold_to_budget(document, *times, shown, chosen ? (*chosen)->lay_out : &brief_page);
    // Piece by piece: a hundred thousand events as one value would take many times the memory of their text.
    std::string out = "{\"format_version\":" + std::to_string(format_version);
    const auto member = [&](std::string_view name) -> std::string& { return out.append(",\"").append(name).append("\":"); };
    const auto value = [&](std::string_view name, const json::value& form) { member(name) += json::serialize(form); };
    const auto list = [&](std::string_view name, const auto& items, const auto& form_of) {
        member(name) += '[';
        bool first = true;
        for (const auto& item : items) {
            const std::optional<json::value> form = form_of(item);
            if (!form) continue;
            if (!first) out += ',';
            first = false;
            out += json::serialize(*form);
        }
        out += ']';
    };
    const auto bullet_form = [](const Bullet& bullet) -> std::optional<json::value> {
        return json::object{{"at", to_rfc3339(bullet.at)},
                            {"precision", to_string(bullet.precision)},
                            {"text", bullet.text},
                            {"events", ids(bullet.events)}};
    };
    json::object summary{{"duration", said(document.duration, document.duration_events)},
                         {"impact", said(document.impact, document.impact_events)},
                         {"root_cause", said(document.root_cause, document.cause_events)}};
    value("incident", wire::to_json(timeline.incident));
    value("zone", json::value(shown.zone));
    value("facts", timeline::to_json(timeline.facts));
    value("summary", std::move(summary));
    list("timeline", document.bullets, bullet_form);
    value("root_cause", passages(document.causes));
    value("resolution", passages(document.fixes));
    value("improvements", follow_ups(document.improvements));
    value("tasks", follow_ups(document.tasks));
    list("folded", document.bullets, [&](const Bullet& bullet) { return bullet.folded ? bullet_form(bullet) : std::nullopt; });
    list("findings", check(timeline, newest_receipt(timeline)), [](const timeline::Finding& finding) -> std::optional<json::value> { return timeline::to_json(finding); });
    list("events", timeline.events, [](const Event& event) -> std::optional<json::value> { return timeline::event_to_json(event); });
    return escaped_invisible(std::move(out)) + "}\n";
}

}  // namespace incident::draft
