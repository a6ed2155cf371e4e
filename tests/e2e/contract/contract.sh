#!/bin/sh
# contract.sh INCIDENTD: starts a daemon of its own and holds its answers against the OpenAPI document, over TCP and over
# the Unix socket. Exit 77 (skipped) where node or its modules (npm ci --ignore-scripts) are missing.
set -eu
daemon=$1
here=$(cd "$(dirname "$0")" && pwd)
command -v node > /dev/null || { echo "node is not installed"; exit 77; }
[ -d "$here/node_modules/ajv" ] || { echo "run npm ci --ignore-scripts in tests/e2e/contract first"; exit 77; }
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2> /dev/null || true; rm -rf "$work"' EXIT INT TERM
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
"$daemon" --storage.path="$work/store" --web.listen-address=127.0.0.1:"$port" --web.socket="$work/api.sock" 2> "$work/log" &
pid=$!
n=0
until node -e 'require("http").get({ socketPath: process.argv[1], path: "/-/ready" }, (a) => process.exit(a.statusCode === 200 ? 0 : 1)).on("error", () => process.exit(1))' "$work/api.sock"; do
    n=$((n + 1))
    [ "$n" -lt 200 ] || { cat "$work/log"; exit 1; }
    sleep 0.05
done
failed=0
node "$here/contract.mjs" "http://127.0.0.1:$port" || failed=1
node "$here/contract.mjs" "unix://$work/api.sock" || failed=1
[ "$failed" = 0 ] || tail -n 20 "$work/log"
exit "$failed"
