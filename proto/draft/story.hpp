#pragma once
#include "timeline/timeline.hpp"

/// What the brief asks of a timeline, read out of it once: the draft prints it, the check looks for what is missing.
namespace incident::draft {

/// Tags of a site's own that the template `sre` knows: its lessons.
inline constexpr std::string_view went_well_tag = "went_well", went_wrong_tag = "went_wrong", lucky_tag = "lucky";

/// The event's text as a document says it: without the `#tags` at its end that are this event's tags. The record keeps them.
[[nodiscard]] std::string prose_of(const Event& event);

/// The impact as its events tell it.
struct Impact {
    std::vector<std::string> seen;  ///< what users saw, one phrase an event, without shares that stand alone
    std::string service;            ///< the incident's, else an alert's `service` or `job`; empty when only the text may name it
    std::string share;              ///< `85% of users affected`, `1200 users affected`, `share of users unknown`, or empty
    bool share_in_text = false;     ///< one of `seen` says it already
    bool names_service = false;     ///< `service`, or a word in `seen` that is neither symptom, number nor user
    bool tells_experience = false;  ///< three words or more on what users saw
    bool tells_share = false;       ///< a share or a count of users, or that it is unknown
    std::vector<Id> events;
};
[[nodiscard]] Impact impact_of(const timeline::Timeline& timeline);

/// Something told at length: the whole text and the details.
struct Passage {
    std::string text, details;
    Id event;
};
[[nodiscard]] std::vector<Passage> causes_of(const timeline::Timeline& timeline);
/// Mitigations and resolutions in reading order, without those that turned out dead ends.
[[nodiscard]] std::vector<Passage> fixes_of(const timeline::Timeline& timeline);

struct FollowUp {
    Passage what;
    bool broad = false;  ///< an improvement; else a task
    std::string owner, due;
    std::optional<std::uint64_t> number;
};
[[nodiscard]] std::vector<FollowUp> follow_ups_of(const timeline::Timeline& timeline);

/// The event of that id among the timeline's, or nullptr. O(n).
[[nodiscard]] const Event* find_event(const timeline::Timeline& timeline, const Id& id) noexcept;
[[nodiscard]] bool any_tagged(const timeline::Timeline& timeline, std::string_view tag);
/// Tagged, counting, but later shown to lead nowhere.
[[nodiscard]] bool ruled_out(const timeline::Timeline& timeline, const Event& event);

/// `85%`, `12.5%`.
[[nodiscard]] std::string percent_text(double percent);

}  // namespace incident::draft
