#!/bin/sh
# run.sh BUILD SECONDS: every libFuzzer target of BUILD (preset fuzz) from its corpus, sharing SECONDS among them.
# What it finds stays in BUILD/findings, and the run fails. FUZZ_SEED (1) makes the suite's minute the same each time; give
# long runs another.
set -eu
cd "$(dirname "$0")/../.."
build=$1
seconds=$2
set -- "$build"/tests/fuzz/*_fuzz
each=$((seconds / $#))
[ "$each" -gt 0 ] || each=1
mkdir -p "$build/findings"
for target in "$@"; do
    name=$(basename "$target" _fuzz)
    mkdir -p "$build/corpus/$name"
    "$target" -seed="${FUZZ_SEED:-1}" -max_total_time="$each" -max_len=65536 -rss_limit_mb=2048 -artifact_prefix="$build/findings/$name-" -print_final_stats=1 \
        "$build/corpus/$name" "tests/testdata/fuzz/$name" > "$build/findings/$name.log" 2>&1 ||
        { tail -n 40 "$build/findings/$name.log"; echo "fuzz $name failed"; exit 1; }
    echo "fuzz $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/findings/$name.log") inputs in $each s, no finding"
done
