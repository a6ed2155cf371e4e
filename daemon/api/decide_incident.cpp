#include "api/decide.hpp"
#include "api/etag.hpp"
#include <algorithm>

namespace incident::api {
namespace {

Failure wrong_field(std::string pointer, std::string detail)
{
    auto text = detail;
    return Failure{Errc::invalid_input, std::move(text), {{std::move(pointer), std::move(detail)}}};
}

class Steps {
 public:
    Steps(store::View& view, const Sender& sender, IncidentKey key) : view_(view), sender_(sender), key_(key) {}

    void step(IncidentStep::Change change, IncidentFields fields, std::string reason,
              std::optional<IncidentKey> merged_into = std::nullopt)
    {
        IncidentStep step;
        step.change = change;
        step.incident = key_;
        step.fields = std::move(fields);
        step.merged_into = merged_into;
        step.reason = std::move(reason);
        append(std::move(step));
    }

    void move(const std::vector<Event>& events, IncidentKey to, const std::string& reason)
    {
        for (const auto& event : events) {
            Amendment amendment;
            amendment.event = event.id;
            amendment.incident.emplace(to);
            amendment.reason = reason;
            append(std::move(amendment));
        }
    }

    /// Pulls in what the inbox took since then.
    Result<void> adopt(std::chrono::microseconds span)
    {
        auto events = view_.inbox_since(view_.now() - span, max_adopted_events);
        if (!events) return events.error();
        move(*events, key_, "adopted");
        return {};
    }

    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] std::vector<store::NewEntry> take() { return std::move(entries_); }

 private:
    template <class What>
    void append(What what)
    {
        store::NewEntry entry;
        entry.entry.author = sender_.author;
        entry.entry.source = sender_.source;
        entry.entry.principal = sender_.principal;
        entry.entry.what = std::move(what);
        entries_.push_back(std::move(entry));
    }

    store::View& view_;
    const Sender& sender_;
    IncidentKey key_;
    std::vector<store::NewEntry> entries_;
};

/// @param known what the incident says already; null for a new one.
Result<void> check_times(const IncidentFields& fields, const Incident* known)
{
    const auto before = [&](const auto& field, auto member) -> std::optional<Instant> {
        if (field) return *field;
        return known != nullptr ? known->*member : std::nullopt;
    };
    const auto start = before(fields.started_at, &Incident::started_at);
    const auto end = before(fields.ended_at, &Incident::ended_at);
    if (start && end && *end < *start)
        return wrong_field(fields.ended_at ? "/ended_at" : "/started_at", "the incident would end (" + to_rfc3339(*end) +
                                                                        ") before it starts (" + to_rfc3339(*start) + ")");
    return {};
}

bool is_private(std::string_view label) { return label == "private"; }

/// Sees to it that whoever makes an incident private can still read it, and that somebody always can.
/// @param known what the incident says already; null for a new one.
Result<void> settle_members(IncidentFields& fields, const Incident* known, const auth::Principal& who)
{
    const bool was = known != nullptr && is_private(known->label);
    const bool will_be = fields.label ? is_private(*fields.label) : was;
    if (!will_be) return {};
    if (!was) {
        if (!who.verified || who.name.empty())
            return Failure{Errc::forbidden, "a private incident has members, and nobody knows who you are; do it over the Unix socket or with a token",
                           {{"/label", "needs a proved name"}}};
        auto members = fields.members.value_or(known != nullptr ? known->members : std::vector<std::string>{});
        const auto add = [&](const std::string& name) {
            if (std::ranges::find(members, name) == members.end()) members.push_back(name);
        };
        add(who.name);
        if (known != nullptr && known->opened_by.verified) add(known->opened_by.name);
        fields.members = std::move(members);
    }
    if (fields.members && fields.members->empty())
        return wrong_field("/members", "a private incident keeps at least one member; make it public first with label \"\"");
    return {};
}

Result<void> merge(store::View& view, Steps& steps, const auth::Principal& who, const Incident& incident, IncidentKey wanted, std::string reason)
{
    const auto target = visible_target(who, view.catalog(), wanted);
    if (!target) return wrong_field("/merged_into", "there is no " + to_string(wanted) + " to merge into");
    if (is_private(incident.label) && !is_private(view.catalog().find(*target)->label))
        return Failure{Errc::conflict, to_string(incident.key) + " is private and " + to_string(*target) +
                                           " is not, so everybody could read what moves; make " + to_string(*target) +
                                           " private first, or " + to_string(incident.key) + " public"};
    if (*target == incident.key) return wrong_field("/merged_into", "an incident cannot be merged into itself");
    auto events = view.events_of(incident.key, max_merged_events);
    if (!events) return events.error();
    steps.move(*events, *target, "merged from " + to_string(incident.key));
    steps.step(IncidentStep::Change::merged, {}, std::move(reason), *target);
    return {};
}

Result<void> change_status(Steps& steps, const Incident& incident, IncidentStatus wanted, std::string reason)
{
    const auto key = to_string(incident.key);
    switch (wanted) {
    case IncidentStatus::merged:
        return wrong_field("/status", "status can be set to open or closed; to merge give merged_into");
    case IncidentStatus::closed:
        if (incident.status == IncidentStatus::closed)
            return Failure{Errc::conflict, key + " is closed already" +
                                               (incident.closed_at ? " since " + to_rfc3339(*incident.closed_at) : "")};
        steps.step(IncidentStep::Change::closed, {}, std::move(reason));
        return {};
    case IncidentStatus::open:
        if (incident.status == IncidentStatus::open) return Failure{Errc::conflict, key + " is open already"};
        steps.step(IncidentStep::Change::reopened, {}, std::move(reason));
        return {};
    }
    return {};
}

}  // namespace

