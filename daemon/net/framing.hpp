#pragma once
#include "model/result.hpp"
#include "net/message.hpp"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

/// Bytes of a stream -> messages. Incremental: the same messages come out however the bytes are cut up on the way. Bounded:
/// of a message too long only its beginning is held. Pure: no socket, no clock.
namespace incident::net {

struct FramingLimits {
    std::size_t kept_bytes = 64 * 1024;         ///< of one message (max_details_bytes); the rest is read over and `cut` set
    std::size_t counted_bytes = 1024 * 1024;    ///< the largest length a sender may announce (RELIABILITY E-9)
    std::size_t count_digits = 7;               ///< and the longest way to write it
};

/// What one step over the input found.
template <class Found>
struct Step {
    std::size_t used = 0;        ///< bytes of the input that are dealt with; less than all only when `found` or `broken`
    std::optional<Found> found;
    std::string broken{};        ///< not empty: the stream cannot be understood any more, so close it; why
};

/// The part of a message that is kept while it arrives.
class Kept {
 public:
    void add(std::string_view bytes, std::size_t limit)
    {
        const auto room = limit - std::min(limit, bytes_.size());
        bytes_.append(bytes.substr(0, room));
        if (bytes.size() > room) cut_ = true;
    }
    [[nodiscard]] bool empty() const noexcept { return bytes_.empty() && !cut_; }
    [[nodiscard]] Message take()
    {
        Message message;
        message.bytes = std::exchange(bytes_, {});
        message.cut = std::exchange(cut_, false);
        return message;
    }

 private:
    std::string bytes_;
    bool cut_ = false;
};

/// Messages that end with a line feed (a carriage return before it belongs to the end). Empty ones are no messages.
class LineFraming {
 public:
    explicit LineFraming(const FramingLimits& limits = {}) : limits_(limits) {}
    /// @pre `input` is not empty.
    [[nodiscard]] Step<Message> next(std::string_view input);
    /// The sender has left: a last line without its line feed.
    [[nodiscard]] std::optional<Message> end();
    /// A message has begun and not ended.
    [[nodiscard]] bool midway() const noexcept { return !kept_.empty(); }

 private:
    FramingLimits limits_;
    Kept kept_;
};

/// Syslog over a stream (RFC 6587): each frame tells by its first byte whether its length stands before it or a line feed
/// ends it. Digits that are no length (a line that begins with a year) are a line. A length of more than seven digits, over
/// 1 MiB or with a leading zero breaks the stream: what follows it cannot be told from a length again.
class SyslogFraming {
 public:
    explicit SyslogFraming(const FramingLimits& limits = {}) : limits_(limits) {}
    /// @pre `input` is not empty.
    [[nodiscard]] Step<Message> next(std::string_view input);
    /// The sender has left: what arrived of the last message.
    [[nodiscard]] std::optional<Message> end();
    [[nodiscard]] bool midway() const noexcept { return state_ != State::between; }

 private:
    enum class State { between, count, counted, line };
    FramingLimits limits_;
    State state_ = State::between;
    std::string digits_;
    std::size_t left_ = 0;  // of a counted message
    Kept kept_;
};

/// One frame of RELP: `TXNR COMMAND DATALEN[ DATA]\n`.
struct RelpFrame {
    std::uint32_t transaction = 0;
    std::string command;
    Message data;
    bool operator==(const RelpFrame&) const = default;
};

class RelpFraming {
 public:
    explicit RelpFraming(const FramingLimits& limits = {}) : limits_(limits) {}
    /// @pre `input` is not empty.
    [[nodiscard]] Step<RelpFrame> next(std::string_view input);
    [[nodiscard]] bool midway() const noexcept { return state_ != State::transaction || !word_.empty(); }

 private:
    enum class State { transaction, command, length, data, trailer };
    /// One byte of what stands before the data. @return what is wrong.
    [[nodiscard]] std::string head(char c);
    FramingLimits limits_;
    State state_ = State::transaction;
    std::string word_;
    RelpFrame frame_;
    std::size_t left_ = 0;
    Kept kept_;
};

/// What a RELP peer says of itself in `open`.
struct RelpOffers {
    unsigned version = 0;
    std::string software;
    bool syslog = false;  ///< it wants to send the command `syslog`
};
/// @return Errc::unsupported when it wants a version or commands that we do not speak.
[[nodiscard]] Result<RelpOffers> read_relp_offers(std::string_view data);
/// `TXNR rsp LEN TEXT\n`
[[nodiscard]] std::string relp_response(std::uint32_t transaction, std::string_view text);
/// Our answer to `open`, with our own offers.
[[nodiscard]] std::string relp_welcome(std::uint32_t transaction);
/// The hint that we are about to close: what was not answered must be sent again.
inline constexpr std::string_view relp_server_close = "0 serverclose 0\n";

/// Counts equal messages of one connection, so that two lines that are truly equal are told apart from one line sent again
/// after a broken connection. Remembers the last `remembered` to twice as many different messages; equal ones that stand
/// further apart count as one.
class EqualMessages {
 public:
    static constexpr std::size_t remembered = 32 * 1024;
    /// The how-manieth of its equals this one is, from 1.
    [[nodiscard]] std::uint64_t ordinal(std::string_view bytes);

 private:
    using Counts = std::unordered_map<std::uint64_t, std::uint32_t>;
    Counts newer_, older_;
};

}  // namespace incident::net
