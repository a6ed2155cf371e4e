#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <map>

namespace incident::ctl {
namespace {

std::string plural(std::size_t count, const std::string& word)
{
    return std::to_string(count) + ' ' + word + (count == 1 ? "" : "s");
}

/// `adopted 4 alerts, 1 note`
std::string adopted(const json::value& timeline)
{
    std::map<std::string, std::size_t, std::less<>> kinds;
    for (const auto& event : array_at(timeline, "events"))
        if (const std::string kind{text_at(event, "kind")}; kind != "system") ++kinds[kind];
    if (kinds.empty()) return "adopted nothing: the inbox has none of that time";
    std::string list;
    for (const auto& [kind, count] : kinds)
        list += (list.empty() ? "adopted " : ", ") + plural(count, kind == "chat" ? "chat message" : kind);
    return list;
}

Try<std::string> span(const std::string& typed)
{
    const auto length = parse_span(typed);
    if (!length) return usage(length.error(), "write it as: --adopt 30m");
    return typed;
}

}  // namespace

Try<Exit> run_open(Session& session, const Arguments& arguments)
{
    if (!arguments.when.empty())
        return Trouble{Exit::usage, "open takes no @TIME",
                       "say when it began with: --since " + shell_quoted(arguments.when)};
    json::object body;
    if (arguments.has("sev")) body["severity"] = arguments.value("sev");
    if (arguments.has("service")) body["service"] = arguments.value("service");
    if (arguments.has("lead")) body["lead"] = arguments.value("lead");
    if (arguments.has("private")) body["label"] = "private";
    if (arguments.has("since")) {
        auto since = session.read_time(arguments.value("since"));
        if (!since) return since.error();
        body["started_at"] = to_rfc3339(since->at);
    }
    if (arguments.has("adopt")) {
        auto length = span(arguments.value("adopt"));
        if (!length) return length.error();
        body["adopt"] = std::move(*length);
    }
    auto entries = spoken(session, arguments);
    if (!entries) return entries.error();
    auto title = entries->front().text;
    std::replace(title.begin(), title.end(), '\t', ' ');
    body["title"] = shortened(title, max_name_bytes);
    if (auto author = session.author(); !author.empty()) body["author"] = std::move(author);
    session.unsent_text = entries->front().text;
    auto answer = session.write("POST", "/api/v1/incidents", body);
    if (!answer) return answer.error();

    const std::string key{text_at(*answer, "key")};
    Write write;
    write.what = "open " + key;
    write.incident = key;
    session.remember(write);
    if (session.quiet()) {
        session.out(key + '\n');
        return Exit::ok;
    }
    std::string line, since{text_at(*answer, "started_at")};
    if (session.format() <= Format::wide || session.format() == Format::md) {
        std::string tail;
        const auto& peer = session.transport().endpoint();
        if (arguments.has("adopt")) {
            auto timeline = session.get(incident_path(key) + "/timeline");
            if (timeline) {
                tail = " · " + adopted(*timeline);
                if (const auto* facts = member(*timeline, "facts"); facts && since.empty())
                    since = text_at(*facts, "started_at");
            }
        }
        if (since.empty()) since = text_at(*answer, "opened_at");
        const auto at = parse_rfc3339(since);
        line = painted(key, Style::key, session.colour()) + " open" +
               (at ? " since " + short_time(*at, session.clock()) : "") + tail + "\n" +
               (peer.unix_socket.empty() ? peer.base + incident_path(key) : peer.url) +
               "\nnext: incidentctl note TEXT · incidentctl log -f\n";
    }
    session.print_value(*answer, line, key);
    if (const auto used = session.memory().incident_in_use(terminal_name()); !used.empty() && used != key)
        session.warn("this terminal still uses " + used + "; change it with: incidentctl use " + key);
    return Exit::ok;
}

Try<Exit> run_adopt(Session& session, const Arguments& arguments)
{
    auto length = span(arguments.text());
    if (!length) return length.error();
    auto key = needed_incident(session, false);
    if (!key) return key.error();
    auto before = session.events(query_of({{"incident", *key}}), 100'000, Session::Purpose::preparation);
    if (!before) return before.error();
    auto answer = patch(session, *key, json::object{{"adopt", *length}}, "adopt " + *length, {});
    if (!answer) return answer.error();
    auto after = session.events(query_of({{"incident", *key}}), 100'000);
    const auto count = after && after->size() > before->size() ? after->size() - before->size() : 0;
    session.print_value(*answer, *key + " adopted " + plural(count, "event") + " of the last " + *length + "\n", *key);
    return Exit::ok;
}

}  // namespace incident::ctl
