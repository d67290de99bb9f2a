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

entered=$("$here/entry_to_root.sh" "$kernel" "$user")
echo "bench entry_to_root $entered" >>"$log"
text=$("$here/text_size.sh" "$kernel/kernel.elf")
echo "bench kernel_text $text" >>"$log"

awk -v json=1 -f "$here/table.awk" "$here/rows.txt" "$log" >"$OUT/bench.json"
awk -f "$here/table.awk" "$here/rows.txt" "$log"
echo "(also in $OUT/bench.json)"
