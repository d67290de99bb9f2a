#!/bin/sh
# The tool that makes mechanical mutants: which changes it makes is decided by the seed alone; a survivor that nobody has judged, and too
# low a rate, make it fail; a judged one is named so.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] && [ -n "${BWRAP:-}" ] || skip "QEMU and bubblewrap were not found by configure"

# A kit whose only test looks at the registers of the system call: changes anywhere else survive it.
mkdir -p kit/grading/tests/1-entry kit/grading/mutants/1-entry kit/solutions
cp -R "$srcdir/grading/families" kit/grading/
cp "$srcdir/grading/tests/1-entry/msrs.json" kit/grading/tests/1-entry/
sed -i '/"presupposes": \[/,/\],/d' kit/grading/tests/1-entry/msrs.json
cp -R "$srcdir/solutions/1-entry" kit/solutions/
# mechanical [OPTION...]
mechanical() { "$OUT/grading/mechanical" --exercise 1 --kit kit --build "$OUT/grading" -j 2 "$@"; }

expect 0 mechanical --list
for change in "-    cpu->current = ec;" "+    gate->offset_low = target | 0xffff;" "+    mov   rbp, [gs:CPU_CURRENT]"; do
    grep -qxF -- "$change" output || { cat output; fail "no such change: $change"; }
done
for kind in statement condition comparison constant operator operands instruction register; do
    says "($kind)"
done
! grep -q '^[-+].*//!' output || fail "a mark is in a change"
cp output all

expect 1 mechanical --count 4 --seed 5
cp output first
says "SURVIVED:"
says "mechanical mutants of 1-entry killed"
expect 1 mechanical --count 4 --seed 5 -j 1
cmp first output || fail "the same seed makes other mutants"
expect 1 mechanical --count 4 --seed 6
! cmp -s first output || fail "another seed makes the same mutants"

# The survivors of the first run, judged: still too few were killed.
awk '/^SURVIVED: / { file = $2; sub(/:.*/, "", file) } /^-/ { old = $0 } /^[+]/ { print file ": because this is a test\n" old "\n" $0 "\n" }' first \
    >kit/grading/mutants/1-entry/survivors
expect 1 mechanical --count 4 --seed 5
says "survived, judged:"
says_not "SURVIVED"
echo "nonsense" >>kit/grading/mutants/1-entry/survivors
expect 5 mechanical --count 4 --seed 5
says "a survivor is three lines"

# What is no number, or too large, is refused before anything is built.
for wrong in "--count 4x" "--count -1" "--count 10001" "--seed x" "--seed 1e3" "-j 0" "-j 65" "-j 2,5"; do
    expect 2 mechanical --count 4 $wrong
    says "usage: mechanical"
done
