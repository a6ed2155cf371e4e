#include "net/http_gate.hpp"
#include <algorithm>
#include <array>
#include <charconv>

namespace incident::net {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t content_length_digits = 19;  // the largest that always fits 64 bits

/// RFC 9110 §5.6.2: what methods and field names are made of.
constexpr auto token_bytes = [] {
    std::array<bool, 256> table{};
    for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
    for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
    for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
    for (const char c : std::string_view{"!#$%&'*+-.^_`|~"}) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

bool is_token(std::string_view text)
{
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return token_bytes[static_cast<unsigned char>(c)]; });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view text, std::string_view lowered_word)
{
    return text.size() == lowered_word.size() &&
           std::equal(text.begin(), text.end(), lowered_word.begin(), [](char a, char b) { return lower(a) == b; });
}

std::string_view without_spaces(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Whether the comma list `value` (Connection) has the word.
bool list_has(std::string_view value, std::string_view lowered_word)
{
    while (true) {
        const auto comma = value.find(',');
        if (same_word(without_spaces(value.substr(0, comma)), lowered_word)) return true;
        if (comma == std::string_view::npos) return false;
        value.remove_prefix(comma + 1);
    }
}

std::optional<Refusal> bad(std::string detail) { return Refusal{400, std::move(detail)}; }

/// `METHOD target HTTP/1.x`, one space each.
std::optional<Refusal> read_request_line(std::string_view line, const GateLimits& limits, HeadFacts& facts)
{
    const auto first = line.find(' ');
    if (first == std::string_view::npos || !is_token(line.substr(0, first)))
        return bad("the first line is no request line; it reads METHOD /path HTTP/1.1");
    facts.method = line.substr(0, first);
    line.remove_prefix(first + 1);
    const auto second = line.find(' ');
    if (second == std::string_view::npos)
        return bad("the request line names no HTTP version; it reads METHOD /path HTTP/1.1");
    facts.target = line.substr(0, second);
    const auto version = line.substr(second + 1);
    if (facts.target.size() > limits.target_bytes)
        return Refusal{414, "the path with its query has more than " + std::to_string(limits.target_bytes) + " bytes"};
    if (facts.target.empty()) return bad("the request line has no path, or two spaces in a row");
    if (!std::ranges::all_of(facts.target, [](char c) { return c > 0x20 && c < 0x7f; }))
        return bad("the path has a byte that must be percent-encoded");
    if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.' || version[5] < '0' || version[5] > '9' ||
        version[7] < '0' || version[7] > '9')
        return bad("the request line must end with HTTP/1.1");
    if (version[5] != '1' || version[7] > '1')
        return Refusal{505, "this server speaks HTTP/1.1 and HTTP/1.0, not " + std::string{version}};
    facts.version_minor = static_cast<unsigned>(version[7] - '0');
    return {};
}

/// The fields that decide framing, collected over the whole header.
struct Framing {
    std::size_t hosts = 0, lengths = 0, encodings = 0, expectations = 0;
    bool close = false, keep_alive = false;
};

std::optional<Refusal> read_length(std::string_view value, HeadFacts& facts)
{
    if (value.empty() || value.size() > content_length_digits ||
        !std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; }))
        return bad("Content-Length must be digits alone");
    std::uint64_t length = 0;
    std::from_chars(value.data(), value.data() + value.size(), length);
    facts.content_length = length;
    return {};
}

std::optional<Refusal> note_field(std::string_view name, std::string_view value, Framing& framing, HeadFacts& facts)
{
    if (same_word(name, "host")) {
        if (++framing.hosts > 1) return bad("more than one Host field");
        if (value.find_first_of(" \t,/@?#\\") != std::string_view::npos) return bad("the Host field is no host name");
    } else if (same_word(name, "content-length")) {
        if (++framing.lengths > 1) return bad("more than one Content-Length field");
        return read_length(value, facts);
    } else if (same_word(name, "transfer-encoding")) {
        if (++framing.encodings > 1) return bad("more than one Transfer-Encoding field");
        if (!same_word(value, "chunked")) return bad("the only Transfer-Encoding this server reads is one \"chunked\"");
        facts.chunked = true;
    } else if (same_word(name, "connection")) {
        framing.close |= list_has(value, "close");
        framing.keep_alive |= list_has(value, "keep-alive");
    } else if (same_word(name, "expect")) {
        if (++framing.expectations > 1 || !same_word(value, "100-continue"))
            return Refusal{417, "the only expectation this server meets is 100-continue"};
        facts.expect_continue = true;
    }
    return {};
}

