#!/bin/sh
# terminal.sh INCIDENTD INCIDENTCTL: what only happens at a terminal: questions, colour, the width; expect(1) plays it.
set -eu
command -v expect > /dev/null || { echo "expect is not installed"; exit 77; }
. "$(dirname "$0")/daemon.sh"
start_daemon
run 0 open one
run 0 open two
TERM=xterm PAGER=cat
export TERM PAGER CTL="$ctl"
play() {
    expect -c "set timeout 10; log_user 1; proc want {text} { expect -ex \$text {} timeout { puts \"MISSING: \$text\"; exit 1 } eof { puts \"MISSING: \$text\"; exit 1 } }
$1" > "$work/out" 2> "$work/err" || fail "$2"
}

echo "several open incidents are a numbered choice"
play 'spawn $env(CTL) n which one; want "1) INC-2"; want "2) INC-1"; send "2\r"; want "which one"; want "INC-1"; expect eof' "choice"

echo "a letter without text asks for a line"
play 'spawn $env(CTL) -i INC-1 a; want "act: "; send "typed at the prompt\r"; want "typed at the prompt"; expect eof' "prompt"

echo "resolve asks whether to close, and no is no"
play 'spawn $env(CTL) -i INC-1 r all fine; want "close INC-1?"; send "n\r"; want "next:"; expect eof' "resolve"
run 0 -i INC-1 -o json show
grep -q '"status": "open"' "$work/out" || fail "it was closed"

echo "what cannot be undone asks first"
play 'spawn $env(CTL) -i INC-1 redact :1; want "for good"; send "\r"; want "not done"; expect eof' "redact"

echo "--no-input asks nothing"
play 'spawn $env(CTL) --no-input n which; want "2 incidents are open"; expect eof; lassign [wait] p s o code; if {$code != 3} { exit 1 }' "--no-input"

echo "stdin that is a terminal gives a hint and does not hang"
play 'spawn $env(CTL) -i INC-1 n -; want "is a terminal here"; expect eof; lassign [wait] p s o code; if {$code != 2} { exit 1 }' "stdin"

echo "colour on a terminal, none with NO_COLOR, TERM=dumb or --color never"
escape=$(printf '\033')
play 'spawn $env(CTL) -i INC-1 l; expect eof' "colour"
grep -q "$escape\[" "$work/out" || fail "no colour on a terminal"
for how in 'env NO_COLOR=1 $env(CTL)' 'env TERM=dumb $env(CTL)' '$env(CTL) --color never'; do
    play "spawn $how -i INC-1 l; expect eof" "$how"
    ! grep -q "$escape\[" "$work/out" || fail "colour in spite of $how"
done
play 'spawn env NO_COLOR=1 $env(CTL) --color always -i INC-1 l; expect eof' "always"
grep -q "$escape\[" "$work/out" || fail "--color always does not beat NO_COLOR"

echo "lines are no wider than COLUMNS"
run 0 -i INC-1 n "a long line of words that has to be broken into several when the terminal is narrow, or it would be unreadable"
play 'spawn env NO_COLOR=1 COLUMNS=60 $env(CTL) -i INC-1 l; expect eof' "width"
[ "$(sed 1d "$work/out" | tr -d '\r' | LC_ALL=C.UTF-8 wc -L)" -le 60 ] || fail "wider than 60 columns"

echo "use holds for this terminal only"
play 'spawn $env(CTL) use INC-2; want "this terminal"; expect eof' "use"
run 3 n which one
echo "terminal: all done"
