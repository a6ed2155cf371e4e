#!/bin/sh
# run.sh INCIDENTD INCIDENTCTL: a command recorded: its status is the shell's, its output its own, its secrets nobody's.
set -eu
. "$(dirname "$0")/daemon.sh"
start_daemon
run 0 open checkout 503

echo "the child's status, output and input are its own"
run 0 run -- true
[ -z "$(cat "$work/out")" ] || fail "something else is on stdout: $(cat "$work/out")"
err_has '(exit 0, 0.'
run 7 run -- sh -c 'printf out; printf err >&2; exit 7'
[ "$(cat "$work/out")" = out ] || fail "stdout is changed"
grep -q '^err' "$work/err" || fail "stderr is changed"
err_has '(exit 7, '
run 143 run -- sh -c 'kill -TERM $$'
err_has 'ended by signal 15'
run 127 run -- no-such-program-anywhere
err_has 'not run: No such file'
[ "$(printf 'a\nb\n' | "$ctl" run -- wc -l 2> /dev/null | tr -d ' ')" = 2 ] || fail "stdin is not the command's"
head -c 300000 /dev/urandom > "$work/bytes"
"$ctl" run -- cat "$work/bytes" > "$work/out" 2> /dev/null
cmp -s "$work/bytes" "$work/out" || fail "bytes are changed"
"$ctl" run -- yes 2> /dev/null | head -n 1 > "$work/out"
[ "$(cat "$work/out")" = y ] || fail "a closed pipe"
run 0 run -q --no-tail -- echo -n -q --help
[ "$(cat "$work/out")" = "-q --help" ] || fail "flags of the command are taken: $(cat "$work/out")"
[ -z "$(cat "$work/err")" ] || fail "-q talks: $(cat "$work/err")"
run 2 run
run 2 run --nonsense true
run 0 run --dry-run -- touch "$work/touched"
[ ! -e "$work/touched" ] || fail "a dry run runs"

echo "evidence: the tail, the host, the figures; no secrets"
run 3 run -- sh -c 'echo "db says no"; echo "url postgres://app:hunter2@db/shop"; exit 3' --password hunter2
err_has 'masked in the record: 3 secrets'
run 0 -o json l
out_has '"kind": "command"'
out_has '"exit_status": "3"'
out_has '"duration_seconds": "'
out_has '"started_at": "'
out_has '"ended_at": "'
out_has 'db says no'
out_has 'postgres://app:***@db/shop'
! grep -q hunter2 "$work/out" || fail "a secret is in the record"
run 0 h "pool exhausted"
number=$(sed -n 's/^#\([0-9]*\) .*/\1/p' "$work/out")
run 0 run --of ":$number" -- echo pool fine
err_has 'investigation'

echo "a signal to us alone reaches the command, once, and its end is recorded"
cat > "$work/count.sh" <<'S'
count=0
trap 'count=$((count + 1)); echo "got $count"; sleep 0.3; exit $((40 + count))' TERM
echo ready
while :; do sleep 0.05; done
S
"$ctl" run -- sh "$work/count.sh" > "$work/out" 2> "$work/err" &
runner=$!
tries=0
until grep -q ready "$work/out"; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || fail "it does not begin"
    sleep 0.05
done
kill -TERM "$runner"
code=0
wait "$runner" || code=$?
[ "$code" = 41 ] || fail "signalled: exit $code"
[ "$(grep -c got "$work/out")" = 1 ] || fail "the signal came more than once"
err_has '(exit 41, '

if command -v expect > /dev/null; then
    echo "Ctrl-C at a terminal reaches the command once"
    CTL="$ctl" COUNT="$work/count.sh" expect -c 'set timeout 10; spawn sh -c {exec $CTL run -- sh -c "trap \"echo got; exit 42\" INT; echo ready; while :; do sleep 0.05; done"}
        expect ready; send "\003"; expect eof; lassign [wait] p s o code; exit $code' > "$work/out" 2>&1 && code=0 || code=$?
    [ "$code" = 42 ] || fail "Ctrl-C: exit $code: $(cat "$work/out")"
    [ "$(tr -d '\r' < "$work/out" | grep -c 'got$')" = 1 ] || fail "Ctrl-C came more than once"
fi

echo "without a server the command runs all the same, and its text is printed back"
kill "$pid"
wait "$pid" || true
run 9 run -- sh -c 'echo ran; exit 9'
[ "$(cat "$work/out")" = ran ] || fail "it did not run"
err_has 'not stored: sh -c'
line=$(grep 'store it later with' "$work/err" | sed "s|.*: incidentctl |\"$ctl\" |")
start_daemon
eval "$line" > "$work/out" 2> /dev/null || fail "the printed line does not run: $line"
out_has '(exit 9, '
echo "run: all done"
