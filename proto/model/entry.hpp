#pragma once
#include "model/event.hpp"
#include "model/incident.hpp"
#include <variant>

namespace incident {

/// A later correction of one event. Appended, never overwriting. Empty members leave things as they are.
struct Amendment {
    Id event{};
    std::optional<std::string> text{};
    std::optional<Instant> occurred_at{};
    std::string occurred_raw{};  ///< as typed, when occurred_at is given
    std::optional<Precision> precision{};
    std::vector<Tag> add_tags{};             ///< replaces a tag of the same name
    std::vector<std::string> remove_tags{};  ///< by name
    std::optional<std::optional<IncidentKey>> incident{};  ///< moves the event; inner empty: back to the inbox
    std::optional<std::uint64_t> number{};   ///< given by the store when `incident` is: its number in the new one
    std::optional<bool> star{};
    std::optional<std::string> visibility{};
    std::optional<bool> strike{};
    bool redact = false;      ///< removes text and details for good; the chain keeps their commitment
    std::string reason{};
    std::optional<Id> undo{};   ///< the amendment that no longer counts; an event's own id strikes the event
    bool operator==(const Amendment&) const = default;
};

/// One step of an incident's own life.
struct IncidentStep {
    enum class Change { opened, set, closed, reopened, merged };
    Change change = Change::opened;
    IncidentKey incident{};
    IncidentFields fields{};                   ///< what this step sets; absent members stay
    std::optional<IncidentKey> merged_into{};  ///< with Change::merged
    std::string reason{};
    bool operator==(const IncidentStep&) const = default;
};

/// How often an alert state was notified up to now; supersedes earlier tallies of the same event.
struct Tally {
    Id event{};
    std::uint64_t count = 1;
    Instant last_at{};
    bool operator==(const Tally&) const = default;
};

/// What the ledger stores, in this order, for good. Place, id, time and chain link are given at commit.
struct Entry {
    std::uint64_t seq = 0;
    Id id{};
    Instant received_at{};
    Author author{};          ///< who wrote it; for an Event the same as the event's own
    std::string source{};     ///< likewise
    std::string principal{};  ///< how it reached us: `unix:uid=1000(sam)`, `tcp:127.0.0.1`, `hook:alertmanager`, `daemon`
    std::variant<Event, Amendment, IncidentStep, Tally> what{};
    std::string raw{};        ///< the commitment to the body that this entry and those after it were made from, hex; given at commit
    bool operator==(const Entry&) const = default;
};

/// What happens when an event's (source, key) stands in the ledger already.
enum class OnDuplicate {
    count_repeat,  ///< an alert state told again: counted on the first event (DESIGN §3 *tally*)
    answer_first   ///< a resend: the first event is the answer; another text under the same key is Errc::key_reused
};

[[nodiscard]] std::string_view to_string(IncidentStep::Change change) noexcept;
[[nodiscard]] Result<IncidentStep::Change> parse_change(std::string_view word);

}  // namespace incident
