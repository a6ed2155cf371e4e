#include "commands/learn.hpp"
#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include "wire/routes.hpp"
#include <algorithm>

// The rules that tag: seen, tried, taught, taken back.
namespace incident::ctl {
namespace {

std::string words_of(const json::array& list)
{
    std::string words;
    for (const auto& word : list)
        if (word.is_string()) words += (words.empty() ? "" : "|") + std::string{std::string_view{word.get_string()}};
    return words;
}

/// `text ~ (5xx|timeout)  source = slack`
std::string condition(const json::value& rule)
{
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "  ") + part; };
    const auto add_patterns = [&](const char* first, const char* more, const std::string& word) {
        if (const auto pattern = text_at(rule, first); !pattern.empty()) add(word + " ~ " + std::string{pattern});
        for (const auto& pattern : array_at(rule, more))
            if (pattern.is_string()) add("or ~ " + std::string{std::string_view{pattern.get_string()}});
    };
    add_patterns("text", "more_text", "text");
    add_patterns("unless", "more_unless", "unless");
    for (const auto* name : {"except", "also", "unless_tags", "after", "source", "kind", "status", "author"})
        if (const auto words = words_of(array_at(rule, name)); !words.empty()) add(std::string{name} + " = " + words);
    if (const auto* labels = member(rule, "labels"); labels && labels->is_object())
        for (const auto& [name, value] : labels->get_object())
            if (value.is_string()) add(std::string{name} + " ~ " + std::string{std::string_view{value.get_string()}});
    return text;
}

Try<Exit> list_rules(Session& session)
{
    auto answer = session.get("/api/v1/rules");
    if (!answer) return answer.error();
    const auto& rules = array_at(*answer, "rules");
    if (const auto problem = text_at(*answer, "problem"); !problem.empty())
        session.warn("warning: the rules that people made are not in force: " + visible(problem));
    Table table;
    table.columns = {{"NAME"}, {"TAG"}, {"FROM"}, {"WHEN"}};
    for (const auto& rule : rules) {
        auto tag = std::string{text_at(rule, "tag")};
        if (tag.empty()) tag = "not " + words_of(array_at(rule, "suppresses"));
        table.rows.push_back({{std::string{text_at(rule, "name")}, Style::key, ""},
                              {tag, style_of_tag(text_at(rule, "tag")), ""},
                              {std::string{text_at(rule, "origin")}, Style::faint, ""},
                              {condition(rule), Style::plain, ""}});
    }
    session.print_list(rules, table, "name");
    return Exit::ok;
}

Try<Exit> apply_rules(Session& session, const Arguments& arguments)
{
    std::string key;
    if (arguments.words.size() > 1) {
        const auto named = parse_incident_key(arguments.words[1]);
        if (!named) return usage(named.error(), "write it as: incidentctl rules apply INC-7");
        key = to_string(*named);
    } else {
        auto found = needed_incident(session, true);
        if (!found) return found.error();
        key = std::move(*found);
    }
    const bool dry = session.dry_run();
    json::object body{{"incident", key}, {"dry_run", dry}};
    Request request;
    request.method = "POST";
    request.path = "/api/v1/rules/apply";
    request.body = json::serialize(body);
    request.headers.emplace_back("Idempotency-Key", random_key());
    // The server itself answers a dry run here, so it is sent.
    auto reply = session.send_through_dry_run(request);
    if (!reply) return reply.error();
    if (!reply->ok()) return Session::refused(*reply, request);
    boost::system::error_code bad;
    const auto answer = json::parse(reply->body, bad);
    if (bad)
        return Trouble{Exit::failure, "the answer is not JSON", "look with: incidentctl api POST /api/v1/rules/apply"};
    const auto& changes = array_at(answer, "changes");
    std::string text;
    for (const auto& change : changes) {
        text += visible(text_at(change, "event"));
        for (const auto& tag : array_at(change, "add"))
            text += "  + " + visible(text_at(tag, "name")) + " (" + visible(text_at(tag, "by")) + " on " +
                    quoted(text_at(tag, "match"), 40) + ")";
        for (const auto& name : array_at(change, "remove"))
            text += "  - " + visible(name.is_string() ? std::string_view{name.get_string()} : std::string_view{});
        text += '\n';
    }
    text += key + ": " + std::to_string(changes.size()) + (changes.size() == 1 ? " event" : " events") +
            (dry ? " would change" : " changed") + '\n';
    session.print_value(answer, text, key);
    return Exit::ok;
}

/// `escalation by rule paged on "paged Ana"`
std::string reason(const json::value& tag)
{
    auto text = visible(text_at(tag, "name"));
    if (const auto how = text_at(tag, "how"); !how.empty()) text += ':' + visible(how);
    const auto by = text_at(tag, "by");
    text += by.starts_with("rule:") ? " by rule " + visible(by.substr(5)) : " by " + visible(by);
    if (const auto match = text_at(tag, "match"); !match.empty()) text += " on " + quoted(match, 60);
    return text;
}

