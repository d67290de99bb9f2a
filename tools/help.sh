#!/bin/sh
# Prints the targets and variables of `make`, read from the `##` comments of the makefiles given.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
echo "make -C build TARGET [VARIABLE=VALUE...]    (./bootstrap TARGET does the same and installs what is missing first)"
echo
awk -F ':.*## ' '/^[a-z%-]+:.*## / { sub(/%/, "NAME", $1); printf "  %-15s %s\n", $1, $2 }' "$@"
cat <<'END'
  clean           remove what was built; distclean also what configure made
  dist            a source tarball

  EX=1         use work/1-... in place of the reference; also EX=1-entry, EX="1 2"
  LECTURE=name lectures-check, lectures-sheets: of this one only
  TEST=name    grade: this test only; check: tests whose name contains this
  SEED=number  grade: repeat a run
  HINT=level   grade: the next hint
  JOBS=2       check: tests at a time
  FORCE=1      start: put the old folder aside as a backup and start again
  KCC=...      another compiler for x86-64 (also CC=, NASM=, QEMU=, ...)
END
