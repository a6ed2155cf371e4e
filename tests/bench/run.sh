#!/bin/sh
# The table of README "Speed": every figure beside its reference, in one run. Needs a release build, redis-server and
# PostgreSQL; what is missing is left out, saying so.
#   sh tests/bench/run.sh [seconds a round] [rounds]
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-2}
rounds=${2:-5}
bin=build/release
work=$(mktemp -d)
pids=
stop() { for p in $pids; do kill "$p" 2>/dev/null || true; done; [ -z "${pg:-}" ] || su postgres -c "$pg/pg_ctl -D $work/pg -m immediate stop" >/dev/null 2>&1 || true; rm -rf "$work"; }
trap stop EXIT INT TERM
chmod 755 "$work"
wait_for() { n=0; until "$@" >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 200 ] || { echo "no answer: $*" >&2; exit 1; }; sleep 0.1; done; }

port=${INCIDENT_BENCH_PORT:-19780}
! curl -sf -o /dev/null http://127.0.0.1:$port/-/healthy || { echo "port $port is taken; set INCIDENT_BENCH_PORT" >&2; exit 1; }
"$bin/daemon/incidentd" --storage.path="$work/store" --web.listen-address=127.0.0.1:$port --web.socket="$work/api.sock" 2> "$work/incidentd.log" &
daemon=$!
pids="$pids $daemon"
wait_for curl -sf http://127.0.0.1:$port/-/ready
sleep 5
echo "memory 5 s after ready: $(awk '/VmRSS/ {printf "%.1f MiB", $2 / 1024}' /proc/$daemon/status)"

set -- --incidentd-port $port --folder "$work" --seconds "$seconds" --rounds "$rounds"
if command -v redis-server >/dev/null; then
    mkdir "$work/redis"
    redis-server --port 16379 --dir "$work/redis" --appendonly yes --appendfsync always --save '' --daemonize no > "$work/redis.log" 2>&1 &
    pids="$pids $!"
    wait_for redis-cli -p 16379 ping
    set -- "$@" --redis-port 16379
else
    echo "redis-server is not installed: left out"
fi
pg=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
if [ -n "$pg" ] && [ "$(id -u)" = 0 ]; then
    mkdir "$work/pg" && chown postgres "$work/pg"
    su postgres -c "$pg/initdb -D $work/pg -A trust >/dev/null && $pg/pg_ctl -w -D $work/pg -l $work/pg/log -o '-p 15432 -k $work/pg -c max_connections=120' start" >/dev/null
    set -- "$@" --postgres "host=127.0.0.1 port=15432 user=postgres dbname=postgres"
else
    echo "PostgreSQL is not installed (or this is not root): left out"
fi
"$bin/tests/bench/ingest_bench" "$@" ${INCIDENT_BENCH_ONLY:+--only "$INCIDENT_BENCH_ONLY"}
echo "memory at most: $(awk '/VmHWM/ {printf "%.1f MiB", $2 / 1024}' /proc/$daemon/status)"
if command -v hyperfine >/dev/null; then
    echo "one note, whole process (hyperfine, 100 runs)"
    hyperfine -N --warmup 10 --runs 100 --export-json "$work/note.json" \
        "$bin/ctl/incidentctl --url unix://$work/api.sock n web-3 restarted" \
        "curl -s -o /dev/null --unix-socket $work/api.sock -H Content-Type:application/json -d {\"text\":\"web-3_restarted\"} http://localhost/api/v1/events" > /dev/null
    jq -r '.results | "  incidentctl n  \(.[0].median * 1000 * 100 | round / 100) ms\n  curl           \(.[1].median * 1000 * 100 | round / 100) ms   ratio \(.[0].median / .[1].median * 100 | round / 100)"' "$work/note.json"
fi
