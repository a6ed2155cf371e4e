#include "commands/verbs.hpp"
#include "model/text.hpp"
#include <algorithm>

// The shell's script calls `incidentctl __complete WORDS…` for every TAB; the last word is the one being typed. So a
// new verb or flag needs no new script, and incident keys come from the server.
namespace incident::ctl {
namespace {

constexpr std::string_view bash_script =
    R"(# bash completion for incidentctl; load with: source <(incidentctl completion bash)
_incidentctl() {
    local IFS=$'\n'
    local cur="${COMP_WORDS[COMP_CWORD]}"
    COMPREPLY=($(incidentctl __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
    COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
    if [[ ${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$cur")); fi
}
complete -o nosort -F _incidentctl incidentctl ic
)";

constexpr std::string_view zsh_script = R"(#compdef incidentctl ic
# zsh completion for incidentctl; load with: source <(incidentctl completion zsh)
_incidentctl() {
    local -a found
    local line
    for line in "${(@f)$(incidentctl __complete -- "${(@)words[2,$CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] && found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    if (( ${#found} )); then _describe 'incidentctl' found; else _files; fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _incidentctl "$@"; else compdef _incidentctl incidentctl ic; fi
)";

constexpr std::string_view fish_script =
    R"(# fish completion for incidentctl; load with: incidentctl completion fish | source
function __incidentctl_complete
    set -l words (commandline -opc) (commandline -ct)
    incidentctl __complete -- $words[2..-1] 2>/dev/null
end
complete -c incidentctl -f -a '(__incidentctl_complete)'
complete -c ic -f -a '(__incidentctl_complete)'
)";

constexpr std::string_view tag_names[] = {"detection",       "impact", "escalation", "hypothesis", "investigation",
                                          "misleading_path", "action", "mitigation", "root_cause", "resolution",
                                          "communication",   "change", "follow_up"};

struct Offer {
    std::string word, help;
};

std::vector<Offer> words_from(std::initializer_list<std::string_view> words)
{
    std::vector<Offer> offers;
    for (const auto word : words) offers.push_back({std::string{word}, {}});
    return offers;
}

std::vector<Offer> incidents(Session& session)
{
    std::vector<Offer> offers;
    const auto answer = session.get("/api/v1/incidents?limit=50");
    if (!answer) return offers;
    for (const auto& incident : array_at(*answer, "incidents"))
        offers.push_back({std::string{text_at(incident, "key")},
                          std::string{text_at(incident, "status")} + ", " + visible(text_at(incident, "title"))});
    return offers;
}

std::vector<Offer> contexts(const Session& session)
{
    std::vector<Offer> offers;
    for (const auto& name : session.settings().context_names()) offers.push_back({name, "context"});
    return offers;
}

std::vector<Offer> verb_offers()
{
    std::vector<Offer> offers;
    for (const auto& verb : verbs())
        if (!verb.name.starts_with("__")) offers.push_back({std::string{verb.name}, std::string{verb.summary}});
    return offers;
}

std::vector<Offer> flag_offers(const Verb* verb)
{
    std::vector<Offer> offers;
    if (verb != nullptr)
        for (const auto& flag : verb->flags) offers.push_back({"--" + std::string{flag.name}, std::string{flag.help}});
    for (const auto& flag : global_flags()) offers.push_back({"--" + std::string{flag.name}, std::string{flag.help}});
    return offers;
}

std::vector<Offer> flag_values(Session& session, const Flag& flag)
{
    if (flag.name == "incident") return incidents(session);
    if (flag.name == "context") return contexts(session);
    if (flag.name == "tag" || flag.name == "remove")
        return {std::begin(tag_names) == std::end(tag_names) ? std::vector<Offer>{} : [] {
            std::vector<Offer> offers;
            for (const auto name : tag_names) offers.push_back({std::string{name}, "tag"});
            return offers;
        }()};
    std::vector<Offer> offers;
    if (flag.value.find('|') == flag.value.npos) return offers;
    for (auto rest = flag.value; !rest.empty();) {
        const auto bar = rest.find('|');
        offers.push_back({std::string{rest.substr(0, bar)}, {}});
        rest = bar == rest.npos ? std::string_view{} : rest.substr(bar + 1);
    }
    return offers;
}

std::vector<Offer> argument_values(Session& session, const Verb& verb, std::size_t position)
{
    const auto name = verb.name;
    if (name == "use" || name == "show" || name == "close" || name == "reopen" || name == "merge" || name == "draft" ||
        name == "check")
        return incidents(session);
    if (name == "move" && position == 1) return incidents(session);
    if (name == "tag" && position >= 1) return flag_values(session, Flag{"tag", 0, "TAG", ""});
    if (name == "completion") return words_from({"bash", "zsh", "fish"});
    if (name == "send-test") return words_from({"alertmanager", "grafana", "generic"});
    if (name == "rules" && position == 0) return words_from({"ls", "try", "learn", "rm", "apply"});
    if (name == "config" && position == 0) return words_from({"path", "view", "check"});
    if (name == "ctx") return position == 0 ? words_from({"ls", "use", "add", "rm"}) : contexts(session);
    if (name == "set") return words_from({"title=", "severity=", "lead=", "service=", "label=", "started=", "ended="});
    if (name == "help") return verb_offers();
    if (name == "api" && position == 0) return words_from({"GET", "POST", "PATCH"});
    return {};
}

/// What could stand in place of the last of `words`.
std::vector<Offer> offers_for(Session& session, const std::vector<std::string>& words)
{
    const Verb* verb = nullptr;
    std::size_t position = 0;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const auto& word = words[i];
        if (word.size() > 1 && word.front() == '-') {
            const auto* flag =
                word.starts_with("--") ? find_flag(global_flags(), word.substr(2)) : find_flag(global_flags(), word[1]);
            if (verb != nullptr)
                if (const auto* own = word.starts_with("--") ? find_flag(verb->flags, word.substr(2))
                                                             : find_flag(verb->flags, word[1]))
                    flag = own;
            if (flag != nullptr && !flag->value.empty()) {
                if (i + 2 == words.size()) return flag_values(session, *flag);
                ++i;
            }
        } else if (verb == nullptr) {
            verb = find_verb(word);
            if (verb == nullptr) return {};
        } else {
            ++position;
        }
    }
    if (!words.empty() && words.back().starts_with('-')) return flag_offers(verb);
    return verb == nullptr ? verb_offers() : argument_values(session, *verb, position);
}

}  // namespace

Try<Exit> run_completion(Session& session, const Arguments& arguments)
{
    const auto& shell = arguments.words.front();
    if (shell == "bash")
        session.out(bash_script);
    else if (shell == "zsh")
        session.out(zsh_script);
    else if (shell == "fish")
        session.out(fish_script);
    else
        return Trouble{Exit::usage, "no completion for the shell \"" + visible(shortened(shell, 40)) + "\"",
                       "there are: bash zsh fish"};
    return Exit::ok;
}

Try<Exit> run_complete(Session& session, const Arguments& arguments)
{
    const auto typed = arguments.words.empty() ? std::string{} : arguments.words.back();
    for (const auto& offer : offers_for(session, arguments.words))
        if (offer.word.starts_with(typed))
            session.out(offer.word + (offer.help.empty() ? "" : '\t' + offer.help) + '\n');
    return Exit::ok;
}

}  // namespace incident::ctl
