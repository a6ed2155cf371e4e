#include "ingest/chat_answer.hpp"
#include "ingest/dialects.hpp"
#include "ingest/html_text.hpp"
#include "ingest/lenient.hpp"
#include "ingest/typed_line.hpp"
#include "model/text.hpp"
#include <algorithm>

// Outgoing webhook: one Bot Framework activity, sent when the webhook's name is mentioned; the answer is posted below it.
namespace incident::ingest {
namespace {

std::string reply_of(std::string_view text)
{
    return json::serialize(json::object{{"type", "message"}, {"text", without_calls(text)}});
}

/// The text that a mention of the one we are called by stands as, `<at>timeline</at>`, by the activity's entities.
std::vector<std::string> own_mentions(const json::object& activity)
{
    std::vector<std::string> texts;
    const auto* const entities = array_at(activity, "entities");
    const auto* const recipient = object_at(activity, "recipient");
    if (entities == nullptr || recipient == nullptr) return texts;
    for (const auto& element : *entities) {
        const auto* const entity = element.if_object();
        const auto* const mentioned = entity == nullptr ? nullptr : object_at(*entity, "mentioned");
        if (mentioned == nullptr || text_at(*entity, "type") != "mention" || text_at(*mentioned, "id") != text_at(*recipient, "id")) continue;
        if (auto text = text_at(*entity, "text"); !text.empty()) texts.push_back(std::move(text));
    }
    return texts;
}

/// README's order: mentions, tags, entities and no-break spaces, white space at the ends. The first mention is how the
/// webhook was called; others are people.
std::string text_of_activity(const json::object& activity)
{
    auto text = text_at(activity, "text");
    for (const auto& own : own_mentions(activity))
        if (const auto at = text.find(own); at != text.npos) text.erase(at, own.size());
    constexpr std::string_view open = "<at>", close = "</at>";
    std::string named;
    std::string_view rest = text;
    bool first = true;
    for (auto at = rest.find(open); at != rest.npos; at = rest.find(open)) {
        const auto end = rest.find(close, at);
        if (end == rest.npos) break;
        const auto before = rest.substr(0, at);
        const bool call = first && trimmed(before).empty() && named.empty();
        named += before;
        if (!call) named.append("@").append(rest.substr(at + open.size(), end - at - open.size()));
        first = false;
        rest.remove_prefix(end + close.size());
    }
    named += rest;
    return std::string{trimmed(plain_html(named))};
}

std::string short_key(std::string key)
{
    if (key.size() <= max_key_bytes) return key;
    Fnv name;
    name.add(key);
    return name.hex();
}

Event event_of_activity(const json::object& activity, const Body& body, const Source& source)
{
    auto event = event_of(source.name, Kind::chat, body);
    if (const auto* const from = object_at(activity, "from")) {
        const auto id = text_at(*from, "aadObjectId").empty() ? text_at(*from, "id") : text_at(*from, "aadObjectId");
        const auto known = source.chat.users.find(id);
        auto name = known != source.chat.users.end() ? known->second : text_at(*from, "name");
        if (name.empty()) name = id;
        event.author.name = fitting(event, name.empty() ? "unknown" : name, max_name_bytes);
        event.author.verified = !name.empty();  // Teams signed who posted
    }
    set_time(event, text_at(activity, "timestamp"), body);
    const auto* const conversation = object_at(activity, "conversation");
    const auto place = conversation == nullptr ? std::string{} : text_at(*conversation, "id");
    const auto id = text_at(activity, "id");
    constexpr std::string_view thread_mark = ";messageid=";
    const auto split = place.find(thread_mark);
    const auto channel = place.substr(0, split);
    const auto root = split == place.npos ? std::string{} : place.substr(split + thread_mark.size());
    if (!id.empty()) event.key = short_key(channel + ':' + id);
    if (!channel.empty()) {
        add_label(event, "channel_id", channel);
        if (const auto named = source.chat.channels.find(channel); named != source.chat.channels.end()) add_label(event, "channel", named->second);
    }
    if (!root.empty()) add_label(event, "thread_ts", root);
    // A channel's messages have an address; those of a personal chat have none.
    if (channel.ends_with("@thread.tacv2") && !id.empty()) {
        auto url = "https://teams.microsoft.com/l/message/" + channel + '/' + id;
        if (!root.empty()) url += "?parentMessageId=" + root;
        add_link(event, url, "message");
    }
    return event;
}

}  // namespace

Understood read_msteams(const Body& body, const Source& source)
{
    Understood understood;
    const auto document = parse_body(body.bytes);
    const auto* const activity = document ? document->if_object() : nullptr;
    if (activity == nullptr) {
        add_unparsed(understood, source.name, Kind::chat, body, document ? "expected an object with \"type\"" : document.error().detail);
        understood.reply = reply_of("not understood; kept for a person to look at");
        return understood;
    }
    const auto* const from = object_at(*activity, "from");
    const auto& own = source.chat.own_bot_ids;
    if (from != nullptr && (text_at(*from, "role") == "bot" || std::ranges::find(own, text_at(*from, "id")) != own.end())) {
        understood.note = "a bot's message";
        return understood;
    }
    if (const auto type = text_at(*activity, "type"); type != "message") {
        add_unparsed(understood, source.name, Kind::chat, body, type.empty() ? "there is no \"type\"" : "activity \"" + type + "\" is not known");
        if (auto* const event = std::get_if<Event>(&understood.items.back().what)) event->key = event_of_activity(*activity, body, source).key;
        return understood;
    }
    const auto text = text_of_activity(*activity);
    if (text.empty() || text == "help") {
        understood.reply = reply_of(typed_help("@NAME"));
        understood.note = "asked for help";
        return understood;
    }
    auto event = event_of_activity(*activity, body, source);
    TimeContext context;
    context.now = event.occurred_at;
    if (!source.zone.empty()) context.zone = source.zone;
    const auto line = read_typed_line(text, context);
    set_typed(event, line);
    const auto remark = line.bad_time.empty() ? std::string{} : "the time was not understood, so it stands at the message's own: " + line.bad_time;
    understood.answer = [remark](std::span<const Event> stored) { return reply_of(recorded(stored, remark)); };
    understood.items.push_back({std::move(event), OnDuplicate::answer_first});
    return understood;
}

}  // namespace incident::ingest
