#include "draft/brief.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>

namespace incident::draft {
namespace {

std::string escaped(std::string_view text) { return escape_markdown(text); }

bool is_list_item(std::string_view line)
{
    return line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ");
}

/// A long text as paragraphs: blank lines part them, other line feeds are only where somebody's editor wrapped. A line
/// that looks like a list item starts a paragraph, its mark escaped: the lists of the page are ours alone.
std::vector<std::string> paragraphs(std::string_view text)
{
    std::vector<std::string> all;
    std::string current;
    const auto flush = [&] {
        if (!current.empty()) all.push_back(escaped(current));
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

class Page {
public:
    Page(const Document& document, const Times& times, const Options& options)
        : document_(document), times_(times), options_(options)
    {}

    std::string print()
    {
        out_ = "# Postmortem: " + escaped(document_.title) + "\n\n";
        if (document_.confidential) out_ += "**Private:** this incident is labelled private; pass this document to its members only.\n\n";
        out_ += "## Issue Summary\n";
        summary_line("Duration", document_.duration, document_.duration_events, document_.duration_todos);
        summary_line("Impact", document_.impact, document_.impact_events, document_.impact_todos);
        summary_line("Root cause", document_.root_cause, document_.cause_events, document_.root_cause_todos);
        print_timeline();
        out_ += "\n## Root Cause and Resolution\n### Root cause\n";
        passages(document_.causes, document_.cause_todos);
        out_ += "\n### Resolution\n";
        passages(document_.fixes, document_.fix_todos);
        out_ += "\n## Corrective and Preventative Measures\n### Improvements\n";
        for (const auto& item : document_.improvements) follow_up("- ", item);
        todos(document_.improvement_todos);
        out_ += "\n### Tasks\n";
        for (const auto& item : document_.tasks) follow_up("- [ ] ", item);
        todos(document_.task_todos, "- [ ] ");
        return std::move(out_);
    }

private:
    [[nodiscard]] std::string trace(std::span<const Id> ids) const
    {
        if (!options_.trace || ids.empty()) return {};
        std::string comment = " <!--";
        for (const auto& id : ids) comment += ' ' + to_string(id);
        return comment + " -->";
    }

    void todos(std::span<const Todo> all, std::string_view mark = "- ")
    {
        for (const auto& todo : all) out_.append(mark).append(to_text(todo)) += '\n';
    }

    /// The first TODO stands behind the label where there is nothing else to say; it must not get lost below.
    void summary_line(std::string_view label, const std::string& text, std::span<const Id> ids, std::span<const Todo> missing)
    {
        out_.append("- **").append(label).append(":** ");
        if (text.empty() && !missing.empty()) {
            out_ += to_text(missing.front());
            missing = missing.subspan(1);
        }
        out_ += escaped(text) + trace(text.empty() ? std::span<const Id>{} : ids) + '\n';
        todos(missing);
    }

    void print_timeline()
    {
        out_ += "\n## Timeline\n";
        std::vector<const Bullet*> shown;
        for (const auto& bullet : document_.bullets)
            if (!bullet.folded) shown.push_back(&bullet);
        std::vector<std::string> zones;
        bool many_dates = false;
        for (const auto* bullet : shown) {
            const auto zone = times_.zone(bullet->at);
            if (std::ranges::find(zones, zone) == zones.end()) zones.push_back(zone);
            if (times_.date(bullet->at) != times_.date(shown.front()->at)) many_dates = true;
        }
        zone_line(shown, zones, many_dates);
        std::string date;
        for (const auto* bullet : shown) {
            if (many_dates && times_.date(bullet->at) != date) {
                date = times_.date(bullet->at);
                out_ += "### " + date + '\n';
            }
            bullet_line(*bullet, zones.size() > 1);
        }
        todos(document_.timeline_todos);
        const auto folded = static_cast<std::size_t>(std::ranges::count(document_.bullets, true, &Bullet::folded));
        std::string notes;
        const auto note = [&](std::string_view text) { notes.append(notes.empty() ? "" : " ").append(text); };
        if (!document_.no_misleading_path.empty()) note(document_.no_misleading_path);
        if (!document_.no_escalation.empty()) note(document_.no_escalation);
        if (folded > 0) note(std::to_string(folded) + (folded == 1 ? " entry is" : " entries are") + " left out here and kept in the record.");
        if (!notes.empty()) out_ += '\n' + notes + '\n';
    }

    void zone_line(std::span<const Bullet* const> shown, std::span<const std::string> zones, bool many_dates)
    {
        if (shown.empty()) return;
        out_ += "All times are ";
        for (std::size_t i = 0; i < zones.size(); ++i) out_.append(i == 0 ? "" : ", then ").append(zones[i]);
        if (options_.zone != zones.front() || zones.size() > 1) out_ += " (" + escaped(options_.zone) + ')';
        if (!many_dates) out_ += " on " + times_.date(shown.front()->at);
        out_ += ".\n";
    }

    void bullet_line(const Bullet& bullet, bool with_zone)
    {
        out_ += "- **";
        if (bullet.precision == Precision::about || bullet.precision == Precision::between) out_ += "about ";
        out_ += times_.clock(bullet.at);
        if (with_zone) out_ += ' ' + times_.zone(bullet.at);  // an hour that daylight saving repeats is only clear with it
        out_ += "** - " + escaped(bullet.text) + trace(bullet.events) + '\n';
    }

    void passages(std::span<const Passage> all, std::span<const Todo> missing)
    {
        bool first = true;
        for (const auto& passage : all) {
            auto parts = paragraphs(passage.text);
            for (auto& part : paragraphs(passage.details)) parts.push_back(std::move(part));
            for (std::size_t i = 0; i < parts.size(); ++i) {
                if (!first) out_ += '\n';
                first = false;
                out_ += parts[i];
                if (i + 1 == parts.size()) out_ += trace({&passage.event, 1});
                out_ += '\n';
            }
        }
        todos(missing);
    }

    void follow_up(std::string_view mark, const FollowUp& item)
    {
        std::string extra;
        if (!item.owner.empty()) extra = "owner: " + item.owner;
        if (!item.due.empty()) extra.append(extra.empty() ? "" : ", ").append("due: ").append(item.due);
        if (!extra.empty()) extra = " (" + extra + ')';
        const auto text = timeline::one_line(item.what.text);
        out_.append(mark) += escaped(text.empty() && !extra.empty() ? "(no text)" : text);
        if (!extra.empty()) out_ += ' ' + escaped(extra);
        out_ += trace({&item.what.event, 1}) + '\n';
        for (const auto& part : paragraphs(item.what.details)) out_ += "\n  " + part + '\n';
    }

    const Document& document_;
    const Times& times_;
    const Options& options_;
    std::string out_;
};

/// Its time is a word too.
std::size_t words_of(const Bullet& bullet) { return 1 + timeline::count_words(bullet.text); }

}  // namespace

std::string brief(const Document& document, const Times& times, const Options& options)
{
    return Page{document, times, options}.print();
}

void fold_to_budget(Document& document, const Times& times, const Options& options)
{
    std::vector<Bullet*> candidates;
    std::size_t words = 0;
    for (auto& bullet : document.bullets) {
        words += words_of(bullet);
        if (bullet.fold_rank > 0) candidates.push_back(&bullet);
    }
    // Of equal rank the latest goes first: the reader needs the beginning of a thread to follow it at all.
    std::ranges::sort(candidates, [](const Bullet* a, const Bullet* b) {
        return a->fold_rank != b->fold_rank ? a->fold_rank < b->fold_rank : a > b;
    });
    auto next = candidates.begin();
    const auto fold_next = [&] {
        words -= words_of(**next);
        (*next++)->folded = true;
    };
    // A hundred thousand bullets need not be printed to see that they are too many: they are by themselves.
    while (next != candidates.end() && words > options.max_words) fold_next();
    words = count_words(brief(document, times, options));
    constexpr std::size_t words_of_the_note = 11;  // "3 entries are left out here and kept in the record."
    if (words > options.max_words && next == candidates.begin() && next != candidates.end()) words += words_of_the_note;
    while (next != candidates.end() && words > options.max_words) fold_next();
}

}  // namespace incident::draft
