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

echo "full text over all incidents, with the filters of the log"
run 0 n "Café pool size halved by deploy 2.41"
run 0 o search slow --sev 2
run 0 n -i INC-2 thread pool is full
run 0 -i INC-2 h the pool again
printf 'trace follows\nConnectionPoolTimeout at 98%%\n' | "$ctl" -i INC-2 n - > /dev/null
run 0 search pool
[ "$(wc -l < "$work/out")" = 4 ] || fail "not four lines: $(cat "$work/out")"
out_has 'INC-2'
awk -F '\t' 'NF != 8 || $3 !~ /Z$/ { exit 1 }' "$work/out" || fail "not tab separated"
run 0 search cafe pool -thread
out_has 'halved by deploy'
run 0 search "pool size" --since 1h --until now
[ "$(wc -l < "$work/out")" = 2 ] || fail "a phrase is a phrase: $(cat "$work/out")"
run 0 search connectionp*
out_has '| ConnectionPoolTimeout at 98%'
run 0 -i INC-2 search pool --tag hypothesis --kind note --by sam
[ "$(wc -l < "$work/out")" = 1 ] || fail "filters do not hold"
run 0 search -n 1 pool
[ "$(wc -l < "$work/out")" = 1 ] || fail "-n does not hold"
err_has 'there may be more'
run 1 search nowhere
err_has 'nothing found'
run 1 -o json search nowhere
[ "$(tr -d '[:space:]' < "$work/out")" = '[]' ] || fail "no list: $(cat "$work/out")"
run 1 search 'NEAR(pool AND' OR 'x"'
run 2 search '!!'
run 2 search pool --since tomorrow
run 0 --color always search pool
for format in table wide json jsonl yaml md name; do run 0 -o $format search pool; done

echo "figures: of each incident, and of all"
run 0 -i INC-1 set started=30m ended=5m
run 0 ls -o wide
out_has '25'
run 0 ls --severity 2
[ "$(wc -l < "$work/out")" = 1 ] || fail "--severity does not hold"
run 0 ls --since 1h --until now --open
run 0 ls --until 1h
err_has 'no incident fits'
run 0 stats --since 90d
out_has 'to resolve'
out_has 'no event is tagged detection'
out_has 'How each is computed'
run 0 stats -o json
grep -q '"definition"' "$work/out" || fail "no definitions"
run 2 stats --since tomorrow

echo "catching up"
run 0 -i INC-2 since 30m
out_has 'idea     :'
out_has 'the pool again (sam, open for'
[ "$(wc -l < "$work/out")" -le 20 ] || fail "more than a screen"
run 3 -i INC-2 since 30m --as-of "$then"
run 0 -i INC-2 -o json since 30m
grep -q '"changes"' "$work/out" || fail "no changes"
run 2 -i INC-2 since soon
run 0 __complete -- sear
out_has 'search'
echo "search: all done"
