#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the timeline and the draft read out of people's sentences. Plain rules, no language model: each errs on the side
/// of taking the words as they stand.
namespace incident::timeline {

/// The text on one line: every run of white space is one space, none at the ends.
[[nodiscard]] std::string one_line(std::string_view text);

/// The sentences of `text`, trimmed, in order. One ends at a line feed, or at `.`, `!` or `?` before white space, unless
/// the word before is a known abbreviation (`e.g.`); pieces without a letter or digit join their neighbour.
[[nodiscard]] std::vector<std::string_view> sentences(std::string_view text);
[[nodiscard]] std::string first_sentence(std::string_view text);

/// White-space separated pieces that hold a letter or digit.
[[nodiscard]] std::size_t count_words(std::string_view text);

/// A share of users or requests in percent: `85%`, `85 %`, `85.5 percent`. With several, one that says of whom
/// (`of users`) goes before a bare one, then the largest; shares of processor, memory and disk do not count.
[[nodiscard]] std::optional<double> share_of_users(std::string_view text);

/// Whether a line tells of something that began before it: `down for hours`, `since 14:05`, `already`.
[[nodiscard]] bool looks_back(std::string_view text);
/// Whether a line says that the incident itself is over: `The incident is resolved`, `Closed.`; not that a service is back.
[[nodiscard]] bool says_closed(std::string_view text);
/// Whether a line says that the harm is stopped though nothing is repaired: `declared contained`, `impact mitigated`.
[[nodiscard]] bool says_contained(std::string_view text);

}  // namespace incident::timeline
