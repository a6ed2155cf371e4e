#pragma once
#include "draft/times.hpp"
#include "timeline/timeline.hpp"

/// The incident as a strip from left to right: where each phase, mark and dead end lies. Geometry only, in percent of the
/// width, so that the picture fits a phone and a sheet of paper alike.
namespace incident::draft {

struct Strip {
    struct Band {
        std::string name;  ///< the phase's
        double left = 0, right = 0;
        Instant from, to;
        bool ongoing = false;   ///< not over: `to` is the last entry
        bool to_scale = true;   ///< lead-up and after may last weeks; drawn at most as a fixed share, and said so
    };
    struct Pin {
        char letter;            ///< S, D, M, R
        std::string_view word;
        double at = 0;
        Instant when;
        int row = 0;            ///< those that would touch stand in rows above each other
    };
    struct Lane {
        std::size_t number = 1; ///< of the dead end, from 1
        double left = 0, right = 0;
        bool moment = false;    ///< only when it ended is known
    };
    struct Tick {
        double at = 0;
        std::string text;
    };
    Instant from, to;           ///< what the strip shows
    std::vector<Band> bands;
    std::vector<Pin> pins;
    std::vector<Lane> lanes;
    std::vector<Tick> ticks;
    int pin_rows = 1;
    bool widened = false;       ///< a phase is drawn wider than it lasted, to be seen at all
};

/// Dead ends beyond this many have no lane; the list below the picture has all.
inline constexpr std::size_t max_lanes = 12;
/// Both ends of the strip leave room for half a pin.
inline constexpr double strip_left = 3, strip_right = 97;

/// @param dead_ends those that took time, in reading order; the lanes number them.
/// @return nothing where it is not known when the incident began.
[[nodiscard]] std::optional<Strip> strip_of(const timeline::Timeline& timeline, std::span<const timeline::DeadEnd* const> dead_ends,
                                            const Times& times, const Options& options);

}  // namespace incident::draft
