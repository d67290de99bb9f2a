#!/bin/sh
# Builds the kit's side of a graded kernel once, into a cache named by the hash of everything it is made from.
#
#   kit.sh SRCDIR OUT CONFIG       with KCC KLD KNM KOBJCOPY NASM in the environment
#
# Results:
#   OUT/cache/HASH/    all that is shown to the sandbox in which a student's files are compiled:
#       kernel/            headers, contracts and kernel.mk, copied, so that later edits do not reach into a cached kit
#       parts/             *.part.o of every part: the references of all stages, and every body
#       standin/           the reference's kernel.elf and kernel.boot, on which ring-3 code of the student's runs
#       uthreads/          the program that tries the user-level threads of exercise 3, and how it is built
#       2-boot/kernel.ld   the script for exercises that do not write one
#       asm_constants.inc, config.mk
#   OUT/kit.json       says which HASH is the current one, and with which tools it was made
# SPDX-License-Identifier: BSD-2-Clause
set -eu
srcdir=$1 out=$2 config=$3

absolute() { command -v "$1" || { echo "kit.sh: $1 is not there" >&2; exit 1; }; }
KCC=$(absolute "$KCC") KLD=$(absolute "$KLD") KNM=$(absolute "$KNM") KOBJCOPY=$(absolute "$KOBJCOPY") NASM=$(absolute "$NASM")
compiler=$("$KCC" --version | head -n 1)
linker=$("$KLD" --version | head -n 1)
assembler=$("$NASM" -v | head -n 1)

# A tree for students has parts instead of the references.
references=solutions
[ -d "$srcdir/solutions" ] || references=prebuilt

# Names and contents, in an order that does not depend on the locale.
hash=$(cd "$srcdir" && {
    printf '%s\n' "$compiler" "$linker" "$assembler" "$KCC" "$KLD" "$KNM" "$KOBJCOPY" "$NASM"
    find kernel "$references" grading/standin grading/boot grading/rig grading/uthreads grading/tests/told user/user.ld user/lib/start.asm grading/kit.sh -type f ! -name '*.md' | LC_ALL=C sort | xargs sha256sum
} | sha256sum | cut -c 1-16)
cache=$out/cache/$hash

# The interface is that of the library which students are given.
make_uthreads() {
    ${MAKE:-make} -s -f "$srcdir/grading/uthreads/uthreads.mk" CONFIG="$config" KIT="$new/uthreads" kit
    cp "$srcdir"/grading/uthreads/uthreads.mk "$srcdir"/grading/uthreads/not_implemented.* "$srcdir/user/user.ld" "$new/uthreads/"
}

make_cache() {
    new=$cache.$$
    rm -rf "$new"
    mkdir -p "$new/parts" "$new/2-boot" "$new/build" "$new/standin" "$new/uthreads"
    echo "  KIT     $hash"
    for body in standin examiner stages rig; do
        ${MAKE:-make} -s -f "$srcdir/kernel/kernel.mk" CONFIG="$config" OUT="$new/build" BODY=$body WHOLE= all >> "$new/build.log"
        [ $body != standin ] || cp "$new/build/kernel.elf" "$new/build/kernel.boot" "$new/standin/"
    done
    mv "$new"/build/*.part.o "$new/parts/"
    mv "$new/build/asm_constants.inc" "$new/"
    [ ! -d "$srcdir/exercises/3-threads" ] || make_uthreads
    rm -rf "$new/build" "$new/build.log"
    cp "$srcdir/$references/2-boot/kernel.ld" "$new/2-boot/"
    (cd "$srcdir" && find kernel -type f ! -name '*.c' ! -name '*.md' && echo kernel/asm_constants.c) | while read -r file; do
        mkdir -p "$new/$(dirname "$file")"
        cp "$srcdir/$file" "$new/$file"
    done
    printf '%s\n' "srcdir := /kit" "KCC := $KCC" "KLD := $KLD" "KNM := $KNM" "KOBJCOPY := $KOBJCOPY" "NASM := $NASM" \
        > "$new/config.mk"
    # Files only: a user's own `rm -rf` must still be able to remove the directories.
    find "$new" -type f -exec chmod a-w {} +
    # Whoever comes second finds it made; mv onto a directory would go into it.
    mv -T "$new" "$cache" 2>/dev/null || rm -rf "$new"
}
[ -d "$cache" ] || make_cache

quote() { printf '%s' "$1" | sed 's/[\\"]/\\&/g'; }
cat > "$out/kit.json.$$" <<END
{
  "schema": "cairn-kit/1",
  "hash": "$hash",
  "source": "$(quote "$srcdir")",
  "parts": [$(cd "$cache/parts" && ls | LC_ALL=C sort | sed 's/\(.*\)\.part\.o/"\1"/' | paste -s -d , -)],
  "tools": { "compiler": "$(quote "$compiler")", "linker": "$(quote "$linker")", "assembler": "$(quote "$assembler")" }
}
END
if cmp -s "$out/kit.json.$$" "$out/kit.json"; then
    rm -f "$out/kit.json.$$"
else
    mv "$out/kit.json.$$" "$out/kit.json"
fi
