#!/bin/sh
# draft.sh INCIDENTD INCIDENTCTL: the document in every template and format, for an audience, and exported again over what
# people wrote.
set -eu
. "$(dirname "$0")/daemon.sh"
start_daemon
cd "$work"

run 0 o checkout 503, says Zebedee --since 15:00 --sev 1
run 0 d --how customer a customer calls Zebedee
run 0 i --share 85% checkout answers 503 on every page
run 0 h a traffic surge
run 0 x traffic is normal
run 0 --author Zebedee e --to 'database team' Zebedee takes over
run 0 t patch nginx --owner Zebedee

echo "templates and formats"
for template in brief sre labelled; do
    for format in md html json csv; do
        run 0 draft --template $template --format $format
    done
    run 0 draft --template $template --mermaid --trace --no-fold --clock 12 --tz Africa/Nairobi
    out_has '```mermaid'
done
run 2 draft --template labeled
err_has 'did you mean labelled?'
run 2 draft --format docx
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    run 0 n somebody looks at graph $n and says at length what that graph seems to show in this minute of the night and why it does not help us much
done
run 0 draft -v
err_has 'left out: '

echo "a template of one's own"
printf '# {{title}}\n{{#timeline}}- {{time}} {{bullet}}\n{{/timeline}}' > own.md
run 0 draft --template own.md
out_has '# checkout 503, says Zebedee'
out_has 'traffic is normal'
printf '{{imapct}}' > bad.md
run 2 draft --template bad.md
err_has 'bad.md:1: nothing is called "imapct", did you mean impact?'
run 2 draft --template own.md --format json
run 0 draft --template own.md --out own.out
run 0 draft --template own.md --out own.out
printf 'by hand\n' >> own.out
run 6 draft --template own.md --out own.out
err_has '--force'
grep -q '^by hand' own.out || fail "overwrote what people wrote"
run 0 draft --template own.md --out own.out --force

echo "for outsiders"
run 0 draft --audience customer
! grep -qi zebedee "$work/out" || fail "a name in a document for customers"
err_has 'removed for customer:'
err_has 'Zebedee ('
run 0 draft --audience public --template own.md
! grep -qi zebedee "$work/out" || fail "a name in one's own template"
err_has 'removed for public:'
run 2 draft --audience friends
run 0 set label=private
run 2 draft --audience public --no-input
err_has 'is private'
run 0 draft --audience public --yes
run 0 set label=

echo "exported again"
run 0 draft --out pm.md
grep -q '^<!-- incidentd:begin timeline ' pm.md || fail "no marks"
run 0 draft
! grep -q 'incidentd:begin' "$work/out" || fail "marks on standard output"
run 0 draft --out pm.md
err_has 'needs no change'
sed 's/a customer calls/somebody with a phone calls/' pm.md > edited && mv edited pm.md
printf '\nOur own last words.\n' >> pm.md
run 0 r replication corrected
cp pm.md before.md
run 0 draft --out pm.md --diff
cmp -s pm.md before.md || fail "--diff wrote"
out_has '+replication corrected'
run 0 draft --out pm.md
err_has 'kept as people wrote it: timeline'
err_has 'Resolved: replication corrected'
grep -q 'somebody with a phone' pm.md || fail "lost what people wrote"
grep -q '^Our own last words' pm.md || fail "lost the text behind the marks"
grep -q '^replication corrected' pm.md || fail "did not renew what nobody touched"
printf 'by hand\n' > notes.md
run 6 draft --out notes.md
err_has 'no marks of a draft'
[ "$(cat notes.md)" = 'by hand' ] || fail "overwrote a file of others"
run 6 draft --template sre --out pm.md
err_has '--template brief'
run 0 draft --out notes.md --force
grep -q 'incidentd:draft INC-1' notes.md || fail "--force did not write"
run 2 draft --diff
echo done
