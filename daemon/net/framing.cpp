#include "net/framing.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <charconv>

namespace incident::net {
namespace {

constexpr std::size_t transaction_digits = 9, command_letters = 32;  // RELP's own limits

std::size_t number_of(std::string_view digits)
{
    std::size_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

std::string quoted(std::string_view text) { return '"' + visible(shortened(text, 40)) + '"'; }

void drop_carriage_return(Message& message)
{
    if (!message.cut && message.bytes.ends_with('\r')) message.bytes.pop_back();
}

/// FNV-1a: a name within one connection, no protection. A peer that finds two of one name harms nobody but itself.
std::uint64_t name_of(std::string_view bytes)
{
    std::uint64_t sum = 14695981039346656037ULL;
    for (const char c : bytes) {
        sum ^= static_cast<unsigned char>(c);
        sum *= 1099511628211ULL;
    }
    return sum;
}

}  // namespace

Step<Message> LineFraming::next(std::string_view input)
{
    Step<Message> step;
    while (step.used < input.size()) {
        const auto rest = input.substr(step.used);
        const auto feed = rest.find('\n');
        kept_.add(rest.substr(0, feed), limits_.kept_bytes);
        if (feed == rest.npos) {
            step.used = input.size();
            return step;
        }
        step.used += feed + 1;
        auto message = kept_.take();
        drop_carriage_return(message);
        if (message.bytes.empty()) continue;
        step.found = std::move(message);
        return step;
    }
    return step;
}

std::optional<Message> LineFraming::end()
{
    auto message = kept_.take();
    drop_carriage_return(message);
    if (message.bytes.empty()) return std::nullopt;
    return message;
}

Step<Message> SyslogFraming::next(std::string_view input)
{
    Step<Message> step;
    const auto done = [&] {
        state_ = State::between;
        step.found = kept_.take();
    };
    while (step.used < input.size()) {
        const char c = input[step.used];
        switch (state_) {
        case State::between:
            if (c == '\n' || c == '\r' || c == '\0') {  // some end a counted message by a line feed, too
                ++step.used;
                break;
            }
            state_ = is_digit(c) ? State::count : State::line;
            break;
        case State::count:
            if (is_digit(c)) {
                ++step.used;
                digits_ += c;
                if (digits_.size() > limits_.count_digits) {
                    step.broken = "a message's length has more than " + std::to_string(limits_.count_digits) + " digits: " + quoted(digits_);
                    return step;
                }
                break;
            }
            if (c != ' ') {  // a line that begins with a number
                kept_.add(std::exchange(digits_, {}), limits_.kept_bytes);
                state_ = State::line;
                break;
            }
            ++step.used;
            left_ = number_of(digits_);
            if (digits_.starts_with('0')) step.broken = "a message's length begins with a zero: " + quoted(digits_);
            else if (left_ > limits_.counted_bytes)
                step.broken = "a message of " + digits_ + " bytes is announced; at most " + std::to_string(limits_.counted_bytes) + " are taken";
            if (!step.broken.empty()) return step;
            digits_.clear();
            state_ = State::counted;
            break;
        case State::counted: {
            const auto part = input.substr(step.used, left_);
            kept_.add(part, limits_.kept_bytes);
            step.used += part.size();
            left_ -= part.size();
            if (left_ > 0) break;
            done();
            return step;
        }
        case State::line: {
            const auto rest = input.substr(step.used);
            const auto feed = rest.find('\n');
            kept_.add(rest.substr(0, feed), limits_.kept_bytes);
            if (feed == rest.npos) {
                step.used = input.size();
                break;
            }
            step.used += feed + 1;
            done();
            auto& bytes = step.found->bytes;
            while (!step.found->cut && (bytes.ends_with('\r') || bytes.ends_with('\0'))) bytes.pop_back();
            if (!bytes.empty()) return step;
            step.found.reset();
            break;
        }
        }
    }
    return step;
}

std::optional<Message> SyslogFraming::end()
{
    const bool half = state_ == State::counted;
    if (state_ == State::count) kept_.add(std::exchange(digits_, {}), limits_.kept_bytes);
    state_ = State::between;
    auto message = kept_.take();
    if (!half) drop_carriage_return(message);
    if (message.bytes.empty()) return std::nullopt;
    message.cut = message.cut || half;
    return message;
}

std::string RelpFraming::head(char c)
{
    switch (state_) {
    case State::transaction:
        if (is_digit(c)) {
            word_ += c;
            return word_.size() > transaction_digits ? "a transaction number has more than 9 digits" : "";
        }
        if (c != ' ' || word_.empty()) return "a frame must begin with a transaction number, then a space";
        frame_.transaction = static_cast<std::uint32_t>(number_of(word_));
        state_ = State::command;
        break;
    case State::command:
        if (is_letter(c)) {
            word_ += c;
            return word_.size() > command_letters ? "a command has more than 32 letters" : "";
        }
        if (c != ' ' || word_.empty()) return "a command is 1 to 32 letters, then a space";
        frame_.command = word_;
        state_ = State::length;
        break;
    case State::length:
        if (is_digit(c)) {
            word_ += c;
            return word_.size() > limits_.count_digits ? "a data length has more than " + std::to_string(limits_.count_digits) + " digits" : "";
        }
        if ((c != ' ' && c != '\n') || word_.empty()) return "a data length is digits, then a space or a line feed";
        if (word_.size() > 1 && word_.starts_with('0')) return "a data length begins with a zero: " + quoted(word_);
        left_ = number_of(word_);
        if (left_ > limits_.counted_bytes)
            return "data of " + word_ + " bytes is announced; at most " + std::to_string(limits_.counted_bytes) + " are taken";
        if (c == '\n' && left_ > 0) return "the data that was announced is missing";
        state_ = left_ > 0 ? State::data : State::trailer;
        break;
    case State::data:
    case State::trailer: break;
    }
    word_.clear();
    return {};
}

Step<RelpFrame> RelpFraming::next(std::string_view input)
{
    Step<RelpFrame> step;
    while (step.used < input.size()) {
        const char c = input[step.used];
        switch (state_) {
        case State::transaction:
        case State::command:
        case State::length:
            step.broken = head(c);
            if (!step.broken.empty()) return step;
            if (state_ == State::trailer && c == '\n') break;  // a frame without data ends here: look at it again
            ++step.used;
            break;
        case State::data: {
            const auto part = input.substr(step.used, left_);
            kept_.add(part, limits_.kept_bytes);
            step.used += part.size();
            left_ -= part.size();
            if (left_ == 0) state_ = State::trailer;
            break;
        }
        case State::trailer:
            if (c != '\n') {
                step.broken = "a frame does not end with a line feed where its length says";
                return step;
            }
            ++step.used;
            state_ = State::transaction;
            frame_.data = kept_.take();
            step.found = std::exchange(frame_, {});
            return step;
        }
    }
    return step;
}

Result<RelpOffers> read_relp_offers(std::string_view data)
{
    RelpOffers offers;
    bool has_version = false;
    while (!data.empty()) {
        const auto feed = data.find('\n');
        const auto line = data.substr(0, feed);
        data = feed == data.npos ? std::string_view{} : data.substr(feed + 1);
        const auto equals = line.find('=');
        const auto name = trimmed(line.substr(0, equals));
        auto value = equals == line.npos ? std::string_view{} : trimmed(line.substr(equals + 1));
        if (name == "relp_version") {
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), offers.version);
            has_version = error == std::errc{} && end == value.data() + value.size();
        } else if (name == "relp_software") {
            offers.software = visible(shortened(value, 100));
        } else if (name == "commands") {
            while (!value.empty()) {
                const auto comma = value.find(',');
                if (trimmed(value.substr(0, comma)) == "syslog") offers.syslog = true;
                value = comma == value.npos ? std::string_view{} : value.substr(comma + 1);
            }
        }
    }
    if (!has_version || offers.version > 1) return Failure{Errc::unsupported, "relp_version must be 0 or 1"};
    if (!offers.syslog) return Failure{Errc::unsupported, "the command syslog is not among those offered, and no other is taken"};
    return offers;
}

std::string relp_response(std::uint32_t transaction, std::string_view text)
{
    auto frame = std::to_string(transaction);
    frame.append(" rsp ").append(std::to_string(text.size()));
    if (!text.empty()) frame.append(" ").append(text);
    return frame += '\n';
}

std::string relp_welcome(std::uint32_t transaction)
{
    return relp_response(transaction, "200 OK\nrelp_version=0\nrelp_software=incidentd\ncommands=syslog");
}

std::uint64_t EqualMessages::ordinal(std::string_view bytes)
{
    const auto name = name_of(bytes);
    if (newer_.size() >= remembered && !newer_.contains(name)) older_ = std::exchange(newer_, {});
    const auto [place, is_new] = newer_.try_emplace(name, 0);
    if (is_new)
        if (const auto before = older_.find(name); before != older_.end()) place->second = before->second;
    return ++place->second;
}

}  // namespace incident::net
