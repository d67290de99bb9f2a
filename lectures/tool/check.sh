#!/bin/sh
# Looks at every slide of built lectures in Chromium: check.sh CHROMIUM FOLDER... (each with index.html and handout.html)
# Exit code 0 if there is nothing to say against them; 1 after a line for each problem.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
here=$(cd "$(dirname "$0")" && pwd)
chromium=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

list=''
for folder; do list="$list${list:+|}file://$(cd "$folder" && pwd)"; done
"$here/chromium.sh" "$chromium" --window-size=1400,900 --enable-logging=stderr --virtual-time-budget=600000 --dump-dom \
    "file://$here/check.html#$list" >"$work/page" 2>"$work/log" || { cat "$work/log"; exit 1; }

# The page as text: the report is plain, but for &, < and >.
sed -n '/<pre id="report">/,/<\/pre>/p' "$work/page" |
    sed 's/.*<pre id="report">//; s/<\/pre>.*//; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g; s|file://||g; /^$/d' >"$work/report"
# What decks write to the console is an error, or does not belong there.
sed -n 's/^\[[^]]*:CONSOLE[^]]*\] /console: /p' "$work/log" >>"$work/report"

grep '^looked at ' "$work/report" || :
grep -qx done "$work/report" || { cat "$work/log"; echo "the check did not come to its end (see above)"; exit 1; }
if grep -v -e '^looked at ' -e '^done$' "$work/report"; then
    echo "$(grep -vc -e '^looked at ' -e '^done$' "$work/report") problems"
    exit 1
fi
