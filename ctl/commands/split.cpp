#include "commands/grammar.hpp"
#include "model/id.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::ctl {
namespace {

/// Words of CLI.md that a later version brings: said plainly instead of suggesting something else.
constexpr std::array later_words{"sync", "web", "backup", "doctor", "spool", "restore", "template"};

std::vector<std::string_view> verb_words()
{
    std::vector<std::string_view> words;
    for (const auto& verb : verbs()) {
        if (verb.name.starts_with("__")) continue;
        words.push_back(verb.name);
        if (!verb.alias.empty()) words.push_back(verb.alias);
    }
    return words;
}

Trouble unknown_verb(std::string_view word)
{
    if (std::find(later_words.begin(), later_words.end(), word) != later_words.end())
        return {Exit::usage, "\"" + std::string{word} + "\" is not in this version", "see what is: incidentctl help"};
    const auto near = word.size() > 1 ? nearest(word, verb_words()) : std::string_view{};
    return {Exit::usage, "unknown verb \"" + visible(shortened(word, 60)) + "\"",
            near.empty() ? "see the verbs with: incidentctl help" : "did you mean \"" + std::string{near} + "\"?"};
}

class Splitter {
 public:
    explicit Splitter(std::span<const std::string> arguments) : arguments_(arguments) {}

    Try<Split> run()
    {
        split_.help = asks_for_help();
        if (auto found = before_verb(); !found) return found.error();
        if (split_.verb == nullptr) return std::move(split_);
        auto done = split_.verb->words == Words::text      ? text_words()
                    : split_.verb->words == Words::command ? command_words()
                                                           : plain_words();
        if (!done) return done.error();
        return std::move(split_);
    }

 private:
    std::span<const std::string> arguments_;
    std::size_t next_ = 0;
    Split split_;

    /// C2: `--help` first, or as the last word of a line that may be wrong before it. Inside text it is text.
    [[nodiscard]] bool asks_for_help() const
    {
        return !arguments_.empty() && (arguments_.front() == "-h" || arguments_.front() == "--help");
    }

    [[nodiscard]] const Flag* known(std::string_view name) const
    {
        if (split_.verb != nullptr)
            if (const auto* flag = find_flag(split_.verb->flags, name)) return flag;
        return find_flag(global_flags(), name);
    }
    [[nodiscard]] const Flag* known(char letter) const
    {
        if (split_.verb != nullptr)
            if (const auto* flag = find_flag(split_.verb->flags, letter)) return flag;
        return find_flag(global_flags(), letter);
    }

    Trouble unknown_flag(std::string_view typed) const
    {
        std::vector<std::string_view> names;
        for (const auto& flag : global_flags()) names.push_back(flag.name);
        if (split_.verb != nullptr)
            for (const auto& flag : split_.verb->flags) names.push_back(flag.name);
        const bool is_long = typed.starts_with("--");
        const auto bare =
            is_long ? typed.substr(2, typed.find('=') == typed.npos ? typed.npos : typed.find('=') - 2) : typed;
        const auto near = is_long && bare.size() > 1 ? nearest(bare, names) : std::string_view{};
        std::string fix;
        if (!near.empty())
            fix = "did you mean \"--" + std::string{near} + "\"?";
        else if (split_.verb == nullptr)
            fix = "a verb's own flags stand after the verb; see: incidentctl help";
        else if (split_.verb->words == Words::text)
            fix = "if it is text, put -- before it: incidentctl " + std::string{split_.verb->name} + " -- " +
                  visible(shortened(typed, 60));
        else
            fix = "see its flags with: incidentctl help " + std::string{split_.verb->name};
        return {Exit::usage, "unknown flag \"" + visible(shortened(typed, 60)) + "\"", std::move(fix)};
    }

