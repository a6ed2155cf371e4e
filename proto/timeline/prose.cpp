#include "timeline/prose.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>
#include <charconv>

namespace incident::timeline {
namespace {

// Bytes beyond ASCII count as letters: they belong to words of other alphabets far more often than to punctuation.
bool is_word(char c) noexcept
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool has_word(std::string_view text) noexcept { return std::ranges::any_of(text, is_word); }

/// Does `before`, which stops in front of a full stop, end in a word whose full stop ends no sentence?
bool ends_in_abbreviation(std::string_view before)
{
    static constexpr std::array<std::string_view, 16> known{"e.g", "i.e", "vs",   "approx", "ca", "incl", "excl", "cf",
                                                            "mr",  "mrs", "dr",   "fig",    "no", "nr",   "resp", "eg"};
    auto start = before.size();
    while (start > 0 && !is_space(before[start - 1]) && before[start - 1] != '(') --start;
    const auto word = lowered(before.substr(start));
    return std::ranges::find(known, word) != known.end();
}

std::string_view next_word(std::string_view text, std::size_t& at)
{
    while (at < text.size() && !is_word(text[at])) ++at;
    const auto start = at;
    while (at < text.size() && is_word(text[at])) ++at;
    return text.substr(start, at - start);
}

/// Who or what the share is of, from the words around it.
enum class Whose { users, machine, unsaid };
Whose whose(std::string_view before, std::string_view after)
{
    static constexpr std::array<std::string_view, 12> people{"users",    "customers", "visitors", "requests",
                                                             "traffic",  "clients",   "sessions", "people",
                                                             "shoppers", "accounts",  "tenants",  "orders"};
    static constexpr std::array<std::string_view, 9> machines{"cpu",  "memory", "ram",  "disk", "load",
                                                              "swap", "heap",   "quota", "inodes"};
    std::size_t at = 0;
    if (lowered(next_word(after, at)) == "of") {
        for (int words = 0; words < 4; ++words)
            if (std::ranges::find(people, lowered(next_word(after, at))) != people.end()) return Whose::users;
    }
    at = 0;
    const auto following = lowered(next_word(after, at));
    if (std::ranges::find(people, following) != people.end()) return Whose::users;
    if (std::ranges::find(machines, following) != machines.end()) return Whose::machine;
    auto end = before.size();
    for (int words = 0; words < 3 && end > 0; ++words) {
        while (end > 0 && !is_word(before[end - 1])) --end;
        auto start = end;
        while (start > 0 && is_word(before[start - 1])) --start;
        if (std::ranges::find(machines, lowered(before.substr(start, end - start))) != machines.end()) return Whose::machine;
        end = start;
    }
    return Whose::unsaid;
}

}  // namespace

std::string one_line(std::string_view text)
{
    std::string line;
    line.reserve(text.size());
    for (const char c : text) {
        if (!is_space(c)) line += c;
        else if (!line.empty() && line.back() != ' ') line += ' ';
    }
    if (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

std::vector<std::string_view> sentences(std::string_view text)
{
    std::vector<std::string_view> found;
    std::size_t start = 0;
    const auto cut = [&](std::size_t end) {
        const auto piece = trimmed(text.substr(start, end - start));
        if (!has_word(piece)) return;  // `?!` or `...` alone stays with what follows
        found.push_back(piece);
        start = end;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') {
            cut(i);
            continue;
        }
        if (text[i] != '.' && text[i] != '!' && text[i] != '?') continue;
        auto end = i + 1;
        while (end < text.size() && (text[end] == '.' || text[end] == '!' || text[end] == '?' || text[end] == '"' ||
                                     text[end] == '\'' || text[end] == ')'))
            ++end;
        if (end < text.size() && !is_space(text[end])) continue;  // 1.14.10, web.example
        if (text[i] == '.' && ends_in_abbreviation(text.substr(start, i - start))) continue;
        cut(end);
        i = end - 1;
    }
    cut(text.size());
    return found;
}

std::string first_sentence(std::string_view text)
{
    const auto all = sentences(text);
    return one_line(all.empty() ? text : all.front());
}

std::size_t count_words(std::string_view text)
{
    std::size_t words = 0;
    bool in_piece = false, counted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_space(text[i])) {
            in_piece = false;
            continue;
        }
        if (!in_piece) counted = false;
        in_piece = true;
        if (text.substr(i).starts_with("\xE2\x80")) i += 2;  // general punctuation: dashes, quotes, the ellipsis
        else if (!counted && is_word(text[i])) ++words, counted = true;
    }
    return words;
}

