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

# The contract test validates live answers with ajv, which Debian does not have in a version for JSON Schema 2020-12.
if [ -f tests/e2e/contract/package-lock.json ] && [ ! -d tests/e2e/contract/node_modules/ajv ]; then
    (cd tests/e2e/contract && npm ci --ignore-scripts --no-audit --no-fund --silent) ||
        echo "npm ci failed (is the registry out of reach?): the contract test will be skipped"
fi

# build PRESET [TARGET…]
build() {
    preset=$1
    shift
    cmake --preset "$preset" -DINCIDENT_TESTS=ON > /dev/null
    # Ninja's own progress would be thousands of lines; what fails is still printed.
    cmake --build "build/$preset" ${1:+--target "$@"} > "build/$preset/build.log" 2>&1 || { tail -n 60 "build/$preset/build.log"; exit 1; }
    took "$preset built"
}

# On a slow machine a pass that would begin later than this is left out, and says so: the whole ends within 40 minutes, and
# the release suite is in it. INCIDENT_ANY_TIME=1 runs everything however long it takes.
latest_minute() { case $1 in asan) echo 11 ;; tsan) echo 18 ;; *) echo 1000 ;; esac; }

for pass in $passes; do
    if [ -z "${INCIDENT_ANY_TIME:-}" ] && [ $((($(date +%s) - began) / 60)) -ge "$(latest_minute "$pass")" ]; then
        took "$pass LEFT OUT for want of time; INCIDENT_ANY_TIME=1 sh tests/run.sh runs it"
        continue
    fi
    case $pass in
        fuzz)
            build fuzz
            sh tests/fuzz/run.sh build/fuzz 60    # seconds in all, shared by the targets
            took "fuzz done" ;;
        tsan)
            build tsan concurrent_tests
            ctest --preset tsan -j 2 --output-on-failure --progress > build/tsan/ctest.log 2>&1 || { tail -n 60 build/tsan/ctest.log; exit 1; }
            tail -n 8 build/tsan/ctest.log
            took "tsan done" ;;
        asan)
            build asan
            ctest --preset asan -j 2 --output-on-failure --progress > build/asan/ctest.log 2>&1 || { tail -n 60 build/asan/ctest.log; exit 1; }
            tail -n 8 build/asan/ctest.log
            took "asan done" ;;
        release)
            build release
            took "release tests start"
            ctest --preset release -j 2 ;;
    esac
done
