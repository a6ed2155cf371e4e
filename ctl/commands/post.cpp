#include "commands/post.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>
#include <unistd.h>

namespace incident::ctl {
namespace {

constexpr std::size_t max_stdin_bytes = 8 * 1024 * 1024, max_lines = 1000;

Try<std::string> read_stdin(Session& session)
{
    if (session.surroundings().in_tty)
        return Trouble{Exit::usage, "\"-\" reads standard input, which is a terminal here",
                       "pipe something in: dmesg | tail -5 | incidentctl note -"};
    std::string text;
    char buffer[65536];
    for (ssize_t got = 0; text.size() < max_stdin_bytes && (got = ::read(STDIN_FILENO, buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(got));
    if (!is_utf8(text)) {
        session.warn("warning: standard input is not UTF-8; what cannot be read is replaced by U+FFFD");
        text = to_valid_utf8(text);
    }
    if (trimmed(text).empty())
        return Trouble{Exit::usage, "standard input is empty", "pipe something in, or write the text itself"};
    return text;
}

void warn_cut(Session& session, std::size_t bytes)
{
    session.warn("warning: of " + std::to_string(bytes) + (bytes >= max_stdin_bytes ? " bytes or more" : " bytes") + " the first " +
                 std::to_string(max_details_bytes) + " are kept; put the rest into a file and note where it is");
}

Try<std::optional<TimeReading>> time_of(Session& session, const std::string& typed)
{
    if (typed.empty()) return std::optional<TimeReading>{};
    if (typed == "." || (is_ref(typed) && typed.size() < 36)) {  // the same time as that event
        auto event = session.event_of(typed);
        if (!event) return event.error();
        const auto at = instant_at(*event, "occurred_at");
        if (!at) return Trouble{Exit::failure, "event " + typed + " has no time", {}};
        return std::optional{TimeReading{*at, typed, Precision::exact}};
    }
    auto reading = session.read_time(typed);
    if (!reading) return reading.error();
    return std::optional{std::move(*reading)};
}

/// `@1717596000` is epoch seconds; fewer digits are no time.
std::string epoch_or(const std::string& when)
{
    const bool digits =
        !when.empty() && std::all_of(when.begin(), when.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits ? '@' + when : when;
}

std::string describe(const Arguments& arguments, const json::array& bodies)
{
    if (bodies.size() > 1) return std::to_string(bodies.size()) + " lines";
    return std::string{arguments.verb->name} + ' ' + quoted(text_at(bodies.front(), "text"));
}

/// The short answer names tags without whom they speak of; the confirmation shows it (`escalation → db`).
void add_what_was_said(json::value& event, const json::value& body)
{
    auto* tags = event.is_object() ? event.get_object().if_contains("tags") : nullptr;
    if (tags == nullptr || !tags->is_array()) return;
    for (auto& tag : tags->get_array())
        for (const auto& said : array_at(body, "tags"))
            if (tag.is_object() && text_at(tag, "name") == text_at(said, "name"))
                for (const auto* name : {"how", "to", "of"})
                    if (const auto* value = member(said, name); value && !member(tag, name))
                        tag.get_object()[name] = *value;
}

/// The ledger takes no controls in a text; what a terminal's colours left behind stays readable, and whole in details.
std::string without_controls(std::string_view text)
{
    std::string safe;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t') || byte == 0x7f)
            safe += visible(std::string_view{&c, 1});
        else
            safe += c;
    }
    return safe;
}

}  // namespace

std::string ref_for(const Session& session, const json::value& event, bool last)
{
    const auto key = text_at(event, "incident");
    const auto number = number_at(event, "number");
    if (key.empty()) return (last ? "." : std::string{text_at(event, "id")}) + " -i inbox";
    const bool named = session.incident_must_be_named || session.settings().find("incident") != nullptr;
    return (last || number.empty() ? "." : ':' + number) + (named ? " -i " + std::string{key} : std::string{});
}

Spoken fitted(std::string_view text)
{
    Spoken spoken;
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
    auto first = text;
    while (!first.empty() && (first.front() == '\n' || first.front() == '\r')) first.remove_prefix(1);
    first = trimmed(first.substr(0, first.find('\n')));
    const auto safe = without_controls(first);
    spoken.text = shortened(safe, max_text_bytes);
    if (safe != first || first.size() != trimmed(text).size() || spoken.text.size() != first.size()) {
        spoken.details = text;
        std::erase(spoken.details, '\0');  // the one character that no field may hold
        constexpr std::string_view mark = "\n[cut: there was more]";
        spoken.cut = spoken.details.size() > max_details_bytes;
        if (spoken.cut) spoken.details = shortened(spoken.details, max_details_bytes - mark.size()) + std::string{mark};
    }
    return spoken;
}

Timed split_when(std::string_view text)
{
    if (text.size() < 2 || text.front() != '@') return {{}, std::string{text}};
    auto end = std::min(text.find(' '), text.size());
    auto when = std::string{text.substr(1, end - 1)};
    for (const auto& group :
         {std::array<std::string_view, 2>{"am", "pm"}, std::array<std::string_view, 2>{"utc", "gmt"}}) {
        if (end >= text.size()) break;
        const auto stop = std::min(text.find(' ', end + 1), text.size());
        const auto word = text.substr(end + 1, stop - end - 1);
        if (std::find(group.begin(), group.end(), lowered(word)) == group.end()) continue;
        when += ' ' + std::string{word};
        end = stop;
    }
    return {when, std::string{trimmed(text.substr(end))}};
}

Try<std::vector<Spoken>> spoken(Session& session, const Arguments& arguments, const std::string& fallback)
{
    auto when = arguments.when;
    auto text = arguments.text();
    if (arguments.has("at")) {
        if (!when.empty())
            return Trouble{Exit::usage, "two times: @" + when + " and --at " + arguments.value("at"),
                           "give one of them"};
        when = arguments.value("at");
    } else {
        // One quoted word, `"@02:31 db down"`, is split as the shell would have done.
        if (text.empty() && when.find(' ') != when.npos) {
            TimeContext context;
            context.now = session.now();
            if (!parse_time(when, context)) {
                auto timed = split_when('@' + when);
                when = std::move(timed.when);
                text = std::move(timed.text);
            }
        }
        when = epoch_or(when);
    }
    auto at = time_of(session, when);
    if (!at) {
        auto trouble = at.error();
        if (!arguments.when.empty() && trouble.exit == Exit::usage)
            trouble.fix += "; if it is text, put -- before it: incidentctl " + std::string{arguments.verb->name} +
                           " -- @" + visible(shortened(arguments.when, 40)) + " …";
        return trouble;
    }

    const bool from_stdin = !arguments.literal && text == "-";
    if (arguments.has("lines") && !from_stdin)
        return Trouble{Exit::usage, "--lines splits standard input, but the text is given here",
                       "write: … | incidentctl " + std::string{arguments.verb->name} + " --lines -"};
    if (from_stdin) {
        auto input = read_stdin(session);
        if (!input) return input.error();
        text = std::move(*input);
    } else if (trimmed(text).empty()) {
        text = fallback;
        if (text.empty()) {
            if (!session.can_ask())
                return Trouble{Exit::usage, std::string{arguments.verb->name} + " has no text",
                               usage_line(*arguments.verb)};
            auto line = session.ask(std::string{arguments.verb->name} + ": ");
            if (!line || trimmed(*line).empty()) return Trouble{Exit::usage, "no text was given", "nothing is stored"};
            text = std::move(*line);
        }
    }
    if (!is_utf8(text)) {
        session.warn("warning: the text is not UTF-8; what cannot be read is replaced by U+FFFD");
        text = to_valid_utf8(text);
    }

    std::vector<Spoken> entries;
    if (!arguments.has("lines")) {
        auto entry = fitted(text);
        entry.at = std::move(*at);
        if (entry.cut) warn_cut(session, text.size());
        entries.push_back(std::move(entry));
        return entries;
    }
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = rest.find('\n');
        const auto line = trimmed(rest.substr(0, end));
        rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
        if (line.empty()) continue;
        if (entries.size() == max_lines)
            return Trouble{Exit::usage, "more than " + std::to_string(max_lines) + " lines", "send them in parts"};
        auto timed = split_when(line);
        auto own = time_of(session, epoch_or(timed.when));
        if (!own) {
            auto trouble = own.error();
            trouble.cause = "line " + std::to_string(entries.size() + 1) + ": " + trouble.cause;
            return trouble;
        }
        auto entry = fitted(timed.text);
        if (entry.cut) warn_cut(session, timed.text.size());
        entry.at = *own ? std::move(*own) : *at;
        entries.push_back(std::move(entry));
    }
    return entries;
}

json::object event_body(Session& session, const Spoken& spoken, const std::string& incident, json::array tags)
{
    json::object body;
    body["kind"] = "note";
    body["text"] = spoken.text;
    if (!spoken.details.empty()) body["details"] = spoken.details;
    if (!incident.empty()) body["incident"] = incident;
    if (spoken.at) {
        body["occurred_at"] = to_rfc3339(spoken.at->at);
        if (!spoken.at->raw.empty()) body["occurred_raw"] = spoken.at->raw;
        if (spoken.at->precision != Precision::exact) body["precision"] = std::string{to_string(spoken.at->precision)};
    } else {
        // Without a time it happened when the server hears of it: its clock is the one the others are measured by.
        body["sent_at"] = to_rfc3339(session.now());
    }
    if (auto author = session.author(); !author.empty()) body["author"] = std::move(author);
    if (!tags.empty()) body["tags"] = std::move(tags);
    return body;
}

Try<json::array> post(Session& session, const Arguments& arguments, json::array bodies)
{
    const auto what = describe(arguments, bodies);
    auto answer =
        session.write("POST", "/api/v1/events", bodies.size() == 1 ? bodies.front() : json::value(bodies), true);
    if (!answer) return answer.error();
    json::array events = array_at(*answer, "events");
    const bool all_named = std::ranges::all_of(events, [](const auto& event) { return !text_at(event, "id").empty(); });
    if (events.size() != bodies.size() || !all_named) {
        session.outcome_unknown = true;
        Request request;
        request.method = "POST";
        request.path = "/api/v1/events";
        return session.stranger(request);
    }
    for (std::size_t i = 0; i < events.size() && i < bodies.size(); ++i) add_what_was_said(events[i], bodies[i]);
    Write write;
    write.what = what;
    write.event = true;
    for (const auto& event : events) {
        const std::string id{text_at(event, "id")};
        write.incident = text_at(event, "incident");
        write.steps.push_back({id, id});
    }
    session.remember(write);
    return events;
}

void print_stored(Session& session, const json::array& events)
{
    if (session.quiet()) {
        for (const auto& event : events) session.out(std::string{text_at(event, "id")} + '\n');
        return;
    }
    switch (session.format()) {
    case Format::json:
        return session.out(events.size() == 1 ? pretty_json(events.front()) : pretty_json(events));
    case Format::yaml:
        return session.out(events.size() == 1 ? to_yaml(events.front()) : to_yaml(events));
    case Format::jsonl:
        for (const auto& event : events) session.out(compact_json(event) + '\n');
        return;
    case Format::name:
        for (const auto& event : events) session.out(std::string{text_at(event, "id")} + '\n');
        return;
    case Format::table:
    case Format::wide:
    case Format::md:
        break;
    }
    for (const auto& event : events) {
        session.out(confirmation(event, session.clock(), session.colour()) + '\n');
        for (const auto& hint : tag_hints(event, ref_for(session, event, events.size() == 1))) session.say(hint);
    }
}

Try<json::value> amend(Session& session, const json::value& event, const json::object& body, const std::string& what)
{
    const std::string id{text_at(event, "id")};
    auto answer = session.write("POST", event_path(id) + "/amendments", body);
    if (!answer) return answer.error();
    if (!body.contains("undo")) {
        Write write;
        write.what = what;
        write.incident = text_at(event, "incident");
        const auto* entry = member(*answer, "entry");
        write.steps.push_back({id, entry ? std::string{text_at(*entry, "id")} : std::string{}});
        session.remember(write);
    }
    return answer;
}

Try<json::value> patch(Session& session, const std::string& key, json::object body, const std::string& what,
                       const std::string& revert)
{
    if (auto author = session.author(); !author.empty()) body["author"] = std::move(author);
    auto answer = session.write("PATCH", incident_path(key), body);
    if (!answer) return answer.error();
    Write write;
    write.what = what;
    write.incident = key;
    write.revert = revert;
    session.remember(write);
    return answer;
}

Try<std::string> needed_incident(Session& session, bool reads)
{
    auto key = session.which_incident(reads);
    if (!key) return key.error();
    if (key->empty() || *key == "inbox")
        return Trouble{Exit::not_found, key->empty() ? "there is no incident" : "the inbox is no incident",
                       "open one with: incidentctl open TITLE --adopt 30m"};
    return key;
}

}  // namespace incident::ctl
