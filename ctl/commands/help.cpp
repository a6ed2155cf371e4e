#include "client/config.hpp"
#include "commands/grammar.hpp"
#include <algorithm>

namespace incident::ctl {
namespace {

constexpr std::size_t columns = 80;

std::string column(std::string text, std::size_t width)
{
    text.resize(std::max(text.size() + 1, width), ' ');
    return text;
}

std::string verb_line(const Verb& verb)
{
    const auto first = verb.letter.empty() ? std::string{"   "} : std::string{verb.letter} + ", ";
    auto name = std::string{verb.name};
    if (!verb.alias.empty()) name += " (" + std::string{verb.alias} + ")";
    return "  " + first + column(name, 16) + std::string{verb.summary} + '\n';
}

std::string flag_line(const Flag& flag, bool with_environment)
{
    auto name =
        (flag.letter != 0 ? std::string{'-', flag.letter} + ", --" : std::string{"    --"}) + std::string{flag.name};
    if (!flag.value.empty()) name += ' ' + std::string{flag.value};
    auto line =
        "  " + (name.size() < 26 ? column(name, 26) : name + "\n" + std::string(28, ' ')) + std::string{flag.help};
    if (!with_environment) return line + '\n';
    const bool setting =
        std::find(std::begin(setting_names), std::end(setting_names), flag.name) != std::end(setting_names);
    if (!setting && flag.name != "context") return line + '\n';
    const auto variable = "[" + environment_name(flag.name) + "]";
    const auto start = line.rfind('\n') == line.npos ? 0 : line.rfind('\n') + 1;
    line +=
        line.size() - start + 1 + variable.size() <= columns ? ' ' + variable : '\n' + std::string(28, ' ') + variable;
    return line + '\n';
}

}  // namespace

std::string usage_line(const Verb& verb)
{
    std::string line = "usage: incidentctl " + std::string{verb.name} + (verb.flags.empty() ? "" : " [FLAGS]");
    if (!verb.arguments.empty()) line += ' ' + std::string{verb.arguments};
    return line;
}

std::string short_help()
{
    std::string text = R"(incidentctl writes down what happens during an incident, one line each.

  incidentctl open checkout 503 --adopt 30m   a new incident, with the inbox
  incidentctl note db cpu 98%                 a note, now
  incidentctl act @02:31 restarted web-3      an action, at that time
  incidentctl x was not traffic               a dead end
  incidentctl log -f                          what comes in
  incidentctl draft --out pm.md               the postmortem

)";
    std::string line = " ";
    for (const auto& verb : verbs()) {
        if (!verb.hot) continue;
        const auto item = ' ' + std::string{verb.letter} + ' ' + std::string{verb.name};
        if (line.size() + item.size() + 1 > columns) {
            text += line.substr(0, line.size() - 1) + '\n';
            line = " ";
        }
        line += item + ' ';
    }
    text +=
        line.substr(0, line.size() - 1) +
        "\n\nCorrections, incidents, documents, administration: incidentctl help\nOne verb: incidentctl help note\n";
    return text;
}

std::string full_help()
{
    std::string text = R"(usage: incidentctl [FLAGS] VERB [@TIME] TEXT...      say what happens
       incidentctl [FLAGS] VERB [ARGUMENTS] [FLAGS]  everything else

  incidentctl open checkout 503 --adopt 30m
  incidentctl note db cpu 98%
  incidentctl x . ; incidentctl at . 02:27 ; incidentctl undo

During an incident:
)";
    for (const auto& verb : verbs())
        if (verb.hot) text += verb_line(verb);
    text += "\nCorrections, incidents, documents, administration:\n";
    for (const auto& verb : verbs())
        if (!verb.hot && !verb.name.starts_with("__")) text += verb_line(verb);
    text += "\nFlags of every verb (before the text of a text verb):\n";
    for (const auto& flag : global_flags()) text += flag_line(flag, true);
    text += R"(
REF    . my last event, .2 the one before, :17 number 17 of its incident, or id
TIME   now, 5m, 2h ago, 02:31, 14:02Z, "yesterday 23:10", 2024-06-05T14:00:00Z
TEXT   needs no quotes; after its first word only the verb's long flags count;
       -- before it stores everything as typed; - reads standard input
Exit   0 done, 1 failed, 2 usage, 3 not found or ambiguous, 4 not allowed,
       5 no server, 6 conflict, 7 refused or findings, 8 no answer, 130 Ctrl-C
)";
    return text;
}

std::string verb_help(const Verb& verb)
{
    auto text = usage_line(verb) + '\n';
    if (!verb.letter.empty()) text += "       short: incidentctl " + std::string{verb.letter} + '\n';
    if (!verb.alias.empty()) text += "       also: incidentctl " + std::string{verb.alias} + '\n';
    text += '\n' + std::string{verb.summary} + "\n\n";
    for (std::string_view rest = verb.example; !rest.empty();) {
        const auto end = rest.find('\n');
        const auto example = rest.substr(0, end);
        text += "  " +
                (example.find('|') == example.npos ? "incidentctl " + std::string{example} : std::string{example}) +
                '\n';
        rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
    }
    if (!verb.flags.empty()) {
        text += "\nFlags:\n";
        for (const auto& flag : verb.flags) text += flag_line(flag, false);
    }
    text += "\nFlags of every verb, times and references: incidentctl help\n";
    return text;
}

}  // namespace incident::ctl
