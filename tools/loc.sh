#!/bin/sh
# Lines of code (neither blank nor comment): the kernel part by part, then the rest of the kit.
# usage: loc.sh SRCDIR
#
# The kernel is what runs in a kernel image. So its tests and benchmarks are not counted, nor the part of exercise 3 that runs in
# ring 3 (3-threads/user), nor asm_constants.c, which is compiled to numbers for NASM and runs nowhere, nor the checkers of
# the debug build (check*). Headers count, with all their declarations.
# KERNEL: the kernel.elf whose text is counted in bytes; without it that line is left out.
# LOC_CLOC: the cloc to count with; empty: awk.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

budget_now=4000 budget=5000
call_budget=16 text_budget=40960
cloc=${LOC_CLOC-$(command -v cloc || :)}
here=$(cd "$(dirname "$0")" && pwd)

sources() {
    find "$@" -type f ! -path '*/test/*' ! -path '*/bench/*' \( -name '*.[ch]' -o -name '*.asm' -o -name '*.inc' -o -name '*.ld' \)
}

kernel_sources() {
    sources kernel solutions/[1-7]-* | grep -v -e '/asm_constants\.c$' -e '/3-threads/user/' -e '/check\(_[a-z_]*\)*\.[ch]$'
}

# Of the files whose names come in: a line "COUNT FILE" each. cloc knows neither of the last two suffixes.
count_cloc() {
    "$cloc" --quiet --csv --by-file --skip-uniqueness --list-file=- --force-lang=C,ld --force-lang=Assembly,inc |
        awk -F , '$2 ~ /\// { print $5, $2 }'
}

# Comments are `//`, `/* ... */` and, in NASM, `;`. A line with code and a comment counts.
count_awk() {
    xargs awk '
        FNR == 1 { inside = 0; nasm = FILENAME ~ /\.(asm|inc)$/; lines[FILENAME] = 0 }
        {
            line = $0
            if (nasm) sub(/;.*/, "", line)
            else {
                gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", line)
                if (inside) { if (sub(/^.*\*\//, "", line)) inside = 0; else next }
                sub(/\/\/.*/, "", line)
                if (sub(/\/\*.*/, "", line)) inside = 1
            }
            if (line ~ /[^ \t]/) lines[FILENAME]++
        }
        END { for (file in lines) print lines[file], file }'
}

count() {
    if [ -n "$cloc" ]; then count_cloc; else count_awk; fi
}

# A part is a folder of kernel/ or a stage.
by_part() {
    awk '{ n = split($2, p, "/"); sum[n > 2 ? p[1] "/" p[2] : p[1]] += $1 }
         END { for (part in sum) printf "%6d  %s\n", sum[part], part }' | sort -k 2
}

# In this kit a function begins and ends with a brace in the first column. Its length is what is between them.
median_function() {
    xargs awk '/^\{/ { start = FNR } /^\}/ && start { print FNR - start - 1; start = 0 }' | sort -n |
        awk '{ length_of[NR] = $1 } END { print NR ? length_of[int((NR + 1) / 2)] : 0 }'
}

total() {
    count | awk '{ sum += $1 } END { print sum + 0 }'
}

# Those that the table names; a number without one is refused.
system_calls() {
    awk '/^syscall_handler \*const syscall_table/ { inside = 1 } /^}/ { inside = 0 }
         inside && /^ *\[CALL_[A-Z_]*\] = / && !/sys_none/ { n++ }
         END { print n + 0 }' kernel/body/calls.c
}

# The section .text: code alone, and with it nothing of what it looks up.
kernel_text() {
    text=$("$here/../kernel/bench/text_size.sh" "$KERNEL")
    over=''
    [ "$text" -le $text_budget ] || over=': over'
    printf '%6d  bytes of code has the kernel, at most %d%s\n' "$text" $text_budget "$over"
}

cd "$1"
echo "Lines of code, counted by $(basename "${cloc:-awk}")"
kernel_sources | count | by_part
printf '%6d  the kernel, at most %d, and %d with more than one processor\n' "$(kernel_sources | total)" $budget_now $budget
echo "        (without test/, bench/, asm_constants.c and check*, which are in no kernel image)"
printf '%6d  lines has its median function\n' "$(kernel_sources | grep '\.c$' | median_function)"
calls=$(system_calls)
[ "$calls" -gt 0 ] || { echo "no table of system calls was found in kernel/body/calls.c" >&2; exit 1; }
printf '%6d  system calls, at most %d\n' "$calls" $call_budget
[ -z "${KERNEL:-}" ] || kernel_text
for folder in user grading tools; do
    [ ! -d $folder ] || printf '%6d  %s\n' "$(sources $folder | total)" $folder
done
