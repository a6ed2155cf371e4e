#include "draft/tells.hpp"
#include "draft/judge.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>
#include <span>

namespace incident::draft {
// A namespace of its own: lists are called `causes` and `services`, as are other people's variables.
namespace telling {
namespace {

using namespace std::string_view_literals;
using Phrases = std::span<const std::string_view>;

struct Token {
    std::string word;  ///< lower case
    std::size_t begin = 0, end = 0;
};

/// Words in lower case, apostrophes left out (`didn't` -> `didnt`), a percent sign on its own.
std::vector<Token> tokens_of(std::string_view text)
{
    std::vector<Token> all;
    const auto lower = lowered(text);
    Token token;
    const auto flush = [&](std::size_t end) {
        if (token.word.empty()) return;
        token.end = end;
        all.push_back(std::move(token));
        token = {};
    };
    for (std::size_t i = 0; i < lower.size(); ++i) {
        const char c = lower[i];
        const bool quote = c == '\'' || lower.compare(i, 3, "\xE2\x80\x99") == 0;
        if (quote && !token.word.empty()) {
            if (c != '\'') i += 2;
            continue;
        }
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) {
            if (token.word.empty()) token.begin = i;
            token.word += c;
        } else {
            flush(i);
        }
    }
    flush(lower.size());
    return all;
}

bool fits(std::string_view word, std::string_view pattern)
{
    return pattern.ends_with('*') ? word.starts_with(pattern.substr(0, pattern.size() - 1)) : word == pattern;
}

/// Where the words of `phrase` stand side by side; `*` at a word's end takes any ending, `_` up to two words between.
std::size_t find(std::span<const Token> tokens, std::string_view phrase)
{
    std::array<std::string_view, 8> words;
    std::size_t count = 0;
    while (!phrase.empty() && count < words.size()) {
        const auto space = std::min(phrase.find(' '), phrase.size());
        words[count++] = phrase.substr(0, space);
        phrase.remove_prefix(std::min(space + 1, phrase.size()));
    }
    constexpr std::size_t gap = 2;
    for (std::size_t begin = 0; begin < tokens.size(); ++begin) {
        auto at = begin;
        std::size_t word = 0;
        for (; word < count; ++word) {
            if (words[word] == "_") {
                if (word + 1 == count) return begin;
                std::size_t skipped = 0;
                while (skipped < gap && at < tokens.size() && !fits(tokens[at].word, words[word + 1])) ++at, ++skipped;
                continue;
            }
            if (at >= tokens.size() || !fits(tokens[at].word, words[word])) break;
            ++at;
        }
        if (word == count) return begin;
    }
    return tokens.size();
}

bool has(std::span<const Token> tokens, std::string_view phrase) { return find(tokens, phrase) < tokens.size(); }
bool has_any(std::span<const Token> tokens, Phrases phrases)
{
    return std::ranges::any_of(phrases, [&](std::string_view phrase) { return has(tokens, phrase); });
}

constexpr std::array detections{"detect*"sv,         "alert _ trigger*"sv,  "alert _ fire*"sv,     "alert _ indicat*"sv, "alert _ show*"sv,
                                "alerts _ trigger*"sv, "alerts _ fire*"sv,  "alerts _ indicat*"sv, "alerts _ show*"sv,   "alert _ rais*"sv,
                                "alert _ receiv*"sv, "alarm*"sv,            "receives an alert"sv, "received an alert"sv, "monitoring _ alert*"sv,
                                "monitoring _ show*"sv, "monitoring _ report*"sv, "first alert*"sv, "paged"sv,           "notice*"sv,
                                "complain*"sv,       "users _ report*"sv,   "user _ report*"sv,    "customers _ report*"sv, "customer _ report*"sv,
                                "reported by"sv,     "reports of"sv,        "spotted"sv,           "discovered"sv,       "ticket* opened"sv,
                                "customer _ call*"sv, "customer _ writ*"sv, "customers _ writ*"sv, "support _ ticket*"sv};
constexpr std::array no_detections{"alert* resolv*"sv, "alert* threshold*"sv, "alert* clear*"sv, "alerts _ added"sv, "notice period"sv,
                                   "not detected"sv,   "alert* silenced"sv};
constexpr std::array impacts{"goes down"sv, "went down"sv, "is down"sv, "are down"sv, "was down"sv, "unavailable"sv, "outage begin*"sv,
                             "outage start*"sv, "errors"sv, "slow"sv, "503"sv, "500"sv, "502"sv, "504"sv, "unable to"sv, "cannot"sv, "timeouts"sv};
constexpr std::array works{
    "investigat*"sv, "check*"sv,   "analy*"sv,   "verif*"sv,    "examin*"sv,  "inspect*"sv,  "debug*"sv,   "look*"sv,     "review*"sv,
    "reveal*"sv,     "show*"sv,    "identif*"sv, "restart*"sv,  "reboot*"sv,  "roll* back"sv, "rollback*"sv, "revert*"sv,  "deploy*"sv,
    "disabl*"sv,     "enabl*"sv,   "increas*"sv, "scal*"sv,     "added"sv,    "adds"sv,      "fixed"sv,    "patch*"sv,    "correct*"sv,
    "clear*"sv,      "kill*"sv,    "drain*"sv,   "appl*"sv,     "chang*"sv,   "reset*"sv,    "fail* over"sv, "failover"sv, "switch*"sv,
    "stop*"sv,       "start* to"sv, "compar*"sv, "reproduc*"sv, "test*"sv,    "trace*"sv,    "troubleshoot*"sv, "implement*"sv, "put back"sv,
    "remov*"sv,      "replac*"sv,  "updat*"sv,   "migrat*"sv,   "mov*"sv,     "ran"sv,       "blocked"sv,  "explor*"sv};
constexpr std::array hypotheses{"assum*"sv,  "suspect*"sv,    "hypothes*"sv, "believ*"sv, "thought"sv, "thinks"sv,  "might be"sv,
                                "may be"sv,  "probabl*"sv,    "likely"sv,    "possibl*"sv, "guess*"sv, "seems"sv,   "seemed"sv,
                                "points to"sv, "pointed to"sv, "could be"sv, "appears to"sv, "appeared to"sv, "theory"sv};
constexpr std::array no_hypotheses{"as soon as possible"sv, "unlikely to recur"sv, "assumed responsib*"sv, "assum* command"sv};
constexpr std::array misleadings{
    "mislead*"sv,        "ruled out"sv,       "rules out"sv,       "rule out"sv,         "red herring*"sv,    "dead end*"sv,
    "false lead*"sv,     "wrong _ track"sv,   "wrong path*"sv,     "wrong direction"sv,  "wrong assumption*"sv, "not related"sv,
    "unrelated"sv,       "no effect"sv,       "no improvement"sv,  "no difference"sv,    "no change"sv,       "no luck"sv,
    "did not help"sv,    "didnt help"sv,      "does not help"sv,   "doesnt help"sv,      "did not fix"sv,     "didnt fix"sv,
    "did not resolve"sv, "didnt resolve"sv,   "did not solve"sv,   "didnt solve"sv,      "did not work"sv,    "didnt work"sv,
    "issue* persist*"sv, "problem* persist*"sv, "error* persist*"sv, "outage persist*"sv, "still fail*"sv,    "still down"sv,
    "still occur*"sv,    "still slow"sv,      "still unavailable"sv, "still present"sv,  "still return*"sv,   "remains down"sv,
    "remained down"sv,   "remains unavailable"sv, "without success"sv, "in vain"sv,      "to no avail"sv,     "turned out not"sv,
    "was not the cause"sv, "not the cause"sv, "not the root cause"sv, "no unusual"sv,    "nothing unusual"sv, "nothing wrong"sv,
    "changed nothing"sv, "changes nothing"sv, "attention shift*"sv, "attention mov*"sv,  "focus shift*"sv,    "unsuccessful*"sv,
    "before realiz*"sv,  "before realis*"sv,  "mistakenly"sv,      "initially explor*"sv, "incorrectly"sv,    "wild goose"sv};
constexpr std::array escalations{"escalat*"sv,   "paged the"sv,    "called in"sv,   "calls in"sv,   "brought in"sv,   "brings in"sv,
                                 "pulled in"sv,  "handed over"sv,  "handed off"sv,  "hands over"sv, "reached out to"sv, "contacted"sv,
                                 "contacts"sv,   "looped in"sv,    "engaged"sv,     "joins the call"sv, "joined the call"sv, "war room"sv,
                                 "incident declared"sv, "declared an incident"sv, "declares an incident"sv, "incident is declared"sv};
constexpr std::array no_escalations{"privilege escalat*"sv, "escalat* into"sv, "escalate privileg*"sv, "errors escalat*"sv,
                                    "escalates _ errors"sv, "not escalat*"sv};
constexpr std::array causes{"root cause"sv,  "caused by"sv,    "cause was"sv, "cause is"sv,   "due to"sv,      "because"sv, "as the cause"sv,
                            "the cause"sv,   "traced to"sv,    "stemmed from"sv, "stems from"sv, "resulted from"sv, "triggered by"sv,
                            "the reason"sv,  "found the bug"sv, "found the software bug"sv, "identif* _ misconfig*"sv, "culprit"sv};
constexpr std::array no_causes{"root cause remains"sv, "root cause unknown"sv, "cause is unknown"sv, "root cause is not known"sv,
                               "not the root cause"sv, "not the cause"sv, "assum* _ root cause"sv, "that the root cause"sv};
constexpr std::array resolutions{"resolved"sv,          "resolves"sv,         "restored"sv,       "back to normal"sv, "back online"sv,
                                 "back up"sv,           "recovered"sv,        "works again"sv,    "work again"sv,     "working again"sv,
                                 "full functionality"sv, "fully operational"sv, "is operational"sv, "outage ends"sv,   "outage ended"sv,
                                 "all clear"sv,         "normal operation*"sv, "is fixed"sv,      "was fixed"sv,      "fix is live"sv,
                                 "service* resum*"sv,   "incident closed"sv,  "available again"sv, "healthy again"sv};
constexpr std::array no_resolutions{"not resolved"sv,  "not _ restored"sv,    "not fixed"sv,   "partially"sv, "partial"sv, "dns resolved"sv,
                                    "backup restored"sv, "resolves to"sv,     "yet to be resolved"sv, "until resolved"sv, "did not"sv, "to be resolved"sv};
constexpr std::array ways_alert{"alert*"sv,    "monitor*"sv,  "pager*"sv,   "paged"sv,    "alarm*"sv,      "grafana"sv,  "prometheus"sv, "nagios"sv,
                                "datadog"sv,   "pingdom"sv,   "statuscake"sv, "sensu"sv,  "zabbix"sv,      "new relic"sv, "newrelic"sv,  "cloudwatch"sv,
                                "opsgenie"sv,  "health check*"sv, "healthcheck*"sv, "probe*"sv, "siem"sv,  "uptime robot"sv, "watchdog"sv, "slo burn"sv};
constexpr std::array ways_customer{"customer*"sv, "user _ report*"sv, "users _ report*"sv, "user _ complain*"sv, "users _ complain*"sv, "client*"sv,
                                   "complain*"sv, "support ticket*"sv, "visitor*"sv, "community"sv, "twitter"sv, "social media"sv, "reported by user*"sv,
                                   "reported by a user"sv, "reports from user*"sv, "help desk"sv, "helpdesk"sv, "users writ*"sv, "by users"sv, "by a user"sv,
                                   "by our users"sv, "parents"sv, "students"sv};
constexpr std::array ways_engineer{"engineer*"sv, "on call"sv,  "oncall"sv,  "developer*"sv, "operator*"sv, "admin*"sv, "sre"sv, "staff"sv,
                                   "colleague*"sv, "team"sv,    "we noticed"sv, "i noticed"sv, "we saw"sv, "i saw"sv, "employee*"sv, "technician*"sv,
                                   "qa"sv,        "tester*"sv,  "devops"sv};
constexpr std::array fixes{"to resolve"sv,  "to fix"sv,     "to address"sv, "to solve"sv,  "to mitigate"sv, "to restore"sv, "resolved"sv, "fixed"sv,
                           "patched"sv,     "was applied"sv, "were applied"sv, "corrected"sv, "restored"sv, "rolled back"sv, "restarted"sv, "cleared"sv,
                           "reverted"sv,    "was implemented"sv, "were implemented"sv, "put back"sv, "the fix"sv, "the solution"sv, "was added"sv};
constexpr std::array services{"website"sv,  "site"sv,     "app"sv,     "apps"sv,    "application*"sv, "service"sv,  "services"sv, "platform"sv,
                              "store"sv,    "bookstore"sv, "shop"sv,   "api"sv,     "apis"sv,         "system"sv,   "systems"sv,  "page"sv,
                              "pages"sv,    "database*"sv, "server"sv, "servers"sv, "portal"sv,       "checkout"sv, "login"sv,    "dashboard"sv,
                              "backend"sv,  "frontend"sv, "cluster*"sv, "network"sv, "product"sv,     "search"sv,   "payment*"sv, "queue"sv,
                              "gateway"sv,  "proxy"sv,    "dns"sv,     "mail"sv,    "email*"sv,       "wiki"sv,     "cdn"sv,      "hub"sv};

bool tells(std::span<const Token> tokens, Phrases phrases, Phrases unless = {})
{
    return has_any(tokens, phrases) && !has_any(tokens, unless);
}

/// Words that name nobody when they follow "escalated to".
bool names_nobody(std::string_view word)
{
    static constexpr std::array empty{"the"sv,  "a"sv,    "an"sv,   "our"sv,  "their"sv, "them"sv,  "it"sv,    "him"sv,   "her"sv,   "us"sv,
                                      "be"sv,   "see"sv,  "fix"sv,  "find"sv, "get"sv,   "help"sv,  "next"sv,  "higher"sv, "another"sv, "level"sv,
                                      "who"sv,  "and"sv,  "to"sv,   "todo"sv, "team"sv,  "tbd"sv,   "issue"sv, "incident"sv, "problem"sv, "further"sv};
    return std::ranges::find(empty, word) != empty.end();
}

}  // namespace
}  // namespace telling