store::Decide decide_open(wire::OpenRequest request, Sender sender)
{
    return [request = std::move(request), sender = std::move(sender)](
               store::View& view) -> Result<std::vector<store::NewEntry>> {
        if (auto times = check_times(request.fields, nullptr); !times) return times.error();
        auto fields = request.fields;
        if (auto settled = settle_members(fields, nullptr, sender.who); !settled) return settled.error();
        Steps steps{view, sender, view.catalog().next_key()};
        steps.step(IncidentStep::Change::opened, std::move(fields), {});
        if (request.adopt)
            if (auto adopted = steps.adopt(*request.adopt); !adopted) return adopted.error();
        return steps.take();
    };
}

store::Decide decide_patch(IncidentKey key, wire::PatchRequest request, Sender sender, std::string if_match)
{
    return [key, request = std::move(request), sender = std::move(sender),
            if_match = std::move(if_match)](store::View& view) -> Result<std::vector<store::NewEntry>> {
        const auto* incident = view.catalog().find(key);
        if (incident == nullptr || !auth::may_see(sender.who, *incident)) return Failure{Errc::not_found, "there is no " + to_string(key)};
        if (!if_match.empty() && !names_etag(if_match, etag_of(*incident), false))
            return Failure{Errc::stale, to_string(key) + " was changed since you read it (its ETag is " +
                                            etag_of(*incident) + " now); read it again, then change it"};
        if (incident->status == IncidentStatus::merged)
            return Failure{Errc::conflict, to_string(key) + " was merged into " +
                                               to_string(incident->merged_into.value_or(key)) + "; change that one"};
        if (auto times = check_times(request.fields, incident); !times) return times.error();
        if (request.adopt && request.merge_into)
            return wrong_field("/adopt", "adopt into the incident that stays, not into the one that is merged away");
        auto fields = request.fields;
        if (auto settled = settle_members(fields, incident, sender.who); !settled) return settled.error();
        Steps steps{view, sender, key};
        if (fields != IncidentFields{}) steps.step(IncidentStep::Change::set, std::move(fields), request.reason);
        if (request.adopt)
            if (auto adopted = steps.adopt(*request.adopt); !adopted) return adopted.error();
        if (request.status)
            if (auto changed = change_status(steps, *incident, *request.status, request.reason); !changed)
                return changed.error();
        if (request.merge_into)
            if (auto merged = merge(view, steps, sender.who, *incident, *request.merge_into, request.reason); !merged)
                return merged.error();
        if (steps.empty() && !request.adopt)
            return Failure{Errc::invalid_input,
                           "nothing to change; give fields, status (open, closed), merged_into or adopt"};
        return steps.take();
    };
}

}  // namespace incident::api
