#!/bin/sh
# bookstore.sh INCIDENTD INCIDENTCTL [TRANSCRIPT]: an online bookstore's outage, typed line by line as its responders
# would have, up to a draft that passes `incidentctl check`. With TRANSCRIPT, what a terminal would have shown goes there.
set -eu
daemon=$1
ctl=$2
transcript=${3:-/dev/null}
work=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
socket=$work/api.sock
XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config INCIDENTCTL_URL=unix://$socket INCIDENTCTL_AUTHOR=sam
export XDG_STATE_HOME XDG_CONFIG_HOME INCIDENTCTL_URL INCIDENTCTL_AUTHOR
"$daemon" --storage.path="$work/store" --web.listen-address=127.0.0.1:0 --web.socket="$socket" 2> "$work/log" &
pid=$!
n=0
until "$ctl" status > /dev/null 2>&1; do
    n=$((n + 1))
    [ "$n" -lt 200 ] || { cat "$work/log"; exit 1; }
    sleep 0.05
done
fail() { echo "FAILED: $*"; exit 1; }
: > "$transcript"
# ic LINE: types one line, shows and records it with its answer.
ic() {
    printf '$ ic %s\n' "$1" >> "$transcript"
    eval "\"$ctl\" $1" > "$work/out" 2>&1 || { cat "$work/out"; fail "ic $1"; }
    cat "$work/out"
    cat "$work/out" >> "$transcript"
}
# expect TEXT WHAT: the draft must hold it.
expect() { grep -qF -- "$1" "$work/draft.md" || { cat "$work/draft.md"; fail "the draft lacks \"$1\""; }; }

day=2024-06-22
ic "open \"Bookstore answers 503 on every page\" --since ${day}T15:15:00Z --sev 1"
ic "set service=bookstore lead=sam"
ic "d @${day}T15:15:00Z --how alert \"Monitoring reports 503 answers on the bookstore rising to 85% of requests.\""
ic "n @${day}T15:17:00Z \"The page reaches the on-call engineer, who opens the incident. #communication\""
ic "n @${day}T15:20:00Z \"Web server logs are read first; every worker waits for the database. #investigation\""
ic "h @${day}T15:30:00Z \"A traffic surge exhausts the web servers.\""
ic "a @${day}T15:31:00Z \"Doubled the web servers from four to eight to absorb the suspected surge.\""
# The same day's check in the middle of it: the facts nobody has told yet.
"$ctl" check > "$work/check" 2>&1 && fail "check passed although impact, cause, fix, improvements and tasks are not told"
for finding in S2 S3 T5 T6 C1 C2; do
    grep -q "$finding" "$work/check" || { cat "$work/check"; fail "check does not report $finding"; }
done
ic "x @${day}T15:45:00Z \"Traffic is normal for a Saturday and the new servers change nothing.\""
ic "n @${day}T16:00:00Z \"Database logs show connection time-outs on every replica. #investigation\""
ic "e @${day}T16:15:00Z --to \"database team\" \"Handed over with the log excerpts.\""
ic "n @${day}T16:25:00Z \"The database team compares replication settings with last week's. #investigation\""
ic "c @${day}T16:27:00Z \"The routine update of that afternoon replaced the replication settings of the database with defaults. With them the replicas fell behind by minutes, stopped answering within the application's time-out, and held every connection of the pool until the web servers could only return 503.\""
ic "a @${day}T16:35:00Z \"Replication settings corrected; the site still answers 503 from its caches. #action #misleading_path\""
ic "a @${day}T16:45:00Z \"Application and server caches cleared, web services restarted one by one. #mitigation\""
ic "r @${day}T17:00:00Z \"Replication settings restored, caches cleared and services restarted. The database team wrote the settings of the week before back, waited until all replicas had caught up, and the on-call engineer then cleared the application and server caches, which still held error pages, and restarted the web services in turn. From 17:00 UTC every page answered normally and the error rate was flat at zero.\""
ic "i @${day}T15:15:00Z --share 85% \"The whole bookstore was down. 85% of customers saw 503 Service Unavailable on every page and could neither browse nor buy.\""
ic "t --broad \"Make configuration changes to databases pass the same review and staged rollout as application releases.\""
ic "t --broad \"Watch replication itself, not only its symptoms on the web servers, so that the right team is called first.\""
ic "t --broad \"Keep a written and rehearsed rollback for every routine update, including what it leaves in caches.\""
ic "t \"Add a check of replication settings to the database update job before it runs\" --owner database --due 2024-06-29"
ic "t \"Alert the database team when replication lag exceeds 30 seconds\" --owner database --due 2024-06-26"
ic "t \"Add a panel for connection pool use to the bookstore dashboard\" --owner web --due 2024-07-01"
ic "t \"Write the rollback steps for replication settings into the runbook\" --owner sam --due 2024-06-28"
ic "t \"Train both on-call rotations on telling a surge from a stalled database\" --owner sam --due 2024-07-05"
ic "check"
ic "close"
printf '$ ic draft\n' >> "$transcript"
"$ctl" draft > "$work/draft.md"
cat "$work/draft.md" >> "$transcript"
cat "$work/draft.md"

words=$(wc -w < "$work/draft.md")
for label in '## Issue Summary' '**Duration:**' '**Impact:**' '**Root cause:**' '## Timeline' '## Root Cause and Resolution' \
    '### Root cause' '### Resolution' '## Corrective and Preventative Measures' '### Improvements' '### Tasks'; do
    expect "$label"
done
expect '15:15 – 17:00 UTC (1 h 45 min)'
expect '85%'
expect '503 Service Unavailable'
expect 'Misleading path'
expect '15 min lost'
expect 'Escalated to'
expect 'Resolved'
expect '- [ ] Alert the database team when replication lag exceeds 30 seconds (owner: database'
! grep -q 'TODO:' "$work/draft.md" || fail "the draft still asks for something"
[ "$words" -ge 400 ] && [ "$words" -le 640 ] || fail "the draft has about $words words"
"$ctl" verify > /dev/null || fail "verify"
"$ctl" draft > "$work/again.md"
cmp -s "$work/draft.md" "$work/again.md" || fail "the same entries gave other bytes"
# in the middle of nothing: a second read and the JSON agree with the document
"$ctl" draft --format json > "$work/draft.json"
grep -q '"duration_minutes": *105' "$work/draft.json" || fail "the JSON draft has another duration"
echo "bookstore: check passes, $words words"
