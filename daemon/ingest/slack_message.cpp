#include "ingest/slack_message.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ingest {
namespace {

bool among(const std::vector<std::string>& own, const std::string& theirs) { return std::ranges::find(own, theirs) != own.end(); }

}  // namespace

std::optional<Instant> read_slack_ts(std::string_view ts)
{
    const auto point = ts.find('.');
    return point == ts.npos || ts.size() - point - 1 > 9 ? std::nullopt : read_epoch(ts);
}

void set_slack_time(Event& event, const std::string& ts, const Body& body)
{
    event.occurred_raw = fitting(event, ts, max_name_bytes);
    if (const auto at = read_slack_ts(ts)) {
        event.occurred_at = *at;
        flag_time(event, body.received_at);
    } else {
        set_arrival_time(event, body);
    }
}

std::string slack_key(std::string_view channel, std::string_view ts)
{
    auto key = std::string{channel} + ':' + std::string{ts};
    if (key.size() <= max_key_bytes) return key;
    Fnv name;
    name.add(key);
    return name.hex();
}

std::string SlackMessages::user_name(const std::string& id) const
{
    const auto found = source_.chat.users.find(id);
    return found == source_.chat.users.end() ? id : found->second;
}

void SlackMessages::set_author(Event& event, const json::object& message) const
{
    const auto user = text_at(message, "user"), bot = text_at(message, "bot_id");
    const auto* const profile = object_at(message, "bot_profile");
    auto name = user_name(user);
    if (!bot.empty()) {  // a bot's `user` is a number nobody knows
        auto shown = text_at(message, "username");
        if (shown.empty() && profile != nullptr) shown = text_at(*profile, "name");
        if (!shown.empty()) name = shown;
        else if (name.empty()) name = bot;
    }
    event.author.name = fitting(event, name.empty() ? "unknown" : name, max_name_bytes);
    event.author.verified = !user.empty() && bot.empty();  // Slack signed who posted; a bot chooses its own name
}

bool SlackMessages::is_own(const json::object& message) const
{
    const auto* const profile = object_at(message, "bot_profile");
    const auto& chat = source_.chat;
    return among(chat.own_bot_ids, text_at(message, "bot_id")) || among(chat.own_bot_ids, text_at(message, "user")) ||
           among(chat.own_app_ids, text_at(message, "app_id")) || (profile != nullptr && among(chat.own_app_ids, text_at(*profile, "app_id")));
}

bool SlackMessages::is_bot(const json::object& message) const
{
    return is_own(message) || !text_at(message, "bot_id").empty() || text_at(message, "subtype") == "bot_message";
}

SlackText SlackMessages::words_of(const json::object& message) const
{
    auto words = plain_slack_text(text_at(message, "text"), source_.chat);
    const auto first_of = [&](const char* list, std::initializer_list<const char*> names) -> std::string {
        const auto* const elements = array_at(message, list);
        if (elements == nullptr) return {};
        for (const auto& element : *elements)
            if (const auto* const object = element.if_object())
                for (const auto* const name : names)
                    if (auto text = text_at(*object, name); !text.empty()) return text;
        return {};
    };
    if (trimmed(words.text).empty()) words = plain_slack_text(first_of("attachments", {"fallback", "title", "text", "pretext"}), source_.chat);
    if (trimmed(words.text).empty())
        if (const auto file = first_of("files", {"title", "name"}); !file.empty()) words.text = "file: " + file;
    if (trimmed(words.text).empty()) words.text = "(message without text)";
    return words;
}

void SlackMessages::add_channel(Event& event, const std::string& channel, const std::string& shown) const
{
    if (channel.empty()) return;
    add_label(event, "channel_id", channel);
    const auto named = source_.chat.channels.find(channel);
    add_label(event, "channel", named != source_.chat.channels.end() ? named->second : shown.empty() ? channel : shown);
}

void SlackMessages::add_permalink(Event& event, const std::string& channel, const std::string& ts, const std::string& thread) const
{
    if (source_.chat.workspace_url.empty() || channel.empty() || !read_slack_ts(ts)) return;
    auto digits = ts;
    std::erase(digits, '.');
    auto url = source_.chat.workspace_url + "/archives/" + channel + "/p" + digits;
    if (!thread.empty() && thread != ts) url += "?thread_ts=" + thread + "&cid=" + channel;
    add_link(event, url, "message");
}

Event SlackMessages::chat_event(const json::object& message, const std::string& channel, const std::string& ts, const std::string& other_key) const
{
    auto event = event_of(source_.name, Kind::chat, body_);
    set_author(event, message);
    set_slack_time(event, ts, body_);
    const auto words = words_of(message);
    event.text = fitting(event, words.text, max_text_bytes);
    if (event.text.size() < words.text.size()) event.details = fitting(event, words.text, max_details_bytes);
    event.key = channel.empty() || ts.empty() ? other_key : slack_key(channel, ts);
    const auto thread = text_at(message, "thread_ts");
    add_channel(event, channel);
    if (!thread.empty()) add_label(event, "thread_ts", thread);
    add_permalink(event, channel, ts, thread);
    for (const auto& link : words.links) add_link(event, link.url, link.title);
    if (const auto* const files = array_at(message, "files"))
        for (const auto& file : *files)
            if (const auto* const object = file.if_object()) {
                auto title = text_at(*object, "title");
                add_link(event, text_at(*object, "permalink"), title.empty() ? text_at(*object, "name") : title);
            }
    return event;
}

Tag SlackMessages::tag_by(const std::string& tag, const std::string& person) const
{
    return {tag, "person:" + to_valid_utf8(shortened(person, max_name_bytes)), {}, {}, {}, {}};
}

}  // namespace incident::ingest
