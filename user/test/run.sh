#!/bin/sh
# Boots a test program in QEMU and watches for its verdict.
#
#   run.sh [--shift N] [--seconds N] [--kernel DIR] [--user DIR] [--memory SIZE] [--ram FILE] [--cmdline TEXT] PROGRAM [OPTION...]
#
# Time is counted in instructions: one lasts 2^N ns (default 0), so that a run is the same each time, however busy the machine is. A
# higher N makes time pass with less work. --ram: the guest's memory is this file. Options go to the program: only=NAME, verbose,
# seed=NUMBER, ...
# SPDX-License-Identifier: BSD-2-Clause
set -eu

shift_=0 seconds=120 cmdline='' ram='' memory=$QEMU_MEMORY kernel=${OUT:-.}/kernel-stages user=${OUT:-.}/user-test
while [ $# -gt 0 ]; do
    case $1 in
    --shift) shift_=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --kernel) kernel=$2; shift ;;
    --user) user=$2; shift ;;
    --memory) memory=$2; shift ;;
    --ram) ram=$2; shift ;;
    --cmdline) cmdline=$2; shift ;;
    *) break ;;
    esac
    shift
done
program=$1
cd "$user"
exec "${WATCH:-$OUT/tools/watch}" --seconds "$seconds" -- "$QEMU" -machine "$QEMU_MACHINE${ram:+,memory-backend=ram}" \
    ${ram:+-object "memory-backend-file,id=ram,size=$memory,mem-path=$ram,share=on"} -cpu "$QEMU_CPU" -m "$memory" \
    -accel tcg -icount "shift=$shift_,sleep=off" -global hpet.msi=on -nodefaults -no-user-config -display none -no-reboot \
    -kernel "$kernel/kernel.boot" -append "$cmdline" -initrd "loader.elf loader,$program.elf $*" -serial stdio -monitor none
