#!/bin/sh
# Copies the skeletons of exercises to work/, where the student solves them.
# usage: start.sh SRCDIR FORCE EXERCISE...      FORCE is empty or 1; EXERCISE is a folder name such as 1-entry
# exit codes: 0 done; 1 refused
# SPDX-License-Identifier: BSD-2-Clause
set -eu
srcdir=$1 force=$2
shift 2

refuse() { printf 'make start: %s\n' "$*" >&2; exit 1; }

[ $# -gt 0 ] || refuse "say which exercise, for example: make start EX=1"

for exercise; do
    from=$srcdir/exercises/$exercise to=$srcdir/work/$exercise
    [ -d "$from" ] || refuse "there is no exercises/$exercise (a teacher makes it with 'make skeletons')"
    if [ -e "$to" ]; then
        [ -n "$force" ] || refuse "work/$exercise is already there and is left alone. FORCE=1 keeps it as a backup and starts again"
        backup=$to.backup.$(date +%Y%m%d-%H%M%S)
        [ ! -e "$backup" ] || refuse "work/$(basename "$backup") is already there; wait a second"
        mv "$to" "$backup"
        echo "your old folder is now work/$(basename "$backup")"
    fi
    mkdir -p "$srcdir/work"
    cp -R "$from" "$to"
    number=${exercise%%-*}
    echo "work/$exercise is ready. Read work/$exercise/README.md, then: make run EX=$number, make grade EX=$number"
done