Try<json::value> answer_of(Session& session, Request request, const json::value& body, bool through_dry_run)
{
    request.body = json::serialize(body);
    auto reply = through_dry_run ? session.send_through_dry_run(request) : session.exchange(request, Session::Purpose::answer);
    if (!reply) return reply.error();
    if (!reply->ok()) return Session::refused(*reply, request);
    return session.document_of(*reply, request);
}

Try<Exit> try_text(Session& session, const Arguments& arguments)
{
    std::string text;
    for (std::size_t i = 1; i < arguments.words.size(); ++i) text += (i == 1 ? "" : " ") + arguments.words[i];
    if (trimmed(text).empty()) return Trouble{Exit::usage, "there is no text to try the rules on", "write it as: incidentctl rules try paged the database team"};
    json::object body{{"text", to_valid_utf8(text)}, {"kind", "note"}};
    if (auto author = session.author(); !author.empty()) body["author"] = std::move(author);
    Request request;
    request.method = "POST";
    request.path = "/api/v1/rules/try";
    auto answer = answer_of(session, std::move(request), body, true);  // it stores nothing
    if (!answer) return answer.error();
    const auto& tags = array_at(*answer, "tags");
    std::string words;
    for (const auto& tag : tags) words += reason(tag) + '\n';
    if (tags.empty()) words = "no rule fits: it would get no tag\n";
    session.print_value(*answer, words, tags.empty() ? std::string{"none"} : std::string{text_at(tags.front(), "name")});
    return Exit::ok;
}

Try<Exit> remove_one(Session& session, const Arguments& arguments)
{
    if (arguments.words.size() != 2) return Trouble{Exit::usage, "rules rm wants one name", "see the names with: incidentctl rules ls"};
    auto answer = session.write("DELETE", "/api/v1/rules/" + wire::path_segment(arguments.words[1]), json::object{});
    if (!answer) return answer.error();
    const std::string name{arguments.words[1]};
    session.print_value(*answer, "rule " + visible(name) + " is gone; the tags it gave stay until: incidentctl rules apply INC-7\n", name);
    return Exit::ok;
}

/// Which of several tags is meant.
Try<std::string> chosen(std::vector<std::string> candidates, const std::string& wanted, std::string_view what, const std::string& ref)
{
    if (!wanted.empty()) std::erase_if(candidates, [&](const std::string& name) { return name != wanted; });
    if (candidates.size() < 2) return candidates.empty() ? std::string{} : candidates.front();
    std::string names;
    for (const auto& name : candidates) names += (names.empty() ? "" : ", ") + name;
    return Trouble{Exit::usage, std::to_string(candidates.size()) + " tags were " + std::string{what} + " by people: " + names,
                   "say which: incidentctl rules learn " + ref + " --tag " + candidates.front()};
}

std::string told(const json::value& made, const json::value& rule)
{
    std::string text = "rule  " + visible(text_at(rule, "name")) + '\n';
    if (const auto tag = text_at(rule, "tag"); !tag.empty()) text += "  tags        " + visible(tag) + '\n';
    if (const auto taken = words_of(array_at(rule, "suppresses")); !taken.empty()) text += "  takes away  " + visible(taken) + '\n';
    text += "  when text ~ " + visible(text_at(rule, "text")) + '\n';
    const auto* seen = member(made, "preview");
    if (seen == nullptr) return text;
    const auto& events = array_at(*seen, "events");
    constexpr std::size_t shown = 10;
    for (std::size_t i = 0; i < std::min(shown, events.size()); ++i) {
        const auto& event = events[i];
        const auto key = text_at(event, "incident");
        text += "  " + number_word(event) + (key.empty() ? "" : " [" + std::string{key} + ']') + "  " + quoted(text_at(event, "text"));
        for (const auto& tag : array_at(event, "add")) text += "  + " + visible(text_at(tag, "name"));
        for (const auto& name : array_at(event, "remove"))
            if (name.is_string()) text += "  - " + visible(std::string_view{name.get_string()});
        if (flag_at(event, "left_alone")) text += "  (stays: a person tagged it)";
        text += '\n';
    }
    if (events.size() > shown) text += "  and " + std::to_string(events.size() - shown) + " more\n";
    return text + "  fits " + number_at(*seen, "fits") + " of the newest " + number_at(*seen, "looked_at") + " events, would tag " +
           number_at(*seen, "changes") + " of them differently\n";
}

