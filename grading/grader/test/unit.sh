#!/bin/sh
# Builds and runs the grader's unit tests, with the address and undefined-behaviour sanitizers.
# usage: unit.sh       with srcdir, OUT and CONFIG (of tools/tools.mk) in the environment
# SPDX-License-Identifier: BSD-2-Clause
set -eu
${MAKE:-make} -s -j2 -f "$srcdir/grading/grading.mk" CONFIG="$CONFIG" OUT="$OUT/grading" unit-tests
status=0
for source in "$srcdir"/grading/grader/test/*_test.c; do
    name=$(basename "$source" .c)
    "$OUT/grading/test/$name" || status=1
done
exit $status
