#pragma once
#include <string>
#include <string_view>
#include <vector>

/// Documents that people wrote, cut into the pieces a reader sees; import and the check of a file read them from here.
namespace incident::draft {

struct Piece {
    enum class Kind { heading, item, paragraph, row, code, quote };
    Kind kind = Kind::paragraph;
    /// heading: 1 to 6; item: how deep, from 0; row: 0 the table's head, 1 its body; paragraph, code, quote: 0 on the page
    /// itself, else in an item of the level below (1: in an item of level 0)
    int level = 0;
    /// Without marks: bold, code and links leave their words; `\n` between wrapped lines and at `<br>`, `\n\n` between the
    /// paragraphs of an item.
    std::string text;
    std::vector<std::string> cells;  ///< of a row
    std::string typed;  ///< as it stands in the document, wrapped lines included
    std::size_t line = 1;            ///< where it begins, from 1
    bool strong = false;             ///< all of it is bold: often a heading without `#`
    bool numbered = false;           ///< an item of a numbered list
    bool operator==(const Piece&) const = default;
};

inline constexpr std::size_t max_written_bytes = 8u << 20;  ///< callers refuse more
inline constexpr std::size_t max_pieces = 200000;           ///< what lies behind is left out

/// Markdown, HTML or plain text (guessed from what stands in it), total over any bytes, in the document's order. A byte
/// order mark, CRLF, non-breaking spaces and zero-width characters are evened out in `text`, kept in `typed`.
[[nodiscard]] std::vector<Piece> pieces_of(std::string_view document);

}  // namespace incident::draft
