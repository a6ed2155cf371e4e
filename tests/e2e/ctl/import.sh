#!/bin/sh
# import.sh INCIDENTD INCIDENTCTL: a written timeline is looked at, stored once, drafted and read back.
set -eu
. "$(dirname "$0")/daemon.sh"
start_daemon

cat > "$work/pm.md" <<'END'
# Postmortem: Checkout down

**Duration:** June 22, 2024, 2:00 PM to 4:30 PM EAT

## Timeline
- **2:00 PM:** Detected by a monitoring alert: 503 on every page
- **2:15 PM:** Hypothesis: the last deploy
  - rolled back to 2.41
- **??:??:** somebody cleared the cache
- **2:40 PM:** Escalated to db: paged Ana
- **4:30 PM:** Resolved: replication settings corrected

## Lessons learned
- 17:00 is late
END

echo "the preview stores nothing and needs no incident"
run 0 import "$work/pm.md" --dry-run
out_has '2024-06-22T11:00:00'
out_has 'detection:alert'
out_has 'escalation → db'
out_has 'no time'
out_has 'never filled in'
out_has 'times without a zone are EAT (line 3)'
run 0 -o json import "$work/pm.md" --dry-run
out_has '"occurred_at": "2024-06-22T13:30:00.000000Z"'
run 3 import "$work/pm.md" --yes
err_has '--open'
run 2 import "$work/pm.md" --open "Checkout down"
err_has '--yes'
run 0 ls
err_has 'no incident'

echo "once, and not twice"
run 0 import "$work/pm.md" --open "Checkout down" --yes
out_has 'INC-1: 5 events stored'
run 0 import "$work/pm.md" --open "Checkout down" --yes
out_has 'INC-1: 0 events stored, 5 there already'
run 0 -o json log -i INC-1
[ "$(grep -c '"occurred_raw"' "$work/out")" = 5 ] || fail "not five events"
grep -q '"occurred_raw": "2:40 PM"' "$work/out" || fail "the time as written is lost"
grep -q 'rolled back to 2.41' "$work/out" || fail "what was nested is lost"
grep -q '"by": "person:' "$work/out" || fail "the document's labels are nobody's word"
grep -q -- '- \*\*2:40 PM:\*\* Escalated to db: paged Ana' "$work/out" || fail "the line as written is lost"

echo "the draft, and back"
run 0 draft -i INC-1 --no-fold --seconds --out "$work/draft.md"
grep -q 'Escalated to db .*: paged Ana' "$work/draft.md" || fail "the draft lacks the escalation"
run 0 import "$work/draft.md" --open "Read back" --yes
out_has 'INC-2: 5 events stored'
for incident in INC-1 INC-2; do
    run 0 -o json draft -i $incident --format json
    cp "$work/out" "$work/$incident.json"
    run 0 log -i $incident
    # number, time, tags, author and text of each; details are no part of a bullet
    awk -F '\t' '{ print $1, $2, $3, $4, $8 }' "$work/out" | sed 's, \[+ details\],,' > "$work/$incident.log"
done
cmp -s "$work/INC-1.log" "$work/INC-2.log" || fail "the draft read back differs: $(diff "$work/INC-1.log" "$work/INC-2.log")"
run 0 import "$work/INC-1.json" --open "Whole" --yes
out_has 'INC-3: 5 events stored'
run 0 import "$work/INC-1.json" --open "Whole" --yes
out_has '5 there already'

echo "chat, a pipe, and refusals"
printf '[14:00:05] <ana> db down\n[14:01:00] <sam> on it\n' > "$work/irc.log"
run 7 import "$work/irc.log" -i INC-1 --yes
err_has '--date'
run 0 import "$work/irc.log" -i INC-1 --date 2024-06-22 --tz Africa/Nairobi --yes
run 0 -o json log -i INC-1 --grep 'db down'
out_has '2024-06-22T11:00:05.000000Z'
out_has '"ana"'
printf 'T+0 a\nT+5min b\n' | "$ctl" import - --dry-run --start 2024-06-22T14:00Z > "$work/out" 2> "$work/err" || fail "import - with T+"
out_has '2024-06-22T14:05:00'
printf 'no timeline at all\n' > "$work/none.txt"
run 7 import "$work/none.txt" --dry-run
run 2 import "$work/pm.md" --date tomorrowish --dry-run
run 1 import "$work/missing.md" --dry-run
run 0 u
out_has 'import'
