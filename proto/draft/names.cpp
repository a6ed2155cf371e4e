#include "draft/names.hpp"
#include <algorithm>
#include <array>
#include <span>
#include <cstdlib>
#include <utf8proc.h>

namespace incident::draft {
namespace {

/// A run of letters and digits in a text.
struct NameWord {
    std::size_t from, to;  ///< bytes
    std::string folded;
    bool capital = false;
    bool alone = false;  ///< one sign of a script without blanks
};

/// Without case, accents and what nobody sees.
std::string folded_name(std::string_view word)
{
    if (std::ranges::all_of(word, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
        std::string lower{word};
        for (char& c : lower)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
        return lower;
    }
    utf8proc_uint8_t* out = nullptr;
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_CASEFOLD | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(word.data()), static_cast<utf8proc_ssize_t>(word.size()), &out, options);
    if (size < 0) return std::string{word};
    std::string text(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
    std::free(out);
    return text;
}

enum class Class { other, word, alone, invisible };

/// Scripts without blanks between words give each sign as a word of its own, so that a name is found within a sentence.
Class class_of(utf8proc_int32_t c)
{
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? Class::word : Class::other;
    if ((c >= 0x0e00 && c <= 0x0eff) || (c >= 0x1000 && c <= 0x109f) || (c >= 0x2e80 && c <= 0x9fff && c != 0x3000 && c != 0x3001 && c != 0x3002) ||
        (c >= 0xac00 && c <= 0xd7af) || (c >= 0x20000 && c <= 0x3ffff))
        return Class::alone;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO:
        return Class::word;
    case UTF8PROC_CATEGORY_CF: return Class::invisible;
    default: return Class::other;
    }
}

std::vector<NameWord> name_words(std::string_view text)
{
    std::vector<NameWord> words;
    bool open = false;
    for (std::size_t at = 0; at < text.size();) {
        utf8proc_int32_t c = 0;
        auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at), static_cast<utf8proc_ssize_t>(text.size() - at), &c);
        if (bytes < 1) bytes = 1, c = 0xfffd;
        const auto end = at + static_cast<std::size_t>(bytes);
        switch (class_of(c)) {
        case Class::word:
            if (!open) words.push_back({at, end, {}, c < 0x80 ? (c >= 'A' && c <= 'Z') : utf8proc_category(c) == UTF8PROC_CATEGORY_LU, false});
            words.back().to = end;
            open = true;
            break;
        case Class::alone:
            words.push_back({at, end, {}, true, true});
            open = false;
            break;
        case Class::invisible:  // within a word it hides nothing: "S<zero width>am"
            if (open) words.back().to = end;
            break;
        case Class::other: open = false; break;
        }
        at = end;
    }
    for (auto& word : words) word.folded = folded_name(text.substr(word.from, word.to - word.from));
    return words;
}

bool stands_among(std::string_view word, std::span<const std::string_view> list) { return std::ranges::find(list, word) != list.end(); }

/// Accounts and roles that say nothing about who somebody is, and stand in many sentences.
constexpr std::array<std::string_view, 66> neutral{
    "root",   "admin",   "administrator", "system",  "nobody",   "daemon",  "user",     "users",     "unknown", "bot",      "api",
    "web",    "db",      "dba",           "database", "deploy",  "ci",      "cd",       "test",      "ops",     "devops",   "sre",
    "oncall", "call",    "on",            "the",     "a",        "an",      "of",       "and",       "for",     "team",     "support",
    "service", "server", "app",           "alert",   "alerts",   "monitoring", "incident", "incidents", "incidentd", "incidentctl", "engineer",
    "engineers", "engineering", "customer", "customers", "lead",  "manager", "network",  "platform",  "infra",   "security", "backend",
    "frontend", "payments", "payment",    "checkout", "vendor",  "provider", "staff",   "group",     "squad",   "responder", "com"};

/// First names that are everyday words: only their capital tells.
constexpr std::array<std::string_view, 40> everyday{
    "will", "may",  "mark",  "grant", "rob",  "bill", "art",   "drew",  "frank", "hope",  "grace", "rose",  "dawn", "chase",
    "pat",  "sue",  "jack",  "ray",   "gene", "max",  "min",   "june",  "april", "august", "faith", "joy",  "page", "long",
    "young", "white", "black", "green", "brown", "king", "lane", "stone", "day",  "best",  "good",  "small"};

constexpr std::array<std::string_view, 27> group_words{
    "team",  "teams", "squad", "group", "crew",  "staff", "department", "oncall", "support", "ops", "sre", "sres", "dbas", "dba",
    "engineering", "engineers", "vendor", "provider", "security", "infrastructure", "platform", "network", "networking", "management",
    "leadership", "helpdesk", "noc"};

std::string folded_key(std::span<const NameWord> words)
{
    std::string key;
    for (const auto& word : words) key += word.folded + ' ';
    return key;
}

constexpr std::size_t max_gap_bytes = 3;  // between the words of one name: ". ", " - "

}  // namespace

Names::Names(const std::map<std::string, std::string>& people)
{
    for (const auto& [name, role] : people) {
        const auto words = name_words(name);
        if (words.empty()) continue;
        const auto& shown = role.empty() ? std::string{unknown_role} : role;
        roles_.emplace(folded_key(words), shown);
        add_patterns(name, shown);
    }
}

