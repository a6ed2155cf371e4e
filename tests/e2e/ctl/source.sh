#!/bin/sh
# source.sh INCIDENTD INCIDENTCTL README: the verb `source`, and the example of the documentation as it stands there.
set -eu
. "$(dirname "$0")/daemon.sh"
readme=$3
start_daemon

# block NAME: the fenced block behind <!-- NAME --> in the documentation.
block() { awk -v mark="<!-- $1 -->" '$0 == mark { wanted = 1; next } wanted && /^```/ { if (inside) exit; inside = 1; next } inside' "$readme"; }

echo "the documentation's example says what it says"
block 'body: backup.json' > "$work/backup.json"
block 'mapping: backup.yml' > "$work/backup.yml"
[ "$(wc -l < "$work/backup.yml")" -le 10 ] || fail "the example is longer than ten lines"
(cd "$work" && "$ctl" source try backup.json --as backup --mapping backup.yml > out 2> err) || fail "the example cannot be tried"
block output | tail -n +2 > "$work/wanted"
diff "$work/wanted" "$work/out" || fail "the documentation shows another output"

echo "what is shipped and built in"
run 0 source ls
out_has 'datadog'
out_has 'alertmanager'
run 0 source show pingdom
out_has 'text: /check_name'
run 0 -o json source show pingdom
out_has '"origin": "preset"'
run 3 source show pigeon

echo "trying stores nothing"
printf '{"check_name":"shop","current_state":"DOWN","check_id":1,"state_changed_timestamp":1498861543}' > "$work/pingdom.json"
run 0 source try "$work/pingdom.json" --as pingdom
out_has 'occurred_at   2017-06-30T22:25:43.000000Z  from "1498861543"'
run 0 -o json source try "$work/pingdom.json" --as pingdom
out_has '"unparsed": 0'
run 0 l
! grep -q shop "$work/out" || fail "a try was stored"
run 2 source try "$work/pingdom.json"
err_has 'which source does it stand for?'
run 2 source try "$work/nothing.json" --as pingdom
printf 'txet: /x\n' > "$work/bad.yml"
run 7 source try "$work/pingdom.json" --as shop --mapping "$work/bad.yml"
err_has 'did you mean "text"?'

echo "a body nobody understood is read again by a mapping"
run 0 api POST /api/v1/hooks/pingdom --data '{"name":"renamed","state":"down"}'
run 0 -i inbox l
out_has 'pingdom: body not understood'
printf 'text: /name\nstatus: /state\nkey: /name\n' > "$work/new.yml"
run 0 source replay pingdom --since 1h --mapping "$work/new.yml" --dry-run
out_has '+ renamed'
out_has '1 bodies read, 2 events would differ'
run 0 -i inbox l
out_has 'pingdom: body not understood'
run 2 source replay pingdom --since 1h --mapping "$work/new.yml"
run 0 --yes source replay pingdom --since 1h --mapping "$work/new.yml"
run 0 -i inbox l
out_has 'renamed'
! grep -q 'not understood' "$work/out" || fail "the unparsed event stands still"
run 2 source replay pingdom
err_has 'from when on?'
run 2 source fly

echo "what a person fetches for a source"
run 3 source confirm aws-sns
err_has 'nothing of aws-sns waits to be confirmed'
run 3 source confirm pigeon
run 2 source confirm
good=https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem
for url in http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem https://evil.example/SimpleNotificationService-0.pem \
           https://sns.eu-west-1.amazonaws.com.evil.example/x.pem https://sns.eu-west-1.amazonaws.com@evil.example/x.pem; do
    run 2 source trust aws-sns "$url"
    err_has 'no certificate address of Amazon SNS'
    run 2 source trust aws-sns --certificate-url "$url"
done
run 2 source trust ../etc "$good"
err_has "is no source's name"
run 2 source trust aws-sns
run 2 source trust aws-sns "$good" --certificate-url "$good"
run 0 --dry-run source trust aws-sns --certificate-url "$good"
(cd "$work" && ls -- *.pem) > /dev/null 2>&1 && fail "a dry run wrote a certificate"

echo "the status has a line for each source"
run 0 status
out_has 'source    pingdom'
grep -q '^source    pingdom  *last .*1 not understood' "$work/out" || fail "pingdom's line"
run 0 api POST /api/v1/hooks/uptime-kuma --data '{"heartbeat":null,"monitor":null,"msg":"My Webhook Testing"}'
run 4 api POST /api/v1/hooks/github --data '{}'
run 0 status
grep -q '^source    uptime-kuma  *test ' "$work/out" || fail "the test's line"
grep -q '^source    github  *1 refused: ' "$work/out" || fail "the refusal's line"
[ "$(grep '^source' "$work/out" | LC_ALL=C.UTF-8 wc -L)" -le 80 ] || fail "a line is wider than a terminal"
echo "all fine"
