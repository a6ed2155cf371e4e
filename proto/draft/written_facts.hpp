#pragma once
#include "draft/outline.hpp"

/// What a written document tells outside of its timeline, as the check wants to know it.
namespace incident::draft {

struct WrittenImpact {
    bool any = false;               ///< a word on it at all
    bool names_service = false;     ///< which thing was down
    bool tells_experience = false;  ///< three words or more on what users saw
    bool tells_share = false;       ///< a share or count of users, or that it is unknown
};
/// Of the label's words, and of the summary's prose.
[[nodiscard]] WrittenImpact written_impact_of(const Outline& outline);

/// How many sentences explain the cause and the fix. Where no part of its own explains the cause, the summary's count.
struct WrittenDetail {
    std::size_t cause_sentences = 0, fix_sentences = 0;
};
[[nodiscard]] WrittenDetail written_detail_of(const Outline& outline);

/// The measures; where they stand under no labels, what can be done is a task and what is wished an improvement.
struct WrittenMeasures {
    bool improvements = false;
    std::vector<const Said*> tasks;  ///< live as long as the outline
};
[[nodiscard]] WrittenMeasures written_measures_of(const Outline& outline);

/// The section that has the most (`longest`), or the least, of what a page of 450 words gives it.
[[nodiscard]] std::string section_by_length(const Outline& outline, bool longest);

}  // namespace incident::draft