void Names::add(std::string_view name)
{
    const auto words = name_words(name);
    if (words.empty() || !roles_.emplace(folded_key(words), unknown_role).second) return;
    add_patterns(name, std::string{unknown_role});
}

void Names::add_patterns(std::string_view name, const std::string& role)
{
    // Of an address only what stands before the @ is a name; the whole is looked for too.
    const auto all = name_words(name);
    const auto local = name_words(name.substr(0, name.find('@')));
    const auto pattern_of = [&](std::span<const NameWord> words) {
        Pattern pattern;
        for (const auto& word : words) pattern.words.push_back(word.folded);
        pattern.name = name;
        pattern.role = role;
        return pattern;
    };
    if (all.size() > local.size()) add_pattern(pattern_of(all));
    if (local.empty()) return;
    if (local.size() > 1 || !stands_among(local.front().folded, neutral)) add_pattern(pattern_of(local));
    if (local.size() == 1) return;
    for (const auto& word : local) {
        const auto letters = word.folded.size();
        const bool digits = std::ranges::all_of(word.folded, [](char c) { return c >= '0' && c <= '9'; });
        if (digits || letters < 2 || stands_among(word.folded, neutral)) continue;
        if (word.alone) continue;  // one sign of a script without blanks is no name
        auto part = pattern_of({&word, 1});
        part.only_capitalised = letters < 3 || stands_among(word.folded, everyday);
        add_pattern(std::move(part));
    }
}

void Names::add_pattern(Pattern pattern)
{
    auto& same = by_first_word_[pattern.words.front()];
    // The longest first; of the same words the first, which is the one with a role of its own.
    const auto place = std::ranges::find_if(same, [&](const Pattern& other) { return other.words.size() <= pattern.words.size(); });
    for (auto other = place; other != same.end() && other->words.size() == pattern.words.size(); ++other)
        if (other->words == pattern.words) {
            other->only_capitalised = other->only_capitalised && pattern.only_capitalised;
            return;
        }
    same.insert(place, std::move(pattern));
}

void Names::settle()
{
    std::map<std::string, std::size_t> ignored;
    const auto told = [&](const std::string& role) { return role != unknown_role && without_names(role, ignored) != role; };
    std::vector<std::string> telling;
    for (const auto& [key, role] : roles_)
        if (told(role)) telling.push_back(role);
    const auto blank = [&](std::string& role) {
        if (std::ranges::find(telling, role) != telling.end()) role = unknown_role;
    };
    for (auto& [key, role] : roles_) blank(role);
    for (auto& [word, patterns] : by_first_word_)
        for (auto& pattern : patterns) blank(pattern.role);
}

std::string Names::role_of(std::string_view name, std::map<std::string, std::size_t>& removed) const
{
    const auto words = name_words(name);
    if (words.empty()) return {};
    ++removed[std::string{name}];
    const auto known = roles_.find(folded_key(words));
    return known == roles_.end() ? std::string{unknown_role} : known->second;
}

std::string Names::without_names(std::string_view text, std::map<std::string, std::size_t>& removed) const
{
    if (by_first_word_.empty() || text.empty()) return std::string{text};
    const auto words = name_words(text);
    std::string out;
    std::size_t copied = 0;
    for (std::size_t i = 0; i < words.size();) {
        const auto found = by_first_word_.find(words[i].folded);
        const Pattern* hit = nullptr;
        if (found != by_first_word_.end())
            for (const auto& pattern : found->second) {
                if (i + pattern.words.size() > words.size() || (pattern.only_capitalised && !words[i].capital)) continue;
                bool same = true;
                for (std::size_t k = 1; same && k < pattern.words.size(); ++k)
                    same = words[i + k].folded == pattern.words[k] && words[i + k].from - words[i + k - 1].to <= max_gap_bytes;
                if (same) {
                    hit = &pattern;
                    break;
                }
            }
        if (!hit) {
            ++i;
            continue;
        }
        auto from = words[i].from;
        auto to = words[i + hit->words.size() - 1].to;
        i += hit->words.size();
        if (from > copied && text[from - 1] == '@') --from;
        if (to + 1 < text.size() && text[to] == '@') {  // sam@example.com: the rest of the address goes with the name
            auto end = to + 1;
            while (end < text.size() && (class_of(static_cast<unsigned char>(text[end])) == Class::word || text[end] == '.' || text[end] == '-')) ++end;
            while (end > to + 1 && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
            if (end > to + 1) to = end;
            while (i < words.size() && words[i].from < to) ++i;
        }
        out.append(text.substr(copied, from - copied)).append(hit->role);
        copied = to;
        ++removed[hit->name];
    }
    if (copied == 0) return std::string{text};
    return out.append(text.substr(copied));
}

bool Names::is_group(std::string_view name)
{
    constexpr std::size_t most_words = 4;
    const auto words = name_words(name);
    if (words.empty() || words.size() > most_words || name.find_first_of("@(") != std::string_view::npos) return false;
    return std::ranges::any_of(words, [](const NameWord& word) { return stands_among(word.folded, group_words); }) ||
           (words.size() > 1 && words[0].folded == "on" && words[1].folded == "call");
}

}  // namespace incident::draft
