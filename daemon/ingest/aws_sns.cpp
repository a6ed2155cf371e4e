#include "ingest/cloudwatch.hpp"
#include "ingest/dialects.hpp"
#include "ingest/lenient.hpp"
#include "model/text.hpp"
#include "wire/sns_url.hpp"
#include <algorithm>
#include <array>

namespace incident::ingest {
namespace {

/// What a topic carries: the message and the words around it.
struct Notice {
    std::string message, subject, topic, id, sent_at;
};

std::string header(const Body& body, const std::string& name)
{
    const auto found = body.headers.find(name);
    return found == body.headers.end() ? std::string{} : to_valid_utf8(trimmed(found->second));
}

/// Words that tell a change from an alarm, in what services of Amazon write into a topic.
bool sounds_like_change(std::string_view text)
{
    static constexpr std::array<std::string_view, 9> words{"autoscaling:", "auto scaling", "codedeploy", "codepipeline", "codebuild", "cloudformation",
                                                          "deployment",   "pipeline execution", "stack update"};
    const auto low = lowered(text);
    return std::ranges::any_of(words, [&](std::string_view word) { return low.find(word) != low.npos; });
}

void set_key(Event& event, const Notice& notice)
{
    if (notice.id.empty()) return;  // nothing tells it from the next one with the same words
    auto key = (std::ranges::find(event.flags, "time_from_arrival") == event.flags.end() ? to_rfc3339(event.occurred_at) + '|' : std::string{}) + notice.id;
    if (key.size() > max_key_bytes) {
        Fnv name;
        name.add(key);
        key = name.hex();
    }
    event.key = fitting(event, key, max_key_bytes);
}

void add_topic(Event& event, const Notice& notice)
{
    if (!notice.topic.empty()) add_label(event, "topic", notice.topic);
}

/// Anything that is no CloudWatch alarm: its subject or what it calls itself, and the message as it came.
Event read_note(const Notice& notice, const json::object* message, const Body& body, const Source& source)
{
    std::string title = notice.subject, detail_type, when;
    if (message != nullptr) {
        for (const auto* const name : {"detail-type", "detailType", "Event", "EventName", "Event Message", "title", "summary"})
            if (detail_type.empty()) detail_type = words_at(*message, name);
        for (const auto* const name : {"time", "StateChangeTime", "Time", "Event Time", "timestamp"})
            if (when.empty() && read_time(words_at(*message, name))) when = words_at(*message, name);
        if (title.empty()) title = detail_type;
        if (title.empty()) title = words_at(*message, "Description");
    }
    const std::string_view text = trimmed(notice.message);
    if (title.empty()) title = trimmed(text.substr(0, text.find('\n')));
    const bool change = sounds_like_change(title) || sounds_like_change(detail_type) || (message != nullptr && sounds_like_change(words_at(*message, "source")));
    auto event = event_of(source.name, change ? Kind::change : Kind::alert, body);
    event.text = fitting(event, title.empty() ? "a message without words" : title, max_text_bytes);
    if (text != event.text) event.details = fitting(event, text, max_details_bytes);
    if (message != nullptr)
        for (const auto* const name : {"source", "account", "region", "detail-type", "Event", "AutoScalingGroupName"})
            if (const auto value = words_at(*message, name); !value.empty()) add_label(event, lowered(name), value);
    add_topic(event, notice);
    set_time(event, when.empty() ? notice.sent_at : when, body);
    set_key(event, notice);
    return event;
}

void read_notification(const Notice& notice, const Body& body, const Source& source, Understood& understood)
{
    const auto document = parse_body(notice.message);
    const auto* const message = document ? document->if_object() : nullptr;
    if (message != nullptr) {
        if (auto alarm = read_cloudwatch_alarm(*message, notice.topic, body, source.name)) {
            add_topic(*alarm, notice);
            understood.items.push_back({std::move(*alarm), OnDuplicate::count_repeat});
            return;
        }
    }
    understood.items.push_back({read_note(notice, message, body, source), OnDuplicate::answer_first});
}

/// A topic wants to know whether we asked for it. Only a person answers that, and only at an address that we made.
void read_handshake(const json::object& envelope, bool leaves, Understood& understood)
{
    const auto topic = text_at(envelope, "TopicArn"), token = text_at(envelope, "Token");
    const auto shown = visible(shortened(to_valid_utf8(topic), max_name_bytes));
    for (const auto* const name : {"Token", "SubscribeURL"})
        if (const auto secret = text_at(envelope, name); !secret.empty()) understood.secrets.push_back(secret);
    const auto url = wire::sns_confirmation_url(topic, token);
    if (url.empty()) {
        understood.note = "a subscription cannot be confirmed: its topic or token is none (" + shown + ')';
        return;
    }
    understood.confirmation = Understood::Confirmation{topic, url};
    understood.note = leaves ? "unsubscribed from " + shown + "; `incidentctl source confirm` subscribes again"
                             : "subscription to " + shown + " waits for `incidentctl source confirm`";
}

}  // namespace

Understood read_aws_sns(const Body& body, const Source& source)
{
    Understood understood;
    if (lowered(header(body, "x-amz-sns-rawdelivery")) == "true") {
        const Notice notice{std::string{body.bytes}, {}, header(body, "x-amz-sns-topic-arn"), header(body, "x-amz-sns-message-id"), {}};
        read_notification(notice, body, source, understood);
        understood.topic = notice.topic;
        return understood;
    }
    const auto document = parse_body(body.bytes);
    const auto* const envelope = document ? document->if_object() : nullptr;
    if (envelope == nullptr) {
        add_unparsed(understood, source.name, Kind::alert, body, document ? "expected an object" : document.error().detail);
        return understood;
    }
    auto type = text_at(*envelope, "Type");
    if (type.empty()) type = header(body, "x-amz-sns-message-type");
    if (type == "SubscriptionConfirmation" || type == "UnsubscribeConfirmation") {
        read_handshake(*envelope, type == "UnsubscribeConfirmation", understood);
        return understood;
    }
    if (type != "Notification" || !envelope->contains("Message")) {
        add_unparsed(understood, source.name, Kind::alert, body, type.empty() ? "there is no \"Type\"" : "Type is \"" + type + "\", or there is no \"Message\"");
        return understood;
    }
    // Whoever holds this address can end the subscription without a password.
    if (const auto secret = text_at(*envelope, "UnsubscribeURL"); !secret.empty()) understood.secrets.push_back(secret);
    const auto* const message = envelope->if_contains("Message");
    const Notice notice{message->is_object() || message->is_array() ? json::serialize(*message) : text_of(*message), words_at(*envelope, "Subject"),
                        text_at(*envelope, "TopicArn"), text_at(*envelope, "MessageId"), text_at(*envelope, "Timestamp")};
    read_notification(notice, body, source, understood);
    understood.topic = notice.topic;
    return understood;
}

}  // namespace incident::ingest
