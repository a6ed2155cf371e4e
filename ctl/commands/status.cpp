#include "commands/verbs.hpp"
#include "draft/nudge.hpp"
#include "model/text.hpp"
#include "render/dead_ends.hpp"
#include "timeline/json.hpp"
#include "render/events.hpp"
#include "render/width.hpp"
#include <algorithm>

namespace incident::ctl {
namespace {

std::string number_or(const json::value* object, std::string_view name, std::string_view otherwise = "?")
{
    auto number = object ? number_at(*object, name) : std::string{};
    return number.empty() ? std::string{otherwise} : number;
}

/// `test 02:31:07Z`; empty: there was none.
std::string said_at(Session& session, const json::value& source, std::string_view name, std::string_view what)
{
    const auto* const said = member(source, name);
    if (said == nullptr || !said->is_object()) return {};
    const auto at = instant_at(*said, "at");
    return at ? std::string{what} + ' ' + short_time(*at, session.clock()) : std::string{};
}

std::string_view words_at(const json::value& source, std::string_view name)
{
    const auto* const said = member(source, name);
    return said == nullptr || !said->is_object() ? std::string_view{} : text_at(*said, "words");
}

/// What one source did since the start: its last event, its last test, what it refused and why, on one line.
std::string source_line(Session& session, const json::value& source, std::size_t name_width)
{
    std::vector<std::string> parts;
    const auto add = [&](std::string words) {
        if (!words.empty()) parts.push_back(std::move(words));
    };
    const auto at = instant_at(source, "last_event_at");
    if (at) add("last " + short_time(*at, session.clock()));
    add(said_at(session, source, "last_test", "test"));
    const auto unparsed = number_at(source, "unparsed"), refused = number_at(source, "refused");
    const bool misread = !unparsed.empty() && unparsed != "0", turned_away = !refused.empty() && refused != "0";
    if (misread) add(unparsed + " not understood");
    const auto* const asked = member(source, "confirmation");
    const bool waits = asked != nullptr && asked->is_object();
    if (waits) add("waits for: incidentctl source confirm " + std::string{text_at(source, "name")});
    const auto why = words_at(source, "last_refused"), note = text_at(source, "note");
    if (turned_away) add(refused + " refused: " + std::string{why});
    if (!note.empty() && note != why && note != words_at(source, "last_test") && !waits) add(std::string{note});
    if (parts.empty()) add("no event yet");
    std::string text = padded(visible(text_at(source, "name")), name_width) + "  ";
    bool first = true;
    for (const auto& part : parts) {
        text += (first ? "" : ", ") + visible(part);
        first = false;
    }
    const auto look = session.look();
    constexpr std::string_view label = "source    ";
    if (!look.wide) text = cut(text, std::max<std::size_t>(look.columns, 40) - label.size());
    while (text.ends_with(' ')) text.pop_back();
    const auto style = misread || turned_away || waits ? Style::warning : Style::plain;
    return std::string{label} + painted(text, style, session.colour()) + '\n';
}

std::string told(Session& session, const json::value& status, const json::array& open)
{
    const bool ready = flag_at(status, "ready"), colour = session.colour();
    std::string text;
    text += "server    " + session.transport().endpoint().url;
    if (!session.settings().context().empty()) text += " (context " + session.settings().context() + ")";
    text += "  " + (ready ? painted("ready", Style::good, colour)
                          : painted("NOT READY", Style::bad, colour) + ": " + visible(text_at(status, "reason")));
    if (const auto version = text_at(status, "version"); !version.empty()) text += "  version " + visible(version);
    text += '\n';
    const auto* queues = member(status, "queues");
    const auto* storage = member(status, "storage");
    text +=
        "queue     " + number_or(queues, "people") + " of people, " + number_or(queues, "machines") + " of machines\n";
    text += "storage   " + number_or(storage, "seq") + " entries, " + number_or(storage, "file_bytes") + " bytes";
    if (storage && flag_at(*storage, "latched"))
        text += "  " + painted("LATCHED: a write failed, nothing more is stored", Style::bad, colour);
    text += '\n';
    if (const auto* config = member(status, "config"); config && !flag_at(*config, "ok"))
        text += painted("config    the last reload failed; the old one is in force", Style::warning, colour) + '\n';
    constexpr std::size_t widest_name = 20;
    std::size_t name_width = 0;
    for (const auto& source : array_at(status, "sources"))
        name_width = std::min(widest_name, std::max(name_width, display_width(visible(text_at(source, "name")))));
    for (const auto& source : array_at(status, "sources")) text += source_line(session, source, name_width);
    if (const auto used = session.memory().incident_in_use(terminal_name()); !used.empty())
        text += "in use    " + used + '\n';
    if (open.empty()) {
        text += "open      none; open one with: incidentctl open TITLE --adopt 30m\n";
        return text;
    }
    text += '\n';
    auto look = session.look();
    look.terminal = true;
    return text + print_table(incident_table(open, session.clock()), look);
}

/// What each open incident lacks most, one line each, where it is time to ask again.
json::array nudges(Session& session, const json::array& open)
{
    constexpr std::size_t most_incidents = 5;  // each costs a request
    json::array all;
    for (std::size_t i = 0; i < std::min(open.size(), most_incidents); ++i) {
        const auto key = std::string{text_at(open[i], "key")};
        const auto said = parse_rfc3339(session.memory().nudged_at(key));
        const auto last = said ? std::optional{*said} : std::nullopt;
        if (!draft::may_nudge(session.now(), last)) continue;
        // Status is about the server's health first: what cannot be read here is no reason to fail.
        const auto value = session.get(incident_path(key) + "/timeline", Session::Purpose::preparation);
        if (!value) continue;
        const auto timeline = timeline::read_timeline(*value);
        const auto findings = timeline::read_findings(*value);
        if (!timeline || !findings) continue;
        const auto nudge = draft::nudge_of(*timeline, *findings, session.now(), last);
        if (!nudge) continue;
        session.memory().note_nudge(key, to_rfc3339(session.now()));
        all.push_back(json::object{{"incident", key}, {"finding", nudge->finding}, {"text", nudge->text}});
    }
    return all;
}

/// The ideas of the incident that a next line would mean; nothing where that is not one incident.
std::string ideas(Session& session, const json::array& open)
{
    std::string key;
    if (const auto* named = session.settings().find("incident")) key = named->value;
    else if (const auto used = session.memory().incident_in_use(terminal_name()); !used.empty()) key = used;
    else if (open.size() == 1) key = text_at(open.front(), "key");
    if (key.empty() || key == "inbox") return {};
    const auto timeline = session.get(incident_path(key) + "/timeline", Session::Purpose::preparation);
    if (!timeline) return {};
    std::string text;
    for (const auto& idea : dead_end_lines(*timeline)) text += "idea      " + idea + '\n';
    return text.empty() ? text : '\n' + text;
}

/// `0.1` of `0.1.0`.
std::string_view minor_version(std::string_view version) { return version.substr(0, version.rfind('.')); }

}  // namespace

Try<Exit> run_status(Session& session, const Arguments& arguments)
{
    auto status = session.get("/api/v1/status");
    if (!status) return status.error();
    if (const auto theirs = text_at(*status, "version");
        !theirs.empty() && minor_version(theirs) != minor_version(INCIDENT_VERSION))
        session.warn("warning: the server is version " + visible(theirs) + ", incidentctl is " INCIDENT_VERSION);
    auto open = session.get("/api/v1/incidents?status=open&limit=1000");
    if (!open) return open.error();
    const auto& list = array_at(*open, "incidents");
    auto text = told(session, *status, list);
    const bool asks = arguments.has("nudges") || session.settings().on("nudges");
    auto wanted = asks && !session.as_curl() ? nudges(session, list) : json::array{};
    for (const auto& nudge : wanted)
        text += painted("missing   ", Style::warning, session.colour()) + visible(text_at(nudge, "incident")) + ": " + visible(text_at(nudge, "text")) + '\n';
    if (session.format() <= Format::wide && !session.quiet()) text += ideas(session, list);
    json::value whole = *status;
    if (whole.is_object()) {
        whole.get_object()["open"] = list;
        whole.get_object()["context"] = json::string{session.settings().context()};
        if (asks) whole.get_object()["nudges"] = std::move(wanted);
        whole.get_object()["url"] = json::string{session.transport().endpoint().url};
    }
    session.print_value(whole, text, list.empty() ? std::string{"none"} : std::string{text_at(list.front(), "key")});
    return flag_at(*status, "ready") ? Exit::ok : Exit::failure;
}

}  // namespace incident::ctl
