#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"

namespace incident::ctl {
namespace {

std::string names_of(const json::array& tags)
{
    std::string names;
    for (const auto& tag : tags) {
        const auto name = tag.is_string() ? std::string_view{tag.get_string()} : text_at(tag, "name");
        names += (names.empty() ? "" : ", ") + std::string{name};
    }
    return names;
}

/// What one entry did, in words.
std::string deed(const json::value& entry)
{
    if (const auto* event = member(entry, "event"); event && text_at(entry, "entry") == "event")
        return "recorded as " + tag_words(*event) + ": " + quoted(text_at(*event, "text"), 400);
    if (const auto* tally = member(entry, "tally")) return "repeated, " + number_at(*tally, "count") + " times by now";
    const auto* amendment = member(entry, "amendment");
    if (amendment == nullptr) return std::string{text_at(entry, "entry")};
    std::string words;
    const auto add = [&](const std::string& word) { words += (words.empty() ? "" : "; ") + word; };
    if (const auto* text = member(*amendment, "text"))
        add("text: " + quoted(text->is_string() ? std::string_view{text->get_string()} : "", 400));
    if (const auto at = text_at(*amendment, "occurred_at"); !at.empty()) add("time: " + std::string{at});
    if (const auto* tags = member(*amendment, "tags")) {
        if (const auto names = names_of(array_at(*tags, "add")); !names.empty()) add("tags added: " + names);
        if (const auto names = names_of(array_at(*tags, "remove")); !names.empty()) add("tags removed: " + names);
    }
    if (const auto to = text_at(*amendment, "incident"); !to.empty()) add("moved to " + std::string{to});
    if (const auto* star = member(*amendment, "star"); star && star->is_bool())
        add(star->get_bool() ? "starred" : "star taken away");
    if (const auto* strike = member(*amendment, "strike"); strike && strike->is_bool())
        add(strike->get_bool() ? "struck" : "restored");
    if (const auto who = text_at(*amendment, "visibility"); !who.empty()) add("visibility: " + std::string{who});
    if (flag_at(*amendment, "redact")) add("redacted");
    if (const auto undo = text_at(*amendment, "undo"); !undo.empty()) add("undid " + std::string{undo});
    if (const auto why = text_at(*amendment, "reason"); !why.empty()) add("because: " + std::string{why});
    return words.empty() ? "amended" : words;
}

Try<Exit> undo_incident_change(Session& session, const Write& last)
{
    if (last.revert.empty())
        return Trouble{Exit::conflict, "\"" + last.what + "\" cannot be taken back",
                       last.what.starts_with("open ") ? "close it with: incidentctl close " + last.incident
                                                      : "correct it with: incidentctl set, move or reopen"};
    boost::system::error_code bad;
    auto body = json::parse(last.revert, bad);
    if (bad || !body.is_object()) return Trouble{Exit::failure, "what was remembered of the last write is damaged", {}};
    if (auto author = session.author(); !author.empty()) body.get_object()["author"] = std::move(author);
    auto answer = session.write("PATCH", incident_path(last.incident), body);
    if (!answer) return answer.error();
    session.memory().forget_last();
    session.print_value(*answer, "undone: " + visible(last.what) + " of " + last.incident + '\n', last.incident);
    return Exit::ok;
}

/// Nothing of ours is remembered here: the server knows who wrote what.
Try<Write> last_write_by_server(Session& session)
{
    auto named = session.which_incident(true);
    if (!named) return named.error();
    auto found = session.get("/api/v1/events?" + query_of({{"incident", named->empty() ? "inbox" : *named},
                                                           {"author", session.author()},
                                                           {"order", "desc"},
                                                           {"limit", "100"}}),
                             Session::Purpose::preparation);
    if (!found) return found.error();
    for (const auto& event : array_at(*found, "events")) {
        if (flag_at(event, "struck")) continue;
        Write write;
        const std::string id{text_at(event, "id")};
        write.what = quoted(text_at(event, "text"));
        write.event = true;
        write.steps.push_back({id, id});
        return write;
    }
    return Trouble{Exit::not_found, "nothing of yours is left to undo", "see the events with: incidentctl log"};
}

}  // namespace

Try<Exit> run_history(Session& session, const Arguments& arguments)
{
    auto event = session.event_of(arguments.words.front());
    if (!event) return event.error();
    auto answer = session.get(event_path(text_at(*event, "id")) + "/history");
    if (!answer) return answer.error();
    const auto& entries = array_at(*answer, "entries");
    Table table;
    table.columns = {{"WHEN"}, {"BY"}, {"SEQ", true, true}, {"ENTRY", true}, {"WHAT"}};
    for (const auto& entry : entries) {
        const auto at = instant_at(entry, "received_at");
        const auto* author = member(entry, "author");
        table.rows.push_back(
            {{at ? short_time(*at, session.clock()) : "", Style::plain, std::string{text_at(entry, "received_at")}},
             {std::string{author ? text_at(*author, "name") : ""}, Style::faint, ""},
             {number_at(entry, "seq"), Style::faint, ""},
             {std::string{text_at(entry, "id")}, Style::faint, ""},
             {deed(entry), Style::plain, ""}});
    }
    session.print_list(entries, table, "id");
    return Exit::ok;
}

Try<Exit> run_undo(Session& session, const Arguments&)
{
    const auto writes = session.memory().writes();
    Write last;
    if (!writes.empty()) {
        last = writes.back();
    } else {
        auto found = last_write_by_server(session);
        if (!found) return found.error();
        last = std::move(*found);
    }
    if (last.steps.empty()) return undo_incident_change(session, last);
    json::value shown;
    for (auto step = last.steps.rbegin(); step != last.steps.rend(); ++step) {
        json::object body{{"undo", step->entry}};
        auto answer = session.write("POST", event_path(step->event) + "/amendments", body);
        if (!answer) {
            // It is not on this server any more (another store behind the same address): the memory is worthless.
            if (answer.error().exit == Exit::not_found) session.memory().forget_last();
            return answer.error();
        }
        shown = std::move(*answer);
    }
    if (!writes.empty()) session.memory().forget_last();
    const auto* event = member(shown, "event");
    session.print_value(event ? *event : shown,
                        "undone: " + visible(last.what) +
                            (event ? "\n" + confirmation(*event, session.clock(), session.colour()) : "") +
                            (event && flag_at(*event, "struck") ? "  struck" : "") + '\n',
                        last.steps.front().event);
    return Exit::ok;
}

}  // namespace incident::ctl
