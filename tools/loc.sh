#!/bin/sh
# Lines of code (neither blank nor comment) of the kernel, stage by stage. The kernel's budget is 5,000 lines.
# usage: loc.sh SRCDIR
# SPDX-License-Identifier: BSD-2-Clause
set -eu

# Comments are `//`, `/* ... */` and, in NASM, `;`. A line with code and a comment counts.
count() {
    find "$@" -type f ! -path "*/test/*" \( -name '*.[ch]' -o -name '*.asm' -o -name '*.inc' -o -name '*.ld' \) -exec awk '
        FNR == 1 { inside = 0; nasm = FILENAME ~ /\.(asm|inc)$/ }
        {
            line = $0
            if (nasm) sub(/;.*/, "", line)
            else {
                gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", line)
                if (inside) { if (sub(/^.*\*\//, "", line)) inside = 0; else next }
                sub(/\/\/.*/, "", line)
                if (sub(/\/\*.*/, "", line)) inside = 1
            }
            if (line ~ /[^ \t]/) lines++
        }
        END { print lines + 0 }' {} + | awk '{ total += $1 } END { print total + 0 }'
}

cd "$1"
total=0
for part in kernel solutions/[1-7]-*; do
    [ -d "$part" ] || continue
    lines=$(count "$part")
    total=$((total + lines))
    printf '%6d  %s\n' "$lines" "$part"
done
printf '%6d  kernel and stages 1 to 7 (at most 5000)\n' "$total"
[ ! -d user ] || printf '%6d  user\n' "$(count user)"
[ ! -d grading ] || printf '%6d  grading\n' "$(count grading)"
printf '%6d  tools\n' "$(count tools)"
