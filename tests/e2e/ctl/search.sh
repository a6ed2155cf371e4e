#!/bin/sh
# search.sh INCIDENTD INCIDENTCTL: looking back and across incidents, typed at a real daemon.
set -eu
. "$(dirname "$0")/daemon.sh"
start_daemon

echo "what did we know then: by time of receipt"
run 0 o checkout 503 --sev 1
run 0 n database connections exhausted
id=$("$ctl" -o json l | grep '"id"' | head -n 1 | cut -d '"' -f 4)
then=$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)
run 0 edit . connection pool exhausted
run 0 c pool size halved by the last deploy
run 0 log --as-of "$then"
out_has 'database connections exhausted'
! grep -q 'pool' "$work/out" || fail "a later correction shows"
err_has 'as known at'
run 0 log --as-of "$then" --tag root_cause
err_has 'nothing there'
run 0 log
out_has 'connection pool exhausted'
run 0 show --as-of "$then"
! grep -q 'root cause' "$work/out" || fail "a later cause shows"
run 0 draft --as-of "$then"
! grep -q 'halved' "$work/out" || fail "a later cause is drafted"
run 7 check --as-of "$then"
run 2 log -f --as-of "$then"
run 2 log --as-of tomorrow
run 2 log -i inbox --as-of 1m
run 3 show --as-of 2024-06-05T14:00:00Z
err_has 'was opened at'
run 0 redact "$id" --yes --reason "a name"
run 0 log --as-of "$then"
! grep -q 'connections' "$work/out" || fail "a removed text came back"
echo "search: all done"
