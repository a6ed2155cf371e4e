#pragma once
#include "store/reader.hpp"
#include "timeline/stats.hpp"

/// Figures of incidents from the ledger, each at the price of its whole timeline, so with limits. Worker threads.
namespace incident::api {

/// An incident of more events is left out, saying so: to read it takes seconds and hundreds of megabytes.
inline constexpr std::uint64_t max_figured_events = 20'000;
/// Of one read: then the list pages on, or the statistics take the next slice, so that nobody holds a worker.
inline constexpr std::chrono::milliseconds figures_slice{500};

struct FiguresOrWhy {
    IncidentKey key{};
    std::optional<timeline::Figures> figures;
    std::string why;  ///< there are none
};
[[nodiscard]] Result<FiguresOrWhy> read_figures(store::Reader& reader, const Incident& incident);

}  // namespace incident::api