Tells told_by_words(std::string_view line)
{
    using namespace telling;
    const auto tokens = tokens_of(line);
    Tells all;
    all.detection = tells(tokens, detections, no_detections);
    all.impact = tells(tokens, impacts);
    all.work = tells(tokens, works);
    all.hypothesis = tells(tokens, hypotheses, no_hypotheses);
    all.misleading = tells(tokens, misleadings);
    all.escalation = tells(tokens, escalations, no_escalations);
    all.cause = tells(tokens, causes, no_causes) && !all.hypothesis;  // "assumes it is due to the deploy"
    // "Rolled back, but the issue persists" ends nothing.
    all.resolution = tells(tokens, resolutions, no_resolutions) && !all.misleading;
    return all;
}

std::optional<Tells> told_by_label(std::string_view& text)
{
    using namespace telling;
    const auto colon = text.find(':');
    constexpr std::size_t longest_label = 80;
    if (colon == std::string_view::npos || colon > longest_label) return std::nullopt;
    Tells all;
    bool known = false;
    const auto head = lowered(text.substr(0, colon));
    for (std::string_view rest = head; !rest.empty();) {
        const auto comma = std::min(rest.find(','), rest.size());
        auto label = trimmed(rest.substr(0, comma));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        const auto is = [&](std::initializer_list<std::string_view> names) { return std::ranges::find(names, label) != names.end(); };
        bool here = true;
        if (is({"resolved", "resolution"})) all.resolution = true;
        else if (is({"root cause", "cause", "root cause found", "root cause identified"})) all.cause = true;
        else if (is({"escalation", "escalated"}) || label.starts_with("escalated to ")) all.escalation = true;
        else if (is({"misleading path", "dead end", "misleading", "false lead", "red herring", "ruled out"})) all.misleading = true;
        else if (is({"detected", "detection"}) || label.starts_with("detected by ")) all.detection = true;
        else if (is({"hypothesis", "assumption"})) all.hypothesis = true;
        else if (is({"mitigation", "action", "investigation", "action taken"})) all.work = true;
        else if (is({"impact"})) all.impact = true;
        else if (!is({"communication", "change", "alert"})) here = false;
        known = known || here;
        if (!known) return std::nullopt;  // the first must be one of ours
    }
    if (!known) return std::nullopt;
    text = trimmed(text.substr(colon + 1));
    return all;
}

