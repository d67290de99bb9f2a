#!/bin/sh
# Runs the benchmarks and prints their tables; the same as JSON goes to OUT/bench.json.
#
#   bench.sh KERNEL USER      folders with kernel.boot and kernel.elf, and with the test programs
#
# From config.mk, through the environment: OUT, QEMU, QEMU_MACHINE, QEMU_CPU, KREADELF, GDB (without it one row is missing), srcdir.
# Fails when the program does, not when a figure is over its bound: the suite's cost tests assert those that the interface promises.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
kernel=$1 user=$2
log=$OUT/bench.log
here=$srcdir/kernel/bench

# Enough memory for ten thousand PDs.
"$srcdir/user/test/run.sh" --kernel "$kernel" --user "$user" --memory 768M --cmdline pool=500000 --seconds 300 bench >"$log" ||
    { cat "$log"; exit 1; }

entry() { "$KREADELF" -h "$1" | awk '/Entry point/ { print $4 }'; }

# From the kernel's entry to root's, with root alone and nothing to calibrate. QEMU waits on a socket of its own until GDB has come.
entry_to_root() {
    socket=$(mktemp -u "${TMPDIR:-/tmp}/bench.XXXXXX")
    (cd "$user" && exec "$QEMU" -S -machine "$QEMU_MACHINE" -cpu "$QEMU_CPU" -m "$QEMU_MEMORY" -accel tcg -icount shift=0,sleep=off \
        -nodefaults -no-user-config -display none -no-reboot -kernel "$kernel/kernel.boot" -append "timer_hz=1000000000 tsc_hz=1000000000" \
        -initrd "loader.elf loader" -serial null -chardev "socket,id=gdb,path=$socket,server=on,wait=off" -gdb chardev:gdb) &
    pid=$!
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ ! -S "$socket" ] || break
        sleep 0.2
    done
    timeout 60 "$GDB" -nx -q -batch -ex "set architecture i386:x86-64" -ex "target remote $socket" \
        -ex "set \$kernel = $(entry "$kernel/kernel.elf")" -ex "set \$root = $(entry "$user/loader.elf")" -x "$here/entry.gdb" 2>/dev/null |
        grep '^bench' || true
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    rm -f "$socket"
}
[ -z "${GDB:-}" ] || entry_to_root >>"$log"

awk -v json=1 -f "$here/table.awk" "$here/rows.txt" "$log" >"$OUT/bench.json"
awk -f "$here/table.awk" "$here/rows.txt" "$log"
echo "(also in $OUT/bench.json)"
