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
