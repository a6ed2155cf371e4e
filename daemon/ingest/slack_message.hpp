#pragma once
#include "ingest/lenient.hpp"
#include "ingest/slack_text.hpp"

/// Slack's message object, whichever door it came through: an event, a pin, a shortcut. All know a message by its channel
/// and `ts`, so that each door finds what another stored.
namespace incident::ingest {

/// The name under which `reactions` of the configuration gives a tag to pins.
inline constexpr const char* pin_emoji = "pushpin";

/// `1595926230.009600`: ten digits and six, the message's id and its time. Never through a double, which loses the last digit.
[[nodiscard]] std::optional<Instant> read_slack_ts(std::string_view ts);
void set_slack_time(Event& event, const std::string& ts, const Body& body);
/// `channel:ts`, or a short name for it when it is too long for a key.
[[nodiscard]] std::string slack_key(std::string_view channel, std::string_view ts);

class SlackMessages {
 public:
    SlackMessages(const Body& body, const Source& source) : body_(body), source_(source) {}

    /// As the site calls this user; else the id.
    [[nodiscard]] std::string user_name(const std::string& id) const;
    void set_author(Event& event, const json::object& message) const;
    [[nodiscard]] bool is_own(const json::object& message) const;
    /// Posted by a program, ours or another's.
    [[nodiscard]] bool is_bot(const json::object& message) const;
    /// What a message says: its text, else what its attachments or files are.
    [[nodiscard]] SlackText words_of(const json::object& message) const;
    void add_channel(Event& event, const std::string& channel, const std::string& shown = {}) const;
    void add_permalink(Event& event, const std::string& channel, const std::string& ts, const std::string& thread) const;
    /// The chat event of a message object. @param other_key its key when channel or ts are missing.
    [[nodiscard]] Event chat_event(const json::object& message, const std::string& channel, const std::string& ts, const std::string& other_key) const;
    /// A tag that this person's mark stands for.
    [[nodiscard]] Tag tag_by(const std::string& tag, const std::string& person) const;

 private:
    const Body& body_;
    const Source& source_;
};

/// The doors of which slack_forms.cpp reads the bodies. @pre is_form(body).
[[nodiscard]] Understood read_slack_form(const Body& body, const Source& source);
/// What stands in a shortcut's field `payload`.
[[nodiscard]] Understood read_slack_payload(const json::object& payload, const Body& body, const Source& source);

}  // namespace incident::ingest
