#!/bin/sh
# Instructions from the kernel's first to root's first, in one boot with root alone and nothing to calibrate.
#
#   entry_to_root.sh KERNEL USER      folders with kernel.boot and with loader.elf, which is root
#
# Root tells when it was entered. When the kernel was is told by a copy of it whose first instructions are others: rdtsc,
# then eax byte by byte to port 0xe9, then out of the emulator by port 0xf4. Prints the number; fails where an end told nothing.
# From config.mk, through the environment: OUT, QEMU, QEMU_MACHINE, QEMU_CPU, QEMU_MEMORY, KREADELF; and WATCH.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
kernel=$1 user=$2
mkdir -p "$OUT"

boot() { # KERNEL ARGUMENT...
    image=$1
    shift
    "$WATCH" --seconds 60 -- "$QEMU" -machine "$QEMU_MACHINE" -cpu "$QEMU_CPU" -m "$QEMU_MEMORY" -accel tcg \
        -icount shift=0,sleep=off -nodefaults -no-user-config -display none -no-reboot -kernel "$image" \
        -append "timer_hz=1000000000 tsc_hz=1000000000" \
        -initrd "loader.elf loader" -monitor none "$@" 2>/dev/null || true
}

field() { awk -v key="$1" '$0 ~ key { value = $NF } END { print value }'; }

is_number() {
    case $2 in
    '' | *[!0-9]*) echo "$1 was not told: \"$2\"" >&2; exit 1 ;;
    esac
}

cd "$user"
rm -f "$OUT/entered"
cp "$kernel/kernel.boot" "$OUT/entered.boot"
at=$(($("$KREADELF" -h "$kernel/kernel.boot" | field 'Entry point') & 0x7fffffff))
set -- $("$KREADELF" -lW "$kernel/kernel.boot" | awk '$1 == "LOAD" { print $2, $4; exit }')
printf '\017\061\271\004\000\000\000\346\351\301\350\010\342\371\346\364\364' |
    dd of="$OUT/entered.boot" bs=1 seek=$((at - $2 + $1)) conv=notrunc 2>/dev/null
boot "$OUT/entered.boot" -serial null -debugcon "file:$OUT/entered" -device isa-debug-exit,iobase=0xf4,iosize=1
[ -s "$OUT/entered" ] || : >"$OUT/entered"
kernel_at=$(od -An -tu4 "$OUT/entered" | tr -d ' ')
root_at=$(boot "$kernel/kernel.boot" -serial stdio | tr -d '\r' | field 'loader: entered')
is_number "when the kernel was entered" "$kernel_at"
is_number "when root was entered" "$root_at"
[ "$root_at" -gt "$kernel_at" ] || { echo "root was entered at $root_at, and the kernel at $kernel_at" >&2; exit 1; }
echo $((root_at - kernel_at))
