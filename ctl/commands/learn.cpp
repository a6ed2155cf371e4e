#include "commands/learn.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>
#include <set>

namespace incident::ctl {
namespace {

constexpr std::size_t pattern_words = 3, name_words = 2, shortest_word = 3;

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Words without which a sentence says the same: none of them tells why it deserves a tag.
bool is_grammar(std::string_view word)
{
    static constexpr std::array words{
        "about", "after", "again", "all", "also", "and", "any", "are", "but", "can", "could", "did", "does", "down", "for", "from", "had", "has", "have",
        "her", "here", "him", "his", "how", "into", "its", "just", "may", "more", "most", "much", "must", "now", "off", "one", "only", "our", "out", "over",
        "she", "should", "since", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "through",
        "too", "two", "under", "until", "was", "were", "what", "when", "where", "which", "while", "who", "why", "will", "with", "would", "you", "your", "been",
        "being", "very", "via", "per", "utc", "between", "before", "during", "both", "each", "other", "another", "same", "around", "almost", "still", "yet"};
    return std::ranges::find(words, word) != words.end();
}

/// Negation turns the sense, so it belongs to the pattern although it is short.
bool turns_the_sense(std::string_view word) { return word == "not" || word == "no" || word == "never" || word == "without" || word == "nothing"; }

/// The telling words in their order, lower case, each once. Words with digits are names of machines or versions: no two
/// incidents share them.
std::vector<std::string> telling_words(std::string_view text, std::size_t at_most)
{
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size() && found.size() < at_most;) {
        std::string word;
        bool has_digit = false;
        const auto start = at;
        for (; at < text.size(); ++at) {
            char c = text[at];
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
            const bool inside = (c == '-' || c == '_' || c == '.' || c == '\'') && at > start;
            if (!is_letter(c) && !is_digit(c) && !inside && !(c == '#' && at == start)) break;
            has_digit |= is_digit(c);
            word += c;
        }
        if (at == start) {
            ++at;
            continue;
        }
        while (!word.empty() && !is_letter(word.back()) && !is_digit(word.back())) word.pop_back();
        // `#action` is how a person tags, and the next one will not type it.
        if (has_digit || word.starts_with('#') || word.find_first_of("_.") != word.npos) continue;
        if (!turns_the_sense(word) && (word.size() < shortest_word || is_grammar(word))) continue;
        if (std::ranges::find(found, word) == found.end()) found.push_back(std::move(word));
    }
    return found;
}

/// `paged` and `paging` alike: the ending is left open where enough is left to tell the word by.
std::string forms_of(const std::string& word)
{
    constexpr std::size_t root = 4;
    std::string pattern = word;
    for (const std::string_view ending : {"ing", "ed", "es", "s", "e"})
        if (word.size() >= root + ending.size() && word.ends_with(ending) && !word.ends_with("ss")) {
            pattern.resize(word.size() - ending.size());
            break;
        }
    std::string escaped;
    for (const char c : pattern) escaped += c == '-' || c == '\'' ? std::string{'\\', c} : std::string{c};
    const bool ascii = std::ranges::all_of(pattern, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    // RE2's \b and \w know ASCII only.
    return ascii ? "\\b" + escaped + (turns_the_sense(word) ? "\\b" : "\\w*") : escaped;
}

}  // namespace

TagsByHand tags_by_hand(const json::value& event, const json::array& history)
{
    TagsByHand changed;
    std::set<std::string, std::less<>> standing;
    for (const auto& tag : array_at(event, "tags")) {
        standing.emplace(text_at(tag, "name"));
        if (text_at(tag, "by").starts_with("person:")) changed.set.emplace_back(text_at(tag, "name"));
    }
    std::set<std::string, std::less<>> undone;
    for (auto entry = history.rbegin(); entry != history.rend(); ++entry) {  // backwards: an undo is undone by something later
        const auto* amendment = member(*entry, "amendment");
        if (amendment == nullptr || undone.contains(text_at(*entry, "id"))) continue;
        if (const auto undo = text_at(*amendment, "undo"); !undo.empty()) undone.emplace(undo);
        const auto* author = member(*entry, "author");
        if (author != nullptr && text_at(*author, "name").starts_with("rule:")) continue;
        const auto* tags = member(*amendment, "tags");
        if (tags == nullptr) continue;
        for (const auto& name : array_at(*tags, "remove")) {
            if (!name.is_string()) continue;
            std::string word{std::string_view{name.get_string()}};
            if (!standing.contains(word) && std::ranges::find(changed.removed, word) == changed.removed.end())
                changed.removed.insert(changed.removed.begin(), std::move(word));
        }
    }
    return changed;
}

std::string proposed_pattern(std::string_view text)
{
    std::string pattern;
    for (const auto& word : telling_words(text, pattern_words)) pattern += (pattern.empty() ? "" : "\\W+(?:\\S+\\W+){0,3}?") + forms_of(word);
    return pattern;
}

std::string proposed_name(std::string_view tag, std::string_view suppressed, std::string_view text)
{
    constexpr std::size_t longest = 64;
    std::string name = tag.empty() ? "not-" + std::string{suppressed} : std::string{tag};
    for (const auto& word : telling_words(text, name_words)) name += '-' + word;
    for (auto& c : name)
        if (!(c >= 'a' && c <= 'z') && !is_digit(c)) c = '-';
    name.resize(std::min(name.size(), longest));
    while (name.ends_with('-')) name.pop_back();
    return name;
}

}  // namespace incident::ctl
