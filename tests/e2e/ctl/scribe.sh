#!/bin/sh
# scribe.sh INCIDENTD INCIDENTCTL: the prompt for who writes along; expect(1) plays the terminal.
set -eu
. "$(dirname "$0")/daemon.sh"

# Every wait ends: at a terminal by expect's `timeout`, elsewhere by a number of tries.
stop_daemon() {
    kill "$pid"
    tries=0
    while kill -0 "$pid" 2> /dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || { kill -9 "$pid"; cat "$work/log"; fail "the daemon did not end within 10 s"; }
        sleep 0.05
    done
    wait "$pid" || true
}

# play NAME CODE: plays $work/NAME.exp at a terminal and wants the exit code. A wait that is over says so and ends the play.
play() {
    code=0
    timeout -k 2 25 expect "$work/$1.exp" > "$work/out" 2> "$work/err" < /dev/null || code=$?
    [ ! -e "$work/pid" ] || pid=$(cat "$work/pid")
    [ "$code" != 124 ] || fail "$1: not over within 25 s"
    [ "$code" = "$2" ] || fail "$1: exit $code, not $2"
}

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
stop_daemon
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
cat > "$work/common.exp" <<'X'
set timeout 10
proc give_up {why} {
    puts "\nGAVE UP: $why"
    catch { exec kill -9 [exp_pid] }
    exit 1
}
proc want {text} { expect -ex $text {} timeout { give_up "no <$text> within $::timeout s" } eof { give_up "it ended before <$text>" } }
# Until it is over, with its exit code.
proc over {} {
    expect eof {} timeout { give_up "not over within $::timeout s" }
    lassign [wait] p s o code
    exit $code
}
# The prompt stands before the terminal is made raw: a Ctrl-D typed between the two would be a letter.
proc prompt {} {
    want "INC-1> "
    for {set i 0} {[string first "-icanon" [exec stty -a < $::spawn_out(slave,name)]] < 0} {incr i} {
        if {$i == 200} { give_up "the terminal is not raw" }
        after 20
    }
}
X
cat > "$work/play.exp" <<'X'
source $env(WORK)/common.exp
spawn $env(CTL) scribe
prompt
send "typed at the prompt\r"
want "note  typed at the prompt"
prompt
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
prompt
send "\033\[A"
want "half a line"
send " again\r"
want "note  half a line again"
# letters beyond ASCII are edited whole
prompt
send "läuft\177\177t wieder\r"
want "note  läut wieder"
prompt
# the server goes and comes back: the line waits with its time and is stored once
exec kill $env(PID)
for {set i 0} {![catch {exec kill -0 $env(PID)}]} {incr i} {
    if {$i == 200} { give_up "the daemon did not end within 10 s" }
    after 50
}
send "while it was down\r"
want "no server: kept with its time, 1 line waits"
set daemon [exec sh -c {$DAEMON --storage.path=$WORK/store --web.listen-address=127.0.0.1:0 --web.socket=$WORK/api.sock >> $WORK/log 2>&1 & echo $!}]
exec sh -c "echo $daemon > $env(WORK)/pid"
want "  while it was down  \[INC-1\]"
prompt
send "\004"
over
X
echo "at a terminal"
PID=$pid
export PID
play play 0
run 0 l --grep "while it was down" -o json
[ "$(grep -c '"text": "while it was down"' "$work/out")" = 1 ] || fail "not stored once"
run 0 l -o json
[ "$(grep -c '"text": "seen above"' "$work/out")" = 1 ] || fail "the other's entry"

echo "Ctrl-C ends it and puts the terminal right"
cat > "$work/stop.exp" <<'X'
source $env(WORK)/common.exp
spawn sh -c {trap : INT; stty -a > $WORK/before; $CTL scribe; code=$?; stty -a > $WORK/after; exit $code}
want "INC-1> "
send "not sent\003"
over
X
play stop 130
cmp -s "$work/before" "$work/after" || fail "the terminal is left changed"

echo "whichever thread takes the signal"
cat > "$work/thread.exp" <<'X'
source $env(WORK)/common.exp
spawn $env(CTL) scribe
prompt
set others 0
foreach task [glob -tails -directory /proc/[exp_pid]/task *] {
    if {$task != [exp_pid] && ![catch {exec kill -TERM $task}]} { incr others }
}
if {!$others} { give_up "it has but one thread: nobody listens to the stream" }
over
X
play thread 143
echo "scribe: all done"
