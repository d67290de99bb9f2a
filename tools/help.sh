#!/bin/sh
# Prints the targets and variables of `make`, read from the `##` comments of the makefiles given.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
echo "make TARGET [VARIABLE=VALUE...]    in the top folder (elsewhere make -C build; ./bootstrap TARGET also installs what is missing)"
echo
awk -F ':.*## ' '/^[a-z%-]+:.*## / { sub(/%/, "NAME", $1); printf "  %-15s %s\n", $1, $2 }' "$@"
cat <<'END'
  clean           remove what was built; distclean also what configure made
  dist            a source tarball

  EX=1         use work/1-... in place of the reference; also EX=1-entry, EX="1 2"
  TEST=name    grade: this test only; check: tests whose name contains this
  SEED=number  grade: repeat a run
  HINT=level   grade: hints for what fails, up to 1, 2 or 3; HINT=next: one more than last time
  COURSE=file  grade: another course file than grading/course.json
  JOBS=2       check: tests at a time
  FORCE=1      start: put the old folder aside as a backup and start again
  KCC=...      another compiler for x86-64 (also CC=, NASM=, QEMU=, ...)
END
# What only a teacher's tree has targets for.
case "$*" in
*teachers.mk*) echo '  LECTURE=name lectures-check, lectures-sheets: of this one only' ;;
esac
