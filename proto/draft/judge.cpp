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
constexpr std::array<std::string_view, 290> doing{
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
    "implement", "import", "increase", "index", "inform", "inspect", "install", "instrument", "introduce", "invite",
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

std::optional<Stated> stated_duration(std::string_view text)
{
    static constexpr std::array<std::string_view, 5> heralds{"lasted", "lasting", "duration", "downtime", "outage"};
    static constexpr std::array<std::string_view, 12> between{"of", "for", "was", "about", "approximately", "roughly",
                                                              "around", "total", "a", "is", "some", "nearly"};
    const auto lower = lowered(text);
    const auto words = pieces(lower);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!is_one_of(words[i].text, heralds)) continue;
        auto at = i + 1;
        while (at < words.size() && is_one_of(words[at].text, between)) ++at;
        std::chrono::minutes span{0};
        auto smallest = std::chrono::minutes::max();
        const auto first = at;
        while (at + 1 < words.size() && is_digit(words[at].text[0]) && words[at].text.size() <= 6) {
            // 1.5 hours is a number we would misread: say nothing rather than the wrong thing.
            if (lower[words[at].end] == '.' || (words[at].begin > 0 && lower[words[at].begin - 1] == '.')) break;
            const auto unit = unit_of(words[at + 1].text);
            if (!unit) break;
            span += std::stoi(std::string{words[at].text}) * *unit;
            smallest = std::min(smallest, *unit);
            at += 2;
            if (at < words.size() && words[at].text == "and") ++at;
        }
        if (smallest == std::chrono::minutes::max()) continue;
        auto last = at - 1;
        if (words[last].text == "and") --last;
        return Stated{span, std::max(smallest / 2, std::chrono::minutes{1}),
                      std::string{text.substr(words[first].begin, words[last].end - words[first].begin)}};
    }
    return std::nullopt;
}

}  // namespace incident::draft
