#include "ingest/dialects.hpp"
#include "ingest/lenient.hpp"
#include "ingest/slack_text.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::ingest {

namespace {

constexpr std::string_view source_name = "slack";

/// Generated texts about people coming and going: nobody wrote them.
constexpr std::array<std::string_view, 8> comings_and_goings{"channel_join",  "channel_leave", "group_join", "group_leave",
                                                             "message_replied", "ekm_access_denied", "channel_archive", "channel_unarchive"};

/// `1595926230.009600`: ten digits and six, the message's id and its time. Never through a double, which loses the last digit.
std::optional<Instant> read_ts(std::string_view ts)
{
    const auto point = ts.find('.');
    return point == ts.npos || ts.size() - point - 1 > 9 ? std::nullopt : read_epoch(ts);
}

void set_slack_time(Event& event, const std::string& ts, const Body& body)
{
    event.occurred_raw = fitting(event, ts, max_name_bytes);
    if (const auto at = read_ts(ts)) {
        event.occurred_at = *at;
        flag_time(event, body.received_at);
    } else {
        set_arrival_time(event, body);
    }
}

struct Reader {
    const Body& body;
    const Source& source;
    std::string event_id;
    Understood understood = {};

    static std::string key_of(std::string_view channel, std::string_view ts)
    {
        auto key = std::string{channel} + ':' + std::string{ts};
        if (key.size() <= max_key_bytes) return key;
        Fnv name;
        name.add(key);
        return name.hex();
    }

    [[nodiscard]] std::string user_name(const std::string& id) const
    {
        const auto found = source.chat.users.find(id);
        return found == source.chat.users.end() ? id : found->second;
    }

    void set_author(Event& event, const json::object& message) const
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

    [[nodiscard]] bool is_own(const json::object& message) const
    {
        const auto* const profile = object_at(message, "bot_profile");
        const auto among = [](const std::vector<std::string>& own, const std::string& theirs) { return std::ranges::find(own, theirs) != own.end(); };
        const auto& chat = source.chat;
        return among(chat.own_bot_ids, text_at(message, "bot_id")) || among(chat.own_app_ids, text_at(message, "app_id")) ||
               (profile != nullptr && among(chat.own_app_ids, text_at(*profile, "app_id")));
    }

    void add_permalink(Event& event, const std::string& channel, const std::string& ts, const std::string& thread) const
    {
        if (source.chat.workspace_url.empty() || channel.empty() || !read_ts(ts)) return;
        auto digits = ts;
        std::erase(digits, '.');
        auto url = source.chat.workspace_url + "/archives/" + channel + "/p" + digits;
        if (!thread.empty() && thread != ts) url += "?thread_ts=" + thread + "&cid=" + channel;
        add_link(event, url, "message");
    }

    /// What a message says: its text, else what its attachments or files are.
    [[nodiscard]] SlackText words_of(const json::object& message) const
    {
        auto words = plain_slack_text(text_at(message, "text"), source.chat);
        const auto first_of = [&](const char* list, std::initializer_list<const char*> names) -> std::string {
            const auto* const elements = array_at(message, list);
            if (elements == nullptr) return {};
            for (const auto& element : *elements)
                if (const auto* const object = element.if_object())
                    for (const auto* const name : names)
                        if (auto text = text_at(*object, name); !text.empty()) return text;
            return {};
        };
        if (trimmed(words.text).empty()) words = plain_slack_text(first_of("attachments", {"fallback", "title", "text", "pretext"}), source.chat);
        if (trimmed(words.text).empty())
            if (const auto file = first_of("files", {"title", "name"}); !file.empty()) words.text = "file: " + file;
        if (trimmed(words.text).empty()) words.text = "(message without text)";
        return words;
    }

