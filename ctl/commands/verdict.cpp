#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"

// Dead ends and confirmed causes: events that speak of another event.
namespace incident::ctl {
namespace {

bool has_tag(const json::value& event, std::string_view name)
{
    for (const auto& tag : array_at(event, "tags"))
        if (text_at(tag, "name") == name) return true;
    return false;
}

/// A verdict that only its words make is a guess, and whoever speaks up goes before it.
bool open_to_people(const json::value& dead_end)
{
    if (text_at(dead_end, "verdict") == "open") return true;
    for (const auto& link : array_at(dead_end, "by_words"))
        if (text_at(link, "event") == text_at(dead_end, "verdict_event")) return true;
    return false;
}

/// The newest hypothesis nobody ruled out or confirmed; null when there is none.
Try<json::value> newest_open_hypothesis(Session& session, const std::string& incident)
{
    auto timeline = session.get(incident_path(incident) + "/timeline", Session::Purpose::preparation);
    if (!timeline) return timeline.error();
    json::value newest;
    for (const auto& dead_end : array_at(*timeline, "dead_ends")) {
        if (!open_to_people(dead_end)) continue;
        for (const auto& event : array_at(*timeline, "events"))
            if (text_at(event, "id") == text_at(dead_end, "hypothesis") && has_tag(event, tags::hypothesis) &&
                (newest.is_null() || text_at(event, "occurred_at") >= text_at(newest, "occurred_at")))
                newest = event;
    }
    return newest;
}

std::string said_of(const json::value& event)
{
    const auto number = number_at(event, "number");
    return (number.empty() ? "" : ":" + number + ' ') + quoted(text_at(event, "text"));
}

std::string minutes_between(const json::value& from, const json::value& to)
{
    const auto start = instant_at(from, "occurred_at"), end = instant_at(to, "occurred_at");
    if (!start || !end) return {};
    return minutes_in_words(std::chrono::round<std::chrono::minutes>(*end - *start).count());
}

json::array tag_of(std::string_view name, const json::value& of)
{
    json::object tag{{"name", std::string{name}}};
    if (!of.is_null()) tag["of"] = std::string{text_at(of, "id")};
    return json::array{std::move(tag)};
}

Try<Exit> say_none(Session& session, const Arguments& arguments)
{
    if (!arguments.words.empty() || !arguments.ref.empty())
        return Trouble{Exit::usage, "--none says there was no misleading path, but one is named too",
                       "leave one of them out"};
    auto key = needed_incident(session, true);
    if (!key) return key.error();
    auto answer = patch(session, *key, json::object{{"none", json::object{{"misleading_path", true}}}},
                        "mislead --none", R"({"none":{"misleading_path":false}})");
    if (!answer) return answer.error();
    session.print_value(*answer, *key + ": no misleading path, as you say\n", *key);
    return Exit::ok;
}

/// `x REF` on anything but a hypothesis: the event itself was the wrong way.
Try<Exit> tag_itself(Session& session, const json::value& event)
{
    json::object body{{"tags", json::object{{"add", json::array{std::string{tags::misleading_path}}}}}};
    auto answer = amend(session, event, body, "mislead " + said_of(event));
    if (!answer) return answer.error();
    if (session.quiet()) {
        session.out(std::string{text_at(event, "id")} + '\n');
        return Exit::ok;
    }
    const auto* now = member(*answer, "event");
    const auto& shown = now ? *now : event;
    session.print_value(shown,
                        number_word(shown) + "  " + tag_words(shown) + "   " + quoted(text_at(shown, "text")) + '\n',
                        std::string{text_at(shown, "id")});
    return Exit::ok;
}

}  // namespace

Try<Exit> run_mislead(Session& session, const Arguments& arguments)
{
    if (arguments.has("none")) return say_none(session, arguments);
    json::value spoken_of;
    std::string incident;
    if (!arguments.ref.empty()) {
        auto event = session.event_of(arguments.ref);
        if (!event) return event.error();
        spoken_of = std::move(*event);
        incident = text_at(spoken_of, "incident");
        if (arguments.words.empty() && !has_tag(spoken_of, tags::hypothesis)) return tag_itself(session, spoken_of);
    }
    const auto fallback = spoken_of.is_null() ? std::string{} : "ruled out: " + std::string{text_at(spoken_of, "text")};
    auto entries = spoken(session, arguments, fallback);
    if (!entries) return entries.error();
    session.unsent_text = entries->front().text;
    if (spoken_of.is_null()) {
        auto named = session.which_incident(false);
        if (!named) return named.error();
        incident = *named;
        if (!incident.empty() && incident != "inbox") {
            auto newest = newest_open_hypothesis(session, incident);
            if (!newest) return newest.error();
            spoken_of = std::move(*newest);
        }
    }
    json::array bodies;
    for (const auto& entry : *entries)
        bodies.push_back(event_body(session, entry, incident, tag_of(tags::misleading_path, spoken_of)));
    auto events = post(session, arguments, std::move(bodies));
    if (!events) return events.error();
    print_stored(session, *events);
    if (spoken_of.is_null())
        session.say("  no open hypothesis: nothing is ended by it; name one with: incidentctl x :4 TEXT");
    else
        session.say("  ends " + said_of(spoken_of) + ", " + minutes_between(spoken_of, events->front()) + " lost");
    return Exit::ok;
}

Try<Exit> run_confirm(Session& session, const Arguments& arguments)
{
    auto event = session.event_of(arguments.ref);
    if (!event) return event.error();
    if (!has_tag(*event, tags::hypothesis))
        return Trouble{Exit::invalid, said_of(*event) + " is no hypothesis, so there is nothing to confirm",
                       "state the cause with: incidentctl cause TEXT, or tag it first: incidentctl tag " +
                           arguments.ref + " hypo"};
    auto fallback = std::string{text_at(*event, "text")};
    while (fallback.ends_with('?') || fallback.ends_with(' ')) fallback.pop_back();
    auto entries = spoken(session, arguments, fallback);
    if (!entries) return entries.error();
    session.unsent_text = entries->front().text;
    json::array bodies;
    for (const auto& entry : *entries)
        bodies.push_back(
            event_body(session, entry, std::string{text_at(*event, "incident")}, tag_of(tags::root_cause, *event)));
    auto events = post(session, arguments, std::move(bodies));
    if (!events) return events.error();
    print_stored(session, *events);
    session.say("  confirms " + said_of(*event));
    return Exit::ok;
}

}  // namespace incident::ctl