namespace {

/// The words in lower case, each between single spaces, one before the first and one after the last: easy to search for phrases.
std::string phrase_of(std::string_view text)
{
    std::string phrase{" "};
    for (std::size_t at = 0;;) {
        const auto word = next_word(text, at);
        if (word.empty()) return phrase;
        phrase.append(lowered(word)).append(" ");
    }
}

template <std::size_t N>
bool has_any(const std::string& phrase, const std::array<std::string_view, N>& parts)
{
    return std::ranges::any_of(parts, [&](std::string_view part) { return phrase.find(part) != std::string::npos; });
}

constexpr std::array<std::string_view, 8> troubles{" incident ", " outage ", " issue ", " case ", " ticket ", " attack ", " impact ", " breach "};
constexpr std::array<std::string_view, 8> denials{" not ", " never ", " until ", " before ", " t ", " cannot ", " once ", " partially "};

}  // namespace

bool looks_back(std::string_view text)
{
    static constexpr std::array<std::string_view, 14> phrases{
        " for hours ",    " for days ",     " for weeks ",    " for a while ",  " for some time ", " for several ", " for the past ",
        " for the last ", " for at least ", " for over ",     " for more than ", " since ",        " already ",     " overnight "};
    const auto phrase = phrase_of(text);
    return has_any(phrase, phrases) && phrase.find(" since then ") == std::string::npos;
}

bool says_closed(std::string_view text)
{
    static constexpr std::array<std::string_view, 5> ends{" resolved ", " closed ", " over ", " ended ", " closing "};
    const auto phrase = phrase_of(text);
    if (has_any(phrase, denials)) return false;
    return (has_any(phrase, troubles) && has_any(phrase, ends)) || phrase.starts_with(" resolved ") || phrase.starts_with(" closed ");
}

bool says_contained(std::string_view text)
{
    static constexpr std::array<std::string_view, 3> ends{" contained ", " mitigated ", " under control "};
    const auto phrase = phrase_of(text);
    return has_any(phrase, troubles) && has_any(phrase, ends) && !has_any(phrase, denials);
}

std::optional<double> share_of_users(std::string_view text)
{
    std::optional<double> of_users, bare;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_digit(text[i]) || (i > 0 && (is_word(text[i - 1]) || text[i - 1] == '.'))) continue;
        double value = 0;
        const auto [stop, problem] = std::from_chars(text.data() + i, text.data() + text.size(), value, std::chars_format::fixed);
        const auto begin = i;
        auto end = static_cast<std::size_t>(stop - text.data());
        i = std::max(i, end == 0 ? i : end - 1);
        if (problem != std::errc{} || value < 0 || value > 100) continue;
        auto sign = end;
        if (sign < text.size() && text[sign] == ' ') ++sign;
        const auto rest = text.substr(sign);
        if (rest.starts_with('%')) end = sign + 1;
        else if (lowered(rest.substr(0, 7)) == "percent") end = sign + 7;
        else if (lowered(rest.substr(0, 8)) == "per cent") end = sign + 8;
        else continue;
        switch (whose(text.substr(0, begin), text.substr(end))) {
        case Whose::users: of_users = std::max(of_users.value_or(0), value); break;
        case Whose::unsaid: bare = std::max(bare.value_or(0), value); break;
        case Whose::machine: break;
        }
    }
    return of_users ? of_users : bare;
}

}  // namespace incident::timeline
