#!/bin/sh
# bad_lines.sh INCIDENTD INCIDENTCTL LINES: each line of LINES is refused with its exit code and message, whatever CLI11
# or libcurl would have said, and stores nothing.
set -eu
. "$(dirname "$0")/daemon.sh"
lines=$3
start_daemon
run 0 open "something is broken"
run 0 n first
before=$("$ctl" verify -o json | grep '"entries"')
n=0
wrong=0
while IFS='|' read -r wanted piece line; do
    case $wanted in '#'*|'') continue ;; esac
    n=$((n + 1))
    code=0
    eval "\"\$ctl\" $line" > "$work/out" 2> "$work/err" < /dev/null || code=$?
    problem=
    [ "$code" = "$wanted" ] || problem="exit $code, not $wanted"
    [ -s "$work/err" ] || problem="$problem, nothing on stderr"
    [ -z "$piece" ] || grep -qF -- "$piece" "$work/err" || problem="$problem, message lacks \"$piece\""
    ! grep -q '0x[0-9a-f]' "$work/err" || problem="$problem, an address in the message"
    [ "$wanted" != 2 ] || [ "$(wc -l < "$work/err")" -ge 2 ] || problem="$problem, no fix on the last line"
    if [ -n "$problem" ]; then
        echo "incidentctl $line: $problem"
        sed 's/^/    /' "$work/err"
        wrong=$((wrong + 1))
    fi
done < "$lines"
after=$("$ctl" verify -o json | grep '"entries"')
[ "$before" = "$after" ] || fail "something was stored: $before, then $after"
[ "$wrong" = 0 ] || fail "$wrong of $n lines"
echo "$n bad lines refused"