    /// Takes `--name`, `--name=value`, `--name value`, `-x`, `-xVALUE`, `-x VALUE`, `-qv`.
    Try<void> take_flag(const std::string& typed)
    {
        if (typed.starts_with("--")) {
            const auto equals = typed.find('=');
            const auto name = std::string_view{typed}.substr(2, equals == typed.npos ? typed.npos : equals - 2);
            const auto* flag = known(name);
            if (flag == nullptr) return unknown_flag(typed);
            if (flag->value.empty()) {
                if (equals != typed.npos)
                    return Trouble{Exit::usage, "--" + std::string{flag->name} + " takes no value", "write it alone"};
                return store(*flag, {});
            }
            if (equals != typed.npos) return store(*flag, typed.substr(equals + 1));
            return store_next(*flag);
        }
        for (std::size_t i = 1; i < typed.size(); ++i) {
            const auto* flag = known(typed[i]);
            if (flag == nullptr) return unknown_flag(typed);
            if (flag->value.empty()) {
                if (auto stored = store(*flag, {}); !stored) return stored;
                continue;
            }
            if (i + 1 < typed.size()) return store(*flag, typed.substr(typed[i + 1] == '=' ? i + 2 : i + 1));
            return store_next(*flag);
        }
        return {};
    }

    Try<void> store_next(const Flag& flag)
    {
        if (next_ >= arguments_.size())
            return Trouble{Exit::usage, "--" + std::string{flag.name} + " wants a value",
                           "write it as: --" + std::string{flag.name} + " " + std::string{flag.value}};
        return store(flag, arguments_[next_++]);
    }

    Try<void> store(const Flag& flag, const std::string& value)
    {
        if (flag.name == "help") {
            split_.help = true;
        } else if (flag.value.empty()) {
            split_.flags.push_back("--" + std::string{flag.name});
        } else if (value.empty()) {
            return Trouble{Exit::usage, "--" + std::string{flag.name} + " has an empty value",
                           "write it as: --" + std::string{flag.name} + " " + std::string{flag.value}};
        } else {
            split_.flags.push_back("--" + std::string{flag.name} + "=" + value);
        }
        return {};
    }

    Try<void> before_verb()
    {
        while (next_ < arguments_.size()) {
            const auto& word = arguments_[next_++];
            if (word == "--version") {  // what people type before they know our verbs
                split_.verb = find_verb("version");
                return {};
            }
            if (word == "--")
                return Trouble{Exit::usage, "\"--\" stands before any verb", "write: incidentctl note -- TEXT"};
            if (word.size() > 1 && word.front() == '-') {
                if (auto taken = take_flag(word); !taken) {
                    if (last_is_help()) return help_only();
                    return taken;
                }
                continue;
            }
            split_.verb = find_verb(word);
            if (split_.verb != nullptr) return {};
            if (split_.help || last_is_help()) return help_only();
            return unknown_verb(word);
        }
        return {};
    }

    [[nodiscard]] bool last_is_help() const
    {
        return !arguments_.empty() && (arguments_.back() == "--help" || arguments_.back() == "-h");
    }

    Try<void> help_only()
    {
        split_.help = true;
        next_ = arguments_.size();
        return {};
    }

    /// Splits `@TIME` off; the zone or half of the day that follows belongs to it.
    void take_when(std::string word)
    {
        split_.when = word.substr(1);
        if (next_ >= arguments_.size()) return;
        const auto following = lowered(arguments_[next_]);
        if (following == "am" || following == "pm") split_.when += ' ' + arguments_[next_++];
        if (next_ >= arguments_.size()) return;
        const auto zone = lowered(arguments_[next_]);
        if (zone == "utc" || zone == "gmt") split_.when += ' ' + arguments_[next_++];
    }

