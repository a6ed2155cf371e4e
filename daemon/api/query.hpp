#pragma once
#include "draft/audience.hpp"
#include "draft/draft.hpp"
#include "store/reader.hpp"
#include "wire/routes.hpp"

/// Query parameters, checked strictly: what we do not know is refused with a suggestion, never ignored, because a
/// misspelt filter would answer more than was asked for. Pure.
namespace incident::api {

using Query = std::map<std::string, std::string>;
inline constexpr std::size_t default_page = 100, max_page = 1000;

/// @return Errc::malformed naming the unknown parameter, the nearest known one and all that are accepted. Hooks and the
/// operators' routes take whatever senders append to a configured URL.
[[nodiscard]] Result<void> check_names(const Query& query, wire::Operation operation);

/// The same query without cursor, in one form whatever the order: what a cursor is bound to.
[[nodiscard]] std::string canonical(const Query& query);

/// GET /api/v1/events. @return Errc::invalid_input naming the parameter and what it accepts; Errc::malformed for the cursor.
[[nodiscard]] Result<store::EventQuery> read_event_query(const Query& query);

struct IncidentQuery {
    std::optional<IncidentStatus> status;
    std::optional<Instant> since, until;  ///< opened_at; since included, until not
    std::string severity;                 ///< empty: any
    bool figures = false;                 ///< each with what its timeline gives
    std::size_t limit = default_page;
    std::optional<std::uint64_t> before;  ///< from the cursor: keys below this one
};
[[nodiscard]] Result<IncidentQuery> read_incident_query(const Query& query);

inline constexpr std::chrono::hours stats_period{90 * 24};  ///< where no `since` is given
struct StatsQuery {
    Instant since{}, until{};  ///< when an incident began; since included, until not
};
/// GET /api/v1/stats.
[[nodiscard]] Result<StatsQuery> read_stats_query(const Query& query, Instant now);

/// GET …/timeline: `as_of`. Empty: now.
[[nodiscard]] Result<std::optional<Instant>> read_as_of(const Query& query);

enum class DraftFormat { markdown, html, json, csv };

struct DraftQuery {
    DraftFormat format = DraftFormat::markdown;
    std::string template_name = "brief";
    std::optional<Instant> as_of{};  ///< empty: now
    draft::Options options;
    draft::Audience audience = draft::Audience::internal;
};
/// GET …/draft: `format` md, html, json, csv; `template`; `tz`; `clock` 12, 24; `fold`, `seconds`, `trace`, `mermaid`, `marks` true, false; `as_of` as for the timeline.
/// `audience` internal, customer, public.
[[nodiscard]] Result<DraftQuery> read_draft_query(const Query& query);
/// `audience` of GET …/timeline and …/draft.
[[nodiscard]] Result<draft::Audience> read_audience(const Query& query);

/// GET /api/v1/stream. @return empty without `incident`.
[[nodiscard]] Result<std::optional<IncidentKey>> read_stream_query(const Query& query);

}  // namespace incident::api
