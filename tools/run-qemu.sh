#!/bin/sh
# Boots a kernel with its modules, or an ISO, in QEMU on the pinned machine.
# QEMU, QEMU_MACHINE, QEMU_CPU and QEMU_MEMORY come from config.mk through the environment.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

usage() {
    cat <<'END'
usage: run-qemu.sh --watch PROGRAM (--kernel FILE --dir DIR --modules LIST [--cmdline TEXT] | --iso FILE) [--batch] [--seconds N] [--shift N]

  --kernel FILE   a kernel QEMU can load (ELF32)
  --dir DIR       where the modules are
  --modules LIST  "FILE NAME" of each module, joined with commas; the first is the root task
  --cmdline TEXT  for the kernel itself
  --iso FILE      boot this CD with its own boot loader instead
  --batch         do not use the terminal, end at the verdict (so it is anyway without a terminal)
  --seconds N     in batch: give up after N seconds (default 60)
  --shift N       time is counted in instructions, 2^N ns each: the same run each time, however busy this machine is

On a terminal the serial console is yours until you leave QEMU with Ctrl-A X.
exit codes in batch   0 pass   1 fail   2 no verdict   64 wrong usage
END
}

watch='' kernel='' dir='' modules='' cmdline='' iso='' batch='' seconds=60 shift_=''
while [ $# -gt 0 ]; do
    case $1 in
    --watch) watch=$2; shift ;;
    --kernel) kernel=$2; shift ;;
    --dir) dir=$2; shift ;;
    --modules) modules=$2; shift ;;
    --cmdline) cmdline=$2; shift ;;
    --iso) iso=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --shift) shift_=$2; shift ;;
    --batch) batch=1 ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
    esac
    shift
done
[ -n "$kernel$iso" ] && [ -n "$watch" ] || { usage >&2; exit 64; }

# -nodefaults: no device that nobody asked for. A triple fault ends the machine instead of starting it again.
set -- "$QEMU" -machine "$QEMU_MACHINE" -cpu "$QEMU_CPU" -m "$QEMU_MEMORY" -accel tcg \
    -nodefaults -no-user-config -display none -no-reboot
[ -z "$shift_" ] || set -- "$@" -icount "shift=$shift_,sleep=off"
if [ -n "$iso" ]; then
    # GRUB wants a display adapter to be there, if only to see that nobody looks at it.
    set -- "$@" -vga std -drive "if=none,id=cd,format=raw,readonly=on,file=$iso" -device ide-cd,drive=cd,bootindex=0
else
    # Relative module names, because the kernel sees them, and a path of this machine means nothing to it.
    cd "$dir"
    set -- "$@" -kernel "$kernel" -initrd "$modules" -append "$cmdline"
fi

if [ -z "$batch" ] && [ -t 0 ] && [ -t 1 ]; then
    echo "QEMU with the serial console here. Leave with Ctrl-A X (Ctrl-A H shows the other keys)."
    exec "$@" -serial mon:stdio
fi
exec "$watch" --seconds "$seconds" -- "$@" -serial stdio -monitor none
