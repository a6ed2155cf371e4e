#pragma once
#include "commands/session.hpp"

namespace incident::ctl {

/// One entry to be sent, as typed: text, long text, time.
struct Spoken {
    std::string text, details;
    bool cut = false;  ///< there was more than details hold
    std::optional<TimeReading> at;
};

/// What the words, `-` (stdin), `--lines`, @TIME and --at say. Asks for a line on a terminal when there is no text.
/// @param fallback text to use instead of asking; empty: ask.
[[nodiscard]] Try<std::vector<Spoken>> spoken(Session& session, const Arguments& arguments,
                                              const std::string& fallback = {});

/// Pure: long or many-lined text into text and details, nothing lost up to the limit.
[[nodiscard]] Spoken fitted(std::string_view text);
/// Pure: `@02:31 db down` into time and text, as at the command line. `when` stays empty when it begins otherwise.
struct Timed {
    std::string when, text;
};
[[nodiscard]] Timed split_when(std::string_view text);

/// The request body for one event.
[[nodiscard]] json::object event_body(Session& session, const Spoken& spoken, const std::string& incident,
                                      json::array tags);

/// Posts, prints the confirmation and remembers it for `.` and undo. @return the events as acknowledged.
[[nodiscard]] Try<json::array> post(Session& session, const Arguments& arguments, json::array bodies);

/// What the next command line calls this event, and with which flag it finds it: `.`, `:7 -i INC-2`.
[[nodiscard]] std::string ref_for(const Session& session, const json::value& event, bool last);

/// Prints what was stored; `after` stands below for people.
void print_stored(Session& session, const json::array& events);

/// An amendment: sends, remembers. @param what for people. @return {entry, event}.
[[nodiscard]] Try<json::value> amend(Session& session, const json::value& event, const json::object& body,
                                     const std::string& what);

/// PATCH of an incident; `revert` is the body that takes it back.
[[nodiscard]] Try<json::value> patch(Session& session, const std::string& key, json::object body,
                                     const std::string& what, const std::string& revert);

/// A key, or Exit::not_found when there is no incident: for verbs that speak of one.
[[nodiscard]] Try<std::string> needed_incident(Session& session, bool reads);

}  // namespace incident::ctl
