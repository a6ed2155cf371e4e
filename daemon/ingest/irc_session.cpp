#include "ingest/irc_session.hpp"
#include "ingest/chat_answer.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::ingest::irc {
namespace {

constexpr int max_nicks_tried = 20;
constexpr std::size_t least_nick_bytes = 9;   // what every server takes (RFC 1459)
constexpr std::size_t sasl_chunk_bytes = 400; // of base64 in one line
constexpr std::size_t max_offered_bytes = 16 * 1024, max_replays = 64, max_note_bytes = 300;

/// What we ask for when the server has it.
constexpr std::array<std::string_view, 4> wanted{"message-tags", "server-time", "account-tag", "batch"};

void send(Step& step, std::string_view verb, const std::vector<std::string>& params)
{
    if (auto line = format_line(verb, params)) step.send.push_back(std::move(*line));
}

std::string base64(std::string_view bytes)
{
    static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t n) { return i + n < bytes.size() ? static_cast<unsigned char>(bytes[i + n]) : 0U; };
        const auto group = (byte(0) << 16U) | (byte(1) << 8U) | byte(2);
        text += digits[group >> 18U];
        text += digits[(group >> 12U) & 63U];
        text += i + 1 < bytes.size() ? digits[(group >> 6U) & 63U] : '=';
        text += i + 2 < bytes.size() ? digits[group & 63U] : '=';
    }
    return text;
}

std::string_view channel_name(const std::string& channel) { return std::string_view{channel}.substr(0, channel.find(' ')); }

/// The last words of a server's complaint, safe to print.
std::string complaint(const Line& line)
{
    std::string text = line.verb;
    for (std::size_t i = 1; i < line.params.size(); ++i) text += ' ' + line.params[i];
    return visible(shortened(plain_text(text), max_note_bytes));
}

}  // namespace

Step Session::begin()
{
    nick_ = network_.nick;
    offered_.clear();
    joined_.clear();
    replays_.clear();
    nicks_tried_ = 0;
    registered_ = sasl_done_ = false;
    Step step;
    send(step, "CAP", {"LS", "302"});
    send(step, "NICK", {nick_});
    send(step, "USER", {network_.nick, "0", "*", "incidentd, the flight recorder"});
    return step;
}

Step Session::take(std::string_view text)
{
    Step step;
    const auto line = parse_line(text);
    if (!line) return step;  // a server's nonsense is not ours to repair
    const auto& verb = line->verb;
    if (verb == "PING") send(step, "PONG", {std::string{line->param(0)}});
    else if (verb == "CAP") cap(*line, step);
    else if (verb == "AUTHENTICATE") authenticate(*line, step);
    else if (verb == "903") {
        sasl_done_ = true;
        send(step, "CAP", {"END"});
    } else if (verb == "902" || verb == "904" || verb == "905" || verb == "906") step.end = "SASL was refused: " + complaint(*line);
    else if (verb == "001") welcome(*line, step);
    else if (verb == "432" || verb == "433" || verb == "436" || verb == "437") {
        if (!registered_) other_nick(step);
    } else if (verb == "464" || verb == "465") step.end = "the server refused us: " + complaint(*line);
    else if (verb == "403" || verb == "405" || verb == "471" || verb == "473" || verb == "474" || verb == "475" || verb == "476" || verb == "477")
        step.note = "cannot join: " + complaint(*line);
    else if (verb == "JOIN" || verb == "PART" || verb == "KICK" || verb == "NICK") membership(*line, step);
    else if (verb == "BATCH") {
        const auto reference = line->param(0);
        const bool history = line->param(1).find("chathistory") != std::string_view::npos || line->param(1).find("playback") != std::string_view::npos;
        if (reference.starts_with('+') && history && replays_.size() < max_replays) replays_.emplace(reference.substr(1));
        else if (reference.starts_with('-')) replays_.erase(std::string{reference.substr(1)});
    } else if (verb == "ERROR") step.end = "the server closed the connection: " + visible(shortened(plain_text(line->param(0)), max_note_bytes));
    else if (verb == "PRIVMSG" || verb == "TOPIC") message(*line, step);
    return step;
}

