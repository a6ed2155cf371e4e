#!/bin/sh
# verbs.sh INCIDENTD INCIDENTCTL: every verb once against a real daemon, and what CLI.md promises of each.
set -eu
. "$(dirname "$0")/daemon.sh"
start_daemon

echo "no incident: notes go to the inbox and are never refused"
run 0 n before anything
out_has 'inbox  '
run 0 -q n two
id=$(cat "$work/out")
[ "$(wc -w < "$work/out")" = 1 ] || fail "-q prints more than the id"
run 0 l
err_has 'this is the inbox'
out_has 'before anything'

echo "opening adopts, and says what to type next"
run 0 o checkout 503 --adopt 30m --sev 1
out_has 'INC-1 open since'
out_has 'adopted 2 notes'
out_has 'next: incidentctl note'

echo "the letters"
run 0 a rb web to 2.41
out_has '#3  '
out_has '  action  rb web to 2.41  [INC-1]'
run 0 n ran kubectl delete -f x.yaml
out_has 'ran kubectl delete -f x.yaml'
run 0 d @02:29 --how customer checkout dead
out_has 'detection:customer'
run 0 h bad deploy
run 0 x was not the deploy
err_has 'ends :6 "bad deploy"'
run 0 x :3
out_has '#3  action + misleading_path   "rb web to 2.41"'
run 0 e @2m --to db ana on it
out_has 'escalation → db  ana on it'
run 0 i --share 85% checkout 503
run 0 c replication lag after config push
run 0 t patch nginx --owner sam --due 2030-01-02
out_has 'follow_up → sam  patch nginx'
run 0 change deployed web 2.42
run 0 -o json l
grep -q '"kind": "change"' "$work/out" || fail "change is no change"
grep -q '"share": "85%"' "$work/out" || fail "the share is not kept"
grep -q '"due": "2030-01-02"' "$work/out" || fail "the due date is not kept"

echo "every note's acknowledgement names its tags and how to change them, and what it prints works"
# printed TEXT: runs the command that stands behind it on stderr.
printed() {
    line=$(grep -F -- "$1" "$work/err" | head -n 1 | sed "s|.*: incidentctl |\"$ctl\" |")
    [ -n "$line" ] || fail "nothing offers: $1"
    eval "$line" > "$work/out" 2> "$work/err" < /dev/null || fail "what it prints does not run: $line"
}
run 0 a looked at the pump
err_has 'to take it away: incidentctl tag . --remove action'
printed 'to take it away'
out_has '  note  looked at the pump'
run 0 n pump is humming
err_has '  no tag; to give one: incidentctl tag . action'
printed 'to give one'
out_has '  action  pump is humming'
run 0 n -i inbox pump hums on
printed 'to give one: incidentctl tag . -i inbox action'
out_has 'inbox  '
run 0 -q a quiet pump
[ -z "$(cat "$work/err")" ] || fail "-q talks"
run 0 u
run 0 n "rolled back the last deploy of billing"
err_has 'action by rule '
printed 'action by rule '
! grep -q '  action  ' "$work/out" || fail "the rule's tag stays: $(cat "$work/out")"
run 0 rm .

echo "ideas: what tests them, what ends them, who lost how long"
run 0 -q n "before the ideas"
run 0 -o json l -n 1
number=$(sed -n 's/.*"number": \([0-9]*\).*/\1/p' "$work/out" | head -n 1)
idea=$((number + 1))
run 0 h @20m "pool of orders-db is exhausted"
err_has "  open until: incidentctl x :$idea TEXT, or: incidentctl confirm :$idea"
run 0 n @15m --of :$idea 3 of 50 in use
out_has 'investigation'
err_has "tests :$idea"
INCIDENTCTL_AUTHOR=ana "$ctl" a @10m "restarted the pool of orders-db" > /dev/null 2>&1
run 0 x @5m :$idea plenty are free
err_has '15 min lost'
run 0 s
out_has "idea      :$idea \"pool of orders-db is exhausted\"  ruled out by :$((idea + 3)), 15 min lost"
out_has "tested by :$((idea + 1)), :$((idea + 2)) (by words)"
run 0 show
out_has "idea        :$idea"
run 0 l
out_has "[ends :$idea, 15 min lost"
out_has "[tests :$idea (by the words"
run 0 link :$((idea + 2)) --none
err_has 'tests no hypothesis'
run 0 show
! grep -q "by words" "$work/out" || fail "the words still link it"
run 2 link :$idea
run 2 link :$idea :$number --none