std::string how_detected(std::string_view line)
{
    using namespace telling;
    const auto tokens = tokens_of(line);
    if (has_any(tokens, ways_alert)) return "alert";
    if (has_any(tokens, ways_customer)) return "customer";
    if (has_any(tokens, ways_engineer)) return "engineer";
    return {};
}

std::string escalated_to(std::string_view line)
{
    using namespace telling;
    const auto tokens = tokens_of(line);
    const auto words_from = [&](std::size_t first) -> std::string {
        while (first < tokens.size() && (tokens[first].word == "the" || tokens[first].word == "our" || tokens[first].word == "a" || tokens[first].word == "an"))
            ++first;
        if (first >= tokens.size() || names_nobody(tokens[first].word)) return {};
        constexpr std::size_t longest_name_words = 4;
        auto last = first;
        while (last + 1 < tokens.size() && last - first + 1 < longest_name_words && tokens[last].word != "team") {
            const auto between = line.substr(tokens[last].end, tokens[last + 1].begin - tokens[last].end);
            static constexpr std::array stops{"who"sv, "for"sv, "to"sv, "and"sv, "at"sv, "by"sv, "as"sv, "since"sv, "because"sv, "in"sv, "on"sv, "with"sv, "took"sv, "is"sv, "was"sv};
            if (between.find_first_of(",.;:(") != std::string_view::npos || std::ranges::find(stops, tokens[last + 1].word) != stops.end()) break;
            ++last;
        }
        return std::string{line.substr(tokens[first].begin, tokens[last].end - tokens[first].begin)};
    };
    // "escalated to", "was escalated by support to", "escalation of the incident to"
    constexpr std::size_t words_between = 5;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!tokens[i].word.starts_with("escalat") && !tokens[i].word.starts_with("hand") && tokens[i].word != "reached") continue;
        for (auto to = i + 1; to < std::min(tokens.size(), i + 1 + words_between); ++to)
            if (tokens[to].word == "to")
                if (auto name = words_from(to + 1); !name.empty()) return name;
    }
    static constexpr std::array verbs{"paged"sv, "pages"sv, "contacted"sv, "contacts"sv, "engaged"sv, "engages"sv, "called"sv, "phoned"sv, "asked"sv};
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
        if (std::ranges::find(verbs, tokens[i].word) != verbs.end())
            if (auto name = words_from(i + (tokens[i + 1].word == "in" ? 2 : 1)); !name.empty()) return name;
    static constexpr std::array roles{"team"sv, "teams"sv, "vendor"sv, "provider"sv, "manager"sv, "engineer"sv, "engineers"sv, "dba"sv, "dbas"sv,
                                      "sre"sv,  "devops"sv, "on"sv,    "oncall"sv,   "expert"sv,  "lead"sv,     "management"sv, "support"sv, "developers"sv, "admins"sv};
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (std::ranges::find(roles, tokens[i].word) == roles.end()) continue;
        if (tokens[i].word == "on" && (i + 1 >= tokens.size() || tokens[i + 1].word != "call")) continue;
        return tokens[i].word == "on" ? "on-call" : tokens[i].word;
    }
    // A name: a capital in the middle of a sentence, or at its head before "joins".
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const char initial = line[tokens[i].begin];
        if (initial < 'A' || initial > 'Z') continue;
        const bool joins = i + 1 < tokens.size() && fits(tokens[i + 1].word, "join*");
        if ((i > 0 && !fits(tokens[i].word, "escalat*")) || joins) return std::string{line.substr(tokens[i].begin, tokens[i].end - tokens[i].begin)};
    }
    return {};
}

