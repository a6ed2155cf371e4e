#include "commands/scribe_line.hpp"
#include "client/transport.hpp"
#include "commands/grammar.hpp"
#include "commands/post.hpp"
#include "model/text.hpp"

namespace incident::ctl {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\t'; }

std::vector<std::string> pieces(std::string_view text)
{
    std::vector<std::string> all;
    for (std::size_t at = 0; at < text.size();) {
        while (at < text.size() && is_space(text[at])) ++at;
        const auto start = at;
        while (at < text.size() && !is_space(text[at])) ++at;
        if (at > start) all.emplace_back(text.substr(start, at - start));
    }
    return all;
}

/// Quotes and backslashes as a shell reads them; nothing is expanded.
std::vector<std::string> shell_words(std::string_view text)
{
    std::vector<std::string> all;
    for (std::size_t at = 0; at < text.size();) {
        while (at < text.size() && is_space(text[at])) ++at;
        if (at == text.size()) break;
        std::string word;
        char quote = '\0';
        for (; at < text.size() && (quote != '\0' || !is_space(text[at])); ++at) {
            const char c = text[at];
            if (quote == '\0' && (c == '\'' || c == '"')) quote = c;
            else if (c == quote) quote = '\0';
            else if (c == '\\' && quote != '\'' && at + 1 < text.size()) word += text[++at];
            else word += c;
        }
        all.push_back(std::move(word));
    }
    return all;
}

/// `x` of `x was not traffic`; empty: the text begins with no verb's letter.
std::string_view letter_of(std::string_view text)
{
    if (text.size() > 1 && !is_space(text[1])) return {};  // alone it is a verb whose text was forgotten
    const auto* verb = find_verb(text.substr(0, 1));
    return verb != nullptr && verb->words == Words::text ? text.substr(0, 1) : std::string_view{};
}

}  // namespace

std::vector<std::string> words_of_line(std::string_view line)
{
    const auto text = trimmed(line);
    if (text.empty()) return {};
    if (text == "u") return {"undo"};
    if (text == "s") return {"status"};
    if (text == "l") return {"log", "-n", "10"};
    if (text == "?" || text == "help") return {"help", "scribe"};
    for (const std::string_view name : {"ic ", "incidentctl "})
        if (text.starts_with(name)) return shell_words(text.substr(name.size()));

    std::vector<std::string> when;
    auto said = std::string{text};
    if (text.front() == '@') {
        auto timed = split_when(text);
        if (!timed.when.empty() && !timed.text.empty()) {
            when = pieces('@' + timed.when);
            said = std::move(timed.text);
        }
    }
    const auto letter = letter_of(said);
    std::vector<std::string> words{letter.empty() ? std::string{"note"} : std::string{letter}};
    words.insert(words.end(), when.begin(), when.end());
    if (letter.empty()) {
        words.emplace_back("--");  // a line is text, whatever it begins with
        words.push_back(said);
    } else {
        for (auto& word : pieces(said.substr(1))) words.push_back(std::move(word));
    }
    return words;
}

std::string command_of(const std::vector<std::string>& words)
{
    std::string command = "incidentctl";
    for (const auto& word : words) command += ' ' + shell_quoted(word);
    return command;
}

}  // namespace incident::ctl
