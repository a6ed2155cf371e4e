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

std::string zone_line(std::span<const Bullet* const> shown, std::span<const std::string> zones, bool many_dates, const Times& times,
                      const Options& options)
{
    std::string text = "All times are ";
    for (std::size_t i = 0; i < zones.size(); ++i) text.append(i == 0 ? "" : ", then ").append(zones[i]);
    if (options.zone != zones.front() || zones.size() > 1) text += " (" + options.zone + ')';
    if (!many_dates) text += " on " + times.date(shown.front()->at);
    return text + '.';
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

void add_timeline(Page& page, const Document& document, const Times& times, const Options& options)
{
    std::vector<const Bullet*> shown;
    for (const auto& bullet : document.bullets)
        if (!bullet.folded) shown.push_back(&bullet);
    std::vector<std::string> zones, dates;
    for (const auto* bullet : shown) {
        auto zone = times.zone(bullet->at);
        if (std::ranges::find(zones, zone) == zones.end()) zones.push_back(std::move(zone));
        dates.push_back(times.date(bullet->at));
    }
    const bool many_dates = std::ranges::any_of(dates, [&](const auto& date) { return date != dates.front(); });
    if (!shown.empty()) {
        Block block;
        block.kind = Block::Kind::zone;
        block.text = zone_line(shown, zones, many_dates, times, options);
        block.ours = true;
        page.push_back(std::move(block));
    }
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const auto& bullet = *shown[i];
        if (many_dates && (i == 0 || dates[i] != dates[i - 1])) {
            Block block;
            block.kind = Block::Kind::date;
            block.level = 3;
            block.text = dates[i];
            block.ours = true;
            page.push_back(std::move(block));
        }
        Block block;
        block.kind = Block::Kind::moment;
        if (bullet.precision == Precision::about || bullet.precision == Precision::between) block.when = "about ";
        block.when += times.clock(bullet.at);
        // An hour that daylight saving repeats is only clear with its zone.
        if (zones.size() > 1) block.when += ' ' + times.zone(bullet.at);
        block.at = bullet.at;
        block.text = bullet.text;
        block.events = bullet.events;
        page.push_back(std::move(block));
    }
    add_todos(page, document.timeline_todos);
    const auto folded = static_cast<std::size_t>(std::ranges::count(document.bullets, true, &Bullet::folded));
    std::string notes;
    const auto note = [&](std::string_view text) { notes.append(notes.empty() ? "" : " ").append(text); };
    if (!document.no_misleading_path.empty()) note(document.no_misleading_path);
    if (!document.no_escalation.empty()) note(document.no_escalation);
    if (folded > 0) note(std::to_string(folded) + (folded == 1 ? " entry is" : " entries are") + " left out here and kept in the record.");
    if (notes.empty()) return;
    Block block;
    block.kind = Block::Kind::remark;
    block.text = std::move(notes);
    block.ours = true;
    page.push_back(std::move(block));
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