std::optional<Refusal> read_field(std::string_view line, Framing& framing, HeadFacts& facts)
{
    if (line.front() == ' ' || line.front() == '\t') return bad("a header field is folded over two lines; write it on one");
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return bad("a header line has no colon");
    const auto name = line.substr(0, colon);
    if (!name.empty() && (name.back() == ' ' || name.back() == '\t')) return bad("a space before the colon of a header field");
    if (!is_token(name)) return bad("a header field's name has a forbidden byte");
    const auto value = without_spaces(line.substr(colon + 1));
    const auto control = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && byte != '\t') || byte == 0x7f;
    };
    if (std::ranges::any_of(value, control)) return bad("a header field's value has a control byte");
    return note_field(name, value, framing, facts);
}

std::optional<Refusal> check_framing(const Framing& framing, HeadFacts& facts)
{
    if (framing.hosts == 0) return bad("the Host field is missing");
    if (facts.chunked && facts.content_length) return bad("Transfer-Encoding and Content-Length together");
    if (facts.chunked && facts.version_minor == 0) return bad("HTTP/1.0 has no chunked bodies");
    facts.keep_alive = !framing.close && (facts.version_minor == 1 || framing.keep_alive);
    if (facts.version_minor == 0) facts.expect_continue = false;  // RFC 9110 §10.1.1: an expectation of 1.0 is ignored
    return {};
}

}  // namespace

HeadScan scan_head(std::string_view bytes, std::size_t seen, const GateLimits& limits)
{
    HeadScan scan;
    if (!bytes.empty() && !token_bytes[static_cast<unsigned char>(bytes.front())]) {
        scan.refusal = bytes.front() == 0x16 ? bad("this looks like TLS; this port speaks plain HTTP")
                                             : bad("the first line is no request line; it reads METHOD /path HTTP/1.1");
        return scan;
    }
    // Three bytes back: the empty line may have been cut anywhere.
    for (auto at = bytes.find('\n', seen > 3 ? seen - 3 : 0); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        if (at == 0 || bytes[at - 1] != '\r') {
            scan.refusal = bad("a line ends with a bare line feed; lines end with CR LF");
            return scan;
        }
        if (at >= 3 && bytes.substr(at - 3, 2) == line_end) {
            scan.size = at + 1;
            break;
        }
    }
    const auto header = scan.size != 0 ? scan.size : bytes.size();
    if (header > limits.header_bytes) {
        const auto first_line = bytes.substr(0, limits.header_bytes).find('\n');
        scan.refusal = first_line == std::string_view::npos || first_line > limits.target_bytes + 32
                           ? Refusal{414, "the path with its query has more than " + std::to_string(limits.target_bytes) + " bytes"}
                           : Refusal{431, "the header has more than " + std::to_string(limits.header_bytes) + " bytes"};
    }
    return scan;
}

GateVerdict judge_head(std::string_view head, const GateLimits& limits)
{
    GateVerdict verdict;
    if (!head.ends_with("\r\n\r\n")) {
        verdict.refusal = bad("the header has no end");
        return verdict;
    }
    head.remove_suffix(line_end.size());
    Framing framing;
    std::size_t lines = 0;
    while (!head.empty() && !verdict.refusal) {
        const auto end = head.find(line_end);
        const auto line = head.substr(0, end);
        head.remove_prefix(end + line_end.size());
        if (line.find_first_of("\r\n") != std::string_view::npos)
            verdict.refusal = bad("a bare CR or LF inside a line");
        else if (lines == 0)
            verdict.refusal = read_request_line(line, limits, verdict.facts);
        else if (line.empty())
            verdict.refusal = bad("an empty line inside the header");
        else if (lines > limits.header_fields)
            verdict.refusal = Refusal{431, "more than " + std::to_string(limits.header_fields) + " header fields"};
        else
            verdict.refusal = read_field(line, framing, verdict.facts);
        ++lines;
    }
    if (!verdict.refusal) verdict.refusal = check_framing(framing, verdict.facts);
    return verdict;
}

}  // namespace incident::net
