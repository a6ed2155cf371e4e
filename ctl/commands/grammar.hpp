#pragma once
#include "client/trouble.hpp"
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What can be typed. One table: the pre-scan, CLI11, help, suggestions and completion all read it.
namespace incident::ctl {

class Session;
struct Arguments;

struct Flag {
    std::string_view name;   ///< without dashes
    char letter = 0;         ///< 0: none
    std::string_view value;  ///< what stands for the value in help; empty: a switch
    std::string_view help;
    bool many = false;       ///< may be given several times; the values are joined by commas
};

enum class Words {
    text,  ///< letter verbs: [REF] [@TIME] TEXT…, CLI.md's text rule
    plain,  ///< arguments and flags in any order
    command  ///< flags, then another program's line, which is left alone from its first word on
};

struct Verb {
    std::string_view name;
    std::string_view letter;     ///< empty: none
    std::string_view alias;      ///< empty: none
    std::string_view arguments;  ///< for the usage line
    std::string_view summary;
    std::string_view example;    ///< lines, each without the program's name
    std::span<const Flag> flags;
    Words words = Words::plain;
    bool takes_ref = false;      ///< text verbs: the first word may be a REF
    bool needs_ref = false;
    std::size_t min_words = 0, max_words = 0;
    bool needs_server = true;
    bool hot = false;            ///< stands first in help
    Try<Exit> (*run)(Session&, const Arguments&) = nullptr;
};

[[nodiscard]] std::span<const Verb> verbs() noexcept;
[[nodiscard]] std::span<const Flag> global_flags() noexcept;
/// By name, letter or alias; no prefixes. nullptr: no such verb.
[[nodiscard]] const Verb* find_verb(std::string_view word) noexcept;
[[nodiscard]] const Flag* find_flag(std::span<const Flag> flags, std::string_view name) noexcept;
[[nodiscard]] const Flag* find_flag(std::span<const Flag> flags, char letter) noexcept;

/// The command line taken apart, before CLI11 sees the flags.
struct Split {
    const Verb* verb = nullptr;      ///< nullptr: none was given
    std::vector<std::string> flags;  ///< `--name` or `--name=value`, long names only
    std::vector<std::string> words;  ///< text, or arguments
    std::string ref, when;           ///< text verbs; `when` without its @
    bool literal = false;            ///< the words came after `--`
    bool help = false;               ///< help was asked for, even in a wrong line
};

/// CLI.md §5.3: flags may stand before the text; after the first text word only this verb's long flags still count.
/// Pure. @return Exit::usage with a suggestion for an unknown verb, an unknown flag before the text, a missing value.
[[nodiscard]] Try<Split> split(std::span<const std::string> arguments);

/// `.`, `.2`, `:17` or a UUID.
[[nodiscard]] bool is_ref(std::string_view word) noexcept;

struct Arguments {
    const Verb* verb = nullptr;
    std::map<std::string, std::string, std::less<>> flags;  ///< switches hold "true"
    std::vector<std::string> words;
    std::string ref, when;
    bool literal = false;
    [[nodiscard]] bool has(std::string_view name) const { return flags.contains(name); }
    [[nodiscard]] std::string value(std::string_view name) const
    {
        const auto found = flags.find(name);
        return found == flags.end() ? std::string{} : found->second;
    }
    [[nodiscard]] std::string text() const;  ///< the words, one space between
};

/// Runs CLI11 over the flags of one verb: values, choices, what excludes what. Every complaint of CLI11 comes back as
/// Exit::usage in our words.
[[nodiscard]] Try<Arguments> parse(Split split);

/// At most 25 lines of 80 columns; examples first.
[[nodiscard]] std::string short_help();
/// Every verb and global flag.
[[nodiscard]] std::string full_help();
[[nodiscard]] std::string verb_help(const Verb& verb);
/// `usage: incidentctl note [FLAGS] [@TIME] TEXT…`
[[nodiscard]] std::string usage_line(const Verb& verb);

}  // namespace incident::ctl
