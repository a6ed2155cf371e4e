#pragma once
#include "ingest/dialect.hpp"
#include "ingest/irc.hpp"
#include "ingest/sources.hpp"
#include <set>

/// Our side of one IRC connection, as a state machine without sockets and clocks: lines in, lines to send and messages out.
namespace incident::ingest::irc {

/// One network as the site wrote it.
struct Network {
    std::string name;                    ///< the server's host: scopes keys and stands in labels
    std::string nick = "incidentd";
    std::vector<std::string> channels;   ///< `#ops`, or `#ops key`
    std::string sasl_user, sasl_password;///< empty: no SASL
    std::string trigger = "!tl";
    bool record_all = false;             ///< ordinary chatter too
    bool operator==(const Network&) const = default;
};

/// Something said in one of our channels, by somebody else.
struct Said {
    std::string nick, account;  ///< account: only what the server vouches for; empty: none
    std::string channel;        ///< as the server spells it
    std::string text;           ///< plain
    std::string time, msgid;    ///< tags; empty: the server sends none
    bool action = false;        ///< "/me"
    bool topic = false;         ///< the channel's topic was set to this
};

/// What one line led to.
struct Step {
    std::vector<std::string> send;  ///< whole lines with CR LF
    std::vector<Said> said;
    std::string note;               ///< for the log and the source's status line; empty: nothing to say
    std::string end;                ///< not empty: hang up, for this reason, and come again later
    bool ready = false;             ///< registered just now
};

class Session {
 public:
    explicit Session(Network network) : network_(std::move(network)), nick_(network_.nick) {}

    /// The first lines, once connected.
    [[nodiscard]] Step begin();
    /// @param line without CR LF.
    [[nodiscard]] Step take(std::string_view line);
    /// Nothing was heard for a while: asks whether the server is there, joins what it is not in, wants its name back.
    [[nodiscard]] Step idle();
    [[nodiscard]] bool registered() const noexcept { return registered_; }
    [[nodiscard]] const std::string& nick() const noexcept { return nick_; }
    [[nodiscard]] std::size_t joined() const noexcept { return joined_.size(); }
    [[nodiscard]] const Network& network() const noexcept { return network_; }

 private:
    void cap(const Line& line, Step& step);
    void authenticate(const Line& line, Step& step) const;
    void other_nick(Step& step);
    void welcome(const Line& line, Step& step);
    void membership(const Line& line, Step& step);
    void message(const Line& line, Step& step);
    void join_missing(Step& step) const;
    [[nodiscard]] const std::string* channel_of(std::string_view name) const;

    Network network_;
    std::string nick_;
    std::string offered_;            // capabilities of an answer in several lines
    std::set<std::string> joined_;   // folded
    std::set<std::string> replays_;  // references of history batches that are open
    int nicks_tried_ = 0;
    bool registered_ = false, sasl_done_ = false;
};

/// What something said means: `!tl text` is the line behind the trigger, by the command line's grammar; other words only
/// with record_all. A nick is claimed, never proved. The key holds the server's own time or id, so that history told again
/// after a reconnect is stored once; a server that sends neither tells no history. Empty: not for us.
[[nodiscard]] Understood read_said(const Said& said, const Network& network, const Source& source, Instant received_at);

/// The answer in the channel, always with the same first word, one line, nothing that rings for anybody.
[[nodiscard]] std::string answer_line(std::span<const Event> stored, const std::string& remark, const std::string& link);

}  // namespace incident::ingest::irc
