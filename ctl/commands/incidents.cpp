#include "commands/as_of.hpp"
#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include "render/dead_ends.hpp"
#include <algorithm>

namespace incident::ctl {
namespace {

/// The incident named as an argument, else CLI.md §5.2.
Try<std::string> named_incident(Session& session, const Arguments& arguments, bool reads)
{
    if (arguments.words.empty()) return needed_incident(session, reads);
    const auto key = parse_incident_key(arguments.words.front());
    if (!key) return usage(key.error(), "write it as: INC-7");
    return to_string(*key);
}

std::string time_line(const Session& session, const json::value& object, std::string_view name, std::string_view label)
{
    const auto at = instant_at(object, name);
    if (!at) return {};
    return std::string{label} + short_time(*at, session.clock()) + " (" + age(*at, session.now()) + ")\n";
}

std::string shown(Session& session, const json::value& timeline)
{
    const auto* incident = member(timeline, "incident");
    const auto* facts = member(timeline, "facts");
    if (incident == nullptr) return pretty_json(timeline);
    const bool colour = session.colour();
    auto text = painted(text_at(*incident, "key"), Style::key, colour) + "  " +
                painted(visible(text_at(*incident, "title")), Style::bold, colour) + '\n';
    const auto line = [&](std::string_view label, std::string_view value) {
        if (!value.empty()) text += std::string{label} + visible(value) + '\n';
    };
    line("status      ", text_at(*incident, "status"));
    line("merged into ", text_at(*incident, "merged_into"));
    line("severity    ", text_at(*incident, "severity"));
    line("service     ", text_at(*incident, "service"));
    line("lead        ", text_at(*incident, "lead"));
    line("label       ", text_at(*incident, "label"));
    text += time_line(session, *incident, "opened_at", "opened      ");
    text += time_line(session, *incident, "closed_at", "closed      ");
    if (facts != nullptr) {
        text += time_line(session, *facts, "started_at", "started     ");
        text += time_line(session, *facts, "detected_at", "detected    ");
        text += time_line(session, *facts, "resolved_at", "resolved    ");
        line("root cause  ", text_at(*facts, "root_cause"));
    }
    for (const auto& duration : array_at(timeline, "durations")) {
        auto name = std::string{text_at(duration, "name")};
        std::replace(name.begin(), name.end(), '_', ' ');
        name.resize(std::max<std::size_t>(name.size() + 1, 12), ' ');
        const auto* minutes = member(duration, "minutes");
        text += name +
                (minutes && minutes->is_number() ? minutes_in_words(minutes->to_number<std::int64_t>())
                                                 : "- (" + visible(text_at(duration, "why")) + ")") +
                '\n';
    }
    text += "events      " + std::to_string(array_at(timeline, "events").size()) + '\n';
    for (const auto& idea : dead_end_lines(timeline)) text += "idea        " + idea + '\n';
    if (const auto count = array_at(timeline, "findings").size(); count > 0)
        text += "findings    " + std::to_string(count) + "; see: incidentctl check -i " +
                std::string{text_at(*incident, "key")} + '\n';
    return text;
}

Try<Exit> change_status(Session& session, const std::string& key, bool close)
{
    auto answer =
        patch(session, key, json::object{{"status", close ? "closed" : "open"}}, (close ? "close " : "reopen ") + key,
              close ? R"({"status":"open"})" : R"({"status":"closed"})");
    if (!answer) return answer.error();
    if (close) session.memory().stop_using(key);
    const auto closed = instant_at(*answer, "closed_at");
    const auto text = close ? key + " closed" + (closed ? ' ' + short_time(*closed, session.clock()) : "") +
                                  " · next: incidentctl check -i " + key + " · incidentctl draft -i " + key + '\n'
                            : key + " open again · next: incidentctl note TEXT\n";
    session.print_value(*answer, text, key);
    return Exit::ok;
}

struct Field {
    std::string_view typed, member;
    bool time;
};
constexpr Field fields[] = {{"title", "title", false},  {"severity", "severity", false},
                            {"lead", "lead", false},    {"service", "service", false},
                            {"label", "label", false},  {"started", "started_at", true},
                            {"ended", "ended_at", true}};

}  // namespace

Try<Exit> run_ls(Session& session, const Arguments& arguments)
{
    std::string status;
    if (arguments.has("open")) status = "open";
    if (arguments.has("closed")) status = "closed";
    if (arguments.has("open") && arguments.has("closed")) status.clear();
    std::string since, until;
    for (const auto& [name, into] : {std::pair{"since", &since}, {"until", &until}}) {
        if (!arguments.has(name)) continue;
        auto at = session.read_time(arguments.value(name));
        if (!at) return at.error();
        *into = to_rfc3339(at->at);
    }
    json::array all;
    std::string cursor;
    constexpr std::size_t max_listed = 10'000;
    do {
        auto query = query_of({{"status", status},
                               {"since", since},
                               {"until", until},
                               {"severity", arguments.value("severity")},
                               {"figures", "true"},
                               {"limit", "1000"},
                               {"cursor", cursor}});
        auto page = session.get("/api/v1/incidents?" + query);
        if (!page) return page.error();
        for (const auto& incident : array_at(*page, "incidents")) all.push_back(incident);
        cursor = text_at(*page, "next");
    } while (!cursor.empty() && all.size() < max_listed);
    if (all.empty() && session.format() <= Format::wide) {
        if (!since.empty() || !until.empty() || arguments.has("severity")) session.say("no incident fits");
        else session.say("no incident" + (status.empty() ? std::string{} : " is " + status) +
                    "; open one with: incidentctl open TITLE --adopt 30m");
        return Exit::ok;
    }
    session.print_list(all, figures_table(all, session.clock()), "key");
    return Exit::ok;
}

Try<Exit> run_show(Session& session, const Arguments& arguments)
{
    auto key = named_incident(session, arguments, true);
    if (!key) return key.error();
    const auto as_of = read_as_of(session, arguments);
    if (!as_of) return as_of.error();
    auto timeline = session.get(timeline_path(*key, *as_of));
    if (!timeline) return timeline.error();
    session.print_value(*timeline, shown(session, *timeline), *key);
    return Exit::ok;
}

Try<Exit> run_use(Session& session, const Arguments& arguments)
{
    const auto terminal = arguments.has("everywhere") ? std::string{} : terminal_name();
    const auto where = terminal.empty() ? "all terminals of " + session.server_name() : std::string{"this terminal"};
    if (arguments.has("none")) {
        session.memory().use({}, terminal);
        session.say("no incident in use in " + where);
        return Exit::ok;
    }
    if (arguments.words.empty()) {
        const auto used = session.memory().incident_in_use(terminal_name());
        if (used.empty())
            return Trouble{Exit::not_found, "no incident is in use", "choose one with: incidentctl use INC-7"};
        session.out(used + '\n');
        return Exit::ok;
    }
    auto key = named_incident(session, arguments, true);
    if (!key) return key.error();
    auto incident = session.get(incident_path(*key));  // a typing error would send notes astray for hours
    if (!incident) return incident.error();
    auto target = std::string{text_at(*incident, "merged_into")};
    if (target.empty()) target = text_at(*incident, "key");
    session.memory().use(target, terminal);
    session.print_value(*incident,
                        target + " is in use in " + where + " · " + visible(text_at(*incident, "title")) +
                            "\nnext: incidentctl note TEXT · back with: incidentctl use --none\n",
                        target);
    return Exit::ok;
}

Try<Exit> run_close(Session& session, const Arguments& arguments)
{
    auto key = named_incident(session, arguments, false);
    if (!key) return key.error();
    if (session.settings().on("confirm") && !session.dry_run() && !session.as_curl())
        if (auto sure = session.confirm("close " + *key + "?"); !sure) return sure.error();
    return change_status(session, *key, true);
}

Try<Exit> run_reopen(Session& session, const Arguments& arguments)
{
    auto key = named_incident(session, arguments, true);
    if (!key) return key.error();
    return change_status(session, *key, false);
}

Try<Exit> run_merge(Session& session, const Arguments& arguments)
{
    std::string keys[2];
    for (std::size_t i = 0; i < 2; ++i) {
        const auto key = parse_incident_key(arguments.words[i]);
        if (!key) return usage(key.error(), usage_line(*arguments.verb));
        keys[i] = to_string(*key);
    }
    if (keys[0] == keys[1])
        return Trouble{Exit::usage, keys[0] + " cannot be merged into itself", usage_line(*arguments.verb)};
    if (!session.dry_run() && !session.as_curl())
        if (auto sure = session.confirm("merge " + keys[0] + " into " + keys[1] + "? It cannot be taken back."); !sure)
            return sure.error();
    auto answer = patch(session, keys[0], json::object{{"merged_into", keys[1]}}, "merge " + keys[0], {});
    if (!answer) return answer.error();
    session.memory().stop_using(keys[0]);
    session.print_value(*answer, keys[0] + " merged into " + keys[1] + " · next: incidentctl log -i " + keys[1] + '\n',
                        keys[1]);
    return Exit::ok;
}

Try<Exit> run_set(Session& session, const Arguments& arguments)
{
    json::object body;
    std::string told;
    std::vector<std::string_view> names;
    for (const auto& field : fields) names.push_back(field.typed);
    for (const auto& word : arguments.words) {
        const auto equals = word.find('=');
        const auto name = word.substr(0, equals);
        const auto* field =
            std::find_if(std::begin(fields), std::end(fields), [&](const Field& known) { return known.typed == name; });
        if (equals == word.npos)
            return Trouble{Exit::usage, "\"" + visible(shortened(word, 60)) + "\" is no FIELD=VALUE",
                           "write it as: incidentctl set severity=1 lead=ana"};
        if (field == std::end(fields)) {
            const auto near = nearest(name, names);
            return Trouble{Exit::usage, "an incident has no field \"" + visible(shortened(name, 60)) + "\"",
                           near.empty() ? "there are: title severity lead service label started ended"
                                        : "did you mean \"" + std::string{near} + "\"?"};
        }
        const auto value = word.substr(equals + 1);
        if (!field->time) {
            body[field->member] = value;
        } else if (value.empty()) {
            body[field->member] = nullptr;
        } else {
            auto at = session.read_time(value);
            if (!at) return at.error();
            body[field->member] = to_rfc3339(at->at);
        }
        const auto& set = body[field->member];
        told += "  " + std::string{field->typed} + " = " +
                (set.is_string() ? visible(text_at(body, field->member)) : "(none)") + '\n';
    }
    auto key = needed_incident(session, true);
    if (!key) return key.error();
    auto before = session.get(incident_path(*key), Session::Purpose::preparation);
    if (!before) return before.error();
    json::object revert;
    for (const auto& [name, value] : body) {
        const auto* old = member(*before, name);
        revert[name] = old                                            ? *old
                       : (name == "started_at" || name == "ended_at") ? json::value{nullptr}
                                                                      : json::value{""};
    }
    auto answer = patch(session, *key, std::move(body), "set " + arguments.text(), json::serialize(revert));
    if (!answer) return answer.error();
    session.print_value(*answer, *key + " set:\n" + told, *key);
    return Exit::ok;
}

}  // namespace incident::ctl
