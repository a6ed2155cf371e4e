#include "ingest/dialects.hpp"
#include "ingest/form.hpp"
#include "ingest/slack_message.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"
#include <algorithm>

// The door for whatever can post to a Slack incoming webhook: text and a guess of severity come through, no more.
namespace incident::ingest {
namespace {

/// Without a time of its own the same words within this span are one message sent again.
constexpr std::chrono::minutes repeat_window{5};
constexpr std::size_t max_parts = 200;

/// Red is critical, yellow and orange warn, green is well; what colour a tool means is only a guess.
std::string_view severity_of(std::string_view colour)
{
    const auto plain = lowered(colour);
    if (plain == "danger") return "critical";
    if (plain == "warning") return "warning";
    if (plain == "good") return "info";
    if (plain.size() != 7 || plain.front() != '#') return {};
    int parts[3];
    for (std::size_t i = 0; i < 3; ++i) {
        const int high = hex_digit(plain[1 + 2 * i]), low = hex_digit(plain[2 + 2 * i]);
        if (high < 0 || low < 0) return {};
        parts[i] = high * 16 + low;
    }
    const auto [red, green, blue] = parts;
    constexpr int apart = 48;  // nearer than this it is a grey
    if (red > blue + apart && green > blue + apart && red + apart > green) return "warning";
    if (red > green + apart && red > blue + apart) return green > blue + apart && 2 * green > red ? "warning" : "critical";
    if (green > red + apart && green > blue) return "info";
    return {};
}

class Message {
 public:
    Message(const Body& body, const Source& source) : body_(body), source_(source), event_(event_of(source.name, Kind::alert, body)) {}

    void read(const json::object& message)
    {
        say(text_at(message, "text"));
        read_blocks(message);
        if (const auto* const attachments = array_at(message, "attachments"))
            for (const auto& element : *attachments)
                if (const auto* const attachment = element.if_object()) read_attachment(*attachment);
        if (parts_.empty()) say(fallback_);
        const auto username = words_at(message, "username");
        if (!username.empty()) event_.author.claimed = fitting(event_, username, max_name_bytes);
    }

    [[nodiscard]] bool says_something() const { return !parts_.empty(); }

    Event take()
    {
        std::string text, whole;
        for (const auto& part : parts_) text += (text.empty() ? "" : " · ") + part;
        event_.text = fitting(event_, text, max_text_bytes);
        for (const auto& line : fields_) whole += (whole.empty() ? "" : "\n") + line;
        if (event_.text.size() < text.size()) whole = text + '\n' + whole;
        event_.details = fitting(event_, whole, max_details_bytes);
        if (!severity_.empty()) {
            event_.severity = severity_;
            add_label(event_, "guessed", "severity by colour " + colour_);
        }
        add_label(event_, "door", "slack-webhook");
        event_.occurred_raw = fitting(event_, raw_time_, max_name_bytes);
        if (const auto at = read_epoch(raw_time_)) {
            event_.occurred_at = *at;
            flag_time(event_, body_.received_at);
        } else {
            set_arrival_time(event_, body_);
        }
        Fnv content;
        content.add(text);
        content.add("\n");
        content.add(whole);
        const auto window = raw_time_.empty() ? std::to_string(body_.received_at.time_since_epoch() / repeat_window) : event_.occurred_raw;
        event_.key = window + '|' + content.hex();
        return std::move(event_);
    }

 private:
    void say(std::string_view markup)
    {
        if (parts_.size() >= max_parts) return add_flag(event_, "truncated");
        auto words = plain_slack_text(markup, source_.chat);
        for (const auto& link : words.links) add_link(event_, link.url, link.title);
        const auto text = trimmed(words.text);
        if (text.empty() || is_placeholder(text)) return;
        if (std::ranges::find(parts_, text) == parts_.end()) parts_.emplace_back(text);
    }

    void add_field(const std::string& title, const std::string& value)
    {
        if (fields_.size() >= max_parts) return add_flag(event_, "truncated");
        const auto shown = plain_slack_text(value, source_.chat);
        for (const auto& link : shown.links) add_link(event_, link.url, link.title);
        if (!shown.text.empty()) fields_.push_back(title.empty() ? shown.text : plain_slack_text(title, source_.chat).text + ": " + shown.text);
    }

    void read_blocks(const json::object& holder)
    {
        const auto* const blocks = array_at(holder, "blocks");
        if (blocks == nullptr) return;
        for (const auto& element : *blocks) {
            const auto* const block = element.if_object();
            if (block == nullptr) continue;
            if (const auto* const text = object_at(*block, "text")) say(text_at(*text, "text"));
            if (const auto* const fields = array_at(*block, "fields"))
                for (const auto& field : *fields)
                    if (const auto* const object = field.if_object()) add_field({}, text_at(*object, "text"));
        }
    }

    void read_attachment(const json::object& attachment)
    {
        for (const auto* const name : {"pretext", "title", "text"}) say(text_at(attachment, name));
        add_link(event_, text_at(attachment, "title_link"), words_at(attachment, "title"));
        read_blocks(attachment);
        if (const auto* const fields = array_at(attachment, "fields"))
            for (const auto& element : *fields)
                if (const auto* const object = element.if_object()) add_field(text_at(*object, "title"), text_at(*object, "value"));
        if (fallback_.empty()) fallback_ = text_at(attachment, "fallback");
        if (raw_time_.empty()) raw_time_ = words_at(attachment, "ts");
        if (severity_.empty()) {
            colour_ = words_at(attachment, "color");
            severity_ = severity_of(colour_);
        }
    }

    const Body& body_;
    const Source& source_;
    Event event_;
    std::vector<std::string> parts_, fields_;
    std::string fallback_, raw_time_, colour_, severity_;
};

}  // namespace

Understood read_slack_webhook(const Body& body, const Source& source)
{
    Understood understood;
    understood.reply = "ok";  // some notifiers look for the word
    understood.reply_type = "text/plain; charset=utf-8";
    const auto form = is_form(body) ? read_form(body.bytes) : std::map<std::string, std::string>{};
    const auto bytes = is_form(body) ? field(form, "payload") : std::string{body.bytes};
    const auto document = parse_body(bytes);
    const auto* const object = document ? document->if_object() : nullptr;
    if (object == nullptr) {
        add_unparsed(understood, source.name, Kind::alert, body, document ? "expected an object with \"text\"" : document.error().detail);
        return understood;
    }
    Message message{body, source};
    message.read(*object);
    if (message.says_something()) understood.items.push_back({message.take(), OnDuplicate::count_repeat});
    else add_unparsed(understood, source.name, Kind::alert, body, "neither \"text\" nor \"attachments\" nor \"blocks\" say anything");
    return understood;
}

}  // namespace incident::ingest
