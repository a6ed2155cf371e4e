#!/bin/sh
# Installs what incidentd needs, builds it, starts it in the background on its embedded default, and says what to type.
#   sh deploy/quickstart.sh             all of it; a second run finds the first
#   sh deploy/quickstart.sh --no-start  installs and builds only
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
start=yes
for word in "$@"; do
    case $word in
        --no-start) start=no ;;
        -h | --help) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "quickstart.sh: unknown word \"$word\"; it knows --no-start" >&2; exit 2 ;;
    esac
done
say() { printf '%s\n' "$*"; }
fail() { printf 'quickstart.sh: %s\n' "$*" >&2; exit 1; }

. deploy/install_packages.sh
install_packages deploy/packages.txt

say "building (release, $(nproc) cores; the first time takes some minutes)"
tests=OFF
[ -f build/release/CMakeCache.txt ] && grep -q '^INCIDENT_TESTS:BOOL=ON' build/release/CMakeCache.txt && tests=ON
cmake --preset release -DINCIDENT_TESTS="$tests" > build.log 2>&1 || { tail -n 20 build.log >&2; fail "configuring failed, see $root/build.log"; }
cmake --build build/release --target incidentd incidentctl >> build.log 2>&1 || { tail -n 40 build.log >&2; fail "building failed, see $root/build.log"; }
rm -f build.log
bin=$root/build/release
daemon=$bin/daemon/incidentd
ctl=$bin/ctl/incidentctl
say "built $("$daemon" --version | head -n 1)"
[ "$start" = yes ] || { say "not started (--no-start). To start: $daemon --dev"; exit 0; }

# The same places as incidentd --dev uses; relative XDG values are ignored, as the XDG specification says.
state=${XDG_STATE_HOME:-}
case $state in /*) ;; *) state=$HOME/.local/state ;; esac
state=$state/incidentd
runtime=${XDG_RUNTIME_DIR:-}
case $runtime in /*) socket=$runtime/incidentd/api.sock ;; *) socket=$state/api.sock ;; esac
mkdir -p "$state"
log=$state/incidentd.log
pid_file=$state/incidentd.pid
url=unix://$socket

running() { [ -f "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null && "$ctl" --url "$url" status >/dev/null 2>&1; }
if running; then
    say "incidentd runs already (process $(cat "$pid_file"))"
else
    nohup "$daemon" --dev >> "$log" 2>&1 < /dev/null &
    echo $! > "$pid_file"
    tries=0
    until running; do
        tries=$((tries + 1))
        kill -0 "$(cat "$pid_file")" 2>/dev/null || { tail -n 5 "$log" >&2; rm -f "$pid_file"; fail "incidentd did not start, see $log"; }
        [ "$tries" -lt 100 ] || { tail -n 5 "$log" >&2; fail "incidentd was not ready within 20 s, see $log"; }
        sleep 0.2
    done
    say "incidentd is ready (process $(cat "$pid_file"))"
fi
cat <<TEXT

  page       http://127.0.0.1:9780/
  socket     $socket
  log file   $log

Type next:
  alias ic=$ctl
  ic open checkout returns 503 --adopt 30m
  ic note web-3 restarted, no change
  ic draft

To stop it:  kill $(cat "$pid_file")
TEXT
