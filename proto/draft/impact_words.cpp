#include "draft/impact_words.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>
#include <vector>

namespace incident::draft {
namespace {

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    for (const char c : lowered(text)) {
        if (is_digit(c) || (c >= 'a' && c <= 'z') || c == '%' || static_cast<unsigned char>(c) >= 0x80) word += c;
        else if (!word.empty()) words.push_back(std::move(word)), word.clear();
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

constexpr std::array<std::string_view, 14> people_words{"user",    "users",   "customer", "customers", "visitor",
                                                        "visitors", "client", "clients",  "people",    "shoppers",
                                                        "requests", "request", "sessions", "traffic"};
/// Words that tell how much or that something is wrong, but not of what. What remains of an impact's text names a thing.
constexpr std::array<std::string_view, 80> other_words{
    "a",         "an",     "the",     "of",       "on",      "in",       "at",      "to",      "for",    "with",      "and",
    "or",        "all",    "every",   "everyone", "some",    "most",     "many",    "few",     "no",     "none",      "about",
    "around",    "roughly", "percent", "is",      "was",     "are",      "were",    "be",      "been",   "has",       "have",
    "had",       "see",    "saw",     "sees",     "seeing",  "get",      "got",     "gets",    "getting", "could",    "cannot",
    "can",       "not",    "nobody",  "down",     "up",      "slow",     "error",   "errors",  "failed", "failing",   "fail",
    "fails",     "affected", "unavailable", "outage", "impact", "impacted", "503",  "500",     "502",    "504",       "404",
    "timeouts",  "timeout", "still",  "again",    "now",     "it",       "time",    "times",   "during", "minutes",   "hours",
    "very",      "long",   "something"};

}  // namespace

bool is_number(std::string_view word)
{
    return std::ranges::all_of(word, [](char c) { return is_digit(c) || c == '%'; });
}

bool names_a_thing(std::string_view text)
{
    return std::ranges::any_of(words_of(text), [](const std::string& word) {
        return !is_number(word) && !is_one_of(word, people_words) && !is_one_of(word, other_words);
    });
}

bool counts_people(std::string_view text)
{
    static constexpr std::array<std::string_view, 6> amounts{"all", "every", "no", "half", "most", "each"};
    const auto words = words_of(text);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "everyone" || words[i] == "everybody" || words[i] == "nobody") return true;
        if (!is_one_of(words[i], amounts) && !(is_number(words[i]) && words[i].find('%') == std::string::npos)) continue;
        for (auto next = i + 1; next < std::min(words.size(), i + 4); ++next)
            if (is_one_of(words[next], people_words)) return true;
    }
    return false;
}

std::string without_bare_share(std::string text)
{
    const auto sign = text.find('%');
    if (sign != std::string::npos &&
        std::ranges::all_of(text.substr(0, sign), [](char c) { return is_digit(c) || c == '.' || is_space(c); })) {
        const auto rest = std::string{trimmed(std::string_view{text}.substr(sign + 1))};
        const auto after = words_of(rest);
        // "85% of users see 503" needs its head; "85% checkout 503" and "85% of users" do not.
        if (after.empty() || after.front() != "of") return rest;
        const bool only_share = std::ranges::all_of(after, [](const std::string& word) {
            return word == "of" || word == "the" || word == "all" || word == "our" || word == "were" || word == "are" ||
                   word == "affected" || word == "impacted" || is_one_of(word, people_words);
        });
        if (only_share) return {};
    }
    return text;
}

}  // namespace incident::draft
