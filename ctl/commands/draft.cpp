#include "commands/as_of.hpp"
#include "commands/pdf.hpp"
#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "draft/html.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

// The documents: the server renders them, the same bytes for everybody.
namespace incident::ctl {
namespace {

/// What `check` looks at, so that it can say SUCCESS too. DRAFT.md's table.
constexpr std::pair<std::string_view, std::string_view> rows[] = {
    {"S1", "start, end and time zone"},
    {"S2", "impact: service, what users saw, share of users"},
    {"S3", "root cause"},
    {"T1", "detection"},
    {"T2", "how it was detected"},
    {"T3", "actions or investigations, with a hypothesis or cause"},
    {"T4", "misleading path, or none"},
    {"T5", "escalation to a team or person, or none"},
    {"T6", "resolution and how"},
    {"T7", "bullets of one or two sentences with a time"},
    {"T8", "order of events"},
    {"D1", "duration"},
    {"R1", "cause in two sentences"},
    {"R2", "fix in two sentences"},
    {"C1", "an improvement"},
    {"C2", "a task"},
    {"C3", "tasks that can be done"},
    {"W1", "400 to 600 words"},
    {"H1", "hypotheses settled"},
    {"G1", "recorded without a gap"}};

/// Whole or not at all: a reader of FILE never sees half a document.
Try<void> write_file(const std::string& path, const std::string& text)
{
    const auto temporary = path + ".new";
    {
        std::ofstream file{temporary, std::ios::binary | std::ios::trunc};
        file << text;
        file.flush();
        if (!file)
            return Trouble{Exit::failure, "cannot write " + temporary + ": " + std::strerror(errno),
                           "name another file with --out"};
    }
    std::error_code failed;
    std::filesystem::rename(temporary, path, failed);
    if (failed)
        return Trouble{Exit::failure, "cannot write " + path + ": " + failed.message(), "name another file with --out"};
    return {};
}

Try<std::string> key_of(Session& session, const Arguments& arguments)
{
    if (arguments.words.empty()) return needed_incident(session, true);
    const auto key = parse_incident_key(arguments.words.front());
    if (!key) return usage(key.error(), "write it as: INC-7");
    return to_string(*key);
}

}  // namespace

Try<Exit> run_draft(Session& session, const Arguments& arguments)
{
    auto key = key_of(session, arguments);
    if (!key) return key.error();
    auto format = arguments.value("format");
    if (format.empty())
        format =
            session.format() == Format::json || session.format() == Format::jsonl || session.format() == Format::yaml
                ? "json"
                : "md";
    const bool pdf = format == "pdf", to_file = !arguments.value("out").empty() && arguments.value("out") != "-";
    std::optional<PdfMaker> maker;
    if (pdf) {
        if (!to_file && session.surroundings().out_tty)
            return Trouble{Exit::usage, "a PDF is nothing for a terminal", "name a file: incidentctl draft --format pdf --out pm.pdf"};
        maker = find_pdf_maker();
        if (!maker) return no_pdf_maker();
    }
    const auto switched = [&](std::string_view flag, std::string value) {
        return arguments.has(flag) ? std::move(value) : std::string{};
    };
    const auto as_of = read_as_of(session, arguments);
    if (!as_of) return as_of.error();
    Request request;
    const auto zone = session.settings().value("tz");
    request.path = incident_path(*key) + "/draft?" +
                   query_of({{"format", pdf ? "html" : format},
                             {"as_of", *as_of},
                             {"tz", zone == "UTC" ? "" : zone},
                             {"clock", arguments.value("clock")},
                             {"seconds", switched("seconds", "true")},
                             {"fold", switched("no-fold", "false")},
                             {"trace", switched("trace", "true")}});
    auto reply = session.exchange(request, Session::Purpose::answer);
    if (!reply) return reply.error();
    if (!reply->ok()) return Session::refused(*reply, request);
    auto text = std::move(reply->body);
    if (format == "json") {
        const auto value = session.document_of(Reply{reply->status, {}, text, {}}, request);
        if (!value) return value.error();
        if (session.format() == Format::yaml)
            text = to_yaml(*value);
        else if (session.format() == Format::jsonl)
            text = compact_json(*value) + '\n';
        else if (session.surroundings().out_tty)
            text = pretty_json(*value);
    } else if (format == "html" || pdf) {
        // A login page must not become the postmortem, and it is HTML too.
        constexpr std::size_t head_bytes = 4096;
        if (!reply->content_type.starts_with("text/html") || text.substr(0, head_bytes).find(draft::html_generator) == std::string::npos)
            return session.stranger(request);
        if (pdf) {
            auto made = to_pdf(*maker, text);
            if (!made) return made.error();
            text = std::move(*made);
        }
    } else if (!reply->content_type.starts_with("text/markdown")) {
        return session.stranger(request);
    }
    if (!pdf && !text.ends_with('\n')) text += '\n';
    if (const auto path = arguments.value("out"); !path.empty() && path != "-") {
        if (auto written = write_file(path, text); !written) return written.error();
        session.say("written to " + path + "; see what it lacks with: incidentctl check -i " + *key);
        return Exit::ok;
    }
    // A file gets the bytes as they are; a terminal must not be steered by them.
    if (session.surroundings().out_tty)
        session.page(format == "md" ? visible(text, true) : text);
    else
        session.out(text);
    return Exit::ok;
}

Try<Exit> run_check(Session& session, const Arguments& arguments)
{
    auto key = key_of(session, arguments);
    if (!key) return key.error();
    const auto as_of = read_as_of(session, arguments);
    if (!as_of) return as_of.error();
    auto timeline = session.get(timeline_path(*key, *as_of));
    if (!timeline) return timeline.error();
    const auto& findings = array_at(*timeline, "findings");
    std::size_t errors = 0, warnings = 0;
    std::string text;
    const bool colour = session.colour();
    const auto tell = [&](const json::value& finding) {
        const bool error = text_at(finding, "level") == "error";
        ++(error ? errors : warnings);
        text += painted(error ? "FAILED " : "WARNING", error ? Style::bad : Style::warning, colour) + "  " +
                visible(text_at(finding, "id")) + "  " + visible(text_at(finding, "text")) + '\n';
        if (const auto fix = text_at(finding, "fix"); !fix.empty()) text += "             " + visible(fix) + '\n';
    };
    for (const auto& [id, what] : rows) {
        bool found = false;
        for (const auto& finding : findings)
            if (text_at(finding, "id") == id) {
                tell(finding);
                found = true;
            }
        if (!found)
            text += painted("SUCCESS", Style::good, colour) + "  " + std::string{id} + "  " + std::string{what} + '\n';
    }
    for (const auto& finding : findings) // a newer server may check more than we know of
        if (std::none_of(std::begin(rows), std::end(rows),
                         [&](const auto& row) { return row.first == text_at(finding, "id"); }))
            tell(finding);
    const auto count = [](std::size_t number, const char* word) {
        return std::to_string(number) + ' ' + word + (number == 1 ? "" : "s");
    };
    text += *key + ": " + count(errors, "error") + ", " + count(warnings, "warning") + '\n';
    if (session.format() <= Format::wide || session.format() == Format::md) {
        if (!session.quiet()) session.page(text);
    } else {
        session.print_list(findings, Table{}, "id");
    }
    return errors > 0 || (warnings > 0 && arguments.has("strict")) ? Exit::invalid : Exit::ok;
}

}  // namespace incident::ctl
