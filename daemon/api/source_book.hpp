#pragma once
#include "ingest/dialect.hpp"
#include "wire/json.hpp"

namespace incident::api {

/// What one source sent since the start.
struct SourceLine {
    struct Said {
        Instant at;
        std::string words;
    };
    std::uint64_t events = 0, unparsed = 0, refused = 0;
    std::optional<Instant> last_at;        ///< anything came, refused or not
    std::optional<Instant> last_event_at;  ///< something was stored, or counted as told again
    std::string note;                 ///< the last thing to be said of it: why it was refused, a test notification
    std::optional<Said> last_refused; ///< with the reason, which its sender never learns
    std::optional<Said> last_test;    ///< a test notification, a ping, a verification: the wiring works
    std::optional<ingest::Understood::Confirmation> confirmation;  ///< waits for a person
};

/// What each source sent since the start, for GET /api/v1/status: "is my alerting still talking to us?" Network thread only.
class SourceBook {
 public:
    void stored(std::string_view source, std::size_t events, Instant at);
    void unparsed(std::string_view source, std::size_t events, Instant at);
    void refused(std::string_view source, std::string_view why, Instant at);
    void noted(std::string_view source, std::string_view note, Instant at);
    void asked(std::string_view source, const ingest::Understood::Confirmation& confirmation, Instant at);
    /// What waited to be confirmed for this topic has been: the topic speaks.
    void heard(std::string_view source, std::string_view topic);
    /// nullptr: nothing came from it yet.
    [[nodiscard]] const SourceLine* find(std::string_view source) const;
    /// `[{name, events, unparsed, refused, last_at, last_event_at, note, last_refused, last_test, confirmation}]` by name.
    [[nodiscard]] wire::json::array to_json(bool to_admin) const;

 private:
    SourceLine& page(std::string_view source, Instant at);
    std::map<std::string, SourceLine, std::less<>> pages_;
};

/// @param to_admin the address that confirms a subscription holds a token, so only an admin sees it.
[[nodiscard]] wire::json::object to_json(const SourceLine& line, bool to_admin);

/// Whether a note tells of a test that its sender made: dialects say so with these words.
[[nodiscard]] bool tells_of_a_test(std::string_view note);

/// Sources are named by senders, so only this many are told apart; the others share the line `other`.
inline constexpr std::size_t max_sources_shown = 64;

}  // namespace incident::api
