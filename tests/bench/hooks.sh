#!/bin/sh
# How long every source waits for its answer while each sync of the disk takes 5 ms longer.
#   sh tests/bench/hooks.sh [senders] [requests each]
# Needs a release build with benchmarks (cmake --preset release -DINCIDENT_BENCH=ON -DINCIDENT_TESTS=ON).
set -eu
cd "$(dirname "$0")/../.."
senders=${1:-16}
requests=${2:-100}
delay_us=5000
bin=build/release
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
faults=$(find "$bin" -name 'lib*disk_faults*.so' | head -n 1)
[ -n "$faults" ] || { echo "no disk_faults library below $bin: build with -DINCIDENT_TESTS=ON"; exit 2; }
faults=$PWD/$faults
(umask 077 && printf 'bench-secret\n' > "$work/secret")
cat > "$work/incidentd.yml" <<YML
sources:
  slack: {secret_file: $work/secret}
  github: {secret_file: $work/secret}
  pagerduty: {secret_file: $work/secret}
  pagerduty-events: {secret_file: $work/secret}
  sentry: {secret_file: $work/secret}
YML
port=${INCIDENT_BENCH_PORT:-19782}
LD_PRELOAD=$faults DELAY_SYNC_US=$delay_us "$bin/daemon/incidentd" --config.file="$work/incidentd.yml" --storage.path="$work/store" \
    --web.listen-address=127.0.0.1:"$port" --web.socket="$work/api.sock" 2> "$work/log" &
pid=$!
n=0
until curl -sf "http://127.0.0.1:$port/-/ready" > /dev/null; do
    n=$((n + 1))
    { [ $n -lt 2000 ] && kill -0 "$pid"; } || { tail "$work/log"; exit 1; }
    sleep 0.01
done
LD_PRELOAD=$faults DELAY_SYNC_US=$delay_us "$bin/tests/bench/hooks_bench" "$port" "$work/scratch" "$senders" "$requests"
