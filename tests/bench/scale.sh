#!/bin/sh
# What size does: start with a million events, a draft of 100,000 beside sqlite3 dumping the same rows, memory, and notes
# in an alert storm on a slow disk. Needs a release build, curl, jq and sqlite3.
#   sh tests/bench/scale.sh [million] [draft events]
set -eu
cd "$(dirname "$0")/../.."
million=${1:-1000000}
many=${2:-100000}
bin=build/release
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
port=19781
base=http://127.0.0.1:$port
now_ms() { echo $(($(date +%s%N) / 1000000)); }
start() {
    folder=$1
    shift
    "$bin/daemon/incidentd" --storage.path="$folder" --web.listen-address=127.0.0.1:$port --web.socket="$work/api.sock" "$@" 2>> "$work/log" &
    pid=$!
    n=0
    until curl -sf "$base/-/ready" >/dev/null; do
        n=$((n + 1))
        [ $n -lt 2000 ] || { tail "$work/log"; exit 1; }
        sleep 0.01
    done
}
stop() { kill "$pid"; wait "$pid" || true; pid=; }
memory() { awk -v what="$1" '$1 == what ":" {printf "%.1f MiB", $2 / 1024}' "/proc/$pid/status"; }
# fill COUNT INCIDENT: posts that many 200-byte events in requests of 5,000
fill() {
    awk -v n="$1" -v incident="$2" 'BEGIN {
        for (i = 0; i < n; i++) printf "{\"kind\":\"alert\",\"text\":\"event %d %s\"%s}\n", i, "of a long night in which much went wrong and little was written down",
            incident == "" ? "" : ",\"incident\":\"" incident "\"" }' | split -l 5000 - "$work/part."
    for part in "$work"/part.*; do
        curl -sf -o /dev/null -H 'Content-Type: application/x-ndjson' --data-binary @"$part" "$base/api/v1/events" || { echo "refused: $part"; exit 1; }
    done
    rm -f "$work"/part.*
}

start "$work/a"
fill "$million" ""
echo "memory at most while $million events came in: $(memory VmHWM)"
stop
began=$(now_ms)
start "$work/a"
echo "start to ready with $million events: $(($(now_ms) - began)) ms (the design asks for 1,000)"
sleep 5
echo "memory 5 s after ready with $million events: $(memory VmRSS)"
stop

start "$work/b"
key=$(curl -sf -H 'Content-Type: application/json' -d '{"title":"a long night"}' "$base/api/v1/incidents" | jq -r .key)
fill "$many" "$key"
for round in 1 2 3 4 5; do
    began=$(now_ms)
    curl -sf -o "$work/draft" "$base/api/v1/incidents/$key/draft?format=md"
    draft=$(($(now_ms) - began))
    began=$(now_ms)
    sqlite3 -readonly "$work/b/incidentd.db" .dump > "$work/dump"
    dump=$(($(now_ms) - began))
    echo "$draft $dump"
done | sort -n | awk '{d[NR] = $1; s[NR] = $2} END {m = int((NR + 1) / 2); printf "draft of '"$many"' events: %d ms, sqlite3 .dump %d ms, ratio %.2f (the design asks for 3)\n", d[m], s[m], d[m] / s[m]}'
echo "memory at most with that draft: $(memory VmHWM)"
stop

if [ -f "$bin/tests/e2e/durability/libincident_disk_faults.so" ]; then
    printf 'limits: {group_events: 16}\n' > "$work/storm.yml"
    LD_PRELOAD="$PWD/$bin/tests/e2e/durability/libincident_disk_faults.so" DELAY_SYNC_US=5000 \
        "$bin/daemon/incidentd" --config.file="$work/storm.yml" --storage.path="$work/c" --web.listen-address=127.0.0.1:$port --web.socket="$work/api.sock" 2>> "$work/log" &
    pid=$!
    until curl -sf "$base/-/ready" >/dev/null; do sleep 0.05; done
    echo "notes in a storm, 5 ms a sync, groups of 16:"
    "$bin/tests/bench/storm_bench" $port "$work/api.sock" 30000 20
    echo "memory at most in the storm: $(memory VmHWM)"
fi
