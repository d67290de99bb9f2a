#!/bin/sh
# Does what AUTHORING.md says, in a copy of the tree: writes its files, gives its commands, and looks whether they print what it promises.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] && [ -n "${BWRAP:-}" ] || skip "QEMU and bubblewrap were not found by configure"

# A tree of its own, built as this one is.
copy_tree tree
mkdir -p tree/build/out
cp -Rp "$OUT/grading" "$OUT/tools" tree/build/out/
rm -rf tree/build/out/grading/history
sed "s|^srcdir := .*|srcdir := $PWD/tree|; s|^builddir := .*|builddir := $PWD/tree/build|" "$CONFIG" >tree/build/config.mk
printf '%%:\n\t@$(MAKE) --no-print-directory -f ../tools/tools.mk CONFIG=%s/tree/build/config.mk $@\n' "$PWD" >tree/build/Makefile

# ~~~~KIND [FILE]: a box. sh: commands; text: what they print, line by line, and more; anything else: the contents of FILE.
mkdir steps
awk '/^~~~~./ { n++; kind = substr($1, 5); printf "%03d %s %s\n", n, kind, $2 >"steps/list"; inside = 1; next }
     /^~~~~$/ { inside = 0; next }
     inside { print >sprintf("steps/%03d", n) }' "$srcdir/grading/AUTHORING.md"
[ "$(grep -c ' sh' steps/list)" -ge 4 ] || fail "there are no commands in AUTHORING.md"

cd tree
unset OUT srcdir builddir CONFIG
while read -r number kind file; do
    step=../steps/$number
    case $kind in
    sh)
        echo "--- $(cat "$step")"
        sh -e "$step" >output 2>&1 </dev/null || { cat output; fail "a command of AUTHORING.md failed"; }
        tr -s ' ' <output >flat
        cat output
        ;;
    text)
        while read -r line; do
            line=$(printf '%s' "$line" | tr -s ' ')
            grep -qF -- "$line" flat || fail "AUTHORING.md promises what is not said: $line"
        done <"$step"
        ;;
    *)
        mkdir -p "${file%/*}"
        cp "$step" "$file"
        ;;
    esac
done <../steps/list
