#!/bin/sh
# page.sh INCIDENTD INCIDENTCTL [SHOTS]: the HTML draft of a rich incident and of a small one in every template, and the
# list, in a real browser; then PDF by the command line. Exit 77 (skipped) without a Chromium
# that starts, node or axe-core.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
shots=${3:-}
chromium=
for name in chromium chromium-browser google-chrome-stable google-chrome; do
    [ -n "$chromium" ] || chromium=$(command -v "$name" || true)
done
[ -n "$chromium" ] || { echo "Chromium is not installed"; exit 77; }
command -v node > /dev/null || { echo "node is not installed"; exit 77; }
[ -f "$here/node_modules/axe-core/axe.min.js" ] || { echo "run npm ci --ignore-scripts in tests/e2e/page first"; exit 77; }
. "$here/../ctl/daemon.sh"
. "$here/story.sh"
pid=
# A container without user namespaces starts it for root only.
sandbox=
[ "$(id -u)" != 0 ] || sandbox=--no-sandbox
timeout 30 "$chromium" --headless $sandbox --disable-gpu --user-data-dir="$work/probe" --dump-dom about:blank > /dev/null 2>&1 ||
    { echo "Chromium does not start here"; exit 77; }
start_daemon
tell_stories
mkdir "$work/pages"
for template in brief sre labelled; do
    "$ctl" api GET "/api/v1/incidents/INC-1/draft?format=html&template=$template" > "$work/pages/rich-$template.html"
done
"$ctl" -i INC-1 draft --format html --clock 12 --tz America/New_York --out "$work/pages/rich-local.html" 2> /dev/null
"$ctl" -i INC-2 draft --format html --out "$work/pages/small.html" 2> /dev/null
INCIDENTCTL_INCIDENT=INC-3 ic open "Nothing known yet"
"$ctl" -i INC-3 draft --format html > "$work/pages/empty.html"
"$ctl" api GET / > "$work/pages/list.html"

echo "the page says what the Markdown says"
grep -q '1 h 15 min lost</strong> by sam and joy' "$work/pages/rich-brief.html" || fail "who lost how long is not told"
grep -q 'fired 420 times' "$work/pages/rich-brief.html" || fail "the storm is not folded"
grep -q 'class="private"' "$work/pages/rich-brief.html" || fail "the label is not shown"
grep -q 'TODO:</strong> how many users' "$work/pages/rich-brief.html" || fail "a TODO is not shown"
! grep -q '<eu-west>' "$work/pages/rich-brief.html" || fail "the title is not escaped"
grep -q 'href="/api/v1/incidents/INC-2/draft?format=html"' "$work/pages/list.html" || fail "the list does not lead to the draft"
"$ctl" -i INC-1 draft --format html > "$work/again.html"
cmp -s "$work/pages/rich-brief.html" "$work/again.html" || fail "the same entries gave other bytes"

echo "customers see roles where we see names"
"$ctl" -i INC-1 draft --format html --audience customer --yes --out "$work/pages/customer.html" 2> /dev/null
grep -q 'lost</strong> by a responder' "$work/pages/customer.html" || fail "the dead ends are not told to customers"
! grep -qwE 'ana|sam|joy|kim|lee' "$work/pages/customer.html" || fail "a name is told to customers"

echo "PDF by what is installed"
run 0 -i INC-1 draft --format pdf --out "$work/pm.pdf"
[ "$(head -c 5 "$work/pm.pdf")" = "%PDF-" ] || fail "no PDF"
"$ctl" -i INC-1 draft --format pdf > "$work/piped.pdf" || fail "a pipe is no terminal"
[ "$(head -c 5 "$work/piped.pdf")" = "%PDF-" ] || fail "no PDF in the pipe"
mkdir "$work/nothing"
code=0
PATH="$work/nothing" "$ctl" -i INC-1 draft --format pdf --out "$work/none.pdf" > "$work/out" 2> "$work/err" || code=$?
[ "$code" = 1 ] || fail "without a program: exit $code"
err_has 'WeasyPrint or Chromium'
err_has 'apt install weasyprint'
[ ! -e "$work/none.pdf" ] || fail "a file without a document"

echo "in the browser"
node "$here/page.mjs" "$chromium" "$work/pages" ${shots:+"$shots"} || fail "the browser saw something"
