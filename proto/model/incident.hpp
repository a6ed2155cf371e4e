#pragma once
#include "model/event.hpp"

namespace incident {

/// A person's word that there was none, so that the check stops asking.
struct NoneSaid {
    bool misleading_path = false, escalation = false;
    bool operator==(const NoneSaid&) const = default;
};

inline constexpr std::size_t max_members = 100;

/// The facts of an incident that a person or a route can set. Absent: not touched.
/// An inner empty time means "forget it" (`set ended=`).
struct IncidentFields {
    std::optional<std::string> title{}, severity{}, lead{}, label{}, service{};
    std::optional<std::optional<Instant>> started_at{}, ended_at{};
    std::optional<bool> none_misleading_path{}, none_escalation{};
    std::optional<std::vector<std::string>> members{};  ///< all of them: replaces the ones before
    bool operator==(const IncidentFields&) const = default;
};

enum class IncidentStatus { open, closed, merged };

struct Incident {
    Id id{};                ///< of the entry that opened it
    IncidentKey key{};
    std::string title{}, severity{};
    IncidentStatus status = IncidentStatus::open;
    std::string lead{}, label{}, service{};  ///< label: `private` or empty
    std::optional<Instant> started_at{}, ended_at{};
    Instant opened_at{};
    Author opened_by{};
    std::optional<Instant> closed_at{};
    std::optional<IncidentKey> merged_into{};
    NoneSaid none{};
    std::uint64_t last_seq = 0;  ///< of the newest step; the ETag
    std::vector<std::string> members{};  ///< names as proved (account, token, user); who may read it while it is private
    bool operator==(const Incident&) const = default;
};

[[nodiscard]] std::string_view to_string(IncidentStatus status) noexcept;
[[nodiscard]] Result<IncidentStatus> parse_incident_status(std::string_view word);

struct Entry;
/// Replays one step. @pre `entry.what` is an IncidentStep of this incident; the first is `opened`.
void apply_step(Incident& incident, const Entry& entry);

}  // namespace incident
