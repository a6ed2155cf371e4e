#include "commands/session.hpp"
#include "client/token.hpp"
#include "model/text.hpp"
#include "wire/problem.hpp"
#include "wire/routes.hpp"
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <pwd.h>
#include <unistd.h>

namespace incident::ctl {
namespace {

constexpr std::pair<std::string_view, Format> formats[] = {
    {"table", Format::table}, {"wide", Format::wide}, {"json", Format::json}, {"jsonl", Format::jsonl},
    {"yaml", Format::yaml},   {"md", Format::md},     {"name", Format::name}};

/// `~/` is what people write; no shell has seen a file's or a variable's.
std::string path_of(std::string path, const Environment& environment)
{
    if (path.starts_with("~/"))
        if (const auto home = environment("HOME")) path = *home + path.substr(1);
    return path;
}

}  // namespace

Session::Session(const Arguments& arguments, Settings settings, Surroundings surroundings)
    : arguments_(arguments), settings_(std::move(settings)), surroundings_(std::move(surroundings))
{
    const auto word = arguments_.has("json") ? std::string{"json"} : settings_.value("output");
    for (const auto& [name, format] : formats)
        if (name == word) format_ = format;
    const auto* choice = settings_.find("color");
    const bool given = choice && choice->origin != "default" && choice->value != "auto";
    const auto no_color = surroundings_.environment("NO_COLOR").value_or("");
    const auto term = surroundings_.environment("TERM").value_or("");
    colour_ = wants_colour({choice ? choice->value : "auto", given, surroundings_.out_tty, no_color, term});
}

Try<void> Session::check_settings()
{
    const auto from = [&](std::string_view name) { return " (from " + settings_.find(name)->origin + ")"; };
    const auto output = settings_.value("output");
    if (std::none_of(std::begin(formats), std::end(formats), [&](const auto& known) { return known.first == output; }))
        return Trouble{Exit::usage, "unknown output format \"" + visible(output) + "\"" + from("output"),
                       "write one of: table, wide, json, jsonl, yaml, md, name"};
    const auto colour_word = settings_.value("color");
    if (colour_word != "auto" && colour_word != "always" && colour_word != "never")
        return Trouble{Exit::usage, "unknown colour choice \"" + visible(colour_word) + "\"" + from("color"),
                       "write one of: auto, always, never"};
    const auto span = parse_span(settings_.value("timeout"));
    if (!span) return usage(span.error(), "write it as: --timeout 5s");
    timeout_ = std::chrono::duration_cast<std::chrono::milliseconds>(*span);
    if (timeout_.count() < 1)
        return Trouble{Exit::usage, "the timeout \"" + settings_.value("timeout") + "\" is too short",
                       "write it as: --timeout 5s"};
    if (const auto zone = settings_.value("tz"); zone != "UTC")
        if (const auto known = to_local(now(), zone); !known)
            return usage(known.error(), "write it as: --tz Africa/Nairobi");
    return {};
}

std::string Session::author() const
{
    // No note is refused because of an odd name: what the server would not take is made visible, or left out.
    const auto usable = [](std::string_view name) { return shortened(visible(to_valid_utf8(trimmed(name))), max_name_bytes); };
    if (auto named = usable(settings_.value("author")); !named.empty()) return named;
    for (const char* variable : {"USER", "LOGNAME"})
        if (const auto value = surroundings_.environment(variable); value && !usable(*value).empty()) return usable(*value);
    const auto* account = ::getpwuid(::getuid());
    return account != nullptr ? account->pw_name : std::string{};
}

void Session::out(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void Session::say(std::string_view line) const
{
    if (!quiet()) warn(line);
}

void Session::warn(std::string_view line) const
{
    std::fflush(stdout);  // so that remarks stand where they belong
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

void Session::page(std::string_view text)
{
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    std::string pager = settings_.value("pager");
    if (pager.empty()) pager = surroundings_.environment("PAGER").value_or("less -FIRX");
    if (!surroundings_.out_tty || settings_.on("no-pager") || lines < surroundings_.rows || pager.empty() ||
        pager == "cat")
        return out(text);
    std::fflush(stdout);
    std::FILE* pipe = ::popen(pager.c_str(), "w");
    if (pipe == nullptr) return out(text);
    std::fwrite(text.data(), 1, text.size(), pipe);
    if (::pclose(pipe) == 127 * 256) out(text);  // the shell found no such program
}

bool Session::can_ask() const { return surroundings_.in_tty && surroundings_.err_tty && !settings_.on("no-input"); }

std::optional<std::string> Session::ask(std::string_view question) const
{
    std::fflush(stdout);
    std::fprintf(stderr, "%.*s", static_cast<int>(question.size()), question.data());
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
}

Try<void> Session::confirm(std::string_view question) const
{
    if (arguments_.has("yes")) return {};
    if (!can_ask())
        return Trouble{Exit::usage, std::string{question} + " Nobody can be asked here",
                       "say so with --yes, or look first with --dry-run"};
    const auto answer = ask(std::string{question} + " [y/N] ");
    if (answer && (lowered(*answer) == "y" || lowered(*answer) == "yes")) return {};
    return Trouble{Exit::failure, "not done", {}};
}

TableLook Session::look() const
{
    return {surroundings_.out_tty, format_ == Format::wide, colour_, surroundings_.columns};
}

void Session::print_list(const json::array& items, const Table& table, std::string_view name_member)
{
    switch (format_) {
    case Format::table:
    case Format::wide:
        return page(print_table(table, look()));
    case Format::md:
        return page(print_markdown(table));
    case Format::json:
        return out(pretty_json(items));
    case Format::yaml:
        return out(to_yaml(items));
    case Format::jsonl:
        for (const auto& item : items) out(compact_json(item) + '\n');
        return;
    case Format::name:
        for (const auto& item : items) out(visible(text_at(item, name_member)) + '\n');
        return;
    }
}

void Session::print_value(const json::value& value, const std::string& text, std::string_view name)
{
    if (quiet() && format_ <= Format::wide) return out(std::string{name} + '\n');
    switch (format_) {
    case Format::table:
    case Format::wide:
    case Format::md:
        return page(text);
    case Format::json:
        return out(pretty_json(value));
    case Format::yaml:
        return out(to_yaml(value));
    case Format::jsonl:
        return out(compact_json(value) + '\n');
    case Format::name:
        return out(std::string{name} + '\n');
    }
}

std::string Session::server_name() const
{
    if (const auto* url = settings_.find("url"); url && !url->origin.starts_with("context ")) return url->value;
    return settings_.context().empty() ? "default" : "context " + settings_.context();
}

Try<std::unique_ptr<Transport>> Session::new_transport() const
{
    std::vector<Endpoint> endpoints;
    if (const auto url = settings_.value("url"); !url.empty()) {
        auto endpoint = parse_endpoint(url);
        if (!endpoint) return endpoint.error();
        endpoints.push_back(std::move(*endpoint));
    } else {
        endpoints = default_endpoints(surroundings_.environment);
    }
    auto token = read_token(settings_, surroundings_.environment);
    if (!token) return token.error();
    return std::make_unique<Transport>(std::move(endpoints),
                                             TransportOptions{timeout_, std::move(token->token), arguments_.has("verbose"),
                                                              path_of(settings_.value("ca-file"), surroundings_.environment)});
}

Try<void> Session::connect()
{
    if (transport_) return {};
    auto made = new_transport();
    if (!made) return made.error();
    transport_ = std::move(*made);
    return {};
}

void Session::check_clock(const Reply& reply)
{
    if (clock_checked_) return;
    clock_checked_ = true;
    const auto date = reply.headers.find("date");
    if (date == reply.headers.end()) return;
    std::tm fields{};
    if (::strptime(date->second.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &fields) == nullptr) return;
    const auto seconds = ::timegm(&fields);
    const Instant theirs{std::chrono::seconds{seconds}};
    const auto ours = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    // The header is cut to whole seconds, so the server's clock stands up to one second later.
    constexpr std::chrono::seconds allowed{2};
    if (ours < theirs - allowed || ours > theirs + allowed + std::chrono::seconds{1}) {
        const auto off = std::chrono::duration_cast<std::chrono::seconds>(ours - theirs).count();
        warn("warning: this machine's clock is " + std::to_string(off < 0 ? -off : off) + " s " +
             (off < 0 ? "behind" : "ahead of") + " the server's; times like 5m are read by this clock");
    }
}

Try<Reply> Session::exchange(const Request& request, Purpose purpose)
{
    const bool writes = request.method != "GET" && request.method != "HEAD";
    return exchange(request, purpose, dry_run() && writes);
}

Try<Reply> Session::send_through_dry_run(const Request& request) { return exchange(request, Purpose::answer, false); }

Try<Reply> Session::exchange(const Request& request, Purpose purpose, bool only_show)
{
    if (auto ready = connect(); !ready) return ready.error();
    if (as_curl() && purpose == Purpose::answer) {
        out(curl_command(transport_->endpoint(), request, surroundings_.environment("INCIDENTCTL_TOKEN").has_value(),
                         path_of(settings_.value("ca-file"), surroundings_.environment)) +
            '\n');
        return Trouble{Exit::ok, {}, {}};
    }
    if (only_show) {
        out("would send: " + request.method + ' ' + transport_->endpoint().base + request.path + '\n');
        boost::system::error_code bad;
        const auto body = json::parse(request.body, bad);
        if (!bad) out(pretty_json(body));
        return Trouble{Exit::ok, {}, {}};
    }
    auto reply = transport_->send(request);
    if (reply) check_clock(*reply);
    return reply;
}

Trouble Session::refused(const Reply& reply, const Request& request)
{
    auto failure = wire::read_problem(reply.status, reply.content_type, reply.body);
    std::string cause =
        visible(failure.detail.empty() ? "the server said " + std::to_string(reply.status) : failure.detail);
    for (const auto& field : failure.fields)
        if (field.detail != failure.detail && field.pointer + ": " + field.detail != failure.detail) cause += "\n  " + visible(field.pointer) + ": " + visible(field.detail);
    std::string fix;
    switch (exit_for_status(reply.status)) {
    case Exit::not_found:
        fix = "see what there is with: incidentctl ls, incidentctl log";
        break;
    case Exit::unauthenticated:
        fix = "see whom it takes you for with: incidentctl auth status";
        break;
    case Exit::conflict:
        fix = "look at it with: incidentctl show";
        break;
    case Exit::invalid:
        fix = "change what the server names, and try again";
        break;
    case Exit::unreachable:
        fix = "the server is busy or going down; try again in a moment";
        break;
    default:
        if (const auto to = reply.headers.find("location"); reply.status >= 300 && reply.status < 400 && to != reply.headers.end()) {
            fix = "redirects are not followed; if you trust it, give that address: --url " + visible(to->second);
            break;
        }
        fix = "HTTP " + std::to_string(reply.status) + " to " + request.method + ' ' + request.path;
        break;
    }
    return {exit_for_status(reply.status), std::move(cause), std::move(fix)};
}

Try<json::value> Session::get(const std::string& path, Purpose purpose)
{
    Request request;
    request.path = path;
    auto reply = exchange(request, purpose);
    if (!reply) return reply.error();
    if (!reply->ok()) return refused(*reply, request);
    return document_of(*reply, request);
}

Try<json::value> Session::document_of(const Reply& reply, const Request& request) const
{
    boost::system::error_code bad;
    auto value = json::parse(reply.body, bad);
    if (bad || !value.is_object()) return stranger(request);
    return value;
}

Trouble Session::stranger(const Request& request) const
{
    return {Exit::failure,
            transport_->endpoint().url + " does not answer as an incidentd would to " + request.method + ' ' + request.path,
            "is that address an incidentd? look with: incidentctl api GET /api/v1/status"};
}

Try<json::value> Session::write(std::string method, const std::string& path, const json::value& body, bool return_all)
{
    Request request;
    request.method = std::move(method);
    request.path = path;
    request.body = json::serialize(body);
    auto key = std::exchange(next_key, {});
    request.headers.emplace_back("Idempotency-Key", key.empty() ? random_key() : std::move(key));
    if (return_all) request.headers.emplace_back("Prefer", "return=representation");
    auto reply = exchange(request, Purpose::answer);
    if (!reply) {
        outcome_unknown = transport_ && transport_->connected();
        return reply.error();
    }
    if (!reply->ok()) return refused(*reply, request);
    // A portal's or proxy's own page says 200 as well, and nobody may believe that it is stored.
    auto value = document_of(*reply, request);
    outcome_unknown = !value;
    return value;
}

Try<json::array> Session::events(const std::string& query, std::size_t limit, Purpose purpose)
{
    constexpr std::size_t page_events = 1000;
    json::array all;
    std::string cursor;
    do {
        auto path = "/api/v1/events?limit=" + std::to_string(std::min(page_events, limit - all.size()));
        if (!query.empty()) path += '&' + query;
        if (!cursor.empty()) path += "&cursor=" + wire::path_segment(cursor);
        auto page = get(path, purpose);
        if (!page) return page.error();
        for (const auto& event : array_at(*page, "events")) all.push_back(event);
        cursor = text_at(*page, "next");
    } while (!cursor.empty() && all.size() < limit);
    return all;
}

Try<TimeReading> Session::read_time(std::string_view text, bool future_allowed)
{
    TimeContext context;
    context.now = now();
    context.zone = settings_.value("tz");
    context.aliases = settings_.timezone_aliases();
    context.future_allowed = future_allowed;
    auto reading = parse_time(text, context);
    if (!reading) return usage(reading.error(), "write it as: 5m, 02:31, 14:02Z or 2024-06-05T14:00:00Z");
    return std::move(*reading);
}

const Memory& Session::memory()
{
    if (!memory_) {
        const auto folder = state_folder(surroundings_.environment);
        memory_.emplace(folder.empty() ? folder : folder + "/last.json", server_name());
    }
    return *memory_;
}

std::string query_of(std::initializer_list<std::pair<std::string_view, std::string>> pairs)
{
    std::string query;
    for (const auto& [name, value] : pairs)
        if (!value.empty()) query += (query.empty() ? "" : "&") + std::string{name} + '=' + wire::path_segment(value);
    return query;
}

std::string incident_path(std::string_view key) { return "/api/v1/incidents/" + wire::path_segment(key); }
std::string event_path(std::string_view id) { return "/api/v1/events/" + wire::path_segment(id); }

}  // namespace incident::ctl
