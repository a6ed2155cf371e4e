#include "timeline/shared_words.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::timeline {
namespace {

bool in_word(char c) noexcept { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }
bool joins(char c) noexcept { return c == '-' || c == '_' || c == '.' || c == '/'; }

/// One form for `cache`, `caches`, `cached` and `caching`. Too short an end is left alone: `ring` is no form of `r`.
std::string stem(std::string word)
{
    constexpr std::size_t shortest = 3;
    const auto cut = [&](std::string_view ending) {
        if (!word.ends_with(ending) || word.size() < ending.size() + shortest) return false;
        word.resize(word.size() - ending.size());
        return true;
    };
    if (!std::ranges::all_of(word, in_word)) return word;  // a name: `web-3`, `v2.41`
    if (word.ends_with("ies") && word.size() > 4) word.replace(word.size() - 3, 3, "y");
    else if (!word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is") && word.size() > shortest) (void)cut("s");
    if (!cut("ing")) (void)cut("ed");
    (void)cut("e");
    const bool ascii = word.back() >= 'a' && word.back() <= 'z';  // no byte may be taken out of another alphabet's letter
    if (ascii && word.size() > shortest && word[word.size() - 1] == word[word.size() - 2]) word.pop_back();  // `scrapped`, `scrap`
    if (word.ends_with('y')) word.back() = 'i';
    return word;
}

SignificantWords in_order(SignificantWords words)
{
    std::ranges::sort(words);
    words.erase(std::ranges::unique(words).begin(), words.end());
    return words;
}

/// Grammar, the talk of every incident, and the words that judge an idea without naming it.
const SignificantWords& words_without_meaning()
{
    static constexpr const char* words[]{
        "a", "about", "above", "after", "again", "all", "almost", "also", "although", "an", "and", "another", "any", "are", "as", "at",
        "back", "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "cannot", "could", "did",
        "didn", "do", "does", "doesn", "done", "don", "down", "due", "during", "each", "even", "ever", "every", "few", "first", "for", "from",
        "further", "get", "give", "go", "gone", "got", "had", "has", "have", "he", "her", "here", "high", "higher", "his", "how",
        "however", "if", "in", "instead", "into", "is", "isn", "it", "its", "itself", "just", "keep", "last", "later", "less", "like", "long",
        "look", "low", "lower", "made", "make", "many", "may", "maybe", "me", "might", "more", "most", "much", "must", "my", "near", "need",
        "never", "new", "next", "no", "none", "nor", "not", "nothing", "now", "of", "off", "old", "on", "once", "one", "only", "onto",
        "or", "other", "our", "out", "over", "own", "per", "possible", "possibly", "probably", "put", "quite", "really", "same", "saw", "second", "see",
        "seem", "seen", "set", "several", "she", "should", "show", "shown", "side", "since", "so", "some", "somehow", "something", "soon", "still",
        "such", "take", "taken", "than", "that", "the", "their", "them", "then", "there", "these", "they", "thing", "this",
        "those", "through", "time", "to", "too", "took", "toward", "tried", "try", "two", "under", "until", "up", "upon", "us", "use",
        "very", "via", "was", "wasn", "way", "we", "well", "were", "what", "when", "where", "whether", "which", "while", "who", "whole", "why",
        "will", "with", "within", "without", "won", "would", "yes", "yet", "you", "your",
        // said in every incident
        "alert", "bad", "broken", "cause", "change", "check", "day", "engineer", "error", "everything", "fail", "failure", "fine", "fix", "found",
        "good", "happen", "healthy", "help", "hour", "impact", "incident", "increase", "decrease", "investigate", "investigation", "issue", "minute", "monitor", "normal",
        "ok", "okay", "outage", "problem", "reason", "recover", "report", "request", "resolve", "restart", "result", "root", "run", "server",
        "service", "site", "slow", "start", "state", "status", "step", "stop", "system", "team", "test", "trouble", "user", "customer", "work", "wrong", "utc",
        // verdicts
        "assume", "assumption", "believe", "confirm", "culprit", "dead", "effect", "end", "guess", "herring", "hypothesis", "idea", "innocent", "likely", "unlikely",
        "mislead", "path", "perhaps", "prove", "red", "rule", "suspect", "theory", "think", "thought", "track", "turn", "verify", "doubt"};
    static const auto stems = [] {
        SignificantWords all;
        for (const auto* word : words) all.push_back(stem(word));
        return in_order(std::move(all));
    }();
    return stems;
}

void take(std::string word, SignificantWords& into)
{
    constexpr std::size_t shortest = 2, longest = 64;
    if (word.size() < shortest || word.size() > longest || !std::ranges::any_of(word, in_word)) return;
    word = stem(std::move(word));
    if (!std::ranges::binary_search(words_without_meaning(), word)) into.push_back(std::move(word));
}

void collect(std::string_view text, SignificantWords& into)
{
    std::size_t read = 0;
    for (std::size_t at = 0; at < text.size() && read < max_words_read;) {
        const auto start = at;
        std::string word;
        while (at < text.size()) {
            char c = text[at];
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
            if (!in_word(c) && !is_digit(c) && !(joins(c) && at > start)) break;
            word += c;
            ++at;
        }
        if (at == start) {
            ++at;
            continue;
        }
        ++read;
        while (!word.empty() && joins(word.back())) word.pop_back();
        if (std::ranges::any_of(word, joins)) {
            constexpr std::size_t shortest_part = 3;
            for (std::size_t part = 0; part < word.size();) {
                const auto end = static_cast<std::size_t>(std::find_if(word.begin() + static_cast<std::ptrdiff_t>(part), word.end(), joins) - word.begin());
                if (end - part >= shortest_part) take(word.substr(part, end - part), into);
                part = end + 1;
            }
        }
        take(std::move(word), into);
    }
}

}  // namespace

SignificantWords significant_words(std::string_view text)
{
    SignificantWords words;
    collect(text, words);
    return in_order(std::move(words));
}

SignificantWords significant_words(const Event& event)
{
    SignificantWords words;
    collect(event.text, words);
    for (const auto* name : {"service", "component", "job", "host", "instance"})
        if (const auto label = event.labels.find(name); label != event.labels.end()) collect(label->second, words);
    return in_order(std::move(words));
}

std::vector<std::string> words_in_both(const SignificantWords& a, const SignificantWords& b)
{
    std::vector<std::string> both;
    std::ranges::set_intersection(a, b, std::back_inserter(both));
    return both;
}

}  // namespace incident::timeline
