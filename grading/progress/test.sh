#!/bin/sh
# `make progress`: what is written, what passes, what is lost, what comes next; and its exit codes.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"

mkdir -p kit/exercises kit/grading/tests kit/work
for stage in 1-entry 2-boot; do
    cp -R "$srcdir/exercises/$stage" kit/exercises/
done
cp -R "$srcdir/grading/families" kit/grading/
cp -R "$srcdir/grading/tests/1-entry" kit/grading/tests/
progress() { "$OUT/grading/progress" "$@" kit history; }
# keep ANSWERS: work/1-entry with these answers of the reference
keep() { rm -rf kit/work/1-entry && "$OUT/tools/stage-cut" cut --keep "$1" "$srcdir/solutions/1-entry" kit/work/1-entry; }

# record TIME KIND OF-SEGMENTS KIND-OF-TSS KIND-OF-THE-REST
ids=$(sed -n 's/^ *"id": "\(.*\)",/\1/p' kit/grading/tests/1-entry/*.json)
record() {
    mkdir -p history/1-entry
    {
        echo '{"schema": "cairn-record/1", "result": "graded", "tests": ['
        for id in $ids; do
            case $id in 1.segments) kind=$2 ;; 1.tss) kind=$3 ;; *) kind=$4 ;; esac
            echo "{\"id\": \"$id\", \"kind\": \"$kind\"},"
        done
        echo '{"id": "1.gone", "kind": "passed"}]}'
    } >"history/1-entry/$1.json"
}

expect 0 progress
says "1-entry        not begun"
says "Next: make start EX=1"

cp -R kit/exercises/1-entry kit/work/
expect 0 progress
says "answers  0 of  8   never graded"
says "1.1  segments and the TSS"
says "Next: 1.1 segments and the TSS (exercises/1-entry/README.md#task-1-1)"

# One of three places is written: the answer is not.
sed -i '0,/not_implemented("1.1/s/not_implemented("1.1.*//' kit/work/1-entry/segments.c
expect 0 progress
says "1.1  segments and the TSS (2 of 3 places missing)"

keep 1.1,1.2
record 2026-03-01-101500 passed failed not-run
expect 0 progress
says "answers  2 of  8"
says "tests  1 of 19    7 points  2026-03-01 10:15"
says "FAIL  1.tss"
says "Next: interrupt stacks and I/O ports in the TSS: make grade EX=1 TEST=1.tss HINT=next"

# What has passed and fails now is lost, until it passes again; a test that the kit does not have any more says nothing.
record 2026-03-02-101500 failed passed not-run
expect 1 progress
says "LOST  1.segments"
says "passed 2026-03-01 10:15"
says "Next: 1.segments has passed before: make grade EX=1 TEST=1.segments"
says_not "1.gone"
says_not "$(printf '\033')"
expect 1 progress --color always
says "$(printf '\033')[31mLOST"
record 2026-03-03-101500 passed passed not-run
expect 0 progress
says "Next: 1.3 "

touch -d '+1 hour' kit/work/1-entry/entry.c
expect 0 progress
says "changed since"

keep all
record 2026-03-04-101500 passed passed passed
expect 0 progress
says "answers  8 of  8   tests 19 of 19  100 points"
says "Next: make start EX=2"
echo '{"schema": "cairn-record/1", "result": "not-compiled"}' >history/1-entry/2026-03-05-101500.json
expect 0 progress
says "did not compile"
says "Next: make the files of work/1-entry compile"

# The families are broken: trouble, not a verdict.
echo '{' >kit/grading/families/1-entry.json
expect 5 progress
expect 2 "$OUT/grading/progress"
expect 2 progress --color sometimes
expect 0 "$OUT/grading/progress" --help
says "exit codes"

# What the course says: points, a date, and a test that it hides is as if it were not there. What is wrong in it is told.
cp "$srcdir/grading/families/1-entry.json" kit/grading/families/
rm history/1-entry/2026-03-05-101500.json
course() { printf '{"schema": "cairn-course/1", "exercises": {"1-entry": {%s}}}\n' "$1" >kit/grading/course.json; }
course '"due": "2099-01-01T00:00:00Z", "points": {"1.tss": 50}'
keep 1.1,1.2
expect 0 progress
says ", due in "
course '"due": "2020-01-01T00:00:00Z", "points": {"1.segments": 50}, "visibility": {"1.double-fault": "hidden"}'
record 2026-03-06-101500 passed failed failed
expect 1 progress
says "tests  1 of 18   50 points"
says " days"
says " ago"
says_not "1.double-fault"
course '"points": {"1.segment": 50}'
expect 5 progress
says "course.json:1: exercises.1-entry.points.1.segment: there is no such test"
