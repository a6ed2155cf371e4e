#include "commands/verbs.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>
#include <unistd.h>

namespace incident::ctl {
namespace {

Try<std::string> body_of(Session& session, const std::string& given)
{
    if (given != "-" && !given.starts_with('@')) return given;
    std::ostringstream text;
    if (given == "-") {
        if (session.surroundings().in_tty)
            return Trouble{Exit::usage, "\"-\" reads standard input, which is a terminal here",
                           "pipe the body in, or write it after --data"};
        text << std::cin.rdbuf();
        return text.str();
    }
    const auto path = given.substr(1);
    std::ifstream file{path, std::ios::binary};
    if (!file)
        return Trouble{Exit::usage, "cannot read " + visible(path), "name a file after @, or write the body itself"};
    text << file.rdbuf();
    return text.str();
}

}  // namespace

Try<Exit> run_api(Session& session, const Arguments& arguments)
{
    Request request;
    request.method = arguments.words[0];
    std::transform(request.method.begin(), request.method.end(), request.method.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    constexpr std::string_view methods[] = {"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"};
    if (std::find(std::begin(methods), std::end(methods), request.method) == std::end(methods))
        return Trouble{Exit::usage, "\"" + visible(shortened(arguments.words[0], 40)) + "\" is no method",
                       usage_line(*arguments.verb)};
    request.path = arguments.words[1];
    if (!request.path.starts_with('/') || request.path.find_first_of(" \t\r\n") != request.path.npos)
        return Trouble{Exit::usage, "\"" + visible(shortened(request.path, 60)) + "\" is no path",
                       "begin with /, percent-encode spaces: incidentctl api GET /api/v1/status"};
    if (arguments.has("data")) {
        auto body = body_of(session, arguments.value("data"));
        if (!body) return body.error();
        request.body = std::move(*body);
    }
    if (arguments.has("content-type")) request.content_type = arguments.value("content-type");
    if (arguments.has("header")) {
        const auto line = arguments.value("header");
        const auto colon = line.find(':');
        if (colon == line.npos || colon == 0)
            return Trouble{Exit::usage, "\"" + visible(shortened(line, 60)) + "\" is no header",
                           "write it as: --header 'Name: value'"};
        request.headers.emplace_back(line.substr(0, colon),
                                     std::string{trimmed(std::string_view{line}.substr(colon + 1))});
    }
    if (request.method == "POST" || request.method == "PATCH")
        request.headers.emplace_back("Idempotency-Key", random_key());
    auto reply = session.exchange(request, Session::Purpose::answer);
    if (!reply) return reply.error();
    session.out(session.surroundings().out_tty ? visible(reply->body, true) : reply->body);
    if (session.surroundings().out_tty && !reply->body.empty() && !reply->body.ends_with('\n')) session.out("\n");
    if (reply->ok() || reply->status == 304) return Exit::ok;
    session.warn("incidentctl: HTTP " + std::to_string(reply->status) + " to " + request.method + ' ' +
                 visible(request.path));
    return exit_for_status(reply->status);
}

Try<Exit> run_version(Session& session, const Arguments&)
{
    const std::string compiler =
#if defined(__clang__)
        "clang " __clang_version__;
#else
        "gcc " __VERSION__;
#endif
    const json::object value{{"version", INCIDENT_VERSION},
                             {"revision", INCIDENT_REVISION},
                             {"build_date", __DATE__},
                             {"compiler", compiler}};
    session.print_value(value,
                        "incidentctl, version " INCIDENT_VERSION " (revision " INCIDENT_REVISION
                        ")\n  build date: " __DATE__ "\n  compiler:   " +
                            compiler + '\n',
                        INCIDENT_VERSION);
    return Exit::ok;
}

Try<Exit> run_help(Session& session, const Arguments& arguments)
{
    if (arguments.words.empty()) {
        session.page(full_help());
        return Exit::ok;
    }
    const auto* verb = find_verb(arguments.words.front());
    if (verb == nullptr) {
        std::vector<std::string> again{arguments.words.front()};
        return split(again).error();
    }
    session.out(verb_help(*verb));
    return Exit::ok;
}

}  // namespace incident::ctl
