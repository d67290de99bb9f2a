#!/bin/sh
# Does what AUTHORING.md says, in a copy of the tree: writes its files, gives its commands, and looks whether they print what it promises.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
. "$srcdir/grading/corpus/boxes.sh"
[ -n "${QEMU:-}" ] && [ -n "${BWRAP:-}" ] || skip "QEMU and bubblewrap were not found by configure"

# A tree of its own, built as this one is.
copy_tree tree
mkdir -p tree/build/out
cp -Rp "$OUT/grading" "$OUT/tools" tree/build/out/
rm -rf tree/build/out/grading/history
sed "s|^srcdir := .*|srcdir := $PWD/tree|; s|^builddir := .*|builddir := $PWD/tree/build|" "$CONFIG" >tree/build/config.mk
printf '%%:\n\t@$(MAKE) --no-print-directory -f ../tools/tools.mk CONFIG=%s/tree/build/config.mk $@\n' "$PWD" >tree/build/Makefile

page=$srcdir/grading/AUTHORING.md
unset OUT srcdir builddir CONFIG
cd tree
boxes "$page"

# A check whose text is longer than a report shows is told as itself, and cut.
long=$(printf '%060d' 0 | sed 's/0/1 * /g')
sed -i "s/SEL_KERNEL, COUNTERS)/SEL_KERNEL, ${long}COUNTERS)/" grading/tests/9-example/counters.c
sed -i 's/number >= COUNTERS/number > COUNTERS/' work/9-example/counter.c
make -C build grade EX=9 >output 2>&1 || { cat output; fail "make grade failed"; }
tr -s ' \n' ' ' <output >flat
grep -q 'expected BAD_PAR from `kernel_counter(SEL_KERNEL, 1 \* 1 .* 1\.\.\.`' flat || { cat output; fail "a long check is not told, or not cut"; }
