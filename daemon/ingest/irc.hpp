#pragma once
#include "model/result.hpp"
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The lines of IRC (RFC 1459 and 2812, message tags of IRCv3). Pure.
namespace incident::ingest::irc {

/// A line with its CR LF; tags stand before it and have their own limit.
inline constexpr std::size_t max_line_bytes = 512, max_tags_bytes = 8191, max_params = 64, max_tags = 256;

struct Line {
    std::map<std::string, std::string> tags;  ///< values unescaped; one without a value is empty
    std::string source;                       ///< `nick!user@host` or a server; empty: none
    std::string verb;                         ///< as sent
    std::vector<std::string> params;

    [[nodiscard]] std::string_view nick() const noexcept;  ///< of source
    [[nodiscard]] std::string_view param(std::size_t index) const noexcept;  ///< empty: there is none
    [[nodiscard]] std::string_view tag(const std::string& name) const;
};

/// @param line without CR LF. Several spaces are one. @return Errc::malformed: nothing in it, only tags or a source, a NUL.
[[nodiscard]] Result<Line> parse_line(std::string_view line);

/// A line to send, with CR LF. The last parameter may hold spaces and is cut before a code point where the line would be
/// too long. @return Errc::invalid_input for CR, LF or NUL anywhere (a second command could hide behind them), for a space
/// or leading colon in an earlier parameter, for a line that is too long without its last parameter.
[[nodiscard]] Result<std::string> format_line(std::string_view verb, const std::vector<std::string>& params);

/// Without the bytes of bold, colour, italics, underline, strike-through, monospace, reverse and reset, and what belongs to
/// a colour; other controls become spaces. Well-formed UTF-8.
[[nodiscard]] std::string plain_text(std::string_view text);

/// `\x01ACTION …\x01` is the "/me" of IRC; other commands between these bytes are talk of programs.
struct Ctcp {
    bool is_ctcp = false;
    std::string_view command, text;
};
[[nodiscard]] Ctcp read_ctcp(std::string_view text) noexcept;

/// Two names are one (RFC 1459's letters: `{}|^` are the small forms of `[]\~`).
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] std::string folded_name(std::string_view name);

}  // namespace incident::ingest::irc
