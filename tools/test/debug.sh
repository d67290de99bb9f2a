# GDB must reach the kernel's first C function with its symbols and source lines.
. "$srcdir/tools/test/lib.sh"
[ -n "$QEMU" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
[ -n "$GDB" ] || skip "GDB was not found by configure (package gdb)"

expect 0 "$srcdir/tools/debug.sh" --kernel "$OUT/kernel/kernel.boot" --symbols "$OUT/kernel/kernel.elf" --dir "$OUT/user" \
    --modules "root.elf root" -- -batch -ex 'hbreak kernel_main' -ex continue -ex 'info line' -ex 'print $cs' -ex backtrace
says "kernel_main ("
says "main.c"
