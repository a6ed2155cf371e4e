#!/bin/sh
# access.sh INCIDENTD INCIDENTCTL: tokens, logging in and private incidents, over the Unix socket and over TCP.
set -eu
. "$(dirname "$0")/daemon.sh"
start_daemon
port=$(sed -n 's/.*msg=listening address=127.0.0.1:\([0-9]*\).*/\1/p' "$work/log" | head -n 1)
[ -n "$port" ] || port=$(grep -o '127\.0\.0\.1:[0-9]*' "$work/log" | head -n 1 | cut -d: -f2)
url=http://127.0.0.1:$port

echo "the door is open for this machine, and says so"
run 0 --url "$url" auth status
out_has "server    $url  (flag --url)"
out_has 'token     none'
out_has 'nobody in particular'
out_has 'door      open'
run 0 auth status
out_has '(environment INCIDENTCTL_URL)'
out_has 'admin'
run 4 --url "$url" token ls
err_has 'needs the role admin'
run 0 --url "$url" n before any token

echo "the first token closes it"
run 2 token create --role write
err_has 'token create wants the NAME'
run 2 token revoke
err_has 'token revoke wants an ID'
run 0 token create ops --role write --expires 90d
grep -q '^inc_[A-Za-z0-9_-]\{43\}$' "$work/out" || fail "no token alone on stdout"
err_has 'shown here and never again'
err_has 'every TCP listener asks for proof'
cp "$work/out" "$work/ops.token"
chmod 600 "$work/ops.token"
run 0 -q token create am --role ingest:alertmanager --role ingest:grafana
cp "$work/out" "$work/am.token"
run 2 token create nothing
run 7 token create bad --role root
err_has 'is no role'
run 6 token create ops --role read
run 4 --url "$url" n without proof
err_has 'incidentctl auth status'
run 0 --url "$url" --token-file "$work/ops.token" n with proof
run 0 --url "$url" --token-file "$work/ops.token" l
out_has 'with proof'
out_has 'before any token'
run 4 --url "$url" --token-file "$work/am.token" l
err_has 'needs the role read, and am has ingest:alertmanager, ingest:grafana'
run 0 --url "$url" --token-file "$work/am.token" send-test alertmanager
run 4 --url "$url" --token-file "$work/am.token" send-test generic
run 0 token ls
out_has 'ingest:alertmanager, ingest:grafana'
grep -q inc_ "$work/out" && fail "a token is listed"
run 2 token revoke tok_x
err_has '--yes'

echo "login keeps it for this account alone; the next command works"
code=0
"$ctl" ctx add tcp --url "$url" 2> "$work/err" && "$ctl" ctx use tcp 2>> "$work/err"
in_context() { (unset INCIDENTCTL_URL; "$ctl" "$@"); }
in_context login < "$work/ops.token" > "$work/out" 2> "$work/err" || fail "login"
out_has 'logged in as ops (token:ops@127.0.0.1), write'
[ "$(stat -c %a "$work/config/incidentctl/tokens/tcp")" = 600 ] || fail "the token file can be read by others"
in_context auth status > "$work/out" 2> "$work/err" || fail "auth status"
out_has '(context tcp)'
out_has "$work/config/incidentctl/tokens/tcp (login)"
in_context n by context > "$work/out" 2> "$work/err" || fail "a note after login"
echo inc_wrong | in_context login > "$work/out" 2> "$work/err" && fail "a wrong token logs in"
err_has 'nothing was kept'
in_context auth status > "$work/out" 2> "$work/err" || fail "the old token is gone"
run 2 --url "$url" login
err_has '--token-file'

echo "a private incident is for its members"
run 0 open --private zebrafish
run 0 n zebrafish note -i INC-1
in_context ls > "$work/out" 2> "$work/err" || fail "ls"
grep -q zebrafish "$work/out" && fail "it is listed"
code=0; in_context show INC-1 > "$work/out" 2> "$work/err" || code=$?
[ "$code" = 3 ] || fail "show: exit $code"
in_context l -i inbox > "$work/out" 2> "$work/err" || fail "log"
grep -q zebrafish "$work/out" && fail "it is in the log"
run 0 share ops -i INC-1
out_has 'INC-1 can be read by'
out_has 'ops'
in_context draft INC-1 > "$work/out" 2> "$work/err" || fail "a member's draft"
out_has '**Private:**'
run 0 unshare ops -i INC-1
code=0; in_context draft INC-1 > "$work/out" 2> "$work/err" || code=$?
[ "$code" = 3 ] || fail "draft after unshare: exit $code"
run 3 unshare nobody -i INC-1
run 0 share ops -i INC-1
run 0 u
code=0; in_context draft INC-1 > "$work/out" 2> "$work/err" || code=$?
[ "$code" = 3 ] || fail "undo of share: exit $code"
grep -q zebrafish "$work/log" && fail "the daemon's log tells of it"

echo "revoked is over, at once"
id=$("$ctl" token ls -o json | sed -n 's/.*"id": *"\(tok_[a-z0-9]*\)".*/\1/p' | head -n 1)
run 0 token revoke "$id" --yes
code=0; in_context n too late > "$work/out" 2> "$work/err" || code=$?
[ "$code" = 4 ] || fail "a revoked token: exit $code"
grep -q 'inc_' "$work/log" && fail "a token in the log"
echo "access: all fine"
