#include "commands/as_of.hpp"
#include "commands/follow.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include "render/dead_ends.hpp"
#include <algorithm>
#include <charconv>

namespace incident::ctl {
namespace {

constexpr std::size_t max_events = 1'000'000, followed_before = 10;

Try<LogFilter> read_filter(Session& session, const Arguments& arguments)
{
    LogFilter filter;
    filter.struck = arguments.has("struck");
    filter.by = arguments.value("by");
    filter.grep = arguments.value("grep");
    if (arguments.has("tag")) {
        auto tag = canonical_tag(arguments.value("tag"));
        if (!tag) return usage(tag.error(), "write it as: --tag action");
        filter.tag = std::move(*tag);
    }
    for (const auto& [name, into] : {std::pair{"since", &filter.since}, {"until", &filter.until}}) {
        if (!arguments.has(name)) continue;
        auto at = session.read_time(arguments.value(name));
        if (!at) return at.error();
        *into = to_rfc3339(at->at);
    }
    if (!filter.since.empty() && !filter.until.empty() && filter.until < filter.since)
        return Trouble{Exit::usage,
                       "--until " + arguments.value("until") + " lies before --since " + arguments.value("since"),
                       "exchange them"};
    return filter;
}

/// The incident's events as they were known then. The server answers with all of them; the filter works here.
Try<json::array> known_events(Session& session, const std::string& incident, const std::string& as_of)
{
    if (incident.empty() || incident == "inbox")
        return Trouble{Exit::usage, "--as-of looks back at an incident, and this is the inbox", "name one with -i INC-7"};
    auto timeline = session.get(timeline_path(incident, as_of));
    if (!timeline) return timeline.error();
    return array_at(*timeline, "events");
}

}  // namespace

Try<Exit> run_log(Session& session, const Arguments& arguments)
{
    auto filter = read_filter(session, arguments);
    if (!filter) return filter.error();
    if (arguments.has("as-of") && arguments.has("follow"))
        return Trouble{Exit::usage, "--follow shows what comes in, --as-of what had come by then", "give one of the two"};
    const auto as_of = read_as_of(session, arguments);
    if (!as_of) return as_of.error();
    auto named = session.which_incident(true);
    if (!named) return named.error();
    if (named->empty()) session.say("no incident yet: this is the inbox");
    filter->incident = named->empty() ? "inbox" : *named;

    std::size_t wanted = arguments.has("follow") ? followed_before : max_events;
    if (arguments.has("number")) {
        const auto digits = arguments.value("number");
        std::from_chars(digits.data(), digits.data() + digits.size(), wanted);
    }
    const auto listed_at = std::chrono::floor<std::chrono::seconds>(session.now());
    auto events = !as_of->empty() ? known_events(session, *named, *as_of)
                                  : session.events(query_of({{"incident", filter->incident},
                                                             {"since", filter->since},
                                                             {"until", filter->until},
                                                             {"tag", filter->tag},
                                                             {"author", filter->by}}),
                                                   max_events);
    if (!events) return events.error();
    std::uint64_t last_seq = 0;
    json::array kept;
    for (auto& event : *events) {
        if (const auto* seq = member(event, "seq"); seq && seq->is_number())
            last_seq = std::max(last_seq, seq->to_number<std::uint64_t>());
        if (passes(event, *filter)) kept.push_back(std::move(event));
    }
    sort_for_reading(kept);
    if (kept.size() > wanted) kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(wanted));
    const bool for_people = session.format() <= Format::wide || session.format() == Format::md;
    if (for_people && filter->incident != "inbox" && may_speak_of_ideas(kept))
        if (const auto timeline = session.get(timeline_path(filter->incident, *as_of), Session::Purpose::preparation))
            mark_dead_ends(kept, *timeline);
    if (!arguments.has("follow")) {
        if (kept.empty() && session.format() <= Format::wide)
            session.say("nothing there");
        else
            session.print_list(kept, event_table(kept, session.clock()), "id");
        return Exit::ok;
    }
    if (session.format() == Format::json)
        for (const auto& event : kept)
            session.out(compact_json(event) + '\n');  // one stream of values, not a list and then values
    else if (!kept.empty())
        session.out(print_table(event_table(kept, session.clock()), session.look()));
    std::fflush(stdout);
    return follow(session, *filter, last_seq, listed_at);
}

}  // namespace incident::ctl
