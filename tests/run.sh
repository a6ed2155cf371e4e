#!/bin/sh
# Installs what the tests need, builds, runs them all; ends with ctest's summary.
#   sh tests/run.sh           fuzz targets for a minute, asan without e2e, tsan's concurrent part, release whole
#   sh tests/run.sh --quick   release only
set -eu
cd "$(dirname "$0")/.."
passes="fuzz asan tsan release"
for word in "$@"; do
    case $word in
        --quick) passes=release ;;
        -h | --help) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "run.sh: unknown word \"$word\"; it knows --quick" >&2; exit 2 ;;
    esac
done

. deploy/install_packages.sh
install_packages deploy/packages.txt tests/packages.txt

began=$(date +%s)
took() { echo "== $1: $((($(date +%s) - began) / 60)) min since the start"; }

# The contract test validates live answers with ajv, which Debian does not have in a version for JSON Schema 2020-12; the
# page test looks at the HTML with axe, which Debian does not have at all.
for story in contract page; do
    [ ! -d "tests/e2e/$story/node_modules" ] || continue
    (cd "tests/e2e/$story" && npm ci --ignore-scripts --no-audit --no-fund --silent) ||
        echo "npm ci failed (is the registry out of reach?): the $story test will be skipped"
done

# The whole ends within 40 minutes on two cores: what the sanitizers have not done by this minute is left out, and said so;
# the release tests come after it. INCIDENT_ANY_TIME=1 runs everything however long it takes.
sanitizers_until_minute=34
seconds_left() {
    [ -z "${INCIDENT_ANY_TIME:-}" ] || { echo 100000; return; }
    left=$((sanitizers_until_minute * 60 - $(date +%s) + began))
    [ "$left" -gt 0 ] && echo "$left" || echo 1
}

# within SECONDS PRESET LOG COMMAND…: runs it into the log. 1: out of time. What fails ends the script with the log's end.
within() {
    limit=$1 preset=$2 log=$3
    shift 3
    status=0
    timeout "$limit" "$@" > "$log" 2>&1 || status=$?
    case $status in
        0) return 0 ;;
        124) took "$preset LEFT OUT from here for want of time; INCIDENT_ANY_TIME=1 sh tests/run.sh runs all of it"; return 1 ;;
        *) tail -n 60 "$log"; exit 1 ;;
    esac
}

# build SECONDS PRESET [TARGET…]. 1: out of time.
build() {
    seconds=$1 preset=$2
    shift 2
    cmake --preset "$preset" -DINCIDENT_TESTS=ON > /dev/null
    # Ninja's own progress would be thousands of lines; what fails is still printed.
    within "$seconds" "$preset" "build/$preset/build.log" cmake --build "build/$preset" ${1:+--target "$@"} || return 1
    took "$preset built"
}

# sanitized PRESET [TARGET…]: builds and tests with what time is left.
sanitized() {
    sanitizer=$1
    build "$(seconds_left)" "$@" || return 0
    within "$(seconds_left)" "$sanitizer" "build/$sanitizer/ctest.log" ctest --preset "$sanitizer" -j 2 --output-on-failure --progress || return 0
    tail -n 8 "build/$sanitizer/ctest.log"
    took "$sanitizer done"
}

build 100000 release
for pass in $passes; do
    case $pass in
        fuzz)
            build "$(seconds_left)" fuzz || continue
            sh tests/fuzz/run.sh build/fuzz 60    # seconds in all, shared by the targets
            took "fuzz done" ;;
        asan) sanitized asan ;;
        tsan) sanitized tsan concurrent_tests ;;
        release)
            took "release tests start"
            ctest --preset release -j 2 ;;
    esac
done
