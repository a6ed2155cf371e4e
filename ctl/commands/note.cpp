#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include <algorithm>

// The verbs that say one thing that happened.
namespace incident::ctl {
namespace {

/// What the line is, ready to be typed again: kept until the server has answered.
void keep(Session& session, const Arguments& arguments, const std::vector<Spoken>& entries)
{
    std::string text;
    for (const auto& entry : entries)
        text += (text.empty() ? "" : "\n") + (entry.details.empty() ? entry.text : entry.details);
    std::string command = "incidentctl " + std::string{arguments.verb->name};
    for (const auto& [name, value] : arguments.flags)
        if (name != "at" && find_flag(arguments.verb->flags, name) != nullptr)
            command += " --" + name + (value == "true" ? std::string{} : ' ' + shell_quoted(value));
    if (const auto* incident = session.settings().find("incident")) command += " -i " + shell_quoted(incident->value);
    const auto at = entries.front().at ? entries.front().at->at : session.now();
    command += " --at " + to_rfc3339(at);
    if (!arguments.ref.empty()) command += ' ' + arguments.ref;
    // Piped text would make a line nobody wants to paste.
    command +=
        entries.size() == 1 && entries.front().details.empty() ? " -- " + shell_quoted(entries.front().text) : " -";
    session.unsent_text = std::move(text);
    session.unsent_command = std::move(command);
}

Try<std::string> due_date(Session& session, const std::string& typed)
{
    const bool date = typed.size() == 10 && typed[4] == '-' && typed[7] == '-' &&
                      std::count_if(typed.begin(), typed.end(), [](char c) { return c >= '0' && c <= '9'; }) == 8;
    auto reading = session.read_time(date ? typed + " 00:00" : typed, true);
    if (!reading) {
        auto trouble = reading.error();
        trouble.fix = "write it as: --due 2024-07-01 or --due +3d";
        return trouble;
    }
    return date ? typed : to_rfc3339(reading->at);
}

Try<std::string> share_of(const std::string& typed)
{
    if (typed == "unknown") return typed;
    auto digits = std::string_view{typed};
    if (digits.ends_with('%')) digits.remove_suffix(1);
    char* end = nullptr;
    const std::string copy{digits};
    const double percent = std::strtod(copy.c_str(), &end);
    const bool plain = copy.find_first_not_of("0123456789.") == copy.npos;
    if (!copy.empty() && plain && end == copy.c_str() + copy.size() && percent <= 100) return copy + "%";
    return Trouble{Exit::usage, "\"" + visible(shortened(typed, 40)) + "\" is no share of users",
                   "write it as: --share 85% or --share unknown"};
}

std::string_view tag_of(const Verb& verb)
{
    constexpr std::pair<std::string_view, std::string_view> table[] = {
        {"detect", tags::detection},    {"act", tags::action},     {"hypo", tags::hypothesis},
        {"escalate", tags::escalation}, {"impact", tags::impact},  {"cause", tags::root_cause},
        {"resolve", tags::resolution},  {"todo", tags::follow_up}, {"change", tags::change}};
    for (const auto& [name, tag] : table)
        if (name == verb.name) return tag;
    return {};
}

Try<json::array> tell(Session& session, const Arguments& arguments, const std::string& fallback = {})
{
    // Flags first: nobody should be asked for text when the line is wrong anyway.
    json::object labels;
    if (arguments.has("due")) {
        auto due = due_date(session, arguments.value("due"));
        if (!due) return due.error();
        labels["due"] = std::move(*due);
    }
    if (arguments.has("share")) {
        auto share = share_of(arguments.value("share"));
        if (!share) return share.error();
        labels["share"] = std::move(*share);
    }
    json::value idea;
    if (arguments.has("of")) {
        auto event = session.event_of(arguments.value("of"));
        if (!event) return event.error();
        idea = std::move(*event);
    }
    auto entries = spoken(session, arguments, fallback);
    if (!entries) return entries.error();
    keep(session, arguments, *entries);

    json::array tags;
    auto name = tag_of(*arguments.verb);
    if (name.empty() && !idea.is_null()) name = tags::investigation;  // a note about an idea looks into it
    if (!name.empty()) {
        json::object tag;
        tag["name"] = std::string{name};
        if (!idea.is_null()) tag["of"] = std::string{text_at(idea, "id")};
        if (arguments.has("how")) tag["how"] = arguments.value("how");
        if (arguments.has("to")) tag["to"] = arguments.value("to");
        if (arguments.has("owner")) tag["to"] = arguments.value("owner");
        if (arguments.has("broad")) tag["how"] = "broad";
        tags.push_back(std::move(tag));
    }
    const bool change = arguments.verb->name == "change";
    // A script that deploys can be asked nothing and sends its line once: better in the inbox than nowhere.
    Try<std::string> incident = std::string{text_at(idea, "incident")};
    if (incident->empty())
        incident = change && !session.can_ask() ? session.which_incident_or_inbox() : session.which_incident(false);
    if (!incident) return incident.error();
    json::array bodies;
    for (const auto& entry : *entries) {
        auto body = event_body(session, entry, *incident, tags);
        if (change) body["kind"] = "change";
        if (!labels.empty()) body["labels"] = labels;
        bodies.push_back(std::move(body));
    }
    return post(session, arguments, std::move(bodies));
}

Try<Exit> close_after(Session& session, const std::string& key)
{
    auto closed = patch(session, key, json::object{{"status", "closed"}}, "close " + key, R"({"status":"open"})");
    if (!closed) return closed.error();
    session.memory().stop_using(key);
    if (session.quiet() || session.format() > Format::wide) return Exit::ok;
    std::string line = key + " resolved";
    auto timeline = session.get(incident_path(key) + "/timeline");
    const auto* facts = timeline ? member(*timeline, "facts") : nullptr;
    if (facts != nullptr) {
        if (const auto at = instant_at(*facts, "resolved_at")) line += ' ' + short_time(*at, session.clock());
        if (const auto* minutes = member(*facts, "duration_minutes"); minutes && minutes->is_number())
            line += " · " + minutes_in_words(minutes->to_number<std::int64_t>());
    }
    session.out(line + " · draft: incidentctl draft -i " + key + "\n");
    return Exit::ok;
}

}  // namespace

Try<Exit> run_note(Session& session, const Arguments& arguments)
{
    auto events = tell(session, arguments);
    if (!events) return events.error();
    print_stored(session, *events);
    if (arguments.verb->name == "hypo" && events->size() == 1) {
        const auto number = number_at(events->front(), "number");
        if (!number.empty())
            session.say("  open until: incidentctl x :" + number + " TEXT, or: incidentctl confirm :" + number);
    } else if (arguments.has("of")) {
        session.say("  " + std::string{arguments.verb->name == "cause" ? "confirms " : "tests "} + arguments.value("of"));
    }
    return Exit::ok;
}

Try<Exit> run_escalate(Session& session, const Arguments& arguments)
{
    if (!arguments.has("none")) {
        auto events =
            tell(session, arguments, arguments.has("to") ? "escalated to " + arguments.value("to") : std::string{});
        if (!events) return events.error();
        print_stored(session, *events);
        return Exit::ok;
    }
    if (!arguments.words.empty())
        return Trouble{Exit::usage, "--none says there was no escalation, but a text is given too",
                       "leave one of them out"};
    auto key = needed_incident(session, true);
    if (!key) return key.error();
    auto answer = patch(session, *key, json::object{{"none", json::object{{"escalation", true}}}}, "escalate --none",
                        R"({"none":{"escalation":false}})");
    if (!answer) return answer.error();
    session.print_value(*answer, *key + ": no escalation, as you say\n", *key);
    return Exit::ok;
}

Try<Exit> run_resolve(Session& session, const Arguments& arguments)
{
    auto events = tell(session, arguments);
    if (!events) return events.error();
    print_stored(session, *events);
    const std::string key{events->empty() ? std::string_view{} : text_at(events->front(), "incident")};
    if (key.empty()) {
        if (arguments.has("close")) session.warn("warning: it went to the inbox, there is no incident to close");
        return Exit::ok;
    }
    if (arguments.has("close")) return close_after(session, key);
    if (session.can_ask() && session.surroundings().out_tty) {
        const auto answer = session.ask("close " + key + "? [y/N] ");
        if (answer && (lowered(trimmed(*answer)) == "y" || lowered(trimmed(*answer)) == "yes"))
            return close_after(session, key);
    }
    session.say("next: incidentctl close -i " + key + ", incidentctl check -i " + key);
    return Exit::ok;
}

}  // namespace incident::ctl
