#pragma once
#include "timeline/timeline.hpp"
#include <array>

/// timeline -> document. DRAFT.md's layout; README "The draft" shows one.
namespace incident::draft {

enum class Clock { hours24, hours12 };

struct Options {
    std::string zone = "UTC";   ///< IANA name
    Clock clock = Clock::hours24;
    bool seconds = false;
    bool fold = true;           ///< bring it under max_words; false: every line is a bullet
    bool trace = false;         ///< event ids as HTML comments
    bool marks = false;         ///< each block between comments with its checksum, so that a later export keeps what people wrote
    std::string audience{};     ///< for whom `timeline` was prepared, said in the marks; empty: internal
    bool mermaid = false;       ///< a Mermaid `timeline` block after the list
    std::size_t min_words = 400, max_words = 600;
};

/// The built-in templates; `brief` is the default.
inline constexpr std::array<std::string_view, 3> template_names{"brief", "sre", "labelled"};

/// A template turns a document's facts into text. Others than `brief` are added beside it in this folder and here.
[[nodiscard]] Result<std::string> render_markdown(const timeline::Timeline& timeline, std::string_view template_name,
                                                  const Options& options);
/// The same facts as JSON: `{format_version, incident, facts, summary, timeline[], root_cause, resolution, improvements[],
/// tasks[], folded[], findings[], events[]}`, every line with its event ids, nothing folded away.
/// `folded` are those that the template leaves out of its page. An unknown template name counts as `brief`.
[[nodiscard]] std::string render_json(const timeline::Timeline& timeline, const Options& options, std::string_view template_name = "brief");
/// All events, struck ones too, one a row below a head, times in UTC. RFC 4180; a cell that a spreadsheet would take for
/// a formula begins with `'`, controls and invisible characters are spelled out.
[[nodiscard]] std::string render_csv(const timeline::Timeline& timeline);

/// Words of rendered text as the brief counts them: headings and times count, comments and TODO lines do not.
[[nodiscard]] std::size_t count_words(std::string_view markdown);

/// Untrusted text inside Markdown: no raw HTML, no links but http/https/mailto, no headings, lists or emphasis forged.
[[nodiscard]] std::string escape_markdown(std::string_view text);

}  // namespace incident::draft
