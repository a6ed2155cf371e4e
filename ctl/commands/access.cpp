#include "client/token.hpp"
#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include "wire/routes.hpp"
#include <algorithm>
#include <iostream>
#include <termios.h>
#include <unistd.h>

// Who may do what: tokens, logging in, and who reads a private incident.
namespace incident::ctl {
namespace {

std::string listed(const json::array& words)
{
    std::string list;
    for (const auto& word : words)
        if (word.is_string()) list += (list.empty() ? "" : ", ") + std::string{std::string_view{word.get_string()}};
    return list;
}

/// `a,b` and `--role a --role b` alike.
json::array roles_of(const std::string& given)
{
    json::array roles;
    for (std::string_view rest = given; !rest.empty();) {
        const auto comma = rest.find(',');
        if (const auto word = trimmed(rest.substr(0, comma)); !word.empty()) roles.push_back(json::string(word));
        rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return roles;
}

Try<json::value> ask(Session& session, std::string method, const std::string& path, const json::value* body)
{
    Request request;
    request.method = std::move(method);
    request.path = path;
    if (body != nullptr) request.body = json::serialize(*body);
    auto reply = session.exchange(request, Session::Purpose::answer);
    if (!reply) return reply.error();
    if (!reply->ok()) return Session::refused(*reply, request);
    return session.document_of(*reply, request);
}

/// The token alone on stdout, so that a script or a shell's `>` gets it; the rest is talk.
Try<Exit> create(Session& session, const Arguments& arguments)
{
    const auto roles = roles_of(arguments.value("role"));
    if (roles.empty())
        return Trouble{Exit::usage, "a token without a role opens nothing",
                       "write it as: incidentctl token create " + shell_quoted(arguments.words[1]) + " --role read"};
    json::object body{{"name", arguments.words[1]}, {"roles", roles}};
    if (arguments.has("expires")) body["expires"] = arguments.value("expires");
    const json::value whole(std::move(body));  // braces would make an array of it
    auto answer = ask(session, "POST", "/api/v1/tokens", &whole);
    if (!answer) return answer.error();
    const std::string token{text_at(*answer, "token")}, expires{text_at(*answer, "expires_at")};
    session.print_value(*answer, token + '\n', token);
    session.say(visible(text_at(*answer, "id")) + " speaks for " + visible(text_at(*answer, "name")) + " · " + listed(array_at(*answer, "roles")) +
                (expires.empty() ? " · never expires" : " · until " + expires) + "\nit is shown here and never again; keep it in a file that only its user can read");
    if (const auto warning = text_at(*answer, "warning"); !warning.empty()) session.warn("warning: " + visible(warning));
    return Exit::ok;
}

Try<Exit> list(Session& session)
{
    auto answer = session.get("/api/v1/tokens");
    if (!answer) return answer.error();
    const auto& tokens = array_at(*answer, "tokens");
    Table table;
    table.columns = {{"ID"}, {"NAME"}, {"STATE"}, {"MADE", true}, {"BY", true}, {"EXPIRES"}, {"ROLES"}};
    const auto time = [&](const json::value& token, std::string_view name) {
        const auto at = instant_at(token, name);
        return Cell{at ? short_time(*at, session.clock()) : "-", Style::plain, at ? to_rfc3339(*at) : std::string{}};
    };
    for (const auto& token : tokens) {
        const std::string state{text_at(token, "state")};
        table.rows.push_back({{std::string{text_at(token, "id")}, Style::key, ""},
                              {std::string{text_at(token, "name")}, Style::plain, ""},
                              {state, state == "active" ? Style::good : Style::faint, ""},
                              time(token, "created_at"),
                              {std::string{text_at(token, "created_by")}, Style::plain, ""},
                              time(token, "expires_at"),
                              {listed(array_at(token, "roles")), Style::plain, ""}});
    }
    if (tokens.empty() && session.format() <= Format::wide)
        session.say("no token was ever made; make one with: incidentctl token create NAME --role read");
    else
        session.print_list(tokens, table, "id");
    return Exit::ok;
}

Try<Exit> revoke(Session& session, const Arguments& arguments)
{
    const auto& id = arguments.words[1];
    if (!session.dry_run() && !session.as_curl())
        if (auto sure = session.confirm("revoke " + visible(shortened(id, 80)) + "? It cannot be taken back."); !sure) return sure.error();
    auto answer = ask(session, "DELETE", "/api/v1/tokens/" + wire::path_segment(id), nullptr);
    if (!answer) return answer.error();
    session.print_value(*answer, visible(text_at(*answer, "id")) + " of " + visible(text_at(*answer, "name")) + " is worthless now\n", text_at(*answer, "id"));
    return Exit::ok;
}

/// A line typed without being shown. Empty: end of input.
std::string hidden_line(const Session& session)
{
    const bool terminal = session.surroundings().in_tty;
    if (!terminal) {
        std::string line;
        std::getline(std::cin, line);
        return line;
    }
    struct Silent {
        termios before{};
        bool changed = false;
        Silent()
        {
            if (::tcgetattr(STDIN_FILENO, &before) != 0) return;
            auto silent = before;
            silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            changed = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
        }
        ~Silent()
        {
            if (changed) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        }
        Silent(const Silent&) = delete;
        Silent& operator=(const Silent&) = delete;
    };
    const Silent silent;
    const auto line = session.ask("token (not shown): ");
    session.warn("");
    return line.value_or("");
}

std::string who(const json::value& self)
{
    const auto name = text_at(self, "name");
    const auto roles = listed(array_at(self, "roles"));
    return (name.empty() ? std::string{"nobody in particular"} : visible(name)) + " (" + visible(text_at(self, "how")) + "), " +
           (roles.empty() ? "no role" : visible(roles)) + (flag_at(self, "owner") ? ", reads private incidents" : "");
}

}  // namespace

Try<Exit> run_token(Session& session, const Arguments& arguments)
{
    const auto action = arguments.words.empty() ? std::string{"ls"} : arguments.words.front();
    if (action == "ls" && arguments.words.size() <= 1) return list(session);
    if (action == "create" && arguments.words.size() == 2) return create(session, arguments);
    if (action == "revoke" && arguments.words.size() == 2) return revoke(session, arguments);
    if ((action == "create" || action == "revoke") && arguments.words.size() == 1)
        return Trouble{Exit::usage, "token " + action + (action == "create" ? " wants the NAME it speaks for" : " wants an ID; token ls has them"), usage_line(*arguments.verb)};
    return Trouble{Exit::usage, "token cannot do that: \"" + visible(shortened(arguments.text(), 60)) + "\"", usage_line(*arguments.verb)};
}

Try<Exit> run_auth(Session& session, const Arguments& arguments)
{
    if (arguments.words.front() != "status")
        return Trouble{Exit::usage, "auth cannot \"" + visible(shortened(arguments.words.front(), 40)) + "\"", usage_line(*arguments.verb)};
    const auto& settings = session.settings();
    auto token = read_token(settings, session.surroundings().environment);
    if (!token) return token.error();
    const auto* url = settings.find("url");
    const auto url_origin = url == nullptr || url->value.empty() ? std::string{"default"} : url->origin;
    const auto token_origin = token->token.empty() ? std::string{"none"} : token->origin;
    if (auto ready = session.connect(); !ready) return ready.error();
    const auto local = [&] {
        return "server    " + visible(session.transport().endpoint().url) + "  (" + url_origin + ")\ntoken     " + visible(token_origin) + '\n';
    };
    auto self = session.get("/api/v1/self");
    if (!self) {
        if (!session.as_curl()) session.warn(local());
        return self.error();
    }
    const json::object all{{"url", session.transport().endpoint().url}, {"url_origin", url_origin}, {"token_origin", token_origin}, {"self", *self}};
    auto text = local() + "you are   " + who(*self) + '\n';
    if (flag_at(*self, "open")) text += "door      open: programs of this machine need no token; the first token that is made closes it\n";
    session.print_value(all, text, text_at(*self, "name"));
    return Exit::ok;
}

Try<Exit> run_login(Session& session, const Arguments&)
{
    const auto& environment = session.surroundings().environment;
    if (const auto shadow = environment("INCIDENTCTL_TOKEN"); shadow && !shadow->empty())
        return Trouble{Exit::usage, "INCIDENTCTL_TOKEN is set and would win over what you log in with", "unset INCIDENTCTL_TOKEN"};
    const auto place = token_place(session.settings(), environment);
    if (place.path.empty())
        return Trouble{Exit::usage, "nothing says where the token for this server is kept",
                       "name a file with --token-file FILE, or the server with: incidentctl ctx add NAME --url URL"};
    if (session.surroundings().in_tty && !session.can_ask())
        return Trouble{Exit::usage, "nobody can be asked for the token here", "pipe it in: incidentctl login < FILE"};
    const auto typed = hidden_line(session);
    const auto token = std::string{trimmed(typed)};
    if (token.empty() || !std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; }))
        return Trouble{Exit::usage, "that is no token", "give what incidentctl token create printed, alone on one line"};
    if (session.dry_run()) {
        session.out("would write the token to " + place.path + '\n');
        return Exit::ok;
    }
    std::string before;
    if (auto old = read_token(session.settings(), environment); old) before = old->token;
    if (auto written = write_token(place.path, token); !written) return written.error();
    // The first request of this run reads the file, as the next command will.
    auto self = session.get("/api/v1/self");
    if (!self) {
        if (self.error().exit == Exit::unauthenticated) {
            if (before.empty()) ::unlink(place.path.c_str());
            else if (auto restored = write_token(place.path, before); !restored) return restored.error();
            auto trouble = self.error();
            trouble.fix = "nothing was kept; log in again with a token that is in force";
            return trouble;
        }
        session.warn("the token is kept in " + place.path + ", but nobody answered to try it");
        return self.error();
    }
    session.print_value(*self, "logged in as " + who(*self) + "\nkept in " + place.path + '\n', text_at(*self, "name"));
    return Exit::ok;
}

