#include "commands/scrub.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::ctl {
namespace {

bool is_alnum(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_name(char c) noexcept { return is_alnum(c) || c == '_' || c == '-' || c == '.'; }
bool is_token(char c) noexcept { return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '+' || c == '=' || c == '~'; }

/// `Api-Key`, `api_key` and `apikey` are one name.
std::string folded(std::string_view name)
{
    std::string text;
    for (const char c : lowered(name))
        if (is_alnum(c)) text += c;
    return text;
}

bool names_a_secret(std::string_view name)
{
    static constexpr std::array words{"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "credential", "sessionkey"};
    // What speaks of a secret's circumstances is none.
    static constexpr std::array about{"file", "path", "name", "type", "ttl", "expiry", "expires", "length", "count", "url", "id"};
    constexpr std::size_t longest_name = 64;
    if (name.size() > longest_name) return false;
    const auto plain = folded(name);
    if (plain == "pwd" || plain == "pass" || plain == "pgpassword" || plain == "auth") return plain != "pwd";
    if (std::ranges::any_of(about, [&](std::string_view ending) { return plain.ends_with(ending); }) && !plain.ends_with("accesskeyid")) return false;
    return std::ranges::any_of(words, [&](std::string_view word) { return plain.find(word) != plain.npos; });
}

bool is_secret_header(std::string_view name)
{
    const auto plain = folded(name);
    return plain == "authorization" || plain == "proxyauthorization" || plain == "cookie" || plain == "setcookie" || plain == "xapikey" || plain == "xauthtoken";
}

/// Keys that are known by how they begin, and how many letters must follow.
struct Prefix {
    std::string_view begin;
    std::size_t least;
};
constexpr std::array prefixes{Prefix{"AKIA", 16},   Prefix{"ASIA", 16},   Prefix{"ghp_", 20},  Prefix{"gho_", 20},  Prefix{"ghs_", 20},       Prefix{"ghu_", 20},
                              Prefix{"ghr_", 20},   Prefix{"github_pat_", 20}, Prefix{"glpat-", 16}, Prefix{"xoxb-", 10}, Prefix{"xoxp-", 10}, Prefix{"xoxa-", 10},
                              Prefix{"xapp-", 10},  Prefix{"inc_", 40},   Prefix{"sk-", 20},   Prefix{"sk_live_", 16}, Prefix{"eyJ", 30},      Prefix{"AIza", 30}};

class Scrubber {
 public:
    explicit Scrubber(std::string_view text) : text_(text) {}

    Scrubbed run()
    {
        end_of_cut_key();
        while (at_ < text_.size())
            if (!key_block() && !url_password() && !name_and_value() && !bearer() && !known_key()) copy_word();
        return std::move(result_);
    }

 private:
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
    [[nodiscard]] bool at_word_start() const { return at_ == 0 || !is_name(text_[at_ - 1]); }

    void copy(std::size_t bytes)
    {
        result_.text.append(text_.substr(at_, bytes));
        at_ += bytes;
    }
    void mask(std::size_t bytes)
    {
        result_.text += masked;
        at_ += bytes;
        ++result_.secrets;
    }

    /// As far as nothing can begin: no rule looks into the middle of a run of letters and digits.
    void copy_word()
    {
        std::size_t length = 1;
        if (is_name(text_[at_]))
            while (at_ + length < text_.size() && is_name(text_[at_ + length])) ++length;
        copy(length);
    }

    static constexpr std::string_view begin_mark = "-----BEGIN ", end_mark = "-----END ", key_mark = "PRIVATE KEY";

    static std::size_t end_of_line(std::string_view text, std::size_t from) { return std::min(text.find('\n', from), text.size()); }

    /// A tail may begin in the middle of a key.
    void end_of_cut_key()
    {
        const auto end = text_.find(end_mark), begin = text_.find(begin_mark);
        if (end == text_.npos || (begin != text_.npos && begin < end)) return;
        const auto line = end_of_line(text_, end);
        if (text_.substr(end, line - end).find(key_mark) != text_.npos) mask(line);
    }

    bool key_block()
    {
        if (!rest().starts_with(begin_mark)) return false;
        constexpr std::size_t longest_title = 100;  // a line without end is looked into once only
        const auto title = text_.substr(at_, longest_title);
        if (title.substr(0, title.find('\n')).find(key_mark) == title.npos) return false;
        const auto end = text_.find(end_mark, at_);
        mask((end == text_.npos ? text_.size() : end_of_line(text_, end)) - at_);
        return true;
    }

    /// `://user:password@host`; a user alone stays unless it is long enough for a key.
    bool url_password()
    {
        constexpr std::string_view mark = "://";
        if (!rest().starts_with(mark)) return false;
        copy(mark.size());
        std::size_t end = at_;
        while (end < text_.size() && !is_space(text_[end]) && std::string_view{"/?#\"'<>\\`"}.find(text_[end]) == std::string_view::npos) ++end;
        const auto authority = text_.substr(at_, end - at_);
        const auto sign = authority.rfind('@');
        if (sign == authority.npos) return true;
        const auto colon = authority.substr(0, sign).find(':');
        constexpr std::size_t long_for_a_user = 20;
        if (colon != authority.npos) {
            copy(colon + 1);
            if (sign > colon + 1) mask(sign - colon - 1);
        } else if (sign >= long_for_a_user) {
            mask(sign);
        }
        copy(1);
        return true;
    }

    /// How long the value is that begins at `from`, and where it begins: behind a quote, which it then ends with.
    std::pair<std::size_t, std::size_t> value_at(std::size_t from, bool whole_line) const
    {
        auto start = from;
        char quote = '\0';
        const bool inner = start < text_.size() && text_[start] == '\\';  // JSON inside of JSON
        if (inner) ++start;
        if (start < text_.size() && (text_[start] == '"' || text_[start] == '\'')) quote = text_[start++];
        auto end = start;
        while (end < text_.size()) {
            const char c = text_[end];
            if (inner && c == '\\') break;
            if (quote != '\0' ? c == quote || c == '\n' : whole_line ? c == '\n' || c == '"' || c == '\'' : is_space(c) || std::string_view{"\"'&,;)}]"}.find(c) != std::string_view::npos) break;
            if (c == '\\' && end + 1 < text_.size() && text_[end + 1] == quote && quote != '\0') ++end;
            ++end;
        }
        end = std::min(end, text_.size());
        return {start, end - start};
    }

    bool name_and_value()
    {
        if (!at_word_start() || !is_name(text_[at_])) return false;
        auto end = at_;
        while (end < text_.size() && is_name(text_[end])) ++end;
        auto name = text_.substr(at_, end - at_);
        const bool flag = name.starts_with("--");
        while (name.starts_with('-')) name.remove_prefix(1);
        auto next = end;
        if (next < text_.size() && text_[next] == '\\') ++next;
        if (next < text_.size() && (text_[next] == '"' || text_[next] == '\'')) ++next;
        const auto quoted_end = next;
        while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t')) ++next;
        const bool sets = next < text_.size() && (text_[next] == '=' || text_[next] == ':') && text_.substr(next, 3) != "://";
        const bool header = sets && text_[next] == ':' && is_secret_header(name);
        if (!header && !names_a_secret(name)) return false;
        if (sets) {
            ++next;
            if (next < text_.size() && text_[next] == '=') ++next;
            if (next < text_.size() && text_[next] == '>') ++next;
            while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t')) ++next;
        } else if (!flag || next == quoted_end) {
            return false;  // "the token was wrong" says nothing
        }
        const auto [start, length] = value_at(next, header);
        copy(start - at_);
        if (length > 0 && text_.substr(start, length) != masked) mask(length);
        return true;
    }

    bool bearer()
    {
        constexpr std::string_view word = "bearer ";
        constexpr std::size_t shortest = 8;
        if (!at_word_start() || lowered(rest().substr(0, word.size())) != word) return false;
        const auto length = run_of_token(at_ + word.size());
        if (length < shortest) return false;
        copy(word.size());
        mask(length);
        return true;
    }

    bool known_key()
    {
        if (!at_word_start()) return false;
        for (const auto& prefix : prefixes) {
            if (!rest().starts_with(prefix.begin)) continue;
            std::size_t length = prefix.begin.size();
            while (at_ + length < text_.size() && is_name(text_[at_ + length])) ++length;
            if (length - prefix.begin.size() < prefix.least) continue;
            mask(length);
            return true;
        }
        return false;
    }

    [[nodiscard]] std::size_t run_of_token(std::size_t from) const
    {
        auto end = from;
        while (end < text_.size() && is_token(text_[end])) ++end;
        return end - from;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Scrubbed result_;
};

std::string_view program_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Scrubbed scrubbed(std::string_view text) { return Scrubber{text}.run(); }

ScrubbedWords scrubbed_words(std::span<const std::string> words)
{
    ScrubbedWords result;
    const auto program = words.empty() ? std::string_view{} : program_of(words.front());
    const bool sql = program.starts_with("mysql") || program.starts_with("mariadb");
    const bool web = program == "curl" || program == "http" || program == "https";
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& word = words[i];
        const std::string_view before = i > 0 ? std::string_view{words[i - 1]} : std::string_view{};
        const bool named = before.starts_with("--") && before.find('=') == before.npos && names_a_secret(before.substr(2)) && !word.starts_with("--");
        const auto colon = word.find(':');
        if (named) {
            result.words.emplace_back(masked);
            ++result.secrets;
        } else if (web && (before == "-u" || before == "--user" || before == "--proxy-user") && colon != word.npos) {
            result.words.push_back(word.substr(0, colon + 1) + std::string{masked});
            ++result.secrets;
        } else if (sql && word.size() > 2 && word.starts_with("-p") && !word.starts_with("--")) {
            result.words.push_back("-p" + std::string{masked});
            ++result.secrets;
        } else {
            auto one = scrubbed(word);
            result.secrets += one.secrets;
            result.words.push_back(std::move(one.text));
        }
    }
    return result;
}

}  // namespace incident::ctl
