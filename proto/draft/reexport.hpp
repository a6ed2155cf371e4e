#pragma once
#include "draft/marks.hpp"

/// A draft exported again into a file that people have edited since.
namespace incident::draft {

inline constexpr std::size_t max_compared_lines = 20'000;  ///< beyond it a difference is told by its sizes only

/// A section that stays as people wrote it, although events have come since that change what would be generated.
struct Kept {
    std::string name;        ///< `timeline`
    std::string difference;  ///< lines from what stands in the file to what would be generated
};

struct Reexport {
    std::string text;                   ///< what the file should hold now
    std::vector<std::string> renewed;   ///< sections nobody touched, with other words than before
    std::vector<std::string> added, dropped;
    std::vector<Kept> kept;
    std::vector<std::string> warnings;  ///< marks that do not fit together; what they enclose stays as it is
};

/// @param file what stands in the file now
/// @param generated the same draft as it would be exported into a new file, with marks
/// Sections whose checksum still holds, and those that were emptied, are renewed in their place; sections that people
/// changed stay, and so does all text outside of marks. A section that people took out does not come back. New ones stand
/// behind the section that they follow in `generated`. Of a file that nobody touched the result is `generated`.
/// @return Errc::invalid_input where the file is no export with marks, of another incident or of another template.
[[nodiscard]] Result<Reexport> reexport(std::string_view file, std::string_view generated);

/// Changed lines with three lines around them, `-` before what goes and `+` before what comes. Empty: no difference.
[[nodiscard]] std::string line_difference(std::string_view before, std::string_view after);

}  // namespace incident::draft
