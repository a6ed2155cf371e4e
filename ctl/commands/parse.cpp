#include "commands/grammar.hpp"
#include <CLI/CLI.hpp>

// The only file that sees CLI11: it is slow to compile, and one subcommand's options are all that a call needs.
namespace incident::ctl {
namespace {

void declare(CLI::App& app, std::span<const Flag> flags, std::map<std::string, std::vector<std::string>>& values)
{
    for (const auto& flag : flags) {
        const auto name = "--" + std::string{flag.name};
        if (app.get_option_no_throw(name) != nullptr) continue;
        auto& slot = values[std::string{flag.name}];
        if (flag.value.empty()) {
            app.add_flag_callback(name, [&slot] { slot = {"true"}; });
            continue;
        }
        auto* option = app.add_option(name, slot)->expected(1)->multi_option_policy(flag.many ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::TakeLast);
        if (flag.value.find('|') != std::string_view::npos) {
            std::vector<std::string> choices;
            for (std::string_view rest = flag.value; !rest.empty();) {
                const auto bar = rest.find('|');
                choices.emplace_back(rest.substr(0, bar));
                rest = bar == rest.npos ? std::string_view{} : rest.substr(bar + 1);
            }
            option->check(CLI::IsMember(std::move(choices)));
        } else if (flag.value == "N") {
            option->check(CLI::Range(1, 1'000'000));
        }
    }
}

std::string choices_of(const Verb& verb, std::string_view message)
{
    for (const auto flags : {verb.flags, global_flags()})
        for (const auto& flag : flags)
            if (message.starts_with("--" + std::string{flag.name} + ":") && !flag.value.empty())
                return flag.value == "N" ? "give a whole number from 1"
                                         : "write it as: --" + std::string{flag.name} + " " + std::string{flag.value};
    return usage_line(verb);
}

}  // namespace

Try<Arguments> parse(Split split)
{
    Arguments arguments;
    arguments.verb = split.verb;
    arguments.words = std::move(split.words);
    arguments.ref = std::move(split.ref);
    arguments.when = std::move(split.when);
    arguments.literal = split.literal;
    const auto& verb = *split.verb;
    if (!split.flags.empty()) {
        std::map<std::string, std::vector<std::string>> values;
        CLI::App app;
        app.set_help_flag();
        declare(app, verb.flags, values);
        declare(app, global_flags(), values);
        try {
            std::reverse(split.flags.begin(), split.flags.end());  // CLI11 wants them so
            app.parse(std::move(split.flags));
        } catch (const CLI::ParseError& error) {
            const std::string message = error.what();
            return Trouble{Exit::usage, message, choices_of(verb, message)};
        } catch (const CLI::Error& error) {
            return Trouble{Exit::usage, error.what(), usage_line(verb)};
        }
        for (auto& [name, given] : values)
            if (!given.empty()) {
                const auto* flag = find_flag(verb.flags, name);
                auto& value = arguments.flags[name];
                if (flag == nullptr || !flag->many) value = std::move(given.back());
                else for (const auto& one : given) value += (value.empty() ? "" : ",") + one;
            }
    }
    if (verb.words == Words::plain && arguments.words.size() > verb.max_words)
        return Trouble{Exit::usage,
                       std::string{verb.name} + " does not know what to do with \"" + arguments.words[verb.max_words] + "\"",
                       usage_line(verb)};
    if (verb.words == Words::plain && arguments.words.size() < verb.min_words)
        return Trouble{Exit::usage, std::string{verb.name} + " wants " + std::string{verb.arguments}, usage_line(verb)};
    if (verb.needs_ref && arguments.ref.empty() && verb.words == Words::text)
        return Trouble{Exit::usage, std::string{verb.name} + " wants to know which event",
                       "begin with . (your last), .2, :17 or an id; " + usage_line(verb)};
    return arguments;
}

}  // namespace incident::ctl
