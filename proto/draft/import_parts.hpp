#pragma once
#include "draft/import_stamp.hpp"
#include "draft/written.hpp"
#include <span>

/// What the layouts make of a document, and what is made of that; private to the import.
namespace incident::draft::importing {

/// A line of a timeline whose time is not worked out yet.
struct RawLine {
    ImportedLine line;
    std::optional<Stamp> stamp;
    std::optional<Day> day;   ///< of a heading or column that it stands under
    std::string zone;         ///< of its own column
    std::size_t section = 0;
};

/// What holds for the lines of one timeline in the document.
struct Section {
    std::optional<Day> day;   ///< that the document names for it
    bool day_is_default = false;  ///< "unless noted all on …": a line's own date holds for that line alone
    std::string zone, zone_from;
    std::string summary_zone, summary_zone_from;  ///< what the text before it says; holds where nothing nearer does
    std::optional<Instant> zero;  ///< what T+15 counts from
};

struct Collected {
    std::vector<RawLine> lines;
    std::vector<Section> sections;
};

/// Markdown, HTML and plain text: headings, lists, tables, paragraphs.
[[nodiscard]] Collected collect_text(std::string_view document, const ImportOptions& options, Imported& out);
/// Rows with cells; `head` may be empty. @param day, section what holds around the table.
void collect_rows(std::span<const Piece> rows, const ImportOptions& options, std::size_t section, std::optional<Day> day, Collected& lines, Imported& out);
[[nodiscard]] Collected collect_csv(std::string_view document, const ImportOptions& options, Imported& out);
[[nodiscard]] Collected collect_irc(std::string_view document, const ImportOptions& options, Imported& out);
/// Lines of an IRC client's log rather than of a person's notes.
[[nodiscard]] bool looks_like_irc(std::string_view document);
[[nodiscard]] bool looks_like_csv(std::string_view document, const ImportOptions& options);
[[nodiscard]] Result<Collected> collect_slack(std::string_view document, const ImportOptions& options, Imported& out);
[[nodiscard]] Result<Collected> collect_json(std::string_view document, const ImportOptions& options, Imported& out);
[[nodiscard]] Form json_form(std::string_view document);

/// Works out the instants: dates, rollover past midnight, zones, both readings where one cannot be right.
void work_out_times(Collected& collected, const ImportOptions& options, Imported& out);

/// A label at the head of a text: `Escalation:`, `Resolved, root cause:`, `Action [ana]:`.
struct Label {
    std::vector<Tag> tags;    ///< empty: `Note:`, which only says that no label follows
    std::string author;
    std::size_t length = 0;   ///< with the colon and the spaces behind it
    bool method = false;      ///< `Detection method:`: belongs to the line above
};
[[nodiscard]] std::optional<Label> label_at(std::string_view text);
/// A whole line that is a label (`Actions taken`, `**Escalation**`).
[[nodiscard]] std::optional<Label> label_alone(std::string_view text);

/// Puts text into a line as events keep it: one line, nothing hidden, at most an event's bytes; the rest into details.
void set_text(ImportedLine& line, std::string_view text);
void add_details(ImportedLine& line, std::string_view text);
[[nodiscard]] std::string date_text(const Day& day);

}  // namespace incident::draft::importing
