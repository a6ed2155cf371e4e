#pragma once
#include "draft/import_parts.hpp"

/// Where in a document the timelines stand, and what the text around says about them; private to the import.
namespace incident::draft::importing {

/// A line of a piece; rows, code and quotes are one line each.
struct Line {
    std::size_t piece = 0;
    bool first = true;        ///< of its piece
    std::string text, typed;
    std::size_t number = 1;
    bool after_gap = false;   ///< a blank line stands before it, inside an item
};
[[nodiscard]] std::vector<Line> lines_of(std::span<const Piece> pieces);

struct Range {
    std::size_t heading = 0;     ///< index of the line that names the timeline
    std::size_t begin = 0, end = 0;
    std::size_t first_line = 0;  ///< the first with a time; set by the caller
};
/// Below headings that name a timeline. A heading in mid-line is cut off its line. Empty: the document names none.
[[nodiscard]] std::vector<Range> timelines_in(std::span<const Piece> pieces, std::span<Line> lines, const ImportOptions& options);
/// `Root Cause Analysis`, `Lessons learned`: not part of a timeline any more.
[[nodiscard]] bool ends_timeline(std::string_view line);

/// Dates and zones that hold for the lines of `range`. @param from where the text that speaks of it begins
[[nodiscard]] Section context_of(std::span<const Line> lines, const Range& range, std::size_t from, const ImportOptions& options);
struct Making {
    std::span<const Piece> pieces;
    std::span<const Line> lines;
    const ImportOptions& options;
    bool weak;  ///< `1600` is a time in this document
    Collected& out;
    Imported& imported;
};
/// Appends the lines of the next section. @param named a heading names the timeline; else the whole document is looked
/// through for lines that begin with a time
/// @return the index of the first line with a time, or nothing when there is none; then nothing was appended
[[nodiscard]] std::optional<std::size_t> lines_in(const Range& range, bool named, const Making& making);

/// `T0 = 2024-06-05 14:00 UTC`.
[[nodiscard]] std::optional<Instant> zero_within(std::string_view text, const ImportOptions& options);

}  // namespace incident::draft::importing
