#include "ingest/chat_answer.hpp"
#include "ingest/dialects.hpp"
#include "ingest/form.hpp"
#include "ingest/lenient.hpp"
#include "ingest/typed_line.hpp"
#include "model/text.hpp"
#include <algorithm>

// Outgoing webhook (JSON or form) and slash command. Markdown, so the text stays as it is.
namespace incident::ingest {
namespace {

using Form = std::map<std::string, std::string>;

/// Both carriers have the same flat fields; numbers become their digits.
Result<Form> read_fields(const Body& body)
{
    if (is_form(body)) return read_form(body.bytes);
    const auto document = parse_body(body.bytes);
    if (!document) return document.error();
    const auto* const object = document->if_object();
    if (object == nullptr) return Failure{Errc::invalid_input, "expected an object or a form"};
    Form fields;
    for (const auto& [name, value] : *object)
        if (fields.size() < max_form_fields) fields.try_emplace(std::string{name}, clean_field(text_of(value)));
    return fields;
}

std::string short_key(std::string key)
{
    if (key.size() <= max_key_bytes) return key;
    Fnv name;
    name.add(key);
    return name.hex();
}

/// `#timeline`, `!tl`, `/inc` were typed for us; a trigger that is an ordinary word belongs to the sentence.
std::string_view without_trigger(std::string_view text, std::string_view trigger)
{
    text = trimmed(text);
    const auto is_word = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; };
    if (trigger.empty() || is_word(trigger.front()) || !text.starts_with(trigger)) return text;
    const auto rest = text.substr(trigger.size());
    if (!rest.empty() && is_word(rest.front())) return text;
    const auto words = trimmed(rest);
    return words.empty() ? text : words;
}

class Reader {
 public:
    Reader(const Form& fields, const Body& body, const Source& source) : fields_(fields), body_(body), source_(source) {}

    Understood read()
    {
        // An answer of ours could trigger the webhook again.
        const auto& own = source_.chat.own_bot_ids;
        const auto is_own = [&](const char* name) { return std::ranges::find(own, field(fields_, name)) != own.end(); };
        if (is_own("user_id") || is_own("user_name")) understood_.note = "our own message";
        else if (fields_.contains("command")) read_command();
        else if (fields_.contains("text") || fields_.contains("post_id")) read_post();
        else add_unparsed(understood_, source_.name, Kind::chat, body_, "neither \"command\" nor \"text\" nor \"post_id\"");
        add_secret(understood_, field(fields_, "token"));
        add_secret(understood_, field(fields_, "response_url"));
        return std::move(understood_);
    }

 private:
    void read_command()
    {
        const auto command = field(fields_, "command");
        const auto& known = source_.chat.slash_commands;
        const auto text = field(fields_, "text");
        if (!known.empty() && std::ranges::find(known, command) == known.end()) {
            understood_.reply = mattermost_reply(visible(shortened(command, max_name_bytes)) + " is not recorded here; nothing was stored", false);
            understood_.note = "a command of another name";
        } else if (trimmed(text).empty() || trimmed(text) == "help") {
            understood_.reply = mattermost_reply(typed_help(visible(shortened(command, max_name_bytes))), false);
            understood_.note = "asked for help";
        } else {
            auto event = event_by_user(Kind::note);
            set_arrival_time(event, body_);  // a command carries no time
            if (const auto trigger = field(fields_, "trigger_id"); !trigger.empty()) event.key = short_key("trigger:" + trigger);
            add_label(event, "command", command);
            take(std::move(event), text, false);
        }
    }

    void read_post()
    {
        auto event = event_by_user(Kind::chat);
        const auto raw = field(fields_, "timestamp");  // milliseconds in JSON, seconds in a form: the magnitude tells
        event.occurred_raw = fitting(event, raw, max_name_bytes);
        if (const auto at = read_epoch(raw)) {
            event.occurred_at = *at;
            flag_time(event, body_.received_at);
        } else {
            set_arrival_time(event, body_);
        }
        const auto post = field(fields_, "post_id"), team = field(fields_, "team_domain");
        event.key = short_key(post);
        if (!source_.chat.workspace_url.empty() && !team.empty() && !post.empty())
            add_link(event, source_.chat.workspace_url + '/' + team + "/pl/" + post, "message");
        auto text = std::string{without_trigger(field(fields_, "text"), field(fields_, "trigger_word"))};
        if (text.empty()) text = field(fields_, "file_ids").empty() ? "(message without text)" : "(message with a file)";
        take(std::move(event), text, true);
    }

    [[nodiscard]] Event event_by_user(Kind kind) const
    {
        auto event = event_of(source_.name, kind, body_);
        const auto id = field(fields_, "user_id");
        const auto named = source_.chat.users.find(id);
        auto name = named != source_.chat.users.end() ? named->second : field(fields_, "user_name");
        if (name.empty()) name = id;
        event.author.name = fitting(event, name.empty() ? "unknown" : name, max_name_bytes);
        event.author.verified = !name.empty();  // the token proves the server, and the server knows who typed
        const auto channel = field(fields_, "channel_id");
        if (!channel.empty()) add_label(event, "channel_id", channel);
        const auto shown = source_.chat.channels.find(channel);
        const auto channel_name = shown != source_.chat.channels.end() ? shown->second : field(fields_, "channel_name");
        if (!channel_name.empty()) add_label(event, "channel", channel_name);
        return event;
    }

    void take(Event event, std::string_view text, bool whole_channel)
    {
        TimeContext context;
        context.now = event.occurred_at;
        if (!source_.zone.empty()) context.zone = source_.zone;
        const auto line = read_typed_line(text, context);
        set_typed(event, line);
        const auto remark = line.bad_time.empty() ? std::string{} : "the time was not understood, so it stands at the message's own: " + line.bad_time;
        understood_.answer = [remark, whole_channel](std::span<const Event> stored) { return mattermost_reply(recorded(stored, remark), whole_channel); };
        understood_.items.push_back({std::move(event), OnDuplicate::answer_first});
    }

    const Form& fields_;
    const Body& body_;
    const Source& source_;
    Understood understood_;
};

}  // namespace

Understood read_mattermost(const Body& body, const Source& source)
{
    const auto fields = read_fields(body);
    if (fields) return Reader{*fields, body, source}.read();
    Understood understood;
    add_unparsed(understood, source.name, Kind::chat, body, fields.error().detail);
    return understood;
}

}  // namespace incident::ingest
