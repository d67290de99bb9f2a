# A real kernel's trace: booted, dumped from outside, and shown, with names from the kernel and from the program.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
[ -n "$QEMU" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
[ -n "$GDB" ] || skip "GDB was not found by configure (package gdb)"

run() {
    "$srcdir/tools/trace-run.sh" --kernel "$OUT/kernel/kernel.boot" --symbols "$OUT/kernel/kernel.elf" --dir "$OUT/user" \
        --modules "root.elf root" "$@"
}
expect 0 run --output run.dump --records 256
says "verdict: pass"
expect 0 "$OUT/tools/trace" --kernel "$OUT/kernel/kernel.elf" --program "$OUT/user/root.elf" run.dump
says "older records were overwritten"
says "#PF 14"
says "main+"
says "idle"
says_not "not complete"
expect 0 "$OUT/tools/trace" --format all --output all run.dump

# A size that is none: the kernel says so, and nothing is written.
expect 1 run --output bad.dump --records 100
says "it must be a power of two"
[ ! -e bad.dump ] || fail "a dump was written without a ring"
