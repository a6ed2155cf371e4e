#include "commands/as_of.hpp"
#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "draft/check_written.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

// What a postmortem lacks: an incident's draft, which the server judges, or a document that nobody generated, which we do.
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

class Report {
 public:
    explicit Report(Session& session) : session_(session), colour_(session.colour()) {}

    /// One row's findings, or that it has none.
    void row(std::string_view id, std::string_view what, const json::array& findings)
    {
        bool found = false;
        for (const auto& finding : findings)
            if (text_at(finding, "id") == id) {
                tell(finding);
                found = true;
            }
        if (!found) text_ += painted("SUCCESS", Style::good, colour_) + "  " + std::string{id} + "  " + std::string{what} + '\n';
    }
    void skipped(std::string_view id, std::string_view what, std::string_view why)
    {
        text_ += painted("SKIPPED", Style::faint, colour_) + "  " + std::string{id} + "  " + std::string{what} + ": " + std::string{why} + '\n';
    }
    void tell(const json::value& finding)
    {
        const bool error = text_at(finding, "level") == "error";
        ++(error ? errors_ : warnings_);
        const auto line = number_at(finding, "line");
        text_ += painted(error ? "FAILED " : "WARNING", error ? Style::bad : Style::warning, colour_) + "  " + visible(text_at(finding, "id")) + "  " +
                 (line.empty() ? "" : "line " + line + ": ") + visible(text_at(finding, "text")) + '\n';
        if (const auto fix = text_at(finding, "fix"); !fix.empty()) text_ += "             " + visible(fix) + '\n';
    }
    Exit print(const std::string& name, const json::array& findings, bool strict)
    {
        const auto count = [](std::size_t number, const char* word) {
            return std::to_string(number) + ' ' + word + (number == 1 ? "" : "s");
        };
        text_ += name + ": " + count(errors_, "error") + ", " + count(warnings_, "warning") + '\n';
        if (session_.format() <= Format::wide || session_.format() == Format::md) {
            if (!session_.quiet()) session_.page(text_);
        } else {
            session_.print_list(findings, Table{}, "id");
        }
        return errors_ > 0 || (warnings_ > 0 && strict) ? Exit::invalid : Exit::ok;
    }

 private:
    Session& session_;
    bool colour_;
    std::size_t errors_ = 0, warnings_ = 0;
    std::string text_;
};

bool names_a_file(const std::string& word)
{
    if (word == "-" || word.find('/') != std::string::npos || word.find('.') != std::string::npos) return true;
    std::error_code ignored;
    return std::filesystem::is_regular_file(word, ignored);
}

Try<std::string> document_of(Session& session, const std::string& path)
{
    const auto take = [](std::istream& from) {
        std::string text;
        char buffer[65536];
        while (text.size() <= draft::max_checked_bytes && (from.read(buffer, sizeof buffer), from.gcount() > 0))
            text.append(buffer, static_cast<std::size_t>(from.gcount()));
        return text;
    };
    if (path == "-") {
        if (session.surroundings().in_tty)
            return Trouble{Exit::usage, "\"-\" reads standard input, which is a terminal here", "name a file, or pipe the document in"};
        return take(std::cin);
    }
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        return Trouble{Exit::usage, "cannot read " + visible(path) + ": it is a folder", "name a postmortem in it: incidentctl check FILE.md"};
    errno = 0;
    std::ifstream file{path, std::ios::binary};
    if (!file)
        return Trouble{Exit::usage, "cannot read " + visible(path) + (errno == 0 ? "" : std::string{": "} + std::strerror(errno)),
                       "name an incident (INC-7), or a postmortem as Markdown, HTML or plain text"};
    return take(file);
}

/// The same members as an incident's findings have, and the line. Events there are none.
json::array to_json(const std::vector<draft::WrittenFinding>& findings)
{
    json::array all;
    for (const auto& finding : findings)
        all.push_back(json::object{{"id", finding.id},
                                   {"level", timeline::to_string(finding.level)},
                                   {"text", finding.text},
                                   {"fix", finding.fix},
                                   {"line", finding.line},
                                   {"events", json::array{}}});
    return all;
}

Try<Exit> check_file(Session& session, const std::string& path, bool strict)
{
    auto document = document_of(session, path);
    if (!document) return document.error();
    const auto found = draft::check_written(*document, session.now());
    if (!found) return Trouble{Exit::usage, visible(path) + ": " + found.error().detail, "name a postmortem: incidentctl check FILE.md"};
    const auto findings = to_json(*found);
    const auto unseen = draft::not_seen_in_a_file();
    Report report{session};
    for (const auto& [id, what] : rows) {
        const auto skipped = std::ranges::find(unseen, id, &draft::NotSeen::id);
        if (skipped != unseen.end()) report.skipped(id, what, skipped->why);
        else report.row(id, what, findings);
    }
    return report.print(path == "-" ? "standard input" : visible(path), findings, strict);
}

}  // namespace

Try<Exit> run_check(Session& session, const Arguments& arguments)
{
    std::string key;
    if (arguments.words.empty()) {
        auto wanted = needed_incident(session, true);
        if (!wanted) return wanted.error();
        key = std::move(*wanted);
    } else {
        const auto& word = arguments.words.front();
        const auto named = parse_incident_key(word);
        if (!named && names_a_file(word)) {
            if (arguments.has("as-of"))
                return Trouble{Exit::usage, "--as-of asks what an incident's record held; a file has one state", "leave --as-of out"};
            return check_file(session, word, arguments.has("strict"));
        }
        if (!named) return usage(named.error(), "write it as: INC-7, or name a file: postmortem.md");
        key = to_string(*named);
    }
    const auto as_of = read_as_of(session, arguments);
    if (!as_of) return as_of.error();
    auto timeline = session.get(timeline_path(key, *as_of));
    if (!timeline) return timeline.error();
    const auto& findings = array_at(*timeline, "findings");
    Report report{session};
    for (const auto& [id, what] : rows) report.row(id, what, findings);
    for (const auto& finding : findings)  // a newer server may check more than we know of
        if (std::none_of(std::begin(rows), std::end(rows), [&](const auto& row) { return row.first == text_at(finding, "id"); }))
            report.tell(finding);
    return report.print(key, findings, arguments.has("strict"));
}

}  // namespace incident::ctl