Try<Exit> learn(Session& session, const Arguments& arguments)
{
    if (arguments.words.size() != 2)
        return Trouble{Exit::usage, "rules learn wants one event whose tags you changed", "write it as: incidentctl rules learn . --dry-run"};
    const auto& ref = arguments.words[1];
    auto event = session.event_of(ref);
    if (!event) return event.error();
    auto history = session.get(event_path(text_at(*event, "id")) + "/history", Session::Purpose::preparation);
    if (!history) return history.error();
    const auto hand = tags_by_hand(*event, array_at(*history, "entries"));
    std::string wanted;
    if (arguments.has("tag")) {
        auto name = canonical_tag(arguments.value("tag"));
        if (!name) return usage(name.error(), "write it as: --tag action");
        wanted = std::move(*name);
    }
    auto set = chosen(hand.set, wanted, "set", ref);
    if (!set) return set.error();
    auto removed = chosen(hand.removed, wanted, "taken away", ref);
    if (!removed) return removed.error();
    if (set->empty() && removed->empty())
        return Trouble{Exit::invalid, "no person changed " + (wanted.empty() ? std::string{"the tags"} : "the tag " + wanted) + " of " + quoted(text_at(*event, "text")),
                       "change it first: incidentctl tag " + ref + " action, or: incidentctl tag " + ref + " --remove action"};

    // Whoever may read at all may read the rules.
    if (const auto key = text_at(*event, "incident"); !key.empty() && !session.dry_run()) {
        auto incident = session.get(incident_path(key), Session::Purpose::preparation);
        if (!incident) return incident.error();
        if (text_at(*incident, "label") == "private")
            if (auto allowed = session.confirm(std::string{key} + " is private, and everybody can read a rule and its words. Make it?"); !allowed) return allowed.error();
    }
    const auto text = text_at(*event, "text");
    const auto pattern = arguments.has("text") ? arguments.value("text") : proposed_pattern(text);
    if (pattern.empty())
        return Trouble{Exit::invalid, "no word of " + quoted(text) + " tells it from others", "give a pattern: incidentctl rules learn " + ref + " --text 'WORDS'"};
    json::object rule{{"name", arguments.has("name") ? arguments.value("name") : proposed_name(*set, *removed, text)}, {"text", pattern}};
    if (!set->empty()) rule["tag"] = *set;
    if (!removed->empty()) rule["suppresses"] = json::array{json::string{*removed}};
    for (const auto& tag : array_at(*event, "tags"))
        if (text_at(tag, "name") == *set && text_at(tag, "how") != "broad")
            if (const auto how = text_at(tag, "how"); !how.empty()) rule["how"] = std::string{how};
    const auto kind = text_at(*event, "kind");
    const bool typed = kind == "note" || kind == "chat" || kind == "command";
    rule["kind"] = typed ? json::array{"note", "chat", "command"} : json::array{json::string{kind}};
    rule["details"] = false;  // the pattern was made of the text
    if (session.dry_run()) rule["dry_run"] = true;

    Request request;
    request.method = "POST";
    request.path = "/api/v1/rules";
    auto made = answer_of(session, std::move(request), rule, true);  // the server itself answers a dry run
    if (!made) return made.error();
    const auto* named = member(*made, "rule");
    const auto name = std::string{named ? text_at(*named, "name") : std::string_view{}};
    auto words = told(*made, named ? *named : json::value{rule});
    const auto* seen = member(*made, "preview");
    if (seen != nullptr && std::ranges::none_of(array_at(*seen, "events"), [&](const auto& fit) { return text_at(fit, "event") == text_at(*event, "id"); }) &&
        number_at(*seen, "fits") == std::to_string(array_at(*seen, "events").size()))
        session.warn("warning: it does not fit " + quoted(text) + " itself");
    if (session.dry_run())
        words += "nothing is kept; for good: incidentctl rules learn " + ref + " --name " + name + " --text " + shell_quoted(pattern) + '\n';
    else
        words += "in force for what comes from now on; take it back: incidentctl rules rm " + name + '\n';
    session.print_value(*made, words, name);
    return Exit::ok;
}

}  // namespace

Try<Exit> run_rules(Session& session, const Arguments& arguments)
{
    const auto action = arguments.words.empty() ? std::string{"ls"} : arguments.words.front();
    if (action != "learn" && (arguments.has("text") || arguments.has("name") || arguments.has("tag")))
        return Trouble{Exit::usage, "--text, --name and --tag belong to: rules learn", usage_line(*arguments.verb)};
    if (action == "ls" && arguments.words.size() < 2) return list_rules(session);
    if (action == "apply" && arguments.words.size() < 3) return apply_rules(session, arguments);
    if (action == "learn") return learn(session, arguments);
    if (action == "try") return try_text(session, arguments);
    if (action == "rm") return remove_one(session, arguments);
    return Trouble{Exit::usage, "rules cannot \"" + visible(shortened(action, 40)) + "\"", usage_line(*arguments.verb)};
}

}  // namespace incident::ctl
