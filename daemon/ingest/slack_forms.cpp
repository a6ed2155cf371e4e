#include "ingest/chat_answer.hpp"
#include "ingest/dialects.hpp"
#include "ingest/form.hpp"
#include "ingest/slack_message.hpp"
#include "ingest/typed_line.hpp"
#include "model/text.hpp"
#include <algorithm>

// What Slack posts as a form: slash commands, and shortcuts as JSON in the field `payload`.
namespace incident::ingest {
namespace {

using Form = std::map<std::string, std::string>;

std::string key_for(std::string_view trigger)
{
    if (trigger.empty()) return {};
    return slack_key("trigger", trigger);
}

/// A slash command has no time of its own: the second in which Slack signed it, which the signature proves.
Instant signed_time(Event& event, const Body& body)
{
    const auto header = body.headers.find("x-slack-request-timestamp");
    const auto at = header == body.headers.end() ? std::nullopt : read_epoch(header->second);
    if (!at) {
        set_arrival_time(event, body);
        return body.received_at;
    }
    event.occurred_at = *at;
    event.occurred_raw = fitting(event, header->second, max_name_bytes);
    flag_time(event, body.received_at);
    return *at;
}

Understood read_command(const Form& form, const Body& body, const Source& source)
{
    Understood understood;
    const auto command = field(form, "command");
    const auto answer_now = [&](std::string_view text, std::string note) {
        understood.reply = slack_reply(text);
        understood.note = std::move(note);
    };
    const auto& known = source.chat.slash_commands;
    if (!known.empty() && std::ranges::find(known, command) == known.end()) {
        answer_now(visible(shortened(command, max_name_bytes)) + " is not recorded here; nothing was stored", "a command of another name");
        return understood;
    }
    const SlackMessages messages{body, source};
    const auto words = plain_slack_text(field(form, "text"), source.chat);
    const auto text = trimmed(words.text);
    if (text.empty() || text == "help") {
        answer_now(typed_help(visible(shortened(command.empty() ? "/timeline" : command, max_name_bytes))), "asked for help");
        return understood;
    }
    auto event = event_of(source.name, Kind::note, body);
    const auto user = field(form, "user_id");
    auto name = messages.user_name(user);
    if (const auto shown = field(form, "user_name"); name == user && !shown.empty()) name = shown;
    event.author.name = fitting(event, name.empty() ? "unknown" : name, max_name_bytes);
    event.author.verified = !user.empty();
    TimeContext context;
    context.now = signed_time(event, body);
    if (!source.zone.empty()) context.zone = source.zone;
    const auto line = read_typed_line(text, context);
    set_typed(event, line);
    event.key = key_for(field(form, "trigger_id"));
    messages.add_channel(event, field(form, "channel_id"), field(form, "channel_name"));
    add_label(event, "command", command);
    for (const auto& link : words.links) add_link(event, link.url, link.title);
    const auto remark = line.bad_time.empty() ? std::string{} : "the time was not understood, so it stands at the time of the command: " + line.bad_time;
    understood.answer = [remark](std::span<const Event> stored) { return slack_reply(recorded(stored, remark)); };
    understood.items.push_back({std::move(event), OnDuplicate::answer_first});
    return understood;
}

}  // namespace

/// "Add this message to the timeline": two people and two times. The event is the message, by its author at its moment;
/// who clicked and when stands in the amendment.
Understood read_slack_payload(const json::object& payload, const Body& body, const Source& source)
{
    Understood understood;
    add_secret(understood, text_at(payload, "token"));
    add_secret(understood, text_at(payload, "response_url"));
    const auto type = text_at(payload, "type");
    if (type == "shortcut") {
        understood.note = "a global shortcut: it carries no message";
        return understood;
    }
    const auto* const message = object_at(payload, "message");
    const auto* const channel = object_at(payload, "channel");
    if (type != "message_action" || message == nullptr) {
        add_unparsed(understood, source.name, Kind::chat, body, type == "message_action" ? "a shortcut without \"message\"" : "interaction \"" + type + "\" is not known");
        if (auto* const event = std::get_if<Event>(&understood.items.back().what)) event->key = key_for(text_at(payload, "trigger_id"));
        return understood;
    }
    const SlackMessages messages{body, source};
    const auto channel_id = channel == nullptr ? std::string{} : text_at(*channel, "id");
    auto ts = text_at(*message, "ts");
    if (ts.empty()) ts = text_at(payload, "message_ts");
    const auto* const clicker = object_at(payload, "user");
    const auto clicker_id = clicker == nullptr ? std::string{} : text_at(*clicker, "id");
    auto clicker_name = messages.user_name(clicker_id);
    if (clicker != nullptr && clicker_name == clicker_id)
        if (const auto shown = text_at(*clicker, "name"); !shown.empty()) clicker_name = shown;
    clicker_name = to_valid_utf8(shortened(clicker_name, max_name_bytes));

    auto event = messages.chat_event(*message, channel_id, ts, key_for(text_at(payload, "trigger_id")));
    if (channel != nullptr) messages.add_channel(event, channel_id, text_at(*channel, "name"));
    if (text_at(*message, "user") == clicker_id && event.author.name == clicker_id && !clicker_name.empty()) event.author.name = clicker_name;
    const auto shortcut = text_at(payload, "callback_id");
    ByKey change;
    change.key = event.key;
    if (change.key.empty()) {  // nothing to find it by: it stands for itself
        understood.items.push_back({std::move(event), OnDuplicate::answer_first});
        return understood;
    }
    change.once_key = slack_key(change.key + ":shortcut", text_at(payload, "action_ts"));
    change.author = {clicker_name, !clicker_id.empty(), {}};
    change.amendment.star = true;
    change.amendment.reason = clicker_name.empty() ? "added in Slack" : "added in Slack by " + clicker_name;
    if (const auto tag = source.chat.reactions.find(shortcut); tag != source.chat.reactions.end())
        change.amendment.add_tags.push_back(messages.tag_by(tag->second, clicker_name));
    event.star = true;
    event.tags = change.amendment.add_tags;
    add_label(event, added_by_label, change.amendment.reason);
    change.orphan = std::move(event);
    understood.items.push_back({std::move(change), OnDuplicate::answer_first});
    return understood;
}

Understood read_slack_form(const Body& body, const Source& source)
{
    const auto form = read_form(body.bytes);
    Understood understood;
    if (!field(form, "ssl_check").empty()) {
        understood.note = "ssl_check";
        return understood;
    }
    if (const auto payload = form.find("payload"); payload != form.end()) {
        const auto document = parse_body(payload->second);
        const auto* const object = document ? document->if_object() : nullptr;
        if (object != nullptr) return read_slack_payload(*object, body, source);
        add_unparsed(understood, source.name, Kind::chat, body, document ? "expected an object in \"payload\"" : document.error().detail);
    } else if (form.contains("command")) {
        understood = read_command(form, body, source);
    } else {
        add_unparsed(understood, source.name, Kind::chat, body, "a form with neither \"command\" nor \"payload\"");
    }
    add_secret(understood, field(form, "token"));
    add_secret(understood, field(form, "response_url"));
    return understood;
}

Understood read_slack_command(const Body& body, const Source& source) { return read_slack(body, source); }

Understood read_slack_shortcut(const Body& body, const Source& source) { return read_slack(body, source); }

}  // namespace incident::ingest
