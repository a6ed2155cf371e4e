#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include <algorithm>

// Corrections: appended, the original stays readable.
namespace incident::ctl {
namespace {

std::string label_of(const json::value& event) { return number_word(event) + "  " + quoted(text_at(event, "text")); }

/// Sends an amendment and prints the event as it stands now, with what changed.
Try<Exit> change(Session& session, const json::value& event, const json::object& body, const std::string& what,
                 const std::string& remark)
{
    auto answer = amend(session, event, body, what + ' ' + label_of(event));
    if (!answer) return answer.error();
    const auto* amended = member(*answer, "event");
    const auto& now = amended ? *amended : event;
    if (session.quiet()) {
        const auto* entry = member(*answer, "entry");
        session.out(std::string{entry ? text_at(*entry, "id") : text_at(now, "id")} + '\n');
        return Exit::ok;
    }
    session.print_value(now, confirmation(now, session.clock(), session.colour()) + '\n',
                        std::string{text_at(now, "id")});
    if (!remark.empty()) session.say("  " + remark);
    return Exit::ok;
}

Try<std::string> read_tag(const std::string& word)
{
    auto name = canonical_tag(word);
    if (name) return std::move(*name);
    return usage(name.error(),
                 "the tags: detection impact escalation hypothesis investigation misleading_path action mitigation "
                 "root_cause resolution communication change follow_up");
}

}  // namespace

Try<Exit> run_edit(Session& session, const Arguments& arguments)
{
    auto event = session.event_of(arguments.ref);
    if (!event) return event.error();
    auto entries = spoken(session, arguments);
    if (!entries) return entries.error();
    const auto& entry = entries->front();
    if (!entry.details.empty())
        return Trouble{Exit::usage,
                       "the new text has more than one line or " + std::to_string(max_text_bytes) + " bytes",
                       "give one line; add the rest as a new event: incidentctl note -"};
    session.unsent_text = entry.text;
    json::object body{{"text", entry.text}};
    if (entry.at) {
        body["occurred_at"] = to_rfc3339(entry.at->at);
        if (!entry.at->raw.empty()) body["occurred_raw"] = entry.at->raw;
    }
    if (arguments.has("reason")) body["reason"] = arguments.value("reason");
    return change(session, *event, body, "edit", "was " + quoted(text_at(*event, "text")));
}

Try<Exit> run_at(Session& session, const Arguments& arguments)
{
    auto words = arguments.words;
    words.erase(words.begin());
    std::string typed;
    for (const auto& word : words) typed += (typed.empty() ? "" : " ") + word;
    TimeReading reading;
    if (is_ref(typed)) {
        auto other = session.event_of(typed);
        if (!other) return other.error();
        if (const auto at = instant_at(*other, "occurred_at")) reading = {*at, typed, Precision::exact};
    } else {
        if (typed.starts_with('@') && typed.find_first_not_of("0123456789", 1) != typed.npos) typed.erase(0, 1);
        auto read = session.read_time(typed);
        if (!read) return read.error();
        reading = std::move(*read);
    }
    auto event = session.event_of(arguments.words.front());
    if (!event) return event.error();
    json::object body{{"occurred_at", to_rfc3339(reading.at)},
                      {"occurred_raw", reading.raw},
                      {"precision", std::string{to_string(reading.precision)}}};
    const auto old = instant_at(*event, "occurred_at");
    return change(session, *event, body, "at", old ? "was " + short_time(*old, session.clock()) : std::string{});
}

Try<Exit> run_tag(Session& session, const Arguments& arguments)
{
    json::array add, remove;
    for (std::size_t i = 1; i < arguments.words.size(); ++i) {
        auto name = read_tag(arguments.words[i]);
        if (!name) return name.error();
        json::object tag{{"name", *name}};
        if (arguments.has("how")) tag["how"] = arguments.value("how");
        if (arguments.has("to")) tag["to"] = arguments.value("to");
        if (arguments.has("of")) {
            auto of = session.event_of(arguments.value("of"));
            if (!of) return of.error();
            tag["of"] = std::string{text_at(*of, "id")};
        }
        add.push_back(std::move(tag));
    }
    if (arguments.has("remove")) {
        auto name = read_tag(arguments.value("remove"));
        if (!name) return name.error();
        remove.push_back(json::string{*name});
    }
    if (add.empty() && remove.empty())
        return Trouble{Exit::usage, "tag names no tag",
                       "write it as: incidentctl tag . action, or: incidentctl tag . --remove action"};
    auto event = session.event_of(arguments.words.front());
    if (!event) return event.error();
    json::object tags;
    if (!add.empty()) tags["add"] = std::move(add);
    if (!remove.empty()) tags["remove"] = std::move(remove);
    auto done = change(session, *event, json::object{{"tags", std::move(tags)}}, "tag", {});
    const auto kind = text_at(*event, "kind");
    if (done && *done == Exit::ok && (kind == "note" || kind == "chat" || kind == "command"))
        session.say("  next time by itself: incidentctl rules learn " + arguments.words.front() +
                    (session.settings().find("incident") ? " -i " + session.settings().value("incident") : std::string{}));
    return done;
}

Try<Exit> run_rm(Session& session, const Arguments& arguments)
{
    auto event = session.event_of(arguments.words.front());
    if (!event) return event.error();
    if (session.settings().on("confirm") && !session.dry_run()) // a context that asks before anything is taken away
        if (auto sure = session.confirm("strike " + label_of(*event) + "?"); !sure) return sure.error();
    json::object body{{"strike", !arguments.has("restore")}};
    if (arguments.has("reason")) body["reason"] = arguments.value("reason");
    return change(session, *event, body, arguments.has("restore") ? "rm --restore" : "rm",
                  arguments.has("restore")
                      ? "stands in the timeline again"
                      : "struck: it stays in the history and leaves the timeline; back with: incidentctl undo");
}

Try<Exit> run_star(Session& session, const Arguments& arguments)
{
    auto event = session.event_of(arguments.words.front());
    if (!event) return event.error();
    const bool off = arguments.has("off");
    return change(session, *event, json::object{{"star", !off}}, off ? "star --off" : "star",
                  off ? "may be folded again" : "starred: the draft never folds it away");
}

Try<Exit> run_move(Session& session, const Arguments& arguments)
{
    const auto& typed = arguments.words[1];
    std::string target = "inbox";
    if (lowered(typed) != "inbox") {
        const auto key = parse_incident_key(typed);
        if (!key) return usage(key.error(), "write it as: incidentctl move . INC-7, or: incidentctl move . inbox");
        target = to_string(*key);
    }
    auto event = session.event_of(arguments.words.front());
    if (!event) return event.error();
    const std::string from{text_at(*event, "incident").empty() ? "the inbox" : text_at(*event, "incident")};
    return change(session, *event, json::object{{"incident", target}}, "move",
                  "was " + number_word(*event) + " of " + from);
}

Try<Exit> run_redact(Session& session, const Arguments& arguments)
{
    auto event = session.event_of(arguments.words.front());
    if (!event) return event.error();
    if (!session.dry_run() && !session.as_curl())
        if (auto sure =
                session.confirm("remove the text of " + label_of(*event) + " for good? Nothing brings it back.");
            !sure)
            return sure.error();
    json::object body{{"redact", true}};
    if (arguments.has("reason")) body["reason"] = arguments.value("reason");
    auto answer = session.write("POST", event_path(text_at(*event, "id")) + "/amendments", body);
    if (!answer) return answer.error();
    const auto* amended = member(*answer, "event");
    const auto& now = amended ? *amended : *event;
    session.print_value(
        now, number_word(now) + "  redacted: text and details are gone, their commitment stays in the chain\n",
        std::string{text_at(now, "id")});
    return Exit::ok;
}

Try<Exit> run_link(Session& session, const Arguments& arguments)
{
    auto event = session.event_of(arguments.words[0]);
    if (!event) return event.error();
    const bool none = arguments.has("none");
    if (none == (arguments.words.size() == 2))
        return Trouble{Exit::usage, none ? "--none says that it tests no hypothesis, but one is named too" : "link wants two events",
                       "write it as: incidentctl link :6 :4, or: incidentctl link :6 --none"};
    auto hypothesis = none ? event : session.event_of(arguments.words[1]);
    if (!hypothesis) return hypothesis.error();
    const auto tag_named = [](const json::value& of, std::string_view name) -> const json::value* {
        for (const auto& tag : array_at(of, "tags"))
            if (text_at(tag, "name") == name) return &tag;
        return nullptr;
    };
    if (!tag_named(*hypothesis, tags::hypothesis) && tag_named(*event, tags::hypothesis))
        std::swap(*event, *hypothesis);
    if (!none && !tag_named(*hypothesis, tags::hypothesis))
        return Trouble{Exit::invalid, "neither of them is a hypothesis",
                       "tag one first: incidentctl tag " + arguments.words[1] + " hypo"};
    if (!none && text_at(*event, "id") == text_at(*hypothesis, "id"))
        return Trouble{Exit::usage, "an event cannot test itself", usage_line(*arguments.verb)};
    json::object tag{{"name", std::string{tags::investigation}}};
    for (const auto name :
         {tags::investigation, tags::action, tags::mitigation, tags::misleading_path, tags::root_cause})
        if (tag_named(*event, name)) {
            tag["name"] = std::string{name};
            break;
        }
    tag["of"] = std::string{text_at(*hypothesis, "id")};  // of itself: of none
    return change(session, *event, json::object{{"tags", json::object{{"add", json::array{std::move(tag)}}}}}, "link",
                  none ? std::string{"tests no hypothesis"} : "tests " + label_of(*hypothesis));
}

}  // namespace incident::ctl