echo "a changed tag becomes a rule, seen before it is made"
run 0 n "pigeon keeper says all quiet"
run 7 rules learn .
err_has 'change it first: incidentctl tag . action'
run 0 tag . communication
err_has 'incidentctl rules learn .'
run 0 rules learn . --dry-run
out_has 'when text ~ \bpigeon\w*'
out_has 'fits 1 of the newest'
out_has 'nothing is kept'
run 0 n "pigeon keeper says goodbye"
! grep -q communication "$work/out" || fail "a dry run made a rule"
run 0 rules learn .2
out_has 'take it back: incidentctl rules rm communication-pigeon-keeper'
run 0 n "the pigeon at the keeper says they are on it"
out_has 'communication'
err_has 'by rule communication-pigeon-keeper on "pigeon at the keeper says"'
run 0 rules try says the keeper pigeon
out_has 'no rule fits'
run 0 rules try the pigeon keeper says yes
out_has 'communication by rule communication-pigeon-keeper'
run 0 rules ls
grep "$(printf 'communication-pigeon-keeper\tcommunication\tsite')" "$work/out" > /dev/null || fail "not listed"
kill "$pid"
wait "$pid" || true
start_daemon
run 0 rules try the pigeon keeper says yes
out_has 'communication'
run 0 rules rm communication-pigeon-keeper
run 3 rules rm communication-pigeon-keeper
run 6 rules rm alert-firing
run 0 rules try the pigeon keeper says yes
out_has 'no rule fits'
run 2 rules learn
run 2 rules ls --text x

echo "corrections, and undo in the order of writing"
run 0 n wrong txet
run 0 edit . right text
out_has 'right text'
run 0 at . 02:27
out_has '02:27:00Z'
run 0 tag . mitigation
out_has 'mitigation'
run 0 tag . --remove mitigation
run 0 star .
run 0 rm .
run 0 l
! grep -q 'right text' "$work/out" || fail "a struck event is listed"
run 0 u
run 0 l
out_has 'right text'
run 0 history .
[ "$(wc -l < "$work/out")" -ge 8 ] || fail "the history lacks versions"
run 0 u
run 0 u
run 0 u
run 0 u
run 0 u
out_has 'wrong txet'
run 0 link :4 :6
run 0 move :4 inbox
out_has 'inbox  '
run 0 h "slow disk?"
run 0 confirm .
out_has 'root_cause  slow disk'
run 0 redact :2 --yes --reason "a password"
out_has 'redacted'

echo "stdin"
printf 'first line\nsecond line\n' | "$ctl" n - > "$work/out" || fail "n -"
out_has 'first line'
printf 'one\n@02:30 two\n\nthree\n' | "$ctl" n --lines - > "$work/out" || fail "n --lines -"
[ "$(wc -l < "$work/out")" = 3 ] || fail "--lines made $(wc -l < "$work/out") entries"
out_has '02:30:00Z  note  two'
printf 'rolled it over #action\n09:30 stays text, only @ makes a time\n@02:32 #impact seen twice\n' | "$ctl" n --lines - > "$work/out" 2> "$work/err" || fail "tags in lines"
out_has '  action  rolled it over #action'
out_has '  09:30 stays text'
out_has '02:32:00Z  impact  #impact seen twice'
err_has 'to take it away: incidentctl tag :'
seq 12 | sed 's/^/line /' | "$ctl" a --lines - > "$work/out" 2> "$work/err" || fail "twelve lines"
[ "$(grep -c '  action  line ' "$work/out")" = 12 ] || fail "twelve lines are acknowledged as $(wc -l < "$work/out")"
printf 'good\n@99:99 bad\n' | "$ctl" n --lines - > "$work/out" 2> "$work/err" && fail "a bad time in a line is taken"
err_has 'line 2: '
run 0 l --grep good
! grep -q '  good' "$work/out" || fail "half of a batch is stored"
run 0 n -- -v is broken
out_has '-v is broken'

