#include "ingest/chat_answer.hpp"
#include "ingest/dialects.hpp"
#include "ingest/form.hpp"
#include "ingest/slack_message.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::ingest {

namespace {

/// Generated texts about people coming and going: nobody wrote them.
constexpr std::array<std::string_view, 8> comings_and_goings{"channel_join",  "channel_leave", "group_join", "group_leave",
                                                             "message_replied", "ekm_access_denied", "channel_archive", "channel_unarchive"};

struct Reader {
    const Body& body;
    const Source& source;
    SlackMessages messages{body, source};
    std::string event_id = {};
    Understood understood = {};

    void add(ByKey change) { understood.items.push_back({std::move(change), OnDuplicate::answer_first}); }
    void refuse(std::string_view reason) { add_unparsed(understood, source.name, Kind::chat, body, reason); }

    /// Whose words are not recorded: ours, which we know, and other programs', whose alerts reach us by a door of their own.
    bool is_passed_over(const json::object& message)
    {
        if (messages.is_own(message)) understood.note = "our own message";
        else if (!source.chat.bots && messages.is_bot(message)) understood.note = "a bot's message (sources: " + source.name + ": bots: true records them)";
        else return false;
        return true;
    }

    [[nodiscard]] Author person(const std::string& user) const
    {
        if (user.empty()) return {};
        return {to_valid_utf8(shortened(messages.user_name(user), max_name_bytes)), true, {}};
    }

    void read_posted(const json::object& message)
    {
        if (is_passed_over(message)) return;
        if (true_at(message, "hidden")) {
            understood.note = "a hidden message";
            return;
        }
        // A mention is delivered as `message` and as `app_mention`: both have this key, so the second changes nothing.
        auto event = messages.chat_event(message, text_at(message, "channel"), text_at(message, "ts"), event_id);
        if (const auto subtype = text_at(message, "subtype"); !subtype.empty()) add_label(event, "subtype", subtype);
        understood.items.push_back({std::move(event), OnDuplicate::answer_first});
    }

    /// The words go out of sight, the fact that somebody wrote stays; both can still be read in the history.
    void read_deleted(const std::string& channel, const std::string& ts, const json::object* previous)
    {
        if (previous != nullptr && is_passed_over(*previous)) return;
        ByKey change;
        change.key = slack_key(channel, ts);
        change.once_key = change.key + ":delete";
        change.amendment.text = "(deleted in Slack)";
        change.amendment.strike = true;
        change.amendment.reason = "deleted in Slack";
        // Never seen before: that there was a message stays, its words are not brought in.
        auto orphan = event_of(source.name, Kind::chat, body);
        if (previous != nullptr) messages.set_author(orphan, *previous);
        else orphan.author.name = "unknown";
        set_slack_time(orphan, ts, body);
        orphan.text = "(a message that was deleted before it arrived here)";
        orphan.key = change.key;
        messages.add_channel(orphan, channel);
        add_flag(orphan, deleted_flag);
        change.orphan = std::move(orphan);
        add(std::move(change));
    }

    void read_changed(const json::object& event)
    {
        const auto* const message = object_at(event, "message");
        const auto* const previous = object_at(event, "previous_message");
        if (message == nullptr) return refuse("message_changed without \"message\"");
        auto channel = text_at(event, "channel");
        auto ts = text_at(*message, "ts");
        if (ts.empty() && previous != nullptr) ts = text_at(*previous, "ts");
        if (channel.empty() || ts.empty()) return refuse("message_changed without channel and ts");
        // Deleting the first message of a thread leaves a tombstone, so that the answers have a place.
        if (text_at(*message, "subtype") == "tombstone") return read_deleted(channel, ts, previous);
        if (is_passed_over(*message)) return;
        const auto* const edited = object_at(*message, "edited");
        const auto words = messages.words_of(*message);
        if (previous != nullptr && words.text == messages.words_of(*previous).text) {
            understood.note = edited == nullptr ? "a link preview" : "an edit that leaves the text";
            return;
        }
        if (previous == nullptr && edited == nullptr) {
            understood.note = "a change that is no edit";
            return;
        }
        ByKey change;
        change.key = slack_key(channel, ts);
        auto when = edited == nullptr ? std::string{} : text_at(*edited, "ts");
        if (when.empty()) when = text_at(event, "event_ts");
        change.once_key = change.key + ":edit:" + when.substr(0, max_name_bytes / 2);
        auto orphan = messages.chat_event(*message, channel, ts, event_id);
        add_flag(orphan, edited_flag);
        change.amendment.text = orphan.text;
        const auto editor = edited == nullptr ? std::string{} : text_at(*edited, "user");
        change.amendment.reason = editor.empty() ? "edited in Slack" : "edited in Slack by " + fitting(orphan, messages.user_name(editor), max_name_bytes);
        change.author = person(editor);
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
            if (channel.empty() || ts.empty()) refuse("message_deleted without channel and deleted_ts");
            else read_deleted(channel, ts, previous);
            return;
        }
        if (std::ranges::find(comings_and_goings, subtype) != comings_and_goings.end()) {
            understood.note = "ignored: " + subtype;
            return;
        }
        read_posted(event);
    }

