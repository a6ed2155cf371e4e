#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include "wire/routes.hpp"
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

// Who posts to the recorder, and how what they send is read.
namespace incident::ctl {
namespace {

constexpr std::size_t max_file_bytes = 1024 * 1024;  // what a try takes

std::string source_path(std::string_view name) { return "/api/v1/sources/" + wire::path_segment(name); }

/// A file, or standard input for `-`; ill-formed UTF-8 is replaced, since it travels in JSON.
Try<std::string> content_of(Session& session, const std::string& path)
{
    std::ostringstream text;
    if (path == "-") {
        if (session.surroundings().in_tty) return Trouble{Exit::usage, "\"-\" reads standard input, which is a terminal here", "name a file, or pipe the body in"};
        text << std::cin.rdbuf();
    } else {
        errno = 0;
        std::ifstream file{path, std::ios::binary};
        if (!file) return Trouble{Exit::usage, "cannot read " + visible(path) + (errno == 0 ? "" : std::string{": "} + std::strerror(errno)), "name a file with a body as the sender posts it"};
        text << file.rdbuf();
    }
    auto content = std::move(text).str();
    if (content.size() > max_file_bytes) return Trouble{Exit::usage, visible(path) + " is larger than 1 MiB", "a try takes 1 MiB; cut a smaller example out of it"};
    return is_utf8(content) ? content : to_valid_utf8(content);
}

std::string type_of(const std::string& path)
{
    if (path.ends_with(".form")) return "application/x-www-form-urlencoded";
    if (path.ends_with(".ndjson") || path.ends_with(".jsonl")) return "application/x-ndjson";
    if (path.ends_with(".txt")) return "text/plain";
    return "application/json";
}

/// Posts and gives the answer's object, also with --dry-run: neither request stores anything then.
Try<json::value> posted(Session& session, const std::string& path, const json::object& body, bool keyed)
{
    Request request;
    request.method = "POST";
    request.path = path;
    request.body = json::serialize(body);
    if (keyed) request.headers.emplace_back("Idempotency-Key", random_key());
    auto reply = session.send_through_dry_run(request);
    if (!reply) return reply.error();
    if (!reply->ok()) return Session::refused(*reply, request);
    return session.document_of(*reply, request);
}

std::string line(std::string_view name, std::string_view value)
{
    if (value.empty()) return {};
    constexpr std::size_t column = 14;
    std::string text = "  " + std::string{name};
    text.append(name.size() < column ? column - name.size() : 1, ' ');
    auto shown = visible(value, true);
    for (auto feed = shown.find('\n'); feed != shown.npos; feed = shown.find('\n', feed + 1)) shown.insert(feed + 1, column + 2, ' ');
    return text + shown + '\n';
}

std::string flags_of(const json::value& event)
{
    std::string words;
    for (const auto& flag : array_at(event, "flags"))
        if (flag.is_string()) words += (words.empty() ? "" : ", ") + std::string{std::string_view{flag.get_string()}};
    return words;
}

/// One event, a field a line; what is empty is left out.
std::string fields_of(const json::value& event)
{
    constexpr std::size_t longest = 400;
    std::string text;
    text += line("text", text_at(event, "text"));
    std::string time{text_at(event, "occurred_at")};
    if (const auto raw = text_at(event, "occurred_raw"); !raw.empty()) time += "  from \"" + std::string{raw} + '"';
    text += line("occurred_at", time);
    for (const auto* const name : {"kind", "status", "severity"}) text += line(name, text_at(event, name));
    if (const auto* const author = member(event, "author"); author != nullptr)
        if (const auto name = text_at(*author, "name"); name != text_at(event, "source")) text += line("author", name);
    text += line("key", text_at(event, "key"));
    for (const auto& link : array_at(event, "links")) text += line("link", std::string{text_at(link, "url")} + "  (" + std::string{text_at(link, "title")} + ')');
    if (const auto* const labels = member(event, "labels"); labels != nullptr && labels->is_object())
        for (const auto& [name, value] : labels->get_object())
            if (value.is_string()) text += line("label", std::string{name} + " = " + std::string{std::string_view{value.get_string()}});
    std::string tags;
    for (const auto& tag : array_at(event, "tags")) tags += (tags.empty() ? "" : ", ") + std::string{text_at(tag, "name")};
    text += line("tags", tags);
    text += line("flags", flags_of(event));
    text += line("details", shortened(text_at(event, "details"), longest));
    return text;
}

std::string counted(std::size_t number, std::string_view what) { return std::to_string(number) + ' ' + std::string{what} + (number == 1 ? "" : "s"); }

Try<Exit> list_sources(Session& session)
{
    auto answer = session.get("/api/v1/sources");
    if (!answer) return answer.error();
    const auto& sources = array_at(*answer, "sources");
    Table table;
    table.columns = {{"NAME"}, {"ORIGIN"}, {"DIALECT"}, {"PROOF"}, {"LAST"}, {"NOTE"}};
    for (const auto& source : sources) {
        const auto* const status = member(source, "status");
        const std::string proof = text_at(source, "proof") != "secret" ? "" : flag_at(source, "ready") ? "secret" : "secret missing";
        table.rows.push_back({{std::string{text_at(source, "name")}, Style::key, ""},
                              {std::string{text_at(source, "origin")}, Style::plain, ""},
                              {std::string{text_at(source, "dialect")}, Style::plain, ""},
                              {proof, flag_at(source, "ready") ? Style::plain : Style::bad, ""},
                              {status == nullptr ? std::string{} : std::string{text_at(*status, "last_at")}, Style::plain, ""},
                              {status == nullptr ? std::string{} : std::string{text_at(*status, "note")}, Style::plain, ""}});
    }
    session.print_list(sources, table, "name");
    return Exit::ok;
}

Try<Exit> show_source(Session& session, const std::string& name)
{
    auto answer = session.get(source_path(name));
    if (!answer) return answer.error();
    std::string text = visible(text_at(*answer, "name")) + '\n';
    for (const auto* const field : {"about", "origin", "dialect", "hook"}) text += line(field, text_at(*answer, field));
    text += line("proof", text_at(*answer, "proof") != "secret" ? "none: who may post is the listener's rule" : flag_at(*answer, "ready") ? "secret" : "secret, and none is configured: everything is refused");
    if (const auto* const status = member(*answer, "status"); status != nullptr && status->is_object()) {
        text += line("events", number_at(*status, "events") + ", unparsed " + number_at(*status, "unparsed") + ", refused " + number_at(*status, "refused"));
        text += line("last", text_at(*status, "last_at"));
        text += line("note", text_at(*status, "note"));
    }
    if (const auto* const asked = member(*answer, "confirmation"); asked != nullptr && asked->is_object())
        text += line("confirmation", std::string{text_at(*asked, "topic")} + " waits: incidentctl source confirm " + name);
    if (const auto mapping = text_at(*answer, "mapping"); !mapping.empty()) text += '\n' + visible(mapping, true);
    if (!text.ends_with('\n')) text += '\n';
    session.print_value(*answer, text, name);
    return Exit::ok;
}

Try<Exit> try_source(Session& session, const Arguments& arguments)
{
    const auto name = arguments.value("as");
    if (name.empty()) return Trouble{Exit::usage, "which source does it stand for?", "say it with --as NAME; incidentctl source ls shows the names"};
    const auto& path = arguments.words[1];
    auto content = content_of(session, path);
    if (!content) return content.error();
    json::object body{{"body", std::move(*content)}, {"content_type", arguments.has("content-type") ? arguments.value("content-type") : type_of(path)}};
    if (arguments.has("mapping")) {
        auto mapping = content_of(session, arguments.value("mapping"));
        if (!mapping) return mapping.error();
        body["mapping"] = std::move(*mapping);
    }
    if (arguments.has("header")) {
        const auto header = arguments.value("header");
        const auto colon = header.find(':');
        if (colon == header.npos || colon == 0) return Trouble{Exit::usage, "\"" + visible(shortened(header, 60)) + "\" is no header", "write it as: --header 'Name: value'"};
        body["headers"] = json::object{{header.substr(0, colon), std::string{trimmed(std::string_view{header}.substr(colon + 1))}}};
    }
    auto answer = posted(session, source_path(name) + "/try", body, false);
    if (!answer) return answer.error();
    const auto& events = array_at(*answer, "events");
    const auto& amendments = array_at(*answer, "amendments");
    std::string text = visible(name) + ": " + counted(events.size(), "event");
    if (!amendments.empty()) text += ", " + counted(amendments.size(), "amendment");
    if (const auto unparsed = number_at(*answer, "unparsed"); unparsed != "0") text += ", " + unparsed + " not understood";
    if (const auto note = text_at(*answer, "note"); !note.empty()) text += " (" + visible(note) + ')';
    text += '\n';
    for (const auto& event : events) text += '\n' + fields_of(event);
    for (const auto& amendment : amendments) text += '\n' + line("amends", text_at(amendment, "key")) + line("text", text_at(amendment, "text")) + line("reason", text_at(amendment, "reason"));
    session.print_value(*answer, text, name);
    return Exit::ok;
}

/// `text: "a" -> "b"` for each member that differs.
std::string difference(const json::value& change)
{
    const auto* const before = member(change, "before");
    const auto* const after = member(change, "after");
    const auto* const was = before == nullptr ? nullptr : before->if_object();
    const auto* const now = after == nullptr ? nullptr : after->if_object();
    constexpr std::size_t longest = 100;
    const auto shown = [](const json::object* object, std::string_view name) {
        const auto* const value = object == nullptr ? nullptr : object->if_contains(name);
        if (value == nullptr) return std::string{"nothing"};
        return visible(shortened(json::serialize(*value), longest));
    };
    std::string text;
    if (was == nullptr && now != nullptr) return "  + " + visible(shortened(text_at(*after, "text"), longest)) + '\n';
    if (now == nullptr && was != nullptr) text += "  - " + visible(shortened(text_at(*before, "text"), longest)) + '\n';
    if (was != nullptr && now != nullptr) {
        for (const auto& [name, value] : *was) text += "  " + std::string{name} + ": " + shown(was, name) + " -> " + shown(now, name) + '\n';
        for (const auto& [name, value] : *now)
            if (!was->contains(name)) text += "  " + std::string{name} + ": nothing -> " + shown(now, name) + '\n';
    }
    for (const auto& why : array_at(change, "left"))
        if (why.is_string()) text += "  stays: " + visible(std::string_view{why.get_string()}) + '\n';
    return text;
}

Try<Exit> replay_source(Session& session, const Arguments& arguments)
{
    const auto& name = arguments.words[1];
    if (!arguments.has("since")) return Trouble{Exit::usage, "from when on?", "say it with --since 2h"};
    auto since = session.read_time(arguments.value("since"));
    if (!since) return since.error();
    const bool dry = session.dry_run();
    json::object body{{"since", to_rfc3339(since->at)}, {"dry_run", dry}};
    if (const auto author = session.author(); !author.empty()) body["author"] = author;
    if (arguments.has("mapping")) {
        auto mapping = content_of(session, arguments.value("mapping"));
        if (!mapping) return mapping.error();
        body["mapping"] = std::move(*mapping);
    }
    if (!dry)
        if (auto sure = session.confirm("Correct what " + visible(name) + " told since " + to_rfc3339(since->at) + "? --dry-run shows it first."); !sure) return sure.error();
    auto answer = posted(session, source_path(name) + "/replay", body, true);
    if (!answer) return answer.error();
    std::string text;
    for (const auto& change : array_at(*answer, "changes")) {
        const auto id = text_at(change, "event");
        text += std::string{text_at(change, "received_at")} + "  " + (id.empty() ? "a new event" : visible(id)) + '\n' + difference(change);
    }
    text += visible(name) + ": " + number_at(*answer, "bodies") + " bodies read, " + number_at(*answer, "changed") + (dry ? " events would differ" : " events differed") + '\n';
    session.print_value(*answer, text, name);
    return Exit::ok;
}

}  // namespace

Try<Exit> run_source(Session& session, const Arguments& arguments)
{
    const auto& words = arguments.words;
    const auto action = words.empty() ? std::string{"ls"} : words.front();
    if (action == "ls" && words.size() < 2) return list_sources(session);
    if (action == "show" && words.size() == 2) return show_source(session, words[1]);
    if (action == "try" && words.size() == 2) return try_source(session, arguments);
    if (action == "replay" && words.size() == 2) return replay_source(session, arguments);
    if (action == "confirm" && words.size() == 2) return run_source_confirm(session, words[1]);
    if (action == "trust" && (words.size() == 3) != arguments.has("certificate-url") && words.size() >= 2)
        return run_source_trust(session, words[1], words.size() == 3 ? words[2] : arguments.value("certificate-url"), arguments.value("out"));
    return Trouble{Exit::usage, "source cannot \"" + visible(shortened(action, 40)) + "\"" + (words.size() > 1 ? " so" : ""), usage_line(*arguments.verb)};
}

}  // namespace incident::ctl