    Try<void> text_words()
    {
        const auto& verb = *split_.verb;
        if (next_ + 1 == arguments_.size() && arguments_[next_] == "help") return help_only();
        while (next_ < arguments_.size()) {
            const auto& word = arguments_[next_++];
            if (word == "--") {
                split_.literal = split_.words.empty();
                if (!split_.words.empty()) split_.words.push_back(word);
                split_.words.insert(split_.words.end(), arguments_.begin() + static_cast<std::ptrdiff_t>(next_),
                                    arguments_.end());
                return {};
            }
            if (split_.words.empty()) {
                if (word.size() > 1 && word.front() == '-') {
                    if (auto taken = take_flag(word); !taken) {
                        if (last_is_help()) return help_only();
                        return taken;
                    }
                    continue;
                }
                if (verb.takes_ref && split_.ref.empty() && is_ref(word)) {
                    split_.ref = word;
                    continue;
                }
                if (word.size() > 1 && word.front() == '@' && split_.when.empty()) {
                    take_when(word);
                    continue;
                }
            } else if (word.starts_with("--") && word.size() > 2) {
                const auto name =
                    std::string_view{word}.substr(2, word.find('=') == word.npos ? word.npos : word.find('=') - 2);
                if (find_flag(verb.flags, name) != nullptr) {
                    if (auto taken = take_flag(word); !taken) return taken;
                    continue;
                }
            }
            split_.words.push_back(word);
        }
        return {};
    }

    /// `run -q -- ls -l` and `run ls -l`: what follows the first word is not ours to read.
    Try<void> command_words()
    {
        while (next_ < arguments_.size()) {
            const auto& word = arguments_[next_++];
            if (word == "--") break;
            if (word.size() > 1 && word.front() == '-') {
                if (auto taken = take_flag(word); !taken) return taken;
                continue;
            }
            --next_;
            break;
        }
        split_.words.assign(arguments_.begin() + static_cast<std::ptrdiff_t>(next_), arguments_.end());
        if (split_.words.size() == 1 && (split_.words.front() == "help" || split_.words.front() == "--help" || split_.words.front() == "-h")) return help_only();
        return {};
    }

    Try<void> plain_words()
    {
        while (next_ < arguments_.size()) {
            const auto& word = arguments_[next_++];
            if (word == "--") {
                split_.words.insert(split_.words.end(), arguments_.begin() + static_cast<std::ptrdiff_t>(next_),
                                    arguments_.end());
                return {};
            }
            // `-5m` is a time, not flags: none of our flags begins with a digit.
            const bool flag = word.size() > 1 && word.front() == '-' && !(word[1] >= '0' && word[1] <= '9');
            if (!flag) {
                split_.words.push_back(word);
                continue;
            }
            if (auto taken = take_flag(word); !taken) {
                if (last_is_help()) return help_only();
                return taken;
            }
        }
        if (split_.words.size() == 1 && split_.words.front() == "help" && split_.verb->name != "help")
            split_.help = true;
        return {};
    }
};

}  // namespace

const Verb* find_verb(std::string_view word) noexcept
{
    for (const auto& verb : verbs())
        if (word == verb.name || (!word.empty() && (word == verb.letter || word == verb.alias))) return &verb;
    return nullptr;
}

const Flag* find_flag(std::span<const Flag> flags, std::string_view name) noexcept
{
    for (const auto& flag : flags)
        if (flag.name == name) return &flag;
    return nullptr;
}

const Flag* find_flag(std::span<const Flag> flags, char letter) noexcept
{
    for (const auto& flag : flags)
        if (flag.letter != 0 && flag.letter == letter) return &flag;
    return nullptr;
}

bool is_ref(std::string_view word) noexcept
{
    if (word == ".") return true;
    if (word.size() >= 2 && word.size() <= 20 && (word.front() == '.' || word.front() == ':'))
        return word[1] != '0' && std::all_of(word.begin() + 1, word.end(), [](char c) { return c >= '0' && c <= '9'; });
    return word.size() == 36 && parse_id(word).has_value();
}

std::string Arguments::text() const
{
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

Try<Split> split(std::span<const std::string> arguments) { return Splitter{arguments}.run(); }

}  // namespace incident::ctl
