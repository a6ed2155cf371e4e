#pragma once
#include "timeline/timeline.hpp"

/// The check's rows on a document that nobody generated: Markdown, HTML or plain text.
namespace incident::draft {

inline constexpr std::size_t max_checked_bytes = 1u << 20;  ///< a postmortem has a few pages; read in about a second

struct WrittenFinding {
    std::string id;    ///< as check()'s: `S1` …
    timeline::Level level = timeline::Level::error;
    std::string text;  ///< what is missing or contradicts
    std::string fix;   ///< the words that would fix it in the file
    std::size_t line = 1;  ///< where they belong, from 1
    bool operator==(const WrittenFinding&) const = default;
};

/// A row that needs the ledger and is not looked at in a file.
struct NotSeen {
    std::string_view id, why;
};
[[nodiscard]] std::span<const NotSeen> not_seen_in_a_file() noexcept;

/// Every other row of DRAFT.md's table, in its order. Sections and labels are found under the many names people give them.
/// @param now bounds "a time in the future"; empty: that is not looked at.
/// @return Errc::limit_exceeded above max_checked_bytes; Errc::invalid_input for a document without a word.
[[nodiscard]] Result<std::vector<WrittenFinding>> check_written(std::string_view document, std::optional<Instant> now);

}  // namespace incident::draft
