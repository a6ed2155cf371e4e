#include "draft/judge.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>
#include <vector>

namespace incident::draft {
namespace {

struct Word {
    std::string_view text;
    std::size_t begin = 0, end = 0;
};


/// Runs of letters or of digits (with their point) in lower-case ASCII text.
std::vector<Word> pieces(std::string_view text)
{
    std::vector<Word> all;
    for (std::size_t i = 0; i < text.size();) {
        const auto begin = i;
        if (is_letter(text[i])) while (i < text.size() && is_letter(text[i])) ++i;
        else if (is_digit(text[i])) while (i < text.size() && is_digit(text[i])) ++i;
        else { ++i; continue; }
        all.push_back({text.substr(begin, i - begin), begin, i});
    }
    return all;
}

/// What people write at the head of a task that can be done.
constexpr std::array<std::string_view, 291> doing{
    "add", "adjust", "agree", "alert", "align", "allow", "annotate", "announce", "archive", "ask", "assign", "attach",
    "audit", "automate", "avoid", "back", "backport", "backup", "batch", "begin", "benchmark", "block", "bring",
    "build", "bump", "bundle", "buy", "cache", "call", "cap", "carry", "certify", "change", "check", "choose",
    "clarify", "clean", "clear", "close", "collect", "compare", "compress", "conduct", "configure", "confirm",
    "connect", "convert", "copy", "correct", "count", "cover", "create", "cut", "decommission", "deduplicate",
    "define", "delay", "delete", "deploy", "deprecate", "describe", "detach", "detect", "develop", "disable",
    "distribute", "document", "double", "drain", "drill", "drop", "duplicate", "eliminate", "enable", "encrypt",
    "end", "enforce", "escalate", "establish", "evict", "exclude", "exercise", "expand", "export", "expose", "extend",
    "extract", "fetch", "file", "filter", "find", "finish", "fix", "flag", "follow", "forbid", "force", "freeze",
    "gate", "generate", "get", "give", "grant", "guard", "halve", "handle", "harden", "hire", "hold", "ignore",
    "implement", "import", "increase", "index", "inform", "inspect", "install", "instrument", "integrate", "introduce", "invite",
    "isolate", "join", "keep", "kill", "launch", "lead", "learn", "let", "limit", "link", "load", "lock", "log",
    "lower", "make", "mark", "mask", "measure", "merge", "migrate", "mirror", "monitor", "mount", "move", "notify",
    "offer", "onboard", "open", "order", "organize", "own", "pad", "page", "parse", "patch", "pause", "pay",
    "perform", "persist", "pin", "plan", "practice", "practise", "prepare", "prevent", "print", "promote", "protect",
    "prove", "provision", "publish", "put", "quarantine", "query", "queue", "raise", "rate", "read", "rebalance",
    "rebuild", "record", "recreate", "redirect", "reduce", "refactor", "refuse", "register", "rehearse", "reject",
    "release", "reload", "remove", "rename", "renew", "repair", "repeat", "replace", "report", "reproduce", "require",
    "reserve", "reset", "resize", "resolve", "respond", "restart", "restore", "restrict", "retain", "retire", "retry",
    "return", "revert", "rewrite", "roll", "rotate", "route", "run", "sample", "sanitise", "scale", "scan",
    "schedule", "script", "seal", "search", "secure", "send", "separate", "serve", "set", "share", "ship", "shorten",
    "show", "sign", "simplify", "simulate", "skip", "slow", "sort", "specify", "split", "stagger", "start", "state",
    "stop", "store", "subscribe", "suppress", "swap", "switch", "sync", "tag", "teach", "tell", "test", "throttle",
    "tidy", "time", "trace", "track", "train", "transfer", "translate", "trigger", "trim", "truncate", "tune", "turn",
    "unify", "unpin", "update", "upgrade", "upload", "use", "validate", "vary", "verify", "version", "vet", "wait",
    "wake", "walk", "warm", "warn", "watch", "wire", "wrap", "write"};
/// Verbs that say where to look, not what to do; enough beside many words, not beside a few.
constexpr std::array<std::string_view, 16> musing{"improve", "enhance", "consider", "investigate", "look", "think",
                                                  "discuss", "explore", "try",      "ensure",      "review", "evaluate",
                                                  "strengthen", "better", "optimize", "study"};
constexpr std::array<std::string_view, 40> empty_words{
    "the",   "a",     "an",     "it",     "this",    "that",   "these",  "those", "all",     "some",    "any",  "more", "of",
    "on",    "in",    "to",     "for",    "with",    "and",    "or",     "our",   "up",      "out",     "into", "off",  "over",
    "thing", "things", "stuff", "issue",  "issues",  "problem", "problems", "everything", "something", "better", "again", "soon",
    "asap",  "please"};

std::optional<std::chrono::minutes> unit_of(std::string_view word)
{
    using namespace std::chrono_literals;
    static constexpr std::array<std::string_view, 5> hours{"h", "hr", "hrs", "hour", "hours"};
    static constexpr std::array<std::string_view, 5> mins{"m", "min", "mins", "minute", "minutes"};
    static constexpr std::array<std::string_view, 3> days{"d", "day", "days"};
    if (is_one_of(word, hours)) return 60min;
    if (is_one_of(word, mins)) return 1min;
    if (is_one_of(word, days)) return 24 * 60min;
    return std::nullopt;
}

}  // namespace

std::string why_vague(std::string_view task)
{
    if (std::ranges::any_of(task, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) return {};
    constexpr std::size_t words_that_make_up = 5;  // "improve the alert on replication lag" can be done
    const auto lower = lowered(task);
    const auto words = pieces(lower);
    bool verb = false, muses = false;
    std::size_t objects = 0;
    for (const auto& word : words) {
        // The first verb is the deed; a later one is what it is done to ("set alerts").
        if (!verb && is_one_of(word.text, doing)) verb = true;
        else if (!verb && !muses && is_one_of(word.text, musing)) muses = true;
        else if (!is_one_of(word.text, empty_words)) ++objects;
    }
    if (!verb && !(muses && words.size() >= words_that_make_up)) return "it has no verb that says what to do";
    if (objects == 0) return "it does not say what to do that to";
    return {};
}

bool begins_with_deed(std::string_view item)
{
    const auto lower = lowered(item);
    const auto words = pieces(lower);
    return !words.empty() && is_one_of(words.front().text, doing);
}

namespace {

/// `1 h 45 min`, `2.5 hours`, `a 2-hour` from word `at` on, which moves behind it. Nullopt: no duration stands there.
std::optional<Stated> duration_at(std::string_view text, std::string_view lower, const std::vector<Word>& words, std::size_t& at)
{
    std::chrono::seconds span{0}, smallest = std::chrono::seconds::max();
    const auto first = at;
    constexpr std::size_t most_digits = 6, most_places = 3;
    while (at + 1 < words.size() && is_digit(words[at].text[0]) && words[at].text.size() <= most_digits) {
        if (words[at].begin > 0 && (lower[words[at].begin - 1] == '.' || lower[words[at].begin - 1] == ':')) break;
        auto units = std::stod(std::string{words[at].text});
        auto next = at + 1;
        double step = 1;
        if (lower[words[at].end] == '.' && words[next].begin == words[at].end + 1 && is_digit(words[next].text[0])) {
            if (words[next].text.size() > most_places) break;
            for (std::size_t i = 0; i < words[next].text.size(); ++i) step /= 10;
            units += std::stod(std::string{words[next].text}) * step;
            ++next;
        }
        const auto unit = next < words.size() ? unit_of(words[next].text) : std::nullopt;
        if (!unit) break;
        const auto seconds = [&](double many) {
            return std::chrono::seconds{static_cast<std::int64_t>(many * static_cast<double>(std::chrono::seconds{*unit}.count()) + 0.5)};
        };
        span += seconds(units);
        smallest = std::min(smallest, seconds(step));
        at = next + 1;
        if (at + 1 < words.size() && words[at].text == "and" && is_digit(words[at + 1].text[0])) ++at;
    }
    if (smallest == std::chrono::seconds::max()) return std::nullopt;
    const auto last = words[at - 1].text == "and" ? at - 2 : at - 1;
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(span);
    const auto tolerance = std::max(std::chrono::duration_cast<std::chrono::minutes>(smallest / 2), std::chrono::minutes{1});
    return Stated{minutes, tolerance, std::string{text.substr(words[first].begin, words[last].end - words[first].begin)}};
}

}  // namespace

std::optional<Stated> stated_duration(std::string_view text)
{
    static constexpr std::array<std::string_view, 5> heralds{"lasted", "lasting", "duration", "downtime", "outage"};
    static constexpr std::array<std::string_view, 12> between{"of", "for", "was", "about", "approximately", "roughly",
                                                              "around", "total", "a", "is", "some", "nearly"};
    static constexpr std::array<std::string_view, 4> behind{"long", "outage", "downtime", "interruption"};
    const auto lower = lowered(text);
    const auto words = pieces(lower);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!is_one_of(words[i].text, heralds)) continue;
        auto at = i + 1;
        while (at < words.size() && is_one_of(words[at].text, between)) ++at;
        if (auto stated = duration_at(text, lower, words, at)) return stated;
    }
    // "a 2-hour long outage": the number first.
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto at = i;
        if (!is_digit(words[i].text[0])) continue;
        auto stated = duration_at(text, lower, words, at);
        if (stated && at < words.size() && is_one_of(words[at].text, behind)) {
            const bool it_is = words[at].text != "long" || (at + 1 < words.size() && is_one_of(words[at + 1].text, behind));
            if (it_is) return stated;
        }
    }
    return std::nullopt;
}

}  // namespace incident::draft
