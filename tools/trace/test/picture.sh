# make trace as users meet it: the scene in pictures, the same bytes each time, and what is said of programs that are missing.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
[ -n "$QEMU" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
[ -n "$GDB" ] || skip "GDB was not found by configure (package gdb)"

run() { make -s -f "$srcdir/tools/tools.mk" CONFIG="$CONFIG" OUT="$PWD/out" "$@"; }
expect 0 run trace TRACE_OUT="$PWD/first"
says "verdict: pass"
says "what ran when"
expect 0 run trace TRACE_OUT="$PWD/second"
for file in first/*; do
    cmp "$file" "second/${file##*/}" || fail "two runs are not the same: ${file##*/}"
done
for text in 'reader           client     call       files through files, 3 words, 1 item' 'wake       disk from data: SUCCESS' \
    'files runs, because files is at work' 'gone       read done from driver, selector 300: up' \
    'faulty           client     event      #PF at faulty+'; do
    grep -qF "$text" first/trace.txt || { cat first/trace.txt; fail "trace.txt does not say: $text"; }
done
"$OUT/tools/trace_json" speedscope first/speedscope.json
"$OUT/tools/trace_json" chrome first/chrome.json

# Without the programs that draw: named, with their packages.
mkdir empty
ln -s "$(command -v sh)" "$(command -v rm)" "$(command -v head)" empty
PATH=$PWD/empty expect 0 sh "$srcdir/tools/trace/draw.sh" first
says "apt install mscgen"
says "apt install graphviz"
