#include "commands/as_of.hpp"
#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include "render/width.hpp"
#include "timeline/catch_up.hpp"
#include "timeline/json.hpp"

// For whoever comes back: one screen, the same for everybody who asks about the same span.
namespace incident::ctl {
namespace {

using timeline::CatchUp;
using timeline::CaughtEvent;

/// Every line is cut to the terminal: the screen is worth more than the end of a sentence.
class Page {
 public:
    explicit Page(const Session& session) : clock_(session.clock()), look_(session.look()) {}

    void line(std::string_view label, const std::string& words, Style style = Style::plain)
    {
        constexpr std::size_t label_columns = 9;
        auto shown = visible(words);
        if (look_.terminal && !look_.wide) shown = cut(shown, std::max<std::size_t>(look_.columns, 40) - label_columns);
        text_ += padded(label, label_columns) + painted(shown, style, look_.colour) + '\n';
    }
    [[nodiscard]] std::string moment(Instant at) const { return short_time(at, clock_); }
    [[nodiscard]] std::string take() { return std::move(text_); }

 private:
    ClockLook clock_;
    TableLook look_;
    std::string text_;
};

std::string number_of(const CaughtEvent& event) { return event.number ? ":" + std::to_string(*event.number) : "-"; }

std::string people_in(const std::vector<std::string>& names)
{
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    return all;
}

std::string lasting(Instant from, Instant to) { return minutes_in_words(std::chrono::round<std::chrono::minutes>(to - from).count()); }

std::string state(const CatchUp& caught, const Page& page)
{
    std::string words = caught.status;
    if (!caught.severity.empty()) words += ", severity " + caught.severity;
    if (!caught.lead.empty()) words += ", lead " + caught.lead;
    words += caught.started_at ? ", began " + page.moment(*caught.started_at) : ", start not known";
    if (caught.resolved_at) words += ", resolved " + page.moment(*caught.resolved_at);
    else if (caught.started_at && caught.status == "open") words += ", not resolved for " + lasting(*caught.started_at, caught.until);
    if (!caught.detected_at) words += ", detection not written down";
    if (caught.mitigated_at && !caught.resolved_at) words += ", mitigated " + page.moment(*caught.mitigated_at);
    return words;
}

std::string told(const CatchUp& caught, Page page)
{
    page.line(to_string(caught.key), caught.title, Style::bold);
    page.line("state", state(caught, page), caught.resolved_at ? Style::good : Style::bad);
    for (const auto& idea : caught.ideas)
        page.line("idea", number_of(idea.idea) + " " + idea.idea.text + " (" + people_in(idea.people) + ", open for " + lasting(idea.idea.at, caught.until) +
                              (idea.tests == 0 ? ", nothing tests it" : ", " + std::to_string(idea.tests) + " tests") + ")",
                  Style::warning);
    if (caught.more_ideas > 0) page.line("", "and " + std::to_string(caught.more_ideas) + " older open ideas");
    if (caught.ideas.empty()) page.line("idea", "none open");
    if (!caught.called.empty()) {
        std::string called;
        for (const auto& one : caught.called) called += (called.empty() ? "" : ", ") + one.to + " since " + page.moment(one.at);
        page.line("called", called);
    }
    for (const auto& one : caught.tasks)
        page.line("todo", number_of(one.task) + " " + (one.owner.empty() ? "nobody" : one.owner) + ": " + one.task.text);
    if (caught.more_tasks > 0) page.line("", "and " + std::to_string(caught.more_tasks) + " earlier ones");
    for (const auto& one : caught.actions) page.line("action", page.moment(one.at) + " " + number_of(one) + " " + one.text + " (" + one.by + ")");
    page.line("since", page.moment(caught.since) + (caught.changes.empty() ? ": nobody wrote anything" : caught.more_changes > 0 ? ", the last " + std::to_string(caught.changes.size()) + " of " + std::to_string(caught.changes.size() + caught.more_changes) : ""));
    for (const auto& one : caught.changes)
        page.line("", page.moment(one.at) + " " + number_of(one) + " " + one.what + "  " + one.text + " (" + one.by + (one.late ? ", added later)" : ")"));
    for (const auto& storm : caught.storms) {
        const bool last = &storm == &caught.storms.back() && caught.more_storms > 0;
        page.line("alert", (last ? "(and " + std::to_string(caught.more_storms) + " others) " : "") + storm.title + (storm.count > 1 ? ", " + std::to_string(storm.count) + " times" : "") + ", last " + page.moment(storm.last_at) +
                               (storm.hosts > 1 ? ", on " + std::to_string(storm.hosts) + " hosts" : "") + (storm.resolved_at ? ", resolved" : ""));
    }
    return page.take();
}

}  // namespace

Try<Exit> run_since(Session& session, const Arguments& arguments)
{
    auto since = session.read_time(arguments.text());
    if (!since) return since.error();
    const auto as_of = read_as_of(session, arguments);
    if (!as_of) return as_of.error();
    auto key = needed_incident(session, true);
    if (!key) return key.error();
    auto answer = session.get(timeline_path(*key, *as_of));
    if (!answer) return answer.error();
    const auto timeline = timeline::read_timeline(*answer);
    if (!timeline)
        return Trouble{Exit::failure, timeline.error().detail, "is the server another version? look with: incidentctl status"};
    const auto until = as_of->empty() ? session.now() : *parse_rfc3339(*as_of);
    if (until < since->at) return Trouble{Exit::usage, "the span begins after --as-of", "give an earlier time"};
    const auto caught = timeline::catch_up(*timeline, since->at, until);
    session.print_value(timeline::to_json(caught), told(caught, Page{session}), *key);
    return Exit::ok;
}

}  // namespace incident::ctl