echo "a pipe: one line a record, tabs, whole times, no colour; a hostile text stays visible"
"$ctl" n "$(printf 'esc \033[31mred \342\200\256bidi')" > "$work/out" || fail "hostile text"
! grep -q "$(printf '\033')" "$work/out" || fail "an escape reached the output"
out_has '\x1b[31mred'
run 0 l
awk -F '\t' 'NF < 7 || $2 !~ /^[0-9-]+T[0-9:.]+Z$/ { exit 1 }' "$work/out" || fail "not tab separated with RFC 3339"
run 0 --color always l
! grep -q "$(printf '\033')" "$work/out" || fail "colour in tab separated output"

echo "every read command in every format"
for verb in log ls status show check "history :1" rules verify draft "config view" "config path" "ctx ls" version; do
    for format in table wide json jsonl yaml md name; do
        code=0
        # shellcheck disable=SC2086
        "$ctl" $verb -o $format > "$work/out" 2> "$work/err" || code=$?
        case $code in 0|7) ;; *) fail "$verb -o $format: exit $code" ;; esac
    done
    # shellcheck disable=SC2086
    "$ctl" -o json $verb > "$work/before" 2> /dev/null || true
    # shellcheck disable=SC2086
    "$ctl" $verb --json > "$work/after" 2> /dev/null || true
    case $verb in status*|"config view") ;; *) cmp -s "$work/before" "$work/after" || fail "$verb: -o json before and after the verb differ" ;; esac
done

echo "the same as curl, and the dry run"
run 0 n --curl typed with curl
sh "$work/out" > "$work/answer" || fail "the curl line does not run"
grep -q '"id"' "$work/answer" || fail "curl stored nothing: $(cat "$work/answer")"
run 0 l --grep 'TYPED with'
out_has 'typed with curl'
run 0 n --dry-run never stored
run 0 l --grep 'never stored'
err_has 'nothing there'

echo "figures, documents, proof"
run 0 set severity=2 lead=ana service=checkout
out_has 'lead = ana'
run 0 show
out_has 'checkout 503'
run 7 check
out_has 'FAILED'
cp "$work/out" "$work/checked"
run 0 draft --out "$work/pm.md"
grep -q '^# Postmortem' "$work/pm.md" || fail "no document"
echo "a document that nobody generated is checked without a server"
run 7 check "$work/pm.md"
out_has 'FAILED   C1'
out_has 'SKIPPED  H1'
out_has 'line '
printf '## Timeline\n- 15:15 - Detected by an alert.\n' > "$work/short.md"
run 7 --url http://127.0.0.1:1/ check "$work/short.md"
out_has 'FAILED   T6  line 1: the timeline does not say how it was resolved'
out_has 'add a line to the Timeline'
run 7 -o json check "$work/short.md"
grep -q '"line": 1' "$work/out" || fail "findings of a file have no line"
"$ctl" check - < "$work/short.md" > "$work/out" 2>&1 && fail "check - found nothing"
out_has 'standard input: '
run 2 check "$work/nothing.md"
err_has 'cannot read'
: > "$work/empty.md"
run 2 check "$work/empty.md"
err_has 'has no words'
run 2 check INCIDENT

run 0 status --nudges
! grep -q '^missing' "$work/out" || fail "it asks in the first minutes"
run 0 -o json status --nudges
grep -q '"nudges": \[\]' "$work/out" || fail "status --nudges names no nudges"
run 0 export --format json --seconds --no-fold --trace --clock 12 --tz Africa/Nairobi
run 0 verify
out_has 'SUCCESS'
run 0 rules apply --dry-run
run 0 e --none
run 0 x --none
run 0 u

echo "several open incidents: nobody guesses"
run 0 o second
run 3 n which one
err_has '2 incidents are open'
err_has 'not stored: which one'
run 0 change deployed web 2.43
out_has 'inbox'
err_has '2 incidents are open, so this waits in the inbox'
run 0 change -i INC-2 deployed web 2.44
out_has '[INC-2]'
run 0 n -i INC-2 this one
out_has '[INC-2]'
INCIDENTCTL_INCIDENT=INC-1 "$ctl" n by the environment > "$work/out"
out_has '[INC-1]'
run 0 use INC-2
run 0 n by use
out_has '[INC-2]'
run 0 use --none
run 0 merge INC-2 INC-1 --yes
out_has 'merged into INC-1'
run 0 r conf fixed, 5xx flat --close
out_has 'INC-1 resolved'
run 6 close INC-1
run 0 l -n 1
err_has 'closed last'
run 0 reopen
run 0 ls --open
out_has 'INC-1'

