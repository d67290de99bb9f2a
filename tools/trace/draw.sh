#!/bin/sh
# usage: draw.sh FOLDER: draws what `trace --format all` has written there, with the programs that are installed, and says what is where.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

cd "$1"
draw() { # PICTURE PROGRAM PACKAGE WHAT COMMAND...
    picture=$1 program=$2 package=$3 what=$4
    shift 4
    rm -f "$picture"
    if ! command -v "$program" >/dev/null 2>&1; then
        printf '  %-18s not drawn: %s is not installed (Debian, Ubuntu: apt install %s)\n' "$picture" "$program" "$package"
    elif "$@" >draw.log 2>&1; then
        printf '  %-18s %s\n' "$picture" "$what"
    else
        printf '  %-18s not drawn: %s says %s\n' "$picture" "$program" "$(head -n 1 draw.log)"
    fi
}

echo "in $PWD:"
draw chart.svg mscgen mscgen 'who calls whom, downwards in time' mscgen -T svg -i chart.msc -o chart.svg
draw tree.svg dot graphviz 'who has which capability from whom' dot -T svg -o tree.svg tree.dot
printf '  %-18s %s\n' timeline.svg 'what ran when' trace.txt 'a line for each record' speedscope.json 'drop it on https://www.speedscope.app' \
    chrome.json 'drop it on https://ui.perfetto.dev'
rm -f draw.log