    /// The reaction's own event carries no words of the message, so one that we never saw is a place to look at.
    [[nodiscard]] Event unseen_message(const json::object& event, const std::string& channel, const std::string& ts, const std::string& reason)
    {
        auto orphan = event_of(source.name, Kind::chat, body);
        const auto author = text_at(event, "item_user");
        orphan.author.name = fitting(orphan, author.empty() ? "unknown" : messages.user_name(author), max_name_bytes);
        orphan.author.verified = !author.empty();
        set_slack_time(orphan, ts, body);
        orphan.text = "(a message that was not recorded, marked " + reason + ")";
        orphan.key = slack_key(channel, ts);
        messages.add_channel(orphan, channel);
        messages.add_permalink(orphan, channel, ts, {});
        add_flag(orphan, unseen_flag);
        return orphan;
    }

    void read_reaction(const json::object& event, bool added)
    {
        auto emoji = text_at(event, "reaction");
        emoji = emoji.substr(0, emoji.find("::"));  // thumbsup::skin-tone-2
        const auto* const item = object_at(event, "item");
        const auto channel = item == nullptr ? std::string{} : text_at(*item, "channel"), ts = item == nullptr ? std::string{} : text_at(*item, "ts");
        if (channel.empty() || ts.empty()) {
            understood.note = "a reaction to something that is no message";
            return;
        }
        const auto tag = source.chat.reactions.find(emoji);
        if (tag == source.chat.reactions.end()) {
            understood.note = "a reaction that stands for no tag";
            return;
        }
        if (const auto author = text_at(event, "item_user"); std::ranges::find(source.chat.own_bot_ids, author) != source.chat.own_bot_ids.end()) {
            understood.note = "a reaction to our own message";
            return;
        }
        const auto user = text_at(event, "user");
        ByKey change;
        change.key = slack_key(channel, ts);
        change.once_key = slack_key(change.key + (added ? ":+" : ":-") + emoji + ':' + user, text_at(event, "event_ts"));
        change.author = person(user);
        change.amendment.reason = ':' + to_valid_utf8(shortened(emoji, max_name_bytes)) + ": in Slack" + (user.empty() ? "" : " by " + change.author.name);
        change.amendment.add_tags.push_back(messages.tag_by(tag->second, messages.user_name(user)));
        change.takes_back = !added;  // only this person's: the same reaction of another still stands
        if (added) {
            auto orphan = unseen_message(event, channel, ts, change.amendment.reason);
            orphan.tags = change.amendment.add_tags;
            add_label(orphan, added_by_label, change.amendment.reason);
            change.orphan = std::move(orphan);
        }
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
        if (channel.empty() || ts.empty()) return refuse("a pin without channel and ts");
        if (messages.is_own(*message)) {
            understood.note = "a pin of our own message";
            return;
        }
        const auto user = text_at(event, "user");
        ByKey change;
        change.key = slack_key(channel, ts);
        change.once_key = slack_key(change.key + (added ? ":pin" : ":unpin"), text_at(event, "event_ts"));
        change.author = person(user);
        change.amendment.star = true;
        change.amendment.reason = "pinned in Slack";
        // A pin is the channel's, so whoever unpins takes it back whole: no tags means whichever it brought.
        change.takes_back = !added;
        if (const auto tag = source.chat.reactions.find(pin_emoji); added && tag != source.chat.reactions.end())
            change.amendment.add_tags.push_back(messages.tag_by(tag->second, messages.user_name(user)));
        if (added) {
            auto orphan = messages.chat_event(*message, channel, ts, event_id);
            add_link(orphan, text_at(*message, "permalink"), "message");
            orphan.star = true;
            orphan.tags = change.amendment.add_tags;
            add_label(orphan, added_by_label, change.amendment.reason);
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
        else refuse("event type \"" + type + "\" is not known");
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
        auto event = event_of(source.name, Kind::system, body);
        const auto minute = text_at(envelope, "minute_rate_limited");
        if (const auto at = read_epoch(minute)) {
            event.occurred_at = *at;
            event.occurred_raw = fitting(event, minute, max_name_bytes);
            event.precision = Precision::minute;
            event.key = "rate_limited:" + event.occurred_raw;
            event.text = source.name + ": messages of the minute from " + to_rfc3339(*at).substr(0, 16) + " UTC were dropped by Slack (rate limit)";
            flag_time(event, body.received_at);
        } else {
            set_arrival_time(event, body);
            event.text = source.name + ": messages were dropped by Slack (rate limit)";
        }
        add_flag(event, "gap");
        understood.items.push_back({std::move(event), OnDuplicate::count_repeat});
    }
};

}  // namespace

Understood read_slack(const Body& body, const Source& source)
{
    if (is_form(body)) return read_slack_form(body, source);
    Reader reader{body, source};
    const auto document = parse_body(body.bytes);
    const auto* const envelope = document ? document->if_object() : nullptr;
    if (envelope == nullptr) {
        reader.refuse(document ? "expected an object with \"type\"" : document.error().detail);
        return std::move(reader.understood);
    }
    add_secret(reader.understood, text_at(*envelope, "token"));
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
    } else if (type == "message_action" || type == "shortcut") {
        return read_slack_payload(*envelope, body, source);  // a shortcut, already out of its form
    } else {
        reader.refuse(type.empty() ? "there is no \"type\"" : "type \"" + type + "\" is not known");
    }
    return std::move(reader.understood);
}

}  // namespace incident::ingest