echo "hooks, raw requests"
for source in alertmanager grafana; do run 0 send-test "$source"; done
run 0 api GET /api/v1/status
out_has '"ready"'
run 0 s
out_has 'ready'

echo "completion"
for shell in bash zsh fish; do run 0 completion $shell; done
run 0 __complete -- no
out_has 'note'
run 0 __complete -- show INC
out_has 'INC-1'
run 0 __complete -- log --output y
out_has 'yaml'
if command -v bash > /dev/null; then
    "$ctl" completion bash > "$work/complete.bash"
    PATH="$(dirname "$ctl"):$PATH" bash -c '. "$1"; COMP_WORDS=(incidentctl reop); COMP_CWORD=1; _incidentctl; echo "${COMPREPLY[*]}"' _ "$work/complete.bash" > "$work/out"
    out_has 'reopen'
fi

echo "contexts"
run 0 ctx add here --url "$INCIDENTCTL_URL"
run 0 ctx use here
unset INCIDENTCTL_URL
run 0 s
out_has 'context here'
run 0 config check
printf 'outpt: json\n' > "$work/bad.yaml"
run 7 config check "$work/bad.yaml"
err_has 'bad.yaml:1:1: unknown key "outpt", did you mean "output"?'
run 0 ctx rm here
INCIDENTCTL_URL=unix://$work/api.sock
export INCIDENTCTL_URL

echo "following: what comes in, then Ctrl-C"
"$ctl" log -f > "$work/follow" 2>&1 &
follower=$!
tries=0
until grep -q 'seen live' "$work/follow"; do
    "$ctl" n seen live > /dev/null
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "nothing follows: $(cat "$work/follow")"
    sleep 0.05
done
kill "$pid"
wait "$pid" || true
start_daemon
"$ctl" n "after the restart" > /dev/null
tries=0
until grep -q 'after the restart' "$work/follow"; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || fail "it does not come back: $(cat "$work/follow")"
    sleep 0.05
done
[ "$(grep -c 'after the restart' "$work/follow")" = 1 ] || fail "printed twice: $(cat "$work/follow")"
grep -q 'connected again' "$work/follow" || fail "nothing says that the stream broke"
kill -INT "$follower"
code=0
wait "$follower" || code=$?
[ "$code" = 130 ] || fail "Ctrl-C: exit $code"

echo "no server: exit 5, the text is printed back with a line that stores it"
kill "$pid"
wait "$pid" || true
run 5 a kept for later
err_has 'not stored: kept for later'
line=$(tail -n 1 "$work/err" | sed "s|.*, then: incidentctl |\"$ctl\" |")
start_daemon
eval "$line" > "$work/out" || fail "the printed line does not run: $line"
out_has 'kept for later'

echo "no note is lost to an odd author's name, and a token writes no header of its own"
for author in '   ' "$(printf '\033[31mred')" "$(printf '%300s' '' | tr ' ' x)" "$(printf 'two\nlines')"; do
    (INCIDENTCTL_AUTHOR=$author; export INCIDENTCTL_AUTHOR; run 0 n "by an odd name") || exit 1
done
for token in "$(printf 'a\nX-Forged: b')" "a b"; do
    (INCIDENTCTL_TOKEN=$token; export INCIDENTCTL_TOKEN; run 2 n "not sent"; err_has 'write the token alone') || exit 1
done

echo "what does not fit is said"
head -c 200000 /dev/zero | tr '\0' x | "$ctl" n - > "$work/out" 2> "$work/err" || fail "long input was refused"
err_has 'of 200000 bytes the first 65536 are kept'

echo "help and version"
run 0 --version
out_has 'incidentctl, version'
run 0
[ "$(wc -l < "$work/out")" -le 25 ] || fail "the short help is long"
"$ctl" help log > "$work/a"; "$ctl" log --help > "$work/b"; "$ctl" log -h > "$work/c"; "$ctl" log help > "$work/d"
for other in b c d; do cmp -s "$work/a" "$work/$other" || fail "help differs: $other"; done
echo "verbs: all done"
