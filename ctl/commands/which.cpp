#include "commands/session.hpp"
#include "model/text.hpp"
#include <charconv>

// CLI.md §5.2: which incident a line means, and which event a REF means.
namespace incident::ctl {
namespace {

Try<std::string> read_key(std::string_view typed, std::string_view origin)
{
    if (lowered(typed) == "inbox") return std::string{"inbox"};
    const auto key = parse_incident_key(typed);
    if (!key) return usage(key.error(), "write the incident (from " + std::string{origin} + ") as INC-7, or inbox");
    return to_string(*key);
}

Trouble no_such_event(const std::string& what, const std::string& incident)
{
    return {Exit::not_found, "there is no " + what + " in " + (incident.empty() ? "the inbox" : incident),
            "see the events with: incidentctl log" + (incident.empty() ? std::string{} : " -i " + incident)};
}

std::uint64_t number_in(std::string_view digits)
{
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

}  // namespace

Try<std::string> Session::choose(const json::array& open, bool reads)
{
    if (!can_ask()) {
        std::string keys;
        for (const auto& incident : open)
            keys += "\n  " + std::string{text_at(incident, "key")} + "  " + visible(text_at(incident, "title"));
        return Trouble{Exit::not_found, std::to_string(open.size()) + " incidents are open:" + keys,
                       std::string{"say which one with -i "} + std::string{text_at(open.front(), "key")} + ", or for " +
                           (reads ? "this and the next lines" : "all that follows") + ": incidentctl use " +
                           std::string{text_at(open.front(), "key")}};
    }
    for (std::size_t i = 0; i < open.size(); ++i)
        warn(std::to_string(i + 1) + ") " + std::string{text_at(open[i], "key")} + "  " +
             visible(text_at(open[i], "title")));
    const auto answer = ask("which incident? [1-" + std::to_string(open.size()) + "] ");
    std::size_t chosen = 0;
    if (answer) {
        const auto digits = trimmed(*answer);
        std::from_chars(digits.data(), digits.data() + digits.size(), chosen);
    }
    if (chosen < 1 || chosen > open.size())
        return Trouble{Exit::not_found, "no incident was chosen", "name one with -i INC-7"};
    incident_must_be_named = true;
    return std::string{text_at(open[chosen - 1], "key")};
}

Try<std::string> Session::which_incident(bool reads) { return find_incident(reads, false); }

Try<std::string> Session::which_incident_or_inbox() { return find_incident(false, true); }

Try<std::string> Session::find_incident(bool reads, bool or_inbox)
{
    if (const auto* named = settings_.find("incident")) return read_key(named->value, named->origin);
    // The terminal's file tells which one `use` named; reading it costs less than asking the server.
    if (const auto used = memory().incident_in_use(terminal_name()); !used.empty()) return used;
    auto open = get("/api/v1/incidents?status=open&limit=20", Purpose::preparation);
    if (!open) {
        if (as_curl() && open.error().exit == Exit::unreachable) return std::string{};
        return open.error();
    }
    const auto& list = array_at(*open, "incidents");
    if (list.size() == 1) return std::string{text_at(list.front(), "key")};
    if (list.size() > 1 && or_inbox) {
        say(std::to_string(list.size()) + " incidents are open, so this waits in the inbox; say which one with -i " +
            std::string{text_at(list.front(), "key")});
        return std::string{"inbox"};
    }
    if (list.size() > 1) return choose(list, reads);
    if (!reads) return std::string{};
    auto closed = get("/api/v1/incidents?status=closed&limit=100", Purpose::preparation);
    if (!closed) return closed.error();
    const json::value* newest = nullptr;
    for (const auto& incident : array_at(*closed, "incidents"))
        if (newest == nullptr || text_at(incident, "closed_at") > text_at(*newest, "closed_at")) newest = &incident;
    if (newest == nullptr) return std::string{};
    const std::string key{text_at(*newest, "key")};
    say("no incident is open: this is " + key + ", closed last");
    return key;
}

Try<json::value> Session::event_of(std::string_view ref)
{
    if (!is_ref(ref))
        return Trouble{Exit::usage, "\"" + visible(shortened(ref, 60)) + "\" names no event",
                       "write . (your last), .2 (the one before), :17 (number 17 of the incident) or an id"};
    if (ref.front() != '.' && ref.front() != ':') return get(event_path(ref), Purpose::preparation);
    auto named = which_incident(true);
    if (!named) return named.error();
    const auto incident = *named == "inbox" ? std::string{} : *named;
    if (ref.front() == ':') {
        if (incident.empty())
            return Trouble{Exit::not_found, "events in the inbox have no numbers, so there is no " + std::string{ref},
                           "name the incident with -i, or use . or the event's id"};
        auto found = get("/api/v1/events?" + query_of({{"incident", incident}, {"number", std::string{ref.substr(1)}}}),
                         Purpose::preparation);
        if (!found) return found.error();
        const auto& list = array_at(*found, "events");
        if (list.empty()) return no_such_event("event #" + std::string{ref.substr(1)}, incident);
        return list.front();
    }

    const auto wanted = ref.size() == 1 ? 1 : number_in(ref.substr(1));
    std::uint64_t seen = 0;
    // Ours first; an event that was moved, struck or belongs to another server is passed over.
    constexpr int max_questions = 20;
    int questions = 0;
    const auto writes = memory().writes();
    for (auto write = writes.rbegin(); write != writes.rend() && questions < max_questions; ++write) {
        if (!write->event) continue;
        for (auto step = write->steps.rbegin(); step != write->steps.rend() && questions < max_questions; ++step) {
            ++questions;
            auto event = get(event_path(step->event), Purpose::preparation);
            if (!event) {
                if (event.error().exit == Exit::not_found) continue;
                return event.error();
            }
            if (flag_at(*event, "struck") || text_at(*event, "incident") != incident) continue;
            if (++seen == wanted) return event;
        }
    }
    auto mine = get("/api/v1/events?" + query_of({{"incident", incident.empty() ? "inbox" : incident},
                                                  {"author", author()},
                                                  {"order", "desc"},
                                                  {"limit", "100"}}),
                    Purpose::preparation);
    if (!mine) return mine.error();
    seen = 0;
    for (const auto& event : array_at(*mine, "events"))
        if (!flag_at(event, "struck") && ++seen == wanted) return event;
    return no_such_event(wanted == 1 ? "event of yours" : "event " + std::string{ref} + " of yours", incident);
}

}  // namespace incident::ctl