    /// The chat event of a message object, whichever way it came.
    [[nodiscard]] Event chat_event(const json::object& message, const std::string& channel, const std::string& ts) const
    {
        auto event = event_of(source_name, Kind::chat, body);
        set_author(event, message);
        set_slack_time(event, ts, body);
        const auto words = words_of(message);
        event.text = fitting(event, words.text, max_text_bytes);
        if (event.text.size() < words.text.size()) event.details = fitting(event, words.text, max_details_bytes);
        event.key = channel.empty() || ts.empty() ? event_id : key_of(channel, ts);
        const auto thread = text_at(message, "thread_ts");
        if (!channel.empty()) {
            add_label(event, "channel_id", channel);
            const auto named = source.chat.channels.find(channel);
            add_label(event, "channel", named == source.chat.channels.end() ? channel : named->second);
        }
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

    void add(ByKey change) { understood.items.push_back({std::move(change), OnDuplicate::answer_first}); }

    void read_posted(const json::object& message)
    {
        if (is_own(message)) {
            understood.note = "our own message";
            return;
        }
        if (true_at(message, "hidden")) {
            understood.note = "a hidden message";
            return;
        }
        // A mention is delivered as `message` and as `app_mention`: both have this key, so the second changes nothing.
        auto event = chat_event(message, text_at(message, "channel"), text_at(message, "ts"));
        if (const auto subtype = text_at(message, "subtype"); !subtype.empty()) add_label(event, "subtype", subtype);
        understood.items.push_back({std::move(event), OnDuplicate::answer_first});
    }

    void read_deleted(const std::string& channel, const std::string& ts, const json::object* previous)
    {
        if (previous != nullptr && is_own(*previous)) {
            understood.note = "our own message";
            return;
        }
        ByKey change;
        change.key = key_of(channel, ts);
        change.once_key = change.key + ":delete";
        change.amendment.strike = true;
        change.amendment.reason = "deleted in Slack";
        // Never seen before: that there was a message stays, its words do not.
        auto orphan = event_of(source_name, Kind::chat, body);
        if (previous != nullptr) set_author(orphan, *previous);
        set_slack_time(orphan, ts, body);
        orphan.text = "(a message that was deleted before it arrived here)";
        orphan.key = change.key;
        add_label(orphan, "channel_id", channel);
        change.orphan = std::move(orphan);
        add(std::move(change));
    }

    void read_changed(const json::object& event)
    {
        const auto* const message = object_at(event, "message");
        const auto* const previous = object_at(event, "previous_message");
        if (message == nullptr) {
            add_unparsed(understood, source_name, Kind::chat, body, "message_changed without \"message\"");
            return;
        }
        auto channel = text_at(event, "channel");
        auto ts = text_at(*message, "ts");
        if (ts.empty() && previous != nullptr) ts = text_at(*previous, "ts");
        if (channel.empty() || ts.empty()) {
            add_unparsed(understood, source_name, Kind::chat, body, "message_changed without channel and ts");
            return;
        }
        // Deleting the first message of a thread leaves a tombstone, so that the answers have a place.
        if (text_at(*message, "subtype") == "tombstone") return read_deleted(channel, ts, previous);
        if (is_own(*message)) {
            understood.note = "our own message";
            return;
        }
        const auto* const edited = object_at(*message, "edited");
        const auto words = words_of(*message);
        if (previous != nullptr && words.text == words_of(*previous).text) {
            understood.note = edited == nullptr ? "a link preview" : "an edit that leaves the text";
            return;
        }
        ByKey change;
        change.key = key_of(channel, ts);
        auto when = edited == nullptr ? std::string{} : text_at(*edited, "ts");
        if (when.empty()) when = text_at(event, "event_ts");
        change.once_key = change.key + ":edit:" + when.substr(0, max_name_bytes / 2);
        auto orphan = chat_event(*message, channel, ts);
        add_flag(orphan, "edited");
        change.amendment.text = orphan.text;
        const auto editor = edited == nullptr ? std::string{} : text_at(*edited, "user");
        change.amendment.reason = editor.empty() ? "edited in Slack" : "edited in Slack by " + fitting(orphan, user_name(editor), max_name_bytes);
        change.orphan = std::move(orphan);
        add(std::move(change));
    }

    void read_message(const json::object& event)
    {
        const auto subtype = text_at(event, "subtype");
        if (subtype == "message_changed") return read_changed(event);
        if (subtype == "message_deleted") {
            const auto* const previous = object_at(event, "previous_message");
            auto ts = text_at(event, "deleted_ts");
            if (ts.empty() && previous != nullptr) ts = text_at(*previous, "ts");
            const auto channel = text_at(event, "channel");
            if (channel.empty() || ts.empty()) add_unparsed(understood, source_name, Kind::chat, body, "message_deleted without channel and deleted_ts");
            else read_deleted(channel, ts, previous);
            return;
        }
        if (std::ranges::find(comings_and_goings, subtype) != comings_and_goings.end()) {
            understood.note = "ignored: " + subtype;
            return;
        }
        read_posted(event);
    }

    void read_reaction(const json::object& event, bool added)
    {
        auto emoji = text_at(event, "reaction");
        emoji = emoji.substr(0, emoji.find("::"));  // thumbsup::skin-tone-2
        const auto* const item = object_at(event, "item");
        if (item == nullptr || text_at(*item, "channel").empty() || text_at(*item, "ts").empty()) {
            understood.note = "a reaction to something that is no message";
            return;
        }
        const auto tag = source.chat.reactions.find(emoji);
        if (tag == source.chat.reactions.end()) {
            understood.note = "a reaction that stands for no tag";
            return;
        }
        const auto user = text_at(event, "user");
        ByKey change;
        change.key = key_of(text_at(*item, "channel"), text_at(*item, "ts"));
        change.once_key = key_of(change.key + (added ? ":+" : ":-") + emoji + ':' + user, text_at(event, "event_ts"));
        change.amendment.reason = ':' + to_valid_utf8(shortened(emoji, max_name_bytes)) + ": in Slack";
        change.amendment.add_tags.push_back({tag->second, "person:" + to_valid_utf8(shortened(user_name(user), max_name_bytes)), {}, {}, {}, {}});
        change.takes_back = !added;  // only this person's: the same reaction of another still stands
        add(std::move(change));
    }

    void read_pin(const json::object& event, bool added)
    {
        const auto* const item = object_at(event, "item");
        const auto* const message = item == nullptr ? nullptr : object_at(*item, "message");
        if (message == nullptr) {
            understood.note = "a pin of something that is no message";
            return;
        }
        auto channel = text_at(event, "channel_id");
        if (channel.empty()) channel = text_at(*item, "channel");
        const auto ts = text_at(*message, "ts");
        if (channel.empty() || ts.empty()) {
            add_unparsed(understood, source_name, Kind::chat, body, "a pin without channel and ts");
            return;
        }
        ByKey change;
        change.key = key_of(channel, ts);
        change.once_key = key_of(change.key + (added ? ":pin" : ":unpin"), text_at(event, "event_ts"));
        change.amendment.star = added;
        change.amendment.reason = added ? "pinned in Slack" : "unpinned in Slack";
        if (added && !is_own(*message)) {
            auto orphan = chat_event(*message, channel, ts);
            add_link(orphan, text_at(*message, "permalink"), "message");
            orphan.star = true;
            change.orphan = std::move(orphan);
        }
        add(std::move(change));
    }

    void read_event(const json::object& event)
    {
        const auto type = text_at(event, "type");
        if (type == "message") read_message(event);
        else if (type == "app_mention") read_posted(event);
        else if (type == "reaction_added" || type == "reaction_removed") read_reaction(event, type == "reaction_added");
        else if (type == "pin_added" || type == "pin_removed") read_pin(event, type == "pin_added");
        else add_unparsed(understood, source_name, Kind::chat, body, "event type \"" + type + "\" is not known");
    }

    /// Slack sends again what it believes lost; under the delivery's id that is stored once, understood or not.
    void key_unparsed()
    {
        for (auto& item : understood.items)
            if (auto* const event = std::get_if<Event>(&item.what); event != nullptr && event->key.empty()) event->key = event_id;
    }

    /// Slack dropped what it had: people must see that the record has a hole.
    void read_rate_limited(const json::object& envelope)
    {
        auto event = event_of(source_name, Kind::system, body);
        const auto minute = text_at(envelope, "minute_rate_limited");
        if (const auto at = read_epoch(minute)) {
            event.occurred_at = *at;
            event.occurred_raw = fitting(event, minute, max_name_bytes);
            event.precision = Precision::minute;
            event.key = "rate_limited:" + event.occurred_raw;
            event.text = "slack: messages of the minute from " + to_rfc3339(*at).substr(0, 16) + " UTC were dropped by Slack (rate limit)";
            flag_time(event, body.received_at);
        } else {
            set_arrival_time(event, body);
            event.text = "slack: messages were dropped by Slack (rate limit)";
        }
        add_flag(event, "gap");
        understood.items.push_back({std::move(event), OnDuplicate::count_repeat});
    }
};

}  // namespace

Understood read_slack(const Body& body, const Source& source)
{
    Reader reader{body, source, {}};
    const auto document = parse_body(body.bytes);
    const auto* const envelope = document ? document->if_object() : nullptr;
    if (envelope == nullptr) {
        add_unparsed(reader.understood, source_name, Kind::chat, body, document ? "expected an object with \"type\"" : document.error().detail);
        return std::move(reader.understood);
    }
    reader.event_id = text_at(*envelope, "event_id");
    if (reader.event_id.size() > max_key_bytes) reader.event_id.clear();
    const auto type = text_at(*envelope, "type");
    if (type == "url_verification" && member(*envelope, "challenge") != nullptr) {
        reader.understood.reply = json::serialize(json::object{{"challenge", text_at(*envelope, "challenge")}});
        reader.understood.note = "url_verification";
    } else if (type == "app_rate_limited") {
        reader.read_rate_limited(*envelope);
    } else if (const auto* const event = object_at(*envelope, "event"); type == "event_callback" && event != nullptr) {
        reader.read_event(*event);
        reader.key_unparsed();
    } else {
        add_unparsed(reader.understood, source_name, Kind::chat, body, type.empty() ? "there is no \"type\"" : "type \"" + type + "\" is not known");
    }
    return std::move(reader.understood);
}

}  // namespace incident::ingest
