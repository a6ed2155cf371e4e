#include "ingest/irc.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ingest::irc {
namespace {

std::string_view next_word(std::string_view& rest)
{
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return word;
}

/// Byte by byte: `\\n` is a backslash and an n. A backslash before any other byte goes, at the end too.
std::string unescaped(std::string_view value)
{
    std::string plain;
    plain.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\\') {
            plain += value[i];
            continue;
        }
        if (++i == value.size()) break;
        switch (value[i]) {
        case ':': plain += ';'; break;
        case 's': plain += ' '; break;
        case 'r': plain += '\r'; break;
        case 'n': plain += '\n'; break;
        default: plain += value[i];
        }
    }
    return plain;
}

void read_tags(std::string_view tags, Line& line)
{
    for (std::size_t count = 0; !tags.empty() && count < max_tags; ++count) {
        const auto one = tags.substr(0, tags.find(';'));
        tags.remove_prefix(std::min(one.size() + 1, tags.size()));
        const auto equals = one.find('=');
        if (const auto name = one.substr(0, equals); !name.empty())
            line.tags.insert_or_assign(std::string{name}, equals == one.npos ? std::string{} : unescaped(one.substr(equals + 1)));
    }
}

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// How many bytes of `text` are the numbers of a colour: `4`, `04`, `4,12`; a comma without a number behind it is text.
std::size_t colour_length(std::string_view text)
{
    const auto number = [&](std::size_t from) {
        std::size_t length = 0;
        while (length < 2 && from + length < text.size() && is_digit(text[from + length])) ++length;
        return length;
    };
    const auto front = number(0);
    if (front == 0 || front >= text.size() || text[front] != ',') return front;
    const auto back = number(front + 1);
    return back == 0 ? front : front + 1 + back;
}

constexpr std::string_view forbidden{"\r\n\0", 3};

}  // namespace

std::string_view Line::nick() const noexcept
{
    return std::string_view{source}.substr(0, source.find_first_of("!@"));
}

std::string_view Line::param(std::size_t index) const noexcept { return index < params.size() ? std::string_view{params[index]} : std::string_view{}; }

std::string_view Line::tag(const std::string& name) const
{
    const auto found = tags.find(name);
    return found == tags.end() ? std::string_view{} : std::string_view{found->second};
}

Result<Line> parse_line(std::string_view text)
{
    Line line;
    if (text.find('\0') != text.npos) return Failure{Errc::malformed, "a line with a NUL byte"};
    auto rest = text;
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (rest.starts_with('@')) {
        const auto word = next_word(rest);
        read_tags(word.substr(1, max_tags_bytes), line);
    }
    if (rest.starts_with(':')) line.source = next_word(rest).substr(1);
    line.verb = next_word(rest);
    if (line.verb.empty()) return Failure{Errc::malformed, "a line without a command"};
    while (!rest.empty() && line.params.size() < max_params) {
        if (rest.front() == ':') {
            line.params.emplace_back(rest.substr(1));
            break;
        }
        line.params.emplace_back(next_word(rest));
    }
    return line;
}

Result<std::string> format_line(std::string_view verb, const std::vector<std::string>& params)
{
    std::string line{verb};
    const auto refused = [](std::string_view why) { return Failure{Errc::invalid_input, "an IRC line " + std::string{why}}; };
    if (verb.empty() || verb.find_first_of(forbidden) != verb.npos || verb.find(' ') != verb.npos) return refused("needs one word as its command");
    for (std::size_t i = 0; i < params.size(); ++i) {
        const auto& param = params[i];
        if (param.find_first_of(forbidden) != param.npos) return refused("cannot hold CR, LF or NUL");
        const bool last = i + 1 == params.size();
        const bool needs_colon = param.empty() || param.front() == ':' || param.find(' ') != param.npos;
        if (needs_colon && !last) return refused("can have spaces only in its last parameter");
        line += ' ';
        if (!last) {
            line += param;
            continue;
        }
        if (needs_colon) line += ':';
        constexpr std::size_t room = max_line_bytes - 2;
        if (line.size() >= room) return refused("is too long");
        line += param.size() <= room - line.size() ? param : shortened(param, room - line.size());
    }
    if (line.size() + 2 > max_line_bytes) return refused("is too long");
    return line + "\r\n";
}

std::string plain_text(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        switch (c) {
        case '\x02':  // bold
        case '\x0f':  // reset
        case '\x11':  // monospace
        case '\x16':  // reverse
        case '\x1d':  // italics
        case '\x1e':  // strike-through
        case '\x1f': break;  // underline
        case '\x03': i += colour_length(text.substr(i + 1)); break;
        case '\x04': {  // six hex digits, and behind a comma six more
            const auto six = [&](std::size_t from) {
                return from + 6 <= text.size() && std::ranges::all_of(text.substr(from, 6), is_hex);
            };
            if (!six(i + 1)) break;
            i += 6;
            if (i + 1 < text.size() && text[i + 1] == ',' && six(i + 2)) i += 7;
            break;
        }
        default: plain += static_cast<unsigned char>(c) < 0x20 || c == '\x7f' ? ' ' : c;
        }
    }
    return is_utf8(plain) ? plain : to_valid_utf8(plain);
}

Ctcp read_ctcp(std::string_view text) noexcept
{
    Ctcp ctcp;
    if (text.empty() || text.front() != '\x01') return ctcp;
    text.remove_prefix(1);
    if (!text.empty() && text.back() == '\x01') text.remove_suffix(1);  // some leave the second one out
    ctcp.is_ctcp = true;
    ctcp.command = text.substr(0, text.find(' '));
    if (ctcp.command.size() < text.size()) ctcp.text = text.substr(ctcp.command.size() + 1);
    return ctcp;
}

std::string folded_name(std::string_view name)
{
    std::string folded{name};
    for (auto& c : folded) {
        if ((c >= 'A' && c <= 'Z')) c = static_cast<char>(c - 'A' + 'a');
        else if (c == '[') c = '{';
        else if (c == ']') c = '}';
        else if (c == '\\') c = '|';
        else if (c == '~') c = '^';
    }
    return folded;
}

bool same_name(std::string_view a, std::string_view b) noexcept { return a.size() == b.size() && folded_name(a) == folded_name(b); }

}  // namespace incident::ingest::irc
