#include "draft/brief.hpp"

namespace incident::draft {
namespace {

/// The shown bullets that tell of `part`; how many.
std::size_t moments_about(Page& page, unsigned parts, const Times& times, const Moments& moments)
{
    std::size_t many = 0;
    for (const auto* bullet : moments.shown) {
        if ((bullet->parts & parts) == 0) continue;
        add_moment(page, *bullet, times, moments, true);
        ++many;
    }
    return many;
}

void lesson(Page& page, std::string heading, unsigned parts, const Todo& todo, const Times& times, const Moments& moments)
{
    add_heading(page, 3, std::move(heading));
    if (moments_about(page, parts, times, moments) == 0) add_todos(page, {&todo, 1});
}

/// What changed before it began. Which of it set the incident off is a person's to say: nothing is concluded here.
void trigger(Page& page, const Document& document, const Times& times, const Moments& moments)
{
    add_heading(page, 2, "Trigger");
    bool any = false;
    for (const auto* bullet : moments.shown) {
        if ((bullet->parts & part::change) == 0 || (document.started_at && bullet->at > *document.started_at)) continue;
        add_moment(page, *bullet, times, moments, true);
        any = true;
    }
    if (!any) add_todos(page, document.trigger_todos);
}

}  // namespace

Page sre_page(const Document& document, const Times& times, const Options& options)
{
    const auto moments = moments_of(document, times);
    Page page;
    add_heading(page, 1, "Postmortem: " + document.title, false);
    add_private_notice(page, document);
    add_heading(page, 2, "Summary");
    add_fact(page, "Duration", document.duration, document.duration_events, document.duration_todos);
    add_heading(page, 2, "Impact");
    add_fact(page, "Impact", document.impact, document.impact_events, document.impact_todos);
    add_heading(page, 2, "Root Causes");
    add_passages(page, document.causes, document.cause_todos);
    trigger(page, document, times, moments);
    add_heading(page, 2, "Resolution");
    add_passages(page, document.fixes, document.fix_todos);
    add_heading(page, 2, "Detection");
    moments_about(page, part::detection, times, moments);
    for (const auto& todo : document.timeline_todos)
        if ((todo.about & (part::detection | part::detection_how)) != 0) add_todos(page, {&todo, 1});
    if (!document.to_detect.empty()) add_remark(page, "From the start to the detection: " + document.to_detect + '.');
    add_heading(page, 2, "Action Items");
    add_follow_ups(page, document.tasks, true, document.task_todos);
    add_heading(page, 2, "Lessons Learned");
    lesson(page, "What went well", part::went_well, document.went_well_todo, times, moments);
    lesson(page, "What went wrong", part::went_wrong | part::misleading_path, document.went_wrong_todo, times, moments);
    lesson(page, "Where we got lucky", part::lucky, document.lucky_todo, times, moments);
    add_heading(page, 3, "What can be improved");
    add_follow_ups(page, document.improvements, false, document.improvement_todos);
    add_heading(page, 2, "Timeline");
    add_timeline(page, document, times, options);
    return page;
}

}  // namespace incident::draft
