#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"

// Proof, and the rules that tag.
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
    if (const auto pattern = text_at(rule, "text"); !pattern.empty()) add("text ~ " + std::string{pattern});
    if (const auto pattern = text_at(rule, "unless"); !pattern.empty()) add("unless ~ " + std::string{pattern});
    for (const auto* name : {"source", "kind", "status", "author"})
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
    Table table;
    table.columns = {{"NAME"}, {"TAG"}, {"WHEN"}};
    for (const auto& rule : rules)
        table.rows.push_back({{std::string{text_at(rule, "name")}, Style::key, ""},
                              {std::string{text_at(rule, "tag")}, style_of_tag(text_at(rule, "tag")), ""},
                              {condition(rule), Style::plain, ""}});
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

}  // namespace

Try<Exit> run_verify(Session& session, const Arguments&)
{
    auto answer = session.get("/api/v1/verify");
    if (!answer) return answer.error();
    Request asked;
    asked.path = "/api/v1/verify";
    if (member(*answer, "entries") == nullptr) return session.stranger(asked);
    const bool ok = flag_at(*answer, "ok");
    auto text = ok ? painted("SUCCESS", Style::good, session.colour()) + "  " + number_at(*answer, "entries") +
                         " entries, the chain holds, head " + visible(text_at(*answer, "head")) + '\n'
                   : painted("FAILED", Style::bad, session.colour()) + "  entry " + number_at(*answer, "at") + ": " +
                         visible(text_at(*answer, "problem")) + '\n';
    session.print_value(*answer, text, std::string{text_at(*answer, "head")});
    return ok ? Exit::ok : Exit::invalid;
}

Try<Exit> run_rules(Session& session, const Arguments& arguments)
{
    const auto action = arguments.words.empty() ? std::string{"ls"} : arguments.words.front();
    if (action == "ls" && arguments.words.size() < 2) return list_rules(session);
    if (action == "apply") return apply_rules(session, arguments);
    return Trouble{Exit::usage, "rules cannot \"" + visible(shortened(action, 40)) + "\"", usage_line(*arguments.verb)};
}

}  // namespace incident::ctl
