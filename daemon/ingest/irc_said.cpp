#include "ingest/chat_answer.hpp"
#include "ingest/irc_session.hpp"
#include "ingest/lenient.hpp"
#include "ingest/typed_line.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ingest::irc {
namespace {

/// What stands behind `!tl` or `!tl:`; nullopt: it is not for us.
std::optional<std::string_view> behind_trigger(std::string_view text, std::string_view trigger)
{
    if (trigger.empty() || !text.starts_with(trigger)) return std::nullopt;
    text.remove_prefix(trigger.size());
    if (text.starts_with(':')) text.remove_prefix(1);
    if (!text.empty() && text.front() != ' ') return std::nullopt;  // `!tldr`
    return trimmed(text);
}

std::string key_of(const Said& said, const Network& network)
{
    if (said.msgid.empty() && said.time.empty()) return {};
    auto key = network.name + ' ';
    if (!said.msgid.empty()) {
        key += said.msgid;
    } else {
        Fnv words;
        words.add(said.text);
        key += folded_name(said.channel) + ' ' + folded_name(said.nick) + ' ' + said.time + ' ' + words.hex();
    }
    if (key.size() <= max_key_bytes) return key;
    Fnv name;
    name.add(key);
    return name.hex();
}

}  // namespace

Understood read_said(const Said& said, const Network& network, const Source& source, Instant received_at)
{
    Understood understood;
    const auto typed = said.topic ? std::nullopt : behind_trigger(said.text, network.trigger);
    if (!typed && !network.record_all) return understood;
    if (typed && (typed->empty() || *typed == "help")) {
        understood.note = "asked for help";
        understood.reply = typed_help(network.trigger);
        return understood;
    }
    const Body body{said.text, "text/plain", {}, received_at};
    auto event = event_of(source.name, Kind::chat, body);
    const auto known = source.chat.users.find(said.nick);
    event.author.name = fitting(event, known == source.chat.users.end() ? said.nick : known->second, max_name_bytes);
    event.author.claimed = fitting(event, said.nick, max_name_bytes);
    event.author.verified = false;  // anybody may take a nick
    set_time(event, said.time, body);
    event.key = key_of(said, network);
    add_label(event, "network", network.name);
    add_label(event, "channel", said.channel);
    if (!said.account.empty()) add_label(event, "account", said.account);
    if (typed) {
        TimeContext context;
        context.now = event.occurred_at;
        if (!source.zone.empty()) context.zone = source.zone;
        const auto line = read_typed_line(*typed, context);
        set_typed(event, line);
        // Whoever answers adds the link, which is known only where the service is.
        understood.reply = line.bad_time.empty() ? std::string{} : "the time was not understood: " + line.bad_time;
        understood.answer = [remark = understood.reply](std::span<const Event> stored) { return answer_line(stored, remark, {}); };
    } else {
        event.text = fitting(event, said.topic ? "topic: " + said.text : said.action ? '*' + said.nick + ' ' + said.text : said.text, max_text_bytes);
    }
    understood.items.push_back({std::move(event), OnDuplicate::answer_first});
    return understood;
}

std::string answer_line(std::span<const Event> stored, const std::string& remark, const std::string& link)
{
    constexpr std::size_t max_echo_bytes = 160;  // with the link and what the server puts before it, a line has 512 bytes
    std::vector<Event> shown{stored.begin(), stored.end()};
    for (auto& event : shown) {
        event.text = shortened(event.text, max_echo_bytes);
        if (!link.empty()) event.id = {};  // it stands in the link
    }
    auto text = "[incidentd] " + recorded(shown, remark);
    if (!link.empty()) text += ' ' + link;
    text = without_calls(text);
    std::ranges::replace_if(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    return text;
}

}  // namespace incident::ingest::irc
