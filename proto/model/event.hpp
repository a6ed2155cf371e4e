#pragma once
#include "model/id.hpp"
#include "model/instant.hpp"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace incident {

/// One thing that happened.
enum class Kind {
    alert,    ///< a monitoring system's notification
    chat,     ///< a message from a chat system
    note,     ///< typed by a person
    command,  ///< captured by `incidentctl run`
    change,   ///< deploy, config push
    system    ///< the recorder speaking of itself
};

/// How well `occurred_at` is known.
enum class Precision { exact, minute, about, between };

[[nodiscard]] std::string_view to_string(Kind kind) noexcept;
[[nodiscard]] Result<Kind> parse_kind(std::string_view word);
[[nodiscard]] std::string_view to_string(Precision precision) noexcept;
[[nodiscard]] Result<Precision> parse_precision(std::string_view word);

struct Author {
    std::string name{};       ///< who is shown
    bool verified = false;  ///< the transport proved the name (peer credentials, token)
    std::string claimed{};    ///< what the sender said, where that is not what was proved; else empty
    bool operator==(const Author&) const = default;
};

/// The tags of DESIGN §2. A site may add its own: any word of [a-z][a-z0-9_]{0,31}.
namespace tags {
inline constexpr std::string_view detection = "detection", impact = "impact", escalation = "escalation",
                                  hypothesis = "hypothesis", investigation = "investigation",
                                  misleading_path = "misleading_path", action = "action", mitigation = "mitigation",
                                  root_cause = "root_cause", resolution = "resolution", communication = "communication",
                                  change = "change", follow_up = "follow_up";
}  // namespace tags

struct Tag {
    std::string name{};
    std::string by{};        ///< `person:sam` or `rule:NAME`
    std::string match{};     ///< the words a rule matched; empty for a person's
    std::string how{};       ///< detection only: `alert`, `engineer`, `customer`
    std::string to{};        ///< escalation only: team or person; follow_up: owner
    std::optional<Id> of{};  ///< the event it speaks of, see DESIGN §4
    bool operator==(const Tag&) const = default;
    [[nodiscard]] bool by_person() const noexcept { return by.starts_with("person:"); }
};

/// DESIGN's name for a tag word: its own name, or a verb of the command line (`detect`, `hypo`, `mislead`, `act`, …).
/// @return Errc::invalid_input when the word is no tag name at all.
[[nodiscard]] Result<std::string> canonical_tag(std::string_view word);

/// The label under which an alert's fingerprint travels in Event::labels, so that its resolve finds its firing.
inline constexpr std::string_view fingerprint_label = "__fingerprint__";

struct Link {
    std::string url{};  ///< http or https only
    std::string title{};
    bool operator==(const Link&) const = default;
};

/// Limits of one event; a request over one is refused with a pointer to the field.
inline constexpr std::size_t max_text_bytes = 4096, max_details_bytes = 64 * 1024, max_tags = 32, max_links = 32,
                             max_labels = 256, max_label_bytes = 4096, max_name_bytes = 256, max_key_bytes = 512;

/// An event. What the sender gave and we stamped stands in the ledger; the members marked *derived* are computed from
/// later entries by timeline::amended() and are at their defaults in the ledger.
struct Event {
    Id id{};
    std::uint64_t seq = 0;                ///< place in the ledger, from 1; 0 until committed
    std::optional<std::uint64_t> number{};  ///< people's #6: the sixth to join its incident; empty in the inbox
    std::optional<IncidentKey> incident{};  ///< empty: inbox
    Kind kind = Kind::note;
    std::string source{};                   ///< `api`, `alertmanager`, `slack`, …
    Author author{};
    Instant occurred_at{};
    std::optional<Instant> sent_at{};       ///< the sender's own stamp
    Instant received_at{};                  ///< our clock
    std::string occurred_raw{};             ///< the time as typed or sent
    Precision precision = Precision::exact;
    std::vector<std::string> flags{};       ///< `future`, `old`, `skewed`, `time_from_arrival`, `unparsed`, `truncated`, `test`, …
    std::string text{};
    std::string details{};                  ///< long text: piped input, output tails, a body nobody understood
    std::vector<Link> links{};
    std::map<std::string, std::string> labels{};
    std::string severity{};
    std::string status{};                   ///< alerts: `firing` or `resolved`; else what the source says
    std::string key{};                      ///< deduplicates within `source`; lives as long as the entry
    std::uint64_t count = 1;              ///< derived: how often this alert state was notified
    std::optional<Instant> last_at{};       ///< derived: when it was notified last; empty while count is 1
    bool star = false;
    std::string visibility{};               ///< `internal`, `public`, or empty for the default
    bool struck = false;                  ///< derived
    bool redacted = false;                ///< derived
    std::vector<Tag> tags{};
    bool operator==(const Event&) const = default;
    [[nodiscard]] const Tag* tag(std::string_view name) const noexcept;  ///< the first of that name, or nullptr
    [[nodiscard]] bool has_tag(std::string_view name) const noexcept { return tag(name) != nullptr; }
};

}  // namespace incident
