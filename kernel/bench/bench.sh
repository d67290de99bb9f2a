#!/bin/sh
# Runs the benchmarks and prints their tables; the same as JSON goes to OUT/bench.json.
#
#   bench.sh KERNEL USER      folders with kernel.boot and kernel.elf, and with the test programs
#
# From config.mk, through the environment: OUT, QEMU, QEMU_MACHINE, QEMU_CPU, QEMU_MEMORY, KREADELF; and srcdir, WATCH.
# Fails when the program does, not when a figure is over its bound: the suite's cost tests assert those that the interface promises.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
kernel=$1 user=$2
log=$OUT/bench.log
here=$srcdir/kernel/bench

# Enough memory for ten thousand PDs.
"$srcdir/user/test/run.sh" --kernel "$kernel" --user "$user" --memory 768M --cmdline pool=500000 --seconds 300 bench >"$log" ||
    { cat "$log"; exit 1; }

boot() { # KERNEL ARGUMENT...: with root alone, and nothing to calibrate
    image=$1
    shift
    "$WATCH" --seconds 60 -- "$QEMU" -machine "$QEMU_MACHINE" -cpu "$QEMU_CPU" -m "$QEMU_MEMORY" -accel tcg -icount shift=0,sleep=off \
        -nodefaults -no-user-config -display none -no-reboot -kernel "$image" -append "timer_hz=1000000000 tsc_hz=1000000000" \
        -initrd "loader.elf loader" -monitor none "$@" 2>/dev/null || true
}

field() { awk -v key="$1" '$0 ~ key { value = $NF } END { print value }'; }

# From the kernel's entry to root's. Root tells when it was entered. When the kernel was is told by a copy of it whose first instructions
# are others: rdtsc, then eax byte by byte to port 0xe9, then out of the emulator by port 0xf4.
entry_to_root() (
    cd "$user"
    cp "$kernel/kernel.boot" "$OUT/entered.boot"
    at=$(($("$KREADELF" -h "$kernel/kernel.boot" | field 'Entry point') & 0x7fffffff))
    set -- $("$KREADELF" -lW "$kernel/kernel.boot" | awk '$1 == "LOAD" { print $2, $4; exit }')
    printf '\017\061\271\004\000\000\000\346\351\301\350\010\342\371\346\364\364' |
        dd of="$OUT/entered.boot" bs=1 seek=$((at - $2 + $1)) conv=notrunc 2>/dev/null
    boot "$OUT/entered.boot" -serial null -debugcon "file:$OUT/entered" -device isa-debug-exit,iobase=0xf4,iosize=1
    kernel_at=$(od -An -tu4 "$OUT/entered" | tr -d ' ')
    root_at=$(boot "$kernel/kernel.boot" -serial stdio | tr -d '\r' | field 'loader: entered')
    echo "bench entry_to_root $((root_at - kernel_at))"
)
entry_to_root >>"$log"

awk -v json=1 -f "$here/table.awk" "$here/rows.txt" "$log" >"$OUT/bench.json"
awk -f "$here/table.awk" "$here/rows.txt" "$log"
echo "(also in $OUT/bench.json)"