void Session::cap(const Line& line, Step& step)
{
    const auto command = line.param(1);
    if (command == "LS") {
        const bool more = line.param(2) == "*";
        if (offered_.size() < max_offered_bytes) offered_.append(" ").append(line.param(more ? 3 : 2));
        if (more) return;
        const auto has = [&](std::string_view name) {
            std::string_view rest = offered_;
            while (!rest.empty()) {
                rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
                const auto word = rest.substr(0, rest.find(' '));
                rest.remove_prefix(word.size());
                if (word.substr(0, word.find('=')) == name) return true;
            }
            return false;
        };
        std::string request;
        for (const auto name : wanted)
            if (has(name)) request.append(request.empty() ? "" : " ").append(name);
        if (!network_.sasl_user.empty()) {
            if (!has("sasl")) {
                step.end = "the server offers no SASL, but a sasl_user is configured; without it we would be somebody else";
                return;
            }
            request.append(request.empty() ? "" : " ").append("sasl");
        }
        if (request.empty()) send(step, "CAP", {"END"});
        else send(step, "CAP", {"REQ", request});
    } else if (command == "ACK") {
        if (network_.sasl_user.empty() || sasl_done_) send(step, "CAP", {"END"});
        else send(step, "AUTHENTICATE", {"PLAIN"});
    } else if (command == "NAK") {
        if (!network_.sasl_user.empty()) step.end = "the server refused SASL";
        else send(step, "CAP", {"END"});
    }
}

void Session::authenticate(const Line& line, Step& step) const
{
    if (line.param(0) != "+" || network_.sasl_user.empty()) return;
    std::string plain;
    plain += '\0';
    plain += network_.sasl_user;
    plain += '\0';
    plain += network_.sasl_password;
    const auto encoded = base64(plain);
    std::string_view rest = encoded;
    while (true) {
        const auto chunk = rest.substr(0, sasl_chunk_bytes);
        rest.remove_prefix(chunk.size());
        send(step, "AUTHENTICATE", {chunk.empty() ? "+" : std::string{chunk}});
        if (chunk.size() < sasl_chunk_bytes) return;  // a whole last chunk is followed by an empty one
    }
}

/// Somebody has our name, or the server does not like it: a number at the end of what every server takes.
void Session::other_nick(Step& step)
{
    if (++nicks_tried_ > max_nicks_tried) {
        step.end = "no nick was free, the last was " + nick_;
        return;
    }
    const auto number = std::to_string(nicks_tried_);
    nick_ = network_.nick.substr(0, least_nick_bytes - number.size()) + number;
    send(step, "NICK", {nick_});
}

void Session::welcome(const Line& line, Step& step)
{
    registered_ = true;
    if (!line.param(0).empty()) nick_ = line.param(0);  // it may have been cut
    step.ready = true;
    join_missing(step);
}

void Session::join_missing(Step& step) const
{
    for (const auto& channel : network_.channels) {
        const auto name = channel_name(channel);
        if (joined_.contains(folded_name(name))) continue;
        if (name.size() == channel.size()) send(step, "JOIN", {channel});
        else send(step, "JOIN", {std::string{name}, std::string{trimmed(std::string_view{channel}.substr(name.size()))}});
    }
}

void Session::membership(const Line& line, Step& step)
{
    const auto channel = folded_name(line.param(0));
    if (line.verb == "KICK") {
        if (!same_name(line.param(1), nick_)) return;
        joined_.erase(channel);
        step.note = "kicked from " + visible(shortened(line.param(0), max_note_bytes)) + "; comes back at the next quiet moment";
        return;
    }
    if (!same_name(line.nick(), nick_)) return;
    if (line.verb == "JOIN") joined_.insert(channel);
    else if (line.verb == "PART") joined_.erase(channel);
    else nick_ = line.param(0);
}

const std::string* Session::channel_of(std::string_view name) const
{
    for (const auto& channel : network_.channels)
        if (same_name(channel_name(channel), name)) return &channel;
    return nullptr;
}

void Session::message(const Line& line, Step& step)
{
    if (line.params.size() < 2 || channel_of(line.param(0)) == nullptr) return;  // what is said to us alone is nobody's record
    const auto nick = line.nick();
    if (nick.empty() || same_name(nick, nick_)) return;  // our own echo
    Said said;
    said.topic = line.verb == "TOPIC";
    auto text = line.param(1);
    if (const auto ctcp = read_ctcp(text); ctcp.is_ctcp) {
        if (ctcp.command != "ACTION") return;
        said.action = true;
        text = ctcp.text;
    }
    said.text = trimmed(plain_text(text));
    if (said.text.empty()) return;
    said.nick = to_valid_utf8(nick);
    said.account = to_valid_utf8(line.tag("account"));
    said.channel = to_valid_utf8(line.param(0));
    said.time = to_valid_utf8(line.tag("time"));
    said.msgid = to_valid_utf8(line.tag("msgid"));
    // History without a time or an id of its own cannot be told from what was said just now.
    const auto batch = line.tag("batch");
    if (!batch.empty() && said.time.empty() && said.msgid.empty()) return;
    step.said.push_back(std::move(said));
}

Step Session::idle()
{
    Step step;
    if (!registered_) return step;
    send(step, "PING", {"incidentd"});
    join_missing(step);
    if (!same_name(nick_, network_.nick)) send(step, "NICK", {network_.nick});
    return step;
}

}  // namespace incident::ingest::irc
