#include "commands/verbs.hpp"
#include "model/text.hpp"

namespace incident::ctl {
namespace {

std::string number_or(const json::value* object, std::string_view name, std::string_view otherwise = "?")
{
    auto number = object ? number_at(*object, name) : std::string{};
    return number.empty() ? std::string{otherwise} : number;
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
    for (const auto& source : array_at(status, "sources")) {
        const auto unparsed = number_at(source, "unparsed");
        if (unparsed.empty() || unparsed == "0") continue;
        text += painted("source    " + visible(text_at(source, "name")) + ": " + unparsed + " bodies nobody understood",
                        Style::warning, colour) +
                '\n';
    }
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

/// `0.1` of `0.1.0`.
std::string_view minor_version(std::string_view version) { return version.substr(0, version.rfind('.')); }

}  // namespace

Try<Exit> run_status(Session& session, const Arguments&)
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
    json::value whole = *status;
    if (whole.is_object()) {
        whole.get_object()["open"] = list;
        whole.get_object()["context"] = json::string{session.settings().context()};
        whole.get_object()["url"] = json::string{session.transport().endpoint().url};
    }
    session.print_value(whole, text, list.empty() ? std::string{"none"} : std::string{text_at(list.front(), "key")});
    return flag_at(*status, "ready") ? Exit::ok : Exit::failure;
}

}  // namespace incident::ctl
