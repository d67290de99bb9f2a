#!/bin/sh
# A course file from outside: what students see, what records hold, that the clock is in none of them.
# usage: course.sh      with srcdir and OUT (of tools/tools.mk) in the environment
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] && [ -n "${BWRAP:-}" ] || skip "QEMU and bubblewrap were not found by configure"

# Two tests pass, with 14 points; one fails that no other presupposes: an interrupt stack is missing.
cp -R "$srcdir/solutions/1-entry" .
rm 1-entry/HANDOUT.md
sed -i "/IST_NMI - 1/d" 1-entry/segments.c
grade() {
    code=$1
    shift
    expect "$code" "$OUT/grading/grade" --color never --submission 1-entry --exercise 1 --seed 1 --only segments,gates,tss "$@"
}
course() { printf '{ "schema": "cairn-course/1",\n"exercises": { "1-entry": {\n%s } } }\n' "$1" >course.json; }
with() { code=$1; shift; grade "$code" --course course.json "$@"; }
submitted() { with 1 --submitted "$1" --output record.json; }
mark() { grep -q "\"kind\": \"$1\"" record.json && grep -q "\"mark\": $2\$" record.json || { cat record.json; fail "not $1 with $2 points"; }; }

# Without a course of one's own nothing is due, and a record is what it always was.
grade 1 --output default.json
says_not "Due "
says "First: "
! grep -q '"late"\|"visibility"' default.json || fail "the default course leaves traces"

# A due date alone changes no record, whatever the clock says: only a time that was said is in it.
course '"due": "2020-02-29T12:00:00+01:00"'
with 1 --output record.json
says "Due 2020-02-29 12:00:00 +01:00. Handed in now: "
says " late"
cmp default.json record.json || fail "the clock is in the record"

# At the limits that unit tests find in rules, as they come through the command line; zones; the same bytes again.
course '"due": "2028-02-29T23:59:59+01:00", "late": { "percent": 50, "each": "day", "grace": "15m", "last": "2d" },
"extensions": { "ada": "2028-03-31T23:59:59+02:00" }'
submitted 2028-02-29T22:59:59Z;      mark in-time 14; says "in time, at the last second"; says_not "leaves"
submitted 2028-03-01T00:00:00+01:00; mark grace 14; says "1 second late, within the grace period"
submitted 2028-02-29T18:15:00-05:00; mark late 7; says "15 minutes 1 second late, 1 day begun: 50 % of the points are taken off"
says "Being late leaves 7 points"
cp record.json first.json
submitted 2028-02-29T18:15:00-05:00; cmp first.json record.json || fail "identical runs, different records"
submitted 2028-03-03T00:00:00+01:00; mark too-late 0; says "too late: no points"
with 1 --submitted 2028-03-31T21:59:59Z --student ada --output record.json; mark in-time 14; says "(extended)"
grep -q '"extended": true' record.json || fail "the record knows of no extension"
with 1 --submitted 2028-03-31T21:59:59Z --student bob --output record.json; mark too-late 0
with 1 --submitted now --output record.json; grep -q '"submitted": "2' record.json || fail "now is no time"

# Files that make no kernel are late as well, and nobody reads an error into it.
cp -R 1-entry broken
echo x >broken/gates.c
expect 4 "$OUT/grading/grade" --submission broken --exercise 1 --seed 1 --course course.json --submitted 2028-03-01T00:15:00+01:00 --output record.json
mark late 0

# What is hidden is run, and in the record; a student reads how many there are, and nothing of them.
hide() { course "\"due\": \"$1\", \"visibility\": { \"1.tss\": \"$2\", \"1.gates\": \"shown\" }"; }
hide 2099-02-28T00:00:00Z hidden
with 1 --output record.json
says "14 of 14 points"
says "Hidden by the course: 1 test, 5 points."
says "Everything that is shown passed."
says_not "1.tss"
says_not "stacks"
grep -q '"visibility": "hidden"' record.json && grep -q '"max": 19' record.json || fail "the record lacks the hidden test"
hide 2099-02-28T00:00:00Z until-due
with 1 --output record.json
says "1 of them will be shown when it was due, 2099-02-28 00:00:00 +00:00"
says_not "1.tss"
cp record.json before.json
hide 2020-02-29T00:00:00Z until-due
with 1 --output record.json
says "14 of 19 points"
says "FAIL  1.tss"
cmp before.json record.json || fail "the record depends on the due date"

# Feedback: each level says what the one before does, and more.
feedback() { course "\"feedback\": \"$1\", \"hints\": 2"; with 1 --hint=3; says "FAIL  1.tss"; says "14 of 19 points"; }
feedback points; says_not "family"; says_not "First:"; says_not "expected"; says "shows no hints"
feedback family; says "family "; says "First:"; says_not "expected"; says_not "hint 1"; says_not "HINT=1"
feedback seen; says "expected "; says "seen "; says_not "hint 1"
feedback hints; says "hint 2"; says_not "hint 3"; says "hints up to level 2"

# What is wrong is told with its place, and nothing is graded.
wrong() { course "$1"; with 2 "${3:---submitted=now}"; says "$2"; says_not " points"; }
wrong '"visibility": { "1.tss": "secret" }' 'course.json:3: exercises.1-entry.visibility.1.tss: must be "shown"'
wrong '"visibility": { "1.gates": "hidden" }' 'course.json:3: exercises.1-entry.visibility.1.gates: 1.first-exit presupposes it'
wrong '' '--submitted yesterday: no such time. Write now, or 2026-' --submitted=yesterday
with 2 --course nowhere.json
says "nowhere.json: No such file"
