#include "commands/verbs.hpp"

namespace incident::ctl {
namespace {

constexpr Flag globals[] = {
    {"incident", 'i', "INCIDENT", "which incident: INC-7, or inbox"},
    {"context", 'c', "CONTEXT", "which server, by its name in the settings"},
    {"output", 'o', "table|wide|json|jsonl|yaml|md|name", "how to print"},
    {"json", 0, "", "the same as --output json"},
    {"quiet", 'q', "", "print the new id only, no remarks"},
    {"verbose", 'v', "", "a line on stderr for every request"},
    {"tz", 0, "ZONE", "zone of times without one, and for printing"},
    {"timeout", 0, "SPAN", "how long to wait for an answer (5s)"},
    {"color", 0, "auto|always|never", "colour"},
    {"no-pager", 0, "", "long output is not paged"},
    {"no-input", 0, "", "never ask"},
    {"dry-run", 0, "", "show what would be sent, change nothing"},
    {"curl", 0, "", "print the curl command instead of doing it"},
    {"url", 0, "URL", "the server: http(s)://host/base or unix:///path"},
    {"token-file", 0, "FILE", "file with the token to show"},
    {"ca-file", 0, "FILE", "who signs the server's certificate (PEM)"},
    {"author", 0, "NAME", "who says it, where the server cannot know"},
    {"yes", 0, "", "do not ask before what cannot be undone"},
    {"no-spool", 0, "", "never store locally when no server answers"},
    {"help", 'h', "", "help"},
};

#define WHEN_FLAGS                                                                              \
    {"at", 0, "TIME", "when it happened; .2 or :17 for that event's time"},                     \
        {"lines", 0, "", "with -: every line of standard input is an entry"}

#define AS_OF_FLAG {"as-of", 0, "TIME", "what was known then, by time of receipt"}

constexpr Flag note_flags[] = {WHEN_FLAGS};
constexpr Flag test_flags[] = {WHEN_FLAGS, {"of", 0, "REF", "the hypothesis that it tests"}};
constexpr Flag cause_flags[] = {WHEN_FLAGS, {"of", 0, "REF", "the hypothesis that it confirms"}};
constexpr Flag link_flags[] = {{"none", 0, "", "it tests no hypothesis, whatever its words say"}};
constexpr Flag detect_flags[] = {WHEN_FLAGS, {"how", 0, "alert|engineer|customer", "who noticed"}};
constexpr Flag mislead_flags[] = {WHEN_FLAGS, {"none", 0, "", "there was no misleading path"}};
constexpr Flag escalate_flags[] = {WHEN_FLAGS, {"to", 0, "WHOM", "team or person"}, {"none", 0, "", "there was no escalation"}};
constexpr Flag impact_flags[] = {WHEN_FLAGS, {"share", 0, "SHARE", "share of users: 85% or unknown"}};
constexpr Flag resolve_flags[] = {WHEN_FLAGS, {"close", 0, "", "close the incident too"}};
constexpr Flag todo_flags[] = {WHEN_FLAGS, {"owner", 0, "WHO", "who does it"}, {"due", 0, "TIME", "until when: 2024-07-01, +3d"},
                               {"broad", 0, "", "an improvement, not one task"}};
constexpr Flag open_flags[] = {{"sev", 0, "SEVERITY", "severity"}, {"since", 0, "TIME", "when it began"},
                               {"adopt", 0, "SPAN", "take in the inbox of that long"}, {"service", 0, "NAME", "what is affected"},
                               {"lead", 0, "WHO", "who leads"}, {"private", 0, "", "only its members can read it; you are one"}};
constexpr Flag log_flags[] = {{"follow", 'f', "", "go on printing what comes in"}, {"number", 'n', "N", "only the last N"},
                              {"since", 0, "TIME", "from then on"}, {"until", 0, "TIME", "up to then"}, {"tag", 0, "TAG", "only this tag"},
                              {"by", 0, "WHO", "only this author"}, {"grep", 0, "WORDS", "only with these words, any case"},
                              {"struck", 0, "", "struck events too"}, AS_OF_FLAG};
constexpr Flag edit_flags[] = {{"at", 0, "TIME", "a new time as well"}, {"reason", 0, "WHY", "why"}};
constexpr Flag tag_flags[] = {{"remove", 0, "TAG", "take a tag away"}, {"how", 0, "alert|engineer|customer|broad", "with detection, todo"},
                              {"to", 0, "WHOM", "with escalation, todo"}, {"of", 0, "REF", "the event it speaks of"}};
constexpr Flag rm_flags[] = {{"restore", 0, "", "put it back"}, {"reason", 0, "WHY", "why"}};
constexpr Flag star_flags[] = {{"off", 0, "", "take the star away"}};
constexpr Flag redact_flags[] = {{"reason", 0, "WHY", "why"}};
constexpr Flag run_flags[] = {{"of", 0, "REF", "the hypothesis that it tests"},
                              {"no-tail", 0, "", "it keeps the terminal, its output is not kept"}};
constexpr Flag ls_flags[] = {{"open", 0, "", "only open ones"}, {"closed", 0, "", "only closed ones"}, {"since", 0, "TIME", "opened from then on: 90d, 2024-06-01"},
                            {"until", 0, "TIME", "opened before then"}, {"severity", 0, "SEVERITY", "only this one"}};
constexpr Flag search_flags[] = {{"number", 'n', "N", "only the newest N (100)"}, {"since", 0, "TIME", "from then on"}, {"until", 0, "TIME", "up to then"},
                                {"tag", 0, "TAG", "only this tag"}, {"by", 0, "WHO", "only this author"},
                                {"kind", 0, "alert|chat|note|command|change|system", "only this kind"}, {"struck", 0, "", "struck events too"}};
constexpr Flag stats_flags[] = {{"since", 0, "TIME", "begun from then on (90d)"}, {"until", 0, "TIME", "begun before then (now)"}};
constexpr Flag since_flags[] = {AS_OF_FLAG};
constexpr Flag use_flags[] = {{"none", 0, "", "none any more"}, {"everywhere", 0, "", "in all terminals, not this one"}};
constexpr Flag draft_flags[] = {{"format", 0, "md|html|json|csv|pdf", "document format (md)"},
                                {"template", 0, "TEMPLATE", "brief, sre, labelled, or a Mustache file"},
                                {"audience", 0, "internal|customer|public", "roles for names, no internal entries"},
                                {"out", 0, "FILE", "write it there; what people wrote in it stays"},
                                {"diff", 0, "", "with --out: show what would change"},
                                {"force", 0, "", "with --out: overwrite any file"},
                                {"mermaid", 0, "", "a Mermaid timeline behind the list"},
                                {"clock", 0, "24|12", "clock"}, {"seconds", 0, "", "times with seconds"},
                                {"no-fold", 0, "", "every event is a bullet"}, {"trace", 0, "", "event ids as comments"}, AS_OF_FLAG};
constexpr Flag status_flags[] = {{"nudges", 0, "", "ask for the fact that an open incident lacks most"}};
constexpr Flag check_flags[] = {{"strict", 0, "", "warnings count as errors"}, AS_OF_FLAG};
constexpr Flag show_flags[] = {AS_OF_FLAG};
constexpr Flag import_flags[] = {{"date", 0, "DATE", "of the first line, where the document has none"},
                                 {"start", 0, "TIME", "what T+15 counts from"},
                                 {"form", 0, "FORM", "text, csv, slack, irc, jsonl, draft; else guessed"},
                                 {"open", 0, "TITLE", "into a new incident of that title"}};
constexpr Flag config_flags[] = {{"origin", 0, "", "say where each value comes from"}};
constexpr Flag api_flags[] = {{"data", 'd', "BODY", "body; @FILE or - reads it"}, {"header", 'H', "LINE", "one more header"},
                              {"content-type", 0, "TYPE", "of the body (application/json)"}};
constexpr Flag token_flags[] = {{"role", 0, "ROLE", "read, write, admin, ingest:SOURCE; several are fine", true},
                                {"expires", 0, "SPAN", "how long it holds: 90d"}};
constexpr Flag source_flags[] = {{"as", 0, "NAME", "try: which source it stands for"}, {"mapping", 0, "FILE", "try, replay: a mapping instead of the source's own"},
                                 {"since", 0, "TIME", "replay: bodies from then on (2h, 02:20)"}, {"content-type", 0, "TYPE", "try: else by the file's ending"},
                                 {"header", 'H', "LINE", "try: a header that the sender sets"}, {"certificate-url", 0, "URL", "trust: as a message names it"}, {"out", 0, "FILE", "trust: where the certificate goes"}};
constexpr Flag rules_flags[] = {{"text", 0, "PATTERN", "learn: RE2 instead of what its words suggest"}, {"tag", 0, "TAG", "learn: which, where several were changed"},
                                {"name", 0, "NAME", "learn: what the rule is called"}};
constexpr Flag send_test_flags[] = {{"generic", 0, "", "a generic body for a source of your own"}};

constexpr Verb text_verb(std::string_view name, std::string_view letter, std::string_view arguments, std::string_view summary,
                         std::string_view example, std::span<const Flag> flags, Try<Exit> (*run)(Session&, const Arguments&),
                         bool hot = true)
{
    Verb verb;
    verb.name = name;
    verb.letter = letter;
    verb.arguments = arguments;
    verb.summary = summary;
    verb.example = example;
    verb.flags = flags;
    verb.words = Words::text;
    verb.hot = hot;
    verb.run = run;
    return verb;
}

constexpr Verb with_ref(Verb verb, bool needed)
{
    verb.takes_ref = true;
    verb.needs_ref = needed;
    return verb;
}

constexpr Verb plain_verb(std::string_view name, std::string_view arguments, std::string_view summary, std::string_view example,
                          std::span<const Flag> flags, std::size_t min_words, std::size_t max_words,
                          Try<Exit> (*run)(Session&, const Arguments&))
{
    Verb verb;
    verb.name = name;
    verb.arguments = arguments;
    verb.summary = summary;
    verb.example = example;
    verb.flags = flags;
    verb.min_words = min_words;
    verb.max_words = max_words;
    verb.run = run;
    return verb;
}

constexpr Verb command_verb(Verb verb)
{
    verb.words = Words::command;
    return verb;
}

constexpr Verb lettered(Verb verb, std::string_view letter)
{
    verb.letter = letter;
    verb.hot = true;
    return verb;
}

constexpr Verb aliased(Verb verb, std::string_view alias)
{
    verb.alias = alias;
    return verb;
}

constexpr Verb local(Verb verb)
{
    verb.needs_server = false;
    return verb;
}

constexpr std::size_t many = 1000;

constexpr Verb all[] = {
    text_verb("note", "n", "[@TIME] TEXT...", "a note", "note db cpu 98%\nn @02:29 first timeouts\nkubectl get events | incidentctl note -\nn --of :4 pool has 3 of 50 in use", test_flags, run_note),
    text_verb("detect", "d", "[@TIME] TEXT...", "how it was noticed", "d @02:29 --how customer checkout dead", detect_flags, run_note),
    text_verb("act", "a", "[@TIME] TEXT...", "an action taken", "a restarted web-3\na --of :4 scaled web to 8", test_flags, run_note),
    text_verb("hypo", "h", "[@TIME] TEXT...", "an assumption on the cause", "h bad deploy", note_flags, run_note),
    with_ref(text_verb("mislead", "x", "[REF] [@TIME] [TEXT...]", "a dead end: ends a hypothesis", "x was not traffic\nx .\nx :4 was not traffic\nx --none", mislead_flags, run_mislead), false),
    text_verb("escalate", "e", "[@TIME] [TEXT...]", "an escalation", "e --to db paged Ana\ne --none", escalate_flags, run_escalate),
    text_verb("impact", "i", "[@TIME] TEXT...", "what users saw", "i 85% checkout 503\ni --share unknown search is slow", impact_flags, run_note),
    text_verb("cause", "c", "[@TIME] TEXT...", "the root cause", "c replication lag after config push", cause_flags, run_note),
    text_verb("resolve", "r", "[@TIME] TEXT...", "the resolution", "r rolled back, errors 0 --close", resolve_flags, run_resolve),
    text_verb("todo", "t", "[@TIME] TEXT...", "a follow-up task", "t patch nginx --owner sam --due +3d\nt --broad alert on replication lag", todo_flags, run_note),
    text_verb("open", "o", "TITLE...", "a new incident", "o checkout 503 --adopt 30m\no --sev 1 --since 02:20 checkout 503", open_flags, run_open),
    lettered(plain_verb("log", "", "read the events", "log -f\nlog --since 1h --tag action\nlog -n 5 -o json\nlog --as-of 14:20", log_flags, 0, 0, run_log), "l"),
    lettered(plain_verb("status", "", "what is open, health, queue", "status\nstatus --nudges", status_flags, 0, 0, run_status), "s"),
    lettered(plain_verb("undo", "", "take back my last write", "u", {}, 0, 0, run_undo), "u"),
    with_ref(text_verb("edit", "", "REF TEXT...", "a new text for an event", "edit . restarted web-4", edit_flags, run_edit, false), true),
    plain_verb("at", "REF TIME", "a new time for an event", "at . 02:27\nat :17 5m", {}, 2, 4, run_at),
    plain_verb("tag", "REF TAG...", "add or remove tags", "tag . action\ntag :4 --remove impact", tag_flags, 1, many, run_tag),
    plain_verb("rm", "REF", "strike an event", "rm .\nrm :7 --reason double", rm_flags, 1, 1, run_rm),
    plain_verb("history", "REF", "every version of an event", "history :4", {}, 1, 1, run_history),
    with_ref(text_verb("confirm", "", "REF [TEXT...]", "a hypothesis was right", "confirm :4", note_flags, run_confirm, false), true),
    plain_verb("link", "REF [REF]", "an event tests a hypothesis", "link :6 :4\nlink :6 --none", link_flags, 1, 2, run_link),
    plain_verb("star", "REF", "never fold an event away", "star :4", star_flags, 1, 1, run_star),
    plain_verb("move", "REF INCIDENT", "to another incident, or inbox", "move . INC-8", {}, 2, 2, run_move),
    plain_verb("redact", "REF", "remove a text for good", "redact :4 --reason password", redact_flags, 1, 1, run_redact),
    text_verb("change", "", "[@TIME] TEXT...", "a deploy or config push", "change deployed web 2.42", note_flags, run_note, false),
    command_verb(plain_verb("run", "-- COMMAND...", "run a command and record how it ended",
                            "run -- systemctl restart nginx\nrun --of :4 -- kubectl get pods\nrun --no-tail -- top", run_flags, 0, many, run_run)),
    plain_verb("scribe", "", "a prompt: each line is an entry", "scribe\nscribe -i INC-7\nscribe < notes.txt", {}, 0, 0, run_scribe),
    plain_verb("since", "SPAN", "catch up: state, ideas, who does what, what is new", "since 30m\nsince 02:30 -o json", since_flags, 1, 4, run_since),
    text_verb("search", "", "WORDS...", "find events in all incidents", "search connection pool\nsearch pool* -deploy --since 30d --tag root_cause\nsearch -o json \"pool size\"", search_flags, run_search, false),
    plain_verb("stats", "", "figures of all incidents of a period", "stats --since 90d\nstats --since 2024-01-01 --until 2024-04-01 -o json", stats_flags, 0, 0, run_stats),
    plain_verb("ls", "", "list incidents, with durations", "ls --open\nls --since 90d --severity 1 -o wide", ls_flags, 0, 0, run_ls),
    plain_verb("show", "[INCIDENT]", "one incident with its figures", "show INC-7\nshow INC-7 --as-of 14:20", show_flags, 0, 1, run_show),
    plain_verb("use", "[INCIDENT]", "the incident of this terminal", "use INC-7\nuse --none", use_flags, 0, 1, run_use),
    plain_verb("set", "FIELD=VALUE...", "title severity lead service label started ended", "set severity=1 lead=ana", {}, 1, 20, run_set),
    plain_verb("share", "NAME...", "let others read a private incident", "share ana -i INC-7", {}, 1, 100, run_share),
    plain_verb("unshare", "NAME...", "no longer", "unshare ana -i INC-7", {}, 1, 100, run_share),
    plain_verb("adopt", "SPAN", "take in the inbox of that long", "adopt 30m", {}, 1, 4, run_adopt),
    plain_verb("close", "[INCIDENT]", "close an incident", "close INC-7", {}, 0, 1, run_close),
    plain_verb("reopen", "[INCIDENT]", "open it again", "reopen INC-7", {}, 0, 1, run_reopen),
    plain_verb("merge", "FROM INTO", "two incidents are one", "merge INC-8 INC-7", {}, 2, 2, run_merge),
    aliased(plain_verb("draft", "[INCIDENT]", "the postmortem document", "draft --out pm.md\ndraft --template sre --format pdf --out pm.pdf\ndraft INC-7 --audience customer --format html --out pm.html\ndraft --out pm.md --diff", draft_flags, 0, 1, run_draft), "export"),
    aliased(plain_verb("check", "[INCIDENT | FILE]", "what the draft lacks", "check\ncheck INC-7 --strict -o json\ncheck postmortem.md", check_flags, 0, 1, run_check), "lint"),
    plain_verb("import", "FILE|-", "a written timeline into events", "import pm.md --dry-run\nimport chat.txt --tz Africa/Nairobi --date 2024-06-22 -i INC-7\nimport pm.md --open \"checkout 503\" --yes\nxclip -o | incidentctl import - --dry-run", import_flags, 1, 1, run_import),
    plain_verb("verify", "", "prove that nothing was changed", "verify", {}, 0, 0, run_verify),
    plain_verb("rules", "ls | try TEXT | learn REF | rm NAME | apply INC", "the tagging rules", "rules ls\nrules try paged the database team\nrules learn . --dry-run\nrules learn :4 --text 'paged .* team' --tag escalation\nrules rm escalation-paged\nrules apply INC-7 --dry-run", rules_flags, 0, many, run_rules),
    plain_verb("source", "ls|show|try|replay|confirm|trust [NAME|FILE]", "who posts here, and how it is read",
               "source ls\nsource show datadog\nsource try alert.json --as shop --mapping shop.yml\nsource replay shop --since 2h --mapping shop.yml --dry-run\nsource confirm aws-sns", source_flags, 0, 3, run_source),
    plain_verb("send-test", "SOURCE", "a sample alert to a hook", "send-test alertmanager", send_test_flags, 1, 1, run_send_test),
    plain_verb("token", "[ls | create NAME | revoke ID]", "who may come in over TCP", "token create ci --role read --role ingest:github --expires 90d\ntoken ls\ntoken revoke tok_7f3kq2ma", token_flags, 0, 2, run_token),
    plain_verb("auth", "status", "whom the server takes you for, and why", "auth status", {}, 1, 1, run_auth),
    plain_verb("login", "", "keep a token for this server", "login\nlogin < token.txt", {}, 0, 0, run_login),
    local(plain_verb("ctx", "[ls | use NAME | add NAME --url URL | rm NAME]", "servers by name", "ctx add prod --url https://host/\nctx use prod", {}, 0, 2, run_ctx)),
    local(plain_verb("config", "path | view | check [FILE]", "incidentctl's own settings", "config view --origin", config_flags, 1, 2, run_config)),
    plain_verb("api", "METHOD PATH", "any request, raw", "api GET /api/v1/status", api_flags, 2, 2, run_api),
    local(plain_verb("completion", "bash | zsh | fish", "completion for a shell", "completion bash", {}, 1, 1, run_completion)),
    local(plain_verb("version", "", "version and build", "version -o json", {}, 0, 0, run_version)),
    local(plain_verb("help", "[VERB]", "this help", "help note", {}, 0, 1, run_help)),
    plain_verb("__complete", "WORDS...", "", "", {}, 0, many, run_complete),
};

}  // namespace

std::span<const Verb> verbs() noexcept { return all; }
std::span<const Flag> global_flags() noexcept { return globals; }

}  // namespace incident::ctl
