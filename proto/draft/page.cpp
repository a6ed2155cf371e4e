#include "draft/page.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>

namespace incident::draft {
namespace {

bool is_list_item(std::string_view line)
{
    return line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ");
}

}  // namespace

std::vector<std::string> paragraphs(std::string_view text)
{
    std::vector<std::string> all;
    std::string current;
    const auto flush = [&] {
        if (!current.empty()) all.push_back(std::move(current));
        current.clear();
    };
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || is_list_item(line)) flush();
        if (!line.empty()) current.append(current.empty() ? "" : " ").append(line);
    }
    flush();
    return all;
}

void add_heading(Page& page, int level, std::string text, bool ours)
{
    Block block;
    block.kind = Block::Kind::heading;
    block.level = level;
    block.text = std::move(text);
    block.ours = ours;
    page.push_back(std::move(block));
}

void add_private_notice(Page& page, const Document& document)
{
    if (!document.confidential) return;
    Block block;
    block.kind = Block::Kind::notice;
    block.label = "Private";
    block.text = "this incident is labelled private; pass this document to its members only.";
    block.ours = true;
    page.push_back(std::move(block));
}

void add_todos(Page& page, std::span<const Todo> todos, bool tasks)
{
    for (const auto& todo : todos) {
        Block block;
        block.kind = tasks ? Block::Kind::task : Block::Kind::item;
        block.text = to_text(todo);
        block.ours = block.todo = true;
        page.push_back(std::move(block));
    }
}

void add_fact(Page& page, std::string_view label, const std::string& text, std::span<const Id> events, std::span<const Todo> todos)
{
    Block block;
    block.kind = Block::Kind::fact;
    block.label = label;
    block.text = text;
    if (!text.empty()) block.events = events;
    else if (!todos.empty()) {
        block.text = to_text(todos.front());
        block.ours = block.todo = true;
        todos = todos.subspan(1);
    }
    page.push_back(std::move(block));
    add_todos(page, todos);
}

Moments moments_of(const Document& document, const Times& times)
{
    Moments moments;
    for (const auto& bullet : document.bullets) {
        if (bullet.folded) continue;
        moments.shown.push_back(&bullet);
        auto zone = times.zone(bullet.at);
        if (std::ranges::find(moments.zones, zone) == moments.zones.end()) moments.zones.push_back(std::move(zone));
        moments.dates.push_back(times.date(bullet.at));
        if (moments.dates.back() != moments.dates.front()) moments.many_dates = true;
    }
    moments.many_zones = moments.zones.size() > 1;
    return moments;
}

void add_zone(Page& page, const Moments& moments, const Options& options)
{
    if (moments.shown.empty()) return;
    Block block;
    block.kind = Block::Kind::zone;
    block.ours = true;
    block.text = "All times are ";
    for (std::size_t i = 0; i < moments.zones.size(); ++i) block.text.append(i == 0 ? "" : ", then ").append(moments.zones[i]);
    if (options.zone != moments.zones.front() || moments.many_zones) block.text += " (" + options.zone + ')';
    if (!moments.many_dates) block.text += " on " + moments.dates.front();
    block.text += '.';
    page.push_back(std::move(block));
}

void add_moment(Page& page, const Bullet& bullet, const Times& times, const Moments& moments, bool with_date)
{
    Block block;
    block.kind = Block::Kind::moment;
    if (bullet.precision == Precision::about || bullet.precision == Precision::between) block.when = "about ";
    if (with_date && moments.many_dates) block.when += times.date(bullet.at) + ' ';
    block.when += times.clock(bullet.at, bullet.precision);
    // An hour that daylight saving repeats is only clear with its zone.
    if (moments.many_zones) block.when += ' ' + times.zone(bullet.at);
    block.at = bullet.at;
    block.text = bullet.text;
    block.events = bullet.events;
    page.push_back(std::move(block));
}

