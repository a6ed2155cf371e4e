#pragma once
#include "timeline/timeline.hpp"
#include <map>

/// The steps build() is made of, each pure and total over events in reading order.
namespace incident::timeline {

/// A `system` event with this flag says that the recorder was not recording; `gap_from` and `gap_to` (RFC 3339) bound it.
inline constexpr std::string_view gap_flag = "gap";

/// Whether an event moves figures and dates and is a line: not struck, no follow-up, not the recorder speaking of itself.
[[nodiscard]] bool counts(const Event& event) noexcept;
[[nodiscard]] bool is_resolve(const Event& event) noexcept;

[[nodiscard]] std::vector<Line> fold(std::span<const Event> events);
/// Every hypothesis with its verdict, its links and whose time it was. What nobody linked is linked by its words to one open
/// hypothesis at most: the one that shares most significant words, of two as near the newer. Somebody's own link or verdict
/// goes before words; the incident's title and service are no such words.
[[nodiscard]] std::vector<DeadEnd> dead_ends_of(std::span<const Event> events, const Incident& incident);
[[nodiscard]] Facts facts_of(const Incident& incident, std::span<const Event> events, std::span<const DeadEnd> dead_ends);
/// The first mitigation that did not turn out a dead end, or nullptr.
[[nodiscard]] const Event* first_mitigation(std::span<const Event> events, std::span<const DeadEnd> dead_ends);
/// The first event by a person at or after the detection, or nullptr.
[[nodiscard]] const Event* acknowledgement(std::span<const Event> events, const Facts& facts);
[[nodiscard]] std::vector<Phase> phases_of(std::span<const Event> events, const Facts& facts, const Event* mitigation);
[[nodiscard]] std::vector<Duration> durations_of(std::span<const Event> events, const Incident& incident, const Facts& facts,
                                                 const Event* mitigation);

/// Nearest whole minutes.
[[nodiscard]] std::int64_t whole_minutes(std::chrono::microseconds span) noexcept;
/// The labels a reader may see: all but those with two leading underscores.
[[nodiscard]] std::map<std::string, std::string> public_labels(const std::map<std::string, std::string>& labels);

}  // namespace incident::timeline
