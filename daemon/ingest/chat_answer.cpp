#include "ingest/chat_answer.hpp"
#include "model/text.hpp"
#include <boost/json.hpp>
#include <array>

namespace incident::ingest {
namespace {

constexpr std::size_t max_echo_bytes = 300, least_secret_bytes = 8;

std::string one(const Event& event)
{
    std::string text = event.number ? '#' + std::to_string(*event.number) + ' ' : std::string{};
    text += event.incident ? to_string(*event.incident) : std::string{"inbox"};
    const auto occurred = to_rfc3339(event.occurred_at), received = to_rfc3339(event.received_at);
    constexpr std::size_t date = 10, clock = 8;
    text += ' ';
    if (occurred.substr(0, date) != received.substr(0, date)) text += occurred.substr(0, date) + ' ';
    text += occurred.substr(date + 1, clock) + 'Z';
    bool first = true;
    for (const auto& tag : event.tags) {
        text += (first ? " " : " + ") + tag.name;
        if (!tag.to.empty()) text += " → " + tag.to;
        first = false;
    }
    text += " · " + visible(shortened(event.text, max_echo_bytes));
    if (!event.id.is_nil()) text += " · " + to_string(event.id);
    return text;
}

}  // namespace

std::string recorded(std::span<const Event> stored, std::string_view remark)
{
    std::string text;
    for (const auto& event : stored) text += (text.empty() ? "" : "\n") + one(event);
    if (text.empty()) text = "already recorded";
    if (!remark.empty()) text.append("\n").append(remark);
    return text;
}

std::string without_calls(std::string_view text)
{
    static constexpr std::array<std::string_view, 4> calls{"channel", "here", "all", "everyone"};
    std::string plain;
    while (!text.empty()) {
        plain += text.front();
        const bool at = text.front() == '@';
        text.remove_prefix(1);
        if (!at) continue;
        const auto word = lowered(text.substr(0, 8));
        for (const auto call : calls)
            if (word.starts_with(call)) {
                plain += "\u200B";
                break;
            }
    }
    return plain;
}

std::string slack_reply(std::string_view text)
{
    std::string escaped;
    for (const char c : without_calls(text)) switch (c) {
        case '&': escaped += "&amp;"; break;
        case '<': escaped += "&lt;"; break;
        case '>': escaped += "&gt;"; break;
        default: escaped += c;
        }
    return boost::json::serialize(boost::json::object{{"response_type", "ephemeral"}, {"text", escaped}});
}

std::string mattermost_reply(std::string_view text, bool whole_channel)
{
    boost::json::object answer;
    answer["response_type"] = whole_channel ? "comment" : "ephemeral";
    answer["text"] = without_calls(text);
    return boost::json::serialize(answer);
}

void add_secret(Understood& understood, std::string_view value)
{
    if (value.size() >= least_secret_bytes) understood.secrets.emplace_back(value);
}

}  // namespace incident::ingest