Try<Exit> run_share(Session& session, const Arguments& arguments)
{
    const bool share = arguments.verb->name == "share";
    auto key = needed_incident(session, true);
    if (!key) return key.error();
    auto before = session.get(incident_path(*key), Session::Purpose::preparation);
    if (!before) return before.error();
    json::array members = array_at(*before, "members");
    for (const auto& name : arguments.words) {
        const auto found = std::ranges::find(members, json::value(json::string(name)));
        if (share && found == members.end()) members.push_back(json::string(name));
        if (!share && found == members.end())
            return Trouble{Exit::not_found, visible(shortened(name, 80)) + " is no member of " + *key, "members are: " + visible(listed(members))};
        if (!share) members.erase(found);
    }
    const json::object revert{{"members", array_at(*before, "members")}};
    auto answer = patch(session, *key, json::object{{"members", members}}, std::string{arguments.verb->name} + ' ' + *key, json::serialize(revert));
    if (!answer) return answer.error();
    const bool is_private = text_at(*answer, "label") == "private";
    session.print_value(*answer, *key + (is_private ? " can be read by " : " is not private, so everybody can read it; its members: ") +
                                     visible(listed(array_at(*answer, "members"))) + (is_private ? "\n" : "\nmake it private with: incidentctl set label=private\n"),
                        *key);
    return Exit::ok;
}

}  // namespace incident::ctl
