#pragma once
#include "draft/draft.hpp"
#include "model/time_grammar.hpp"

namespace incident::draft {

/// Prints instants as the options ask. Make one with Times::in(), which looks the zone up once and refuses unknown ones.
class Times {
public:
    [[nodiscard]] static Result<Times> in(const Options& options);

    [[nodiscard]] std::string date(Instant at) const;   ///< 2024-06-22
    [[nodiscard]] std::string clock(Instant at) const;  ///< 15:15, 15:15:07.250 with seconds, 3:15 PM
    /// Without seconds where nobody knows them.
    [[nodiscard]] std::string clock(Instant at, Precision precision) const;
    [[nodiscard]] std::string zone(Instant at) const;   ///< UTC, EAT, +05:45: what applies at that instant
    /// The span between what clock() shows of the two, in words: a reader who subtracts must get the same.
    [[nodiscard]] std::optional<std::string> shown_span(Instant from, Instant to) const;  ///< nullopt when negative

private:
    explicit Times(const Options& options) : options_(options) {}
    [[nodiscard]] LocalTime local(Instant at) const;
    Options options_;
};

}  // namespace incident::draft
