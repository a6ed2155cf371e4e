#pragma once
#include "draft/document.hpp"

/// A document laid out: what stands where, in words, before it becomes Markdown or HTML. A template makes one of a
/// Document, a format prints it, so that every template comes in every format with the same sections in the same order.
namespace incident::draft {

struct Block {
    enum class Kind {
        heading,    ///< `level` 1 (the title, once), 2, 3
        date,       ///< a heading of level 3 inside the timeline
        notice,     ///< a paragraph that begins with `label`: the incident's label
        fact,       ///< `label: text`, an item of a list
        zone,       ///< the line above the timeline's list
        moment,     ///< an item of the timeline: `when` and text, at `at`
        paragraph,  ///< of a long text
        item,       ///< of a plain list, with `details` below it
        task,       ///< the same with a box to tick
        remark,     ///< a paragraph of our own behind a list
        picture     ///< a Mermaid `timeline`; `text` is its code, safe as it stands, without the fence
    };
    Kind kind = Kind::paragraph;
    int level = 0;
    std::string label;
    std::string text;                  ///< plain, the printer escapes it; one line
    bool ours = false;                 ///< our own words, with nothing of others in them: Markdown prints them as they are
    bool todo = false;                 ///< `text` is what to_text(Todo) says
    std::string when;                  ///< moment: as the reader sees it
    std::optional<Instant> at;
    std::vector<std::string> details;  ///< item, task: paragraphs below
    std::span<const Id> events{};      ///< into the Document
};

using Page = std::vector<Block>;

/// A long text as paragraphs of one line each: blank lines part them, other line feeds are only where somebody's editor
/// wrapped. A line that looks like a list item starts a paragraph.
[[nodiscard]] std::vector<std::string> paragraphs(std::string_view text);

// Parts of which templates are made; each appends to the page.
void add_heading(Page& page, int level, std::string text, bool ours = true);
void add_private_notice(Page& page, const Document& document);
/// The first TODO stands behind the label where there is nothing else to say; it must not get lost below.
void add_fact(Page& page, std::string_view label, const std::string& text, std::span<const Id> events, std::span<const Todo> todos);
/// The bullets that are not folded, with zone, dates, TODOs and what was left out.
void add_timeline(Page& page, const Document& document, const Times& times, const Options& options);
/// The same in pieces, for layouts that show the bullets at several places.
struct Moments {
    std::vector<const Bullet*> shown;  ///< into the Document
    std::vector<std::string> dates;    ///< of each
    bool many_dates = false, many_zones = false;
    std::vector<std::string> zones;    ///< in the order they come
};
[[nodiscard]] Moments moments_of(const Document& document, const Times& times);
void add_zone(Page& page, const Moments& moments, const Options& options);
/// @param with_date where no heading says it
void add_moment(Page& page, const Bullet& bullet, const Times& times, const Moments& moments, bool with_date);
/// How many entries are left out, behind what else is to be remarked.
void add_remarks(Page& page, const Document& document, std::string remarks);
void add_remark(Page& page, std::string text);     ///< of our own words, behind a list
void add_paragraph(Page& page, std::string text);  ///< of our own words
/// What brief and labelled have in common.
void add_summary(Page& page, const Document& document);
void add_cause_and_measures(Page& page, const Document& document);
void add_passages(Page& page, std::span<const Passage> passages, std::span<const Todo> todos);
void add_follow_ups(Page& page, std::span<const FollowUp> items, bool tasks, std::span<const Todo> todos);
void add_todos(Page& page, std::span<const Todo> todos, bool tasks = false);

/// Same page, same bytes.
[[nodiscard]] std::string to_markdown(std::span<const Block> page, const Options& options);

/// Where a part of the page begins that a later export may renew by itself: a heading that stands apart.
[[nodiscard]] bool begins_section(std::span<const Block> page, std::size_t at) noexcept;

}  // namespace incident::draft
