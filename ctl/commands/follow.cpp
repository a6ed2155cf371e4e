#include "commands/follow.hpp"
#include "client/sse.hpp"
#include "model/text.hpp"
#include <cstdio>
#include <thread>

namespace incident::ctl {
namespace {

bool holds(std::string_view text, const std::string& lowered_words)
{
    return lowered(text).find(lowered_words) != std::string::npos;
}

void print_one(Session& session, const json::value& event, bool first_time)
{
    switch (session.format()) {
    case Format::json:
    case Format::jsonl:
        session.out(compact_json(event) + '\n');
        break;
    case Format::yaml:
        session.out("---\n" + to_yaml(event));
        break;
    case Format::name:
        session.out(std::string{text_at(event, "id")} + '\n');
        break;
    case Format::md:
        session.out("- " + std::string{text_at(event, "occurred_at")} + " " + tag_words(event) + ": " +
                    visible(text_at(event, "text")) + '\n');
        break;
    case Format::table:
    case Format::wide:
        if (session.surroundings().out_tty) {
            session.out((first_time ? "" : "changed: ") + confirmation(event, session.clock(), session.colour()) +
                        (flag_at(event, "struck") ? "  struck" : "") + '\n');
        } else {
            const auto table = event_table(json::array{event}, session.clock());
            session.out(print_table(table, session.look()));
        }
        break;
    }
    std::fflush(stdout);
}

/// An incident's own step: said on stderr, it is no event.
void tell_step(Session& session, const json::value& entry)
{
    if (const auto* step = member(entry, "step"))
        session.say("-- " + std::string{text_at(*step, "incident")} + ' ' + std::string{text_at(*step, "change")});
}

}  // namespace

bool passes(const json::value& event, const LogFilter& filter)
{
    if (flag_at(event, "struck") && !filter.struck) return false;
    // Keys are left to the server, which follows merges; a stream of the inbox does not exist.
    if (filter.incident == "inbox" && !text_at(event, "incident").empty()) return false;
    const auto at = text_at(event, "occurred_at");
    if (!filter.since.empty() && at < filter.since) return false;
    if (!filter.until.empty() && at >= filter.until) return false;
    if (!filter.tag.empty()) {
        bool found = false;
        for (const auto& tag : array_at(event, "tags")) found = found || text_at(tag, "name") == filter.tag;
        if (!found) return false;
    }
    if (!filter.by.empty()) {
        const auto* author = member(event, "author");
        if (author == nullptr || (text_at(*author, "name") != filter.by && text_at(*author, "claimed") != filter.by))
            return false;
    }
    if (filter.grep.empty()) return true;
    const auto words = lowered(filter.grep);
    return holds(text_at(event, "text"), words) || holds(text_at(event, "details"), words);
}

Try<Exit> follow(Session& session, const LogFilter& filter, std::uint64_t after_seq, Instant listed_at)
{
    SseParser parser;
    parser.set_last_id(std::to_string(after_seq));
    constexpr std::chrono::milliseconds longest_pause{10'000};
    for (int failures = 0;;) {
        Request request;
        request.path = "/api/v1/stream";
        if (!filter.incident.empty() && filter.incident != "inbox")
            request.path += '?' + query_of({{"incident", filter.incident}});
        request.headers = {{"Accept", "text/event-stream"}, {"Last-Event-ID", parser.last_id()}};
        parser.restart();
        bool heard = false;
        const auto on_item = [&](const SseItem& item) {
            if (item.event == "resync") {
                session.warn("too far behind: some entries are not shown; read them with: incidentctl log");
                return true;
            }
            boost::system::error_code bad;
            const auto entry = json::parse(item.data, bad);
            if (bad) return true;
            if (item.event == "nudge") {
                session.say("-- " + std::string{text_at(entry, "incident")} + ": " + visible(text_at(entry, "text")));
                return true;
            }
            const auto* event = member(entry, "event");
            const bool first_time = text_at(entry, "entry") == "event";
            const auto received = instant_at(entry, "received_at");
            if (!first_time && received && *received < listed_at) return true;
            if (event == nullptr) {
                tell_step(session, entry);
                return true;
            }
            // A tally says that an alert repeated: the event is on the screen already.
            if (text_at(entry, "entry") == "tally") return true;
            auto shown = filter;
            shown.struck = filter.struck || !first_time;  // that it was struck just now is news
            if (passes(*event, shown)) print_one(session, *event, first_time);
            return true;
        };
        const auto reply = session.transport().stream(request, [&](std::string_view bytes) {
            if (!heard && failures > 0) session.warn("connected again");
            heard = true;
            failures = 0;
            return parser.feed(bytes, on_item);
        });
        if (reply && !reply->ok() && reply->status != 503 && reply->status != 502)
            return Session::refused(*reply, request);
        ++failures;
        if (failures == 1) session.warn("the stream broke off; trying again");
        std::this_thread::sleep_for(backoff(failures + 1, random_number(), longest_pause));
    }
}

}  // namespace incident::ctl
