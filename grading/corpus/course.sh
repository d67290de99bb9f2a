#!/bin/sh
# Does what TEACHING.md says of course files, in a folder that looks like the tree.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
. "$srcdir/grading/corpus/boxes.sh"
[ -n "${QEMU:-}" ] && [ -n "${BWRAP:-}" ] || skip "QEMU and bubblewrap were not found by configure"

mkdir build
ln -s "$OUT" build/out
ln -s "$CONFIG" build/config.mk
ln -s "$srcdir/grading" "$srcdir/solutions" "$srcdir/exercises" .
unset MAKEFLAGS MAKELEVEL TESTS
boxes "$srcdir/grading/TEACHING.md"
