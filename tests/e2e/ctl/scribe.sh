#!/bin/sh
# scribe.sh INCIDENTD INCIDENTCTL: the prompt for who writes along; expect(1) plays the terminal.
set -eu
. "$(dirname "$0")/daemon.sh"
start_daemon
run 0 open checkout 503

echo "not a terminal: every line is an entry, letters are verbs, times are times"
printf 'plain words -q --help\n\nh "pool exhausted"\na @02:31 scaled web to 8\n@02:40 x pool has 3 of 50\ne --to db paged ana\nic tag . communication\nr\n@25:99 never\nlast one\n' > "$work/lines"
code=0
"$ctl" scribe < "$work/lines" > "$work/out" 2> "$work/err" || code=$?
[ "$code" = 1 ] || fail "exit $code, not 1: two lines cannot be stored"
out_has 'note  plain words -q --help'
out_has 'hypothesis  "pool exhausted"'
out_has '02:31:00Z  action  scaled web to 8'
out_has '02:40:00Z  misleading_path  pool has 3 of 50'
out_has 'escalation → db  paged ana'
out_has 'communication'
out_has 'note  last one'
err_has 'not stored: r'
err_has 'not stored: @25:99 never'
run 2 scribe --dry-run
run 2 scribe surplus

echo "no server: nothing is lost silently"
kill "$pid"
wait "$pid" || true
printf 'kept for later\nx was not it\n' > "$work/lines"
code=0
"$ctl" scribe -i INC-1 < "$work/lines" > "$work/out" 2> "$work/err" || code=$?
[ "$code" = 5 ] || fail "exit $code, not 5"
err_has 'not stored: kept for later'
err_has 'not stored: x was not it'
line=$(grep 'store it later with' "$work/err" | head -n 1 | sed "s|.*: incidentctl |\"$ctl\" -i INC-1 |")
start_daemon
eval "$line" > "$work/out" 2> /dev/null || fail "the printed line does not run: $line"
out_has 'kept for later'

command -v expect > /dev/null || { echo "expect is not installed: no terminal played"; exit 0; }
[ -e /usr/lib/x86_64-linux-gnu/libedit.so.2 ] || [ -e /usr/lib/aarch64-linux-gnu/libedit.so.2 ] || { echo "libedit2 is not installed: no terminal played"; exit 0; }
TERM=xterm NO_COLOR=1
export TERM NO_COLOR CTL="$ctl" WORK="$work" DAEMON="$daemon"
cat > "$work/play.exp" <<'X'
set timeout 15
proc want {text} { expect -ex $text {} timeout { puts "MISSING: $text"; exit 1 } eof { puts "GONE: $text"; exit 1 } }
spawn $env(CTL) scribe
want "INC-1> "
send "typed at the prompt\r"
want "note  typed at the prompt"
want "INC-1> "
# what others write stands above the prompt, and the half-typed line is drawn again below it
send "half a li"
want "half a li"
exec sh -c {sleep 0.5; INCIDENTCTL_AUTHOR=ana $CTL n -i INC-1 seen above > /dev/null 2>&1}
want "seen above"
want "by ana"
want "half a li"
send "ne\r"
want "note  half a line"
# history
want "INC-1> "
send "\033\[A"
want "half a line"
send " again\r"
want "note  half a line again"
# letters beyond ASCII are edited whole
want "INC-1> "
send "läuft\177\177t wieder\r"
want "note  läut wieder"
want "INC-1> "
# the server goes and comes back: the line waits with its time and is stored once
exec kill $env(PID)
exec sh -c {while $CTL --timeout 1s api GET /-/ready > /dev/null 2>&1; do sleep 0.05; done}
send "while it was down\r"
want "no server: kept with its time, 1 line waits"
set daemon [exec sh -c {$DAEMON --storage.path=$WORK/store --web.listen-address=127.0.0.1:0 --web.socket=$WORK/api.sock >> $WORK/log 2>&1 & echo $!}]
want "  while it was down  \[INC-1\]"
exec sh -c "echo $daemon > $env(WORK)/pid"
want "INC-1> "
send "\004"
expect eof
lassign [wait] p s o code
exit $code
X
echo "at a terminal"
PID=$pid
export PID
code=0
expect "$work/play.exp" > "$work/out" 2> "$work/err" || code=$?
[ ! -e "$work/pid" ] || pid=$(cat "$work/pid")
[ "$code" = 0 ] || { cat "$work/out"; fail "the play: exit $code"; }
run 0 l --grep "while it was down" -o json
[ "$(grep -c '"text": "while it was down"' "$work/out")" = 1 ] || fail "not stored once"
run 0 l -o json
[ "$(grep -c '"text": "seen above"' "$work/out")" = 1 ] || fail "the other's entry"

echo "Ctrl-C ends it and puts the terminal right"
cat > "$work/stop.exp" <<'X'
set timeout 10
spawn sh -c {trap : INT; stty -a > $WORK/before; $CTL scribe; code=$?; stty -a > $WORK/after; exit $code}
expect "INC-1> "
send "not sent\003"
expect eof
lassign [wait] p s o code
exit $code
X
code=0
expect "$work/stop.exp" > "$work/out" 2>&1 || code=$?
[ "$code" = 130 ] || fail "Ctrl-C: exit $code"
cmp -s "$work/before" "$work/after" || fail "the terminal is left changed"
echo "scribe: all done"
