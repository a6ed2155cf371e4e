# Sourced by the scripts beside it: a daemon of its own, an environment of its own, and ways to say what is expected.
# Wants $1 incidentd, $2 incidentctl.
daemon=$1
ctl=$2
work=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
unset NO_COLOR COLUMNS PAGER INCIDENTCTL_INCIDENT INCIDENTCTL_CONTEXT INCIDENTCTL_OUTPUT INCIDENTCTL_TOKEN http_proxy HTTP_PROXY || true
XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config XDG_RUNTIME_DIR=$work/run HOME=$work/home
INCIDENTCTL_URL=unix://$work/api.sock INCIDENTCTL_AUTHOR=sam
export XDG_STATE_HOME XDG_CONFIG_HOME XDG_RUNTIME_DIR HOME INCIDENTCTL_URL INCIDENTCTL_AUTHOR
fail() { echo "FAILED: $*"; [ ! -f "$work/err" ] || cat "$work/out" "$work/err"; exit 1; }

start_daemon() {
    "$daemon" --storage.path="$work/store" --web.listen-address=127.0.0.1:0 --web.socket="$work/api.sock" 2>> "$work/log" &
    pid=$!
    tries=0
    until "$ctl" --timeout 1s api GET /-/ready > /dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || { cat "$work/log"; exit 1; }
        sleep 0.05
    done
}

# run CODE LINE…: types the line, keeps $work/out and $work/err, wants the exit code.
run() {
    wanted=$1
    shift
    code=0
    "$ctl" "$@" > "$work/out" 2> "$work/err" < /dev/null || code=$?
    [ "$code" = "$wanted" ] || fail "incidentctl $*: exit $code, not $wanted"
}
out_has() { grep -qF -- "$1" "$work/out" || fail "stdout lacks: $1"; }
err_has() { grep -qF -- "$1" "$work/err" || fail "stderr lacks: $1"; }