void add_remarks(Page& page, const Document& document, std::string remarks)
{
    const auto folded = static_cast<std::size_t>(std::ranges::count(document.bullets, true, &Bullet::folded));
    if (folded > 0)
        remarks.append(remarks.empty() ? "" : " ")
            .append(std::to_string(folded))
            .append(folded == 1 ? " entry is" : " entries are")
            .append(" left out here and kept in the record.");
    if (!remarks.empty()) add_remark(page, std::move(remarks));
}

void add_remark(Page& page, std::string text)
{
    Block block;
    block.kind = Block::Kind::remark;
    block.text = std::move(text);
    block.ours = true;
    page.push_back(std::move(block));
}

void add_paragraph(Page& page, std::string text)
{
    Block block;
    block.text = std::move(text);
    block.ours = true;
    page.push_back(std::move(block));
}

void add_timeline(Page& page, const Document& document, const Times& times, const Options& options)
{
    const auto moments = moments_of(document, times);
    add_zone(page, moments, options);
    for (std::size_t i = 0; i < moments.shown.size(); ++i) {
        if (moments.many_dates && (i == 0 || moments.dates[i] != moments.dates[i - 1])) {
            Block block;
            block.kind = Block::Kind::date;
            block.level = 3;
            block.text = moments.dates[i];
            block.ours = true;
            page.push_back(std::move(block));
        }
        add_moment(page, *moments.shown[i], times, moments, false);
    }
    add_todos(page, document.timeline_todos);
    auto remarks = document.no_misleading_path;
    if (!document.no_escalation.empty()) remarks.append(remarks.empty() ? "" : " ").append(document.no_escalation);
    add_remarks(page, document, std::move(remarks));
}

void add_summary(Page& page, const Document& document)
{
    add_heading(page, 2, "Issue Summary");
    add_fact(page, "Duration", document.duration, document.duration_events, document.duration_todos);
    add_fact(page, "Impact", document.impact, document.impact_events, document.impact_todos);
    add_fact(page, "Root cause", document.root_cause, document.cause_events, document.root_cause_todos);
}

void add_cause_and_measures(Page& page, const Document& document)
{
    add_heading(page, 2, "Root Cause and Resolution");
    add_heading(page, 3, "Root cause");
    add_passages(page, document.causes, document.cause_todos);
    add_heading(page, 3, "Resolution");
    add_passages(page, document.fixes, document.fix_todos);
    add_heading(page, 2, "Corrective and Preventative Measures");
    add_heading(page, 3, "Improvements");
    add_follow_ups(page, document.improvements, false, document.improvement_todos);
    add_heading(page, 3, "Tasks");
    add_follow_ups(page, document.tasks, true, document.task_todos);
}

void add_passages(Page& page, std::span<const Passage> passages, std::span<const Todo> todos)
{
    for (const auto& passage : passages) {
        auto parts = paragraphs(passage.text);
        for (auto& part : paragraphs(passage.details)) parts.push_back(std::move(part));
        for (std::size_t i = 0; i < parts.size(); ++i) {
            Block block;
            block.text = std::move(parts[i]);
            if (i + 1 == parts.size()) block.events = {&passage.event, 1};
            page.push_back(std::move(block));
        }
    }
    add_todos(page, todos);
}

void add_follow_ups(Page& page, std::span<const FollowUp> items, bool tasks, std::span<const Todo> todos)
{
    for (const auto& item : items) {
        std::string extra;
        if (!item.owner.empty()) extra = "owner: " + item.owner;
        if (!item.due.empty()) extra.append(extra.empty() ? "" : ", ").append("due: ").append(item.due);
        if (!extra.empty()) extra = " (" + extra + ')';
        auto text = timeline::one_line(item.what.text);
        if (text.empty() && !extra.empty()) text = "(no text)";
        Block block;
        block.kind = tasks ? Block::Kind::task : Block::Kind::item;
        block.text = text + extra;
        block.details = paragraphs(item.what.details);
        block.events = {&item.what.event, 1};
        page.push_back(std::move(block));
    }
    add_todos(page, todos, tasks);
}

}  // namespace incident::draft