bool says_none(std::string_view value)
{
    using namespace telling;
    const auto tokens = tokens_of(value);
    constexpr std::size_t longest = 8;  // "none was needed", "there were no misleading paths"
    if (tokens.empty() || tokens.size() > longest) return false;
    static constexpr std::array whole{"none"sv, "no escalation*"sv, "no misleading*"sv, "no dead end*"sv, "no false lead*"sv, "not escalated"sv,
                                      "not needed"sv, "no red herring*"sv, "no wrong*"sv, "nobody"sv};
    return has_any(tokens, whole);
}

bool is_placeholder(std::string_view value)
{
    using namespace telling;
    value = trimmed(value);
    if (value.starts_with("[ ] ") || value.starts_with("[x] ")) value.remove_prefix(4);
    if (value.starts_with("TODO")) return true;
    if (timeline::count_words(value) == 0) return true;
    const auto lower = lowered(value);
    static constexpr std::array words{"tbd"sv, "tba"sv, "n/a"sv, "na"sv, "todo"sv, "xxx"sv, "tbc"sv, "to be determined"sv, "to be added"sv, "fill in"sv, "pending"sv};
    const auto bare = std::string_view{lower}.substr(0, lower.find_last_not_of(" .!*_") + 1);
    return std::ranges::find(words, bare) != words.end() || (value.front() == '<' && value.back() == '>') ||
           (value.front() == '[' && value.back() == ']');
}

bool tells_a_fix(std::string_view sentence)
{
    using namespace telling;
    return has_any(tokens_of(sentence), fixes);
}

bool tells_a_cause(std::string_view sentence)
{
    using namespace telling;
    return tells(tokens_of(sentence), causes, no_causes);
}

bool names_a_service(std::string_view text)
{
    using namespace telling;
    return has_any(tokens_of(text), services);
}


bool says_ongoing(std::string_view text)
{
    using namespace telling;
    static constexpr std::array words{"ongoing"sv, "still open"sv, "not resolved"sv, "end not recorded"sv, "not yet over"sv, "end unknown"sv};
    return has_any(tokens_of(text), words);
}

bool reads_as_task(std::string_view item) { return begins_with_deed(item); }


}  // namespace incident::draft
