#!/bin/sh
# A draft of many events in every format beside sqlite3 dumping the same rows, in one run: medians of five, and the memory
# the daemon took at most. Every event is another one (nothing folds into a line), which is the worst case.
#   sh tests/bench/draft.sh [events, 100000] [incidentd, build/release/daemon/incidentd]
set -eu
many=${1:-100000}
daemon=${2:-$(dirname "$0")/../../build/release/daemon/incidentd}
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
port=${PORT:-19783}
base=http://127.0.0.1:$port
now_ms() { echo $(($(date +%s%N) / 1000000)); }
memory() { awk -v what="$1" '$1 == what ":" {printf "%.1f MiB", $2 / 1024}' "/proc/$pid/status"; }
"$daemon" --storage.path="$work/store" --web.listen-address=127.0.0.1:$port --web.socket="$work/api.sock" 2> "$work/log" &
pid=$!
tries=0
until curl -sf "$base/-/ready" > /dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 1000 ] || { tail "$work/log"; exit 1; }
    sleep 0.01
done
key=$(curl -sf -H 'Content-Type: application/json' -d '{"title":"a long night"}' "$base/api/v1/incidents" | jq -r .key)
awk -v n="$many" -v incident="$key" 'BEGIN {
    for (i = 0; i < n; i++) printf "{\"kind\":\"alert\",\"text\":\"event %d of a long night in which much went wrong and little was written down\",\"incident\":\"%s\"}\n", i, incident }' |
    split -l 5000 - "$work/part."
for part in "$work"/part.*; do
    curl -sf -o /dev/null -H 'Content-Type: application/x-ndjson' --data-binary @"$part" "$base/api/v1/events" || { echo "refused: $part"; exit 1; }
done
sleep 2 # what is filled in behind the commits (full text) is no part of this
echo "memory with $many events stored: $(memory VmRSS), at most while they came in: $(memory VmHWM)"
# median COMMAND…: milliseconds, the middle of five
median() {
    for round in 1 2 3 4 5; do
        began=$(now_ms)
        "$@"
        echo $(($(now_ms) - began))
    done | sort -n | sed -n 3p
}
dump() { sqlite3 -readonly "$work/store/incidentd.db" .dump > "$work/dump"; }
fetch() { curl -sf -o "$work/draft" "$base/api/v1/incidents/$key/$1"; }
reference=$(median dump)
echo "sqlite3 .dump: $reference ms, $(wc -c < "$work/dump") bytes"
for what in 'draft?format=md' 'draft?format=md&template=sre' 'draft?format=md&fold=false' 'draft?format=html' 'draft?format=csv' 'draft?format=json' 'draft?format=md&audience=public' timeline; do
    taken=$(median fetch "$what")
    awk -v what="$what" -v taken="$taken" -v reference="$reference" -v bytes="$(wc -c < "$work/draft")" -v memory="$(memory VmHWM)" 'BEGIN {
        printf "%-32s %6d ms, ratio %5.2f, %9d bytes, memory at most until here %s\n", what, taken, taken / reference, bytes, memory }'
done
echo "the design asks for a ratio of 3 for the draft"
