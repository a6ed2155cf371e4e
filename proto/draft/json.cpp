#include "draft/check.hpp"
#include "draft/json_text.hpp"
#include "draft/brief.hpp"
#include "draft/template.hpp"
#include "timeline/json.hpp"
#include <algorithm>

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
    json::array bullets, folded, events, findings;
    for (const auto& bullet : document.bullets) {
        json::object form{{"at", to_rfc3339(bullet.at)},
                          {"precision", to_string(bullet.precision)},
                          {"text", bullet.text},
                          {"events", ids(bullet.events)}};
        if (bullet.folded) folded.emplace_back(form);
        bullets.emplace_back(std::move(form));
    }
    for (const auto& event : timeline.events) events.emplace_back(timeline::event_to_json(event));
    for (const auto& finding : check(timeline, newest_receipt(timeline))) findings.emplace_back(timeline::to_json(finding));
    json::object summary{{"duration", said(document.duration, document.duration_events)},
                         {"impact", said(document.impact, document.impact_events)},
                         {"root_cause", said(document.root_cause, document.cause_events)}};
    const json::object all{{"format_version", format_version},
                           {"incident", wire::to_json(timeline.incident)},
                           {"zone", shown.zone},
                           {"facts", timeline::to_json(timeline.facts)},
                           {"summary", std::move(summary)},
                           {"timeline", std::move(bullets)},
                           {"root_cause", passages(document.causes)},
                           {"resolution", passages(document.fixes)},
                           {"improvements", follow_ups(document.improvements)},
                           {"tasks", follow_ups(document.tasks)},
                           {"folded", std::move(folded)},
                           {"findings", std::move(findings)},
                           {"events", std::move(events)}};
    return escaped_invisible(json::serialize(all)) + '\n';
}

}  // namespace incident::draft
