#pragma once
#include "model/entry.hpp"
#include <functional>
#include <span>
#include <variant>

/// One dialect's bytes -> what to append and what to answer. Pure: no socket, file, clock or thread; one file per
/// dialect. Authenticity was checked before (auth/), so whatever arrives here is kept: what a dialect does not
/// understand becomes an `unparsed` event with the body in `details` and the reason (CONVENTIONS W2).
namespace incident::ingest {

struct Body {
    std::string_view bytes;
    std::string_view content_type;
    std::map<std::string, std::string> headers;  ///< names in lower case
    Instant received_at;
    std::map<std::string, std::string> query{};  ///< of the request's target, decoded
    std::string tail{};                          ///< of the path behind the source's name: `api/v2/alerts`; decoded, joined by /
};

/// The label of an event that came in because somebody marked it (a reaction, a pin, a shortcut), with the reason of that
/// mark: when the mark is taken away, the event is struck.
inline constexpr std::string_view added_by_label = "added_by";
/// Flags of chat events that stand for a message whose own delivery we have not seen: only that there was one, told by
/// a reaction; its text as edited; its deletion.
inline constexpr std::string_view unseen_flag = "unseen", edited_flag = "edited", deleted_flag = "deleted";

/// A chat edit, deletion, reaction or its removal speaks of a message by its key; the event is looked up when decided.
/// When the message is unknown, `orphan` is stored instead (empty: nothing is).
struct ByKey {
    std::string key;       ///< of the event it amends, within the dialect's source
    Amendment amendment;   ///< `event` is filled in then
    std::string once_key;  ///< this delivery's own key: a resend changes nothing
    std::optional<Event> orphan;
    /// The sender takes back what it told before: the amendments that brought these same tags with this same reason no
    /// longer count. What others brought stands.
    /// Empty tags mean whichever it brought. An event that came in by that telling alone (its label `added_by` is the reason)
    /// is struck.
    bool takes_back = false;
    Author author{};       ///< who did this; empty: the orphan's author, the tag's, or the message's
};

struct Item {
    std::variant<Event, ByKey> what;
    OnDuplicate on_duplicate = OnDuplicate::answer_first;
    /// The sender tells a state under another time each time it speaks of it, or under none. While the newest alert of this
    /// fingerprint has the same status and was told within state_memory, this is a repeat of that one, whatever its key.
    bool tells_state = false;
    /// The sender leaves out what it said before (a resolve without a title): the newest alert of this fingerprint gives the
    /// text, behind these words, and the severity, links and labels that are missing. Without one the event stands as it is,
    /// flagged `orphan`. What is no alert itself is known by that alert's key and its own status.
    std::optional<std::string> recalls{};
    /// The key it would have had a moment ago: where an event stands under it, this is a repeat of that one.
    std::string or_key{};
};

/// Told again after a longer silence, a state is a new outbreak: many senders never say that anything is over.
inline constexpr std::chrono::hours state_memory{1};

struct Understood {
    std::vector<Item> items;        ///< may be empty: a test notification, our own echo
    std::string reply;              ///< body of the 200, e.g. Slack's challenge; empty: our usual acknowledgement
    std::string reply_type = "application/json";
    std::size_t unparsed = 0;       ///< how many items are `unparsed` events
    std::string note;               ///< for the source's status line: "test notification", "url_verification"
    std::string delivery_id;        ///< the sender's own name of this delivery, where it stands in the body (Slack's event_id)
    unsigned status = 200;          ///< of the answer: PagerDuty's door says 202
    /// The answer made of the events as stored (tags, number, incident): a slash command says what was understood. Pure.
    /// Wins over `reply`.
    std::function<std::string(std::span<const Event> stored)> answer;
    /// Values in the body that must not be kept, as they were decoded: a body token, a response URL, a routing key. Whoever
    /// stores replaces each, in the raw body and in the events, by `[scrubbed]`. What a verifier matched is added by the pipeline.
    std::vector<std::string> secrets;
    /// JSON Pointers of members that must not be kept (a user record): the raw body is kept without them, as re-written JSON.
    std::vector<std::string> drop;
    /// A request of the sender to be confirmed by a person, never by us (SNS): shown by the source's status, with what
    /// `incidentctl source confirm` needs. Not an event.
    struct Confirmation {
        std::string topic;  ///< who asks
        std::string url;    ///< built by us from checked parts, not the body's own
    };
    std::optional<Confirmation> confirmation;
    std::string topic{};  ///< what the sender sent this by (SNS): who asked to be confirmed for it has been
};

/// An event that keeps a body nobody understood: kind as given, flags `unparsed` and `time_from_arrival`, text
/// "alertmanager: body not understood: <reason>", the body (valid UTF-8, cut to max_details_bytes) in details.
[[nodiscard]] Event unparsed_event(std::string_view source, Kind kind, const Body& body, std::string_view reason);

/// Flags `future` (over 2 min ahead of arrival) and `old` (over 7 days behind); never changes the time.
void flag_time(Event& event, Instant received_at);

}  // namespace incident::ingest
