#include "commands/as_of.hpp"
#include "commands/export.hpp"
#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include <algorithm>

// What the document lacks.
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

}  // namespace

Try<Exit> run_check(Session& session, const Arguments& arguments)
{
    auto key = document_key(session, arguments);
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
