#include "model/incident.hpp"
#include "model/assert.hpp"
#include "model/entry.hpp"
#include "model/words.hpp"

namespace incident {
namespace {

constexpr words::List<3> statuses{"open", "closed", "merged"};

template <class To, class From>
void set_if_given(To& to, const std::optional<From>& from)
{
    if (from) to = *from;
}

void set_fields(Incident& incident, const IncidentFields& fields)
{
    set_if_given(incident.title, fields.title);
    set_if_given(incident.severity, fields.severity);
    set_if_given(incident.lead, fields.lead);
    set_if_given(incident.label, fields.label);
    set_if_given(incident.service, fields.service);
    set_if_given(incident.started_at, fields.started_at);
    set_if_given(incident.ended_at, fields.ended_at);
    set_if_given(incident.none.misleading_path, fields.none_misleading_path);
    set_if_given(incident.none.escalation, fields.none_escalation);
    set_if_given(incident.members, fields.members);
}

}  // namespace

std::string_view to_string(IncidentStatus status) noexcept { return words::name(statuses, status); }
Result<IncidentStatus> parse_incident_status(std::string_view word)
{
    return words::parse<IncidentStatus>("status of an incident", statuses, word);
}

void apply_step(Incident& incident, const Entry& entry)
{
    const auto* step = std::get_if<IncidentStep>(&entry.what);
    INCIDENT_ASSERT(step != nullptr);
    using enum IncidentStep::Change;
    INCIDENT_ASSERT(step->change == opened || incident.key == step->incident);
    switch (step->change) {
    case opened:
        incident = Incident{};
        incident.id = entry.id;
        incident.key = step->incident;
        incident.opened_at = entry.received_at;
        incident.opened_by = entry.author;
        break;
    case set: break;
    case closed:
        incident.status = IncidentStatus::closed;
        incident.closed_at = entry.received_at;
        break;
    case reopened:
        incident.status = IncidentStatus::open;
        incident.closed_at.reset();
        incident.merged_into.reset();
        break;
    case merged:
        incident.status = IncidentStatus::merged;
        incident.merged_into = step->merged_into;
        break;
    }
    set_fields(incident, step->fields);
    incident.last_seq = entry.seq;
}

}  // namespace incident
