#!/bin/sh
# A demo: the machine's state on the way from the reset vector to the first instruction in ring 3.
#
#   boot.sh [--values FILE] WALK KERNEL USER      the program walk; folders with kernel.elf and kernel.boot, and with root.elf
#
#   --values FILE    also writes the counts there, for slides
#
# From config.mk, through the environment: KNM, KREADELF.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

values=''
if [ "$1" = --values ]; then
    values=$2
    shift 2
fi
walk=$1 kernel=$2 user=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The address of a symbol; with "low" where it lies before there is paging.
address() { "$KNM" "$kernel/kernel.elf" | awk -v name="$1" '$3 == name { print $1 }'; }
low() { address "$1" | sed 's/^ffffffff8/00000000/'; }
# A stage may be written with other labels than those of the given files: then there is no such line.
step() { [ -n "$1" ] && echo "$1 $2: $3" || echo "boot.sh: the kernel has no label $2, so that line is missing" >&2; }

{
    echo "reset reset vector: firmware, 16 bytes below 4 GiB, in the mode of 1978"
    step "$(low boot_entry)" boot_entry "the loader found the Multiboot header and jumps, 32 bits, no paging, no stack"
    step "$(low long_mode)" long_mode "tables are made, paging switched long mode on; still where the loader put us"
    step "$(address high_addresses)" high_addresses "the same bytes, seen at the address they are linked for"
    step "$(address boot_main)" boot_main "there is a stack, so there can be C"
    step "$(address kernel_main)" kernel_main "page tables of the kernel's own: nothing is writable and executable"
    step "$(address body_start)" body_start "entries and exits are in place; now the root task is made of its module"
    step "$("$KREADELF" -h "$user/root.elf" | awk '/Entry point/ { sub("0x", "", $4); print $4 }')" root "its first instruction, in ring 3"
} >"$work/steps"

printf '%s\n\n%12s  %-16s  %-18s %s %-14s %s\n' "From the reset vector to ring 3, looked at without disturbing it:" \
    instructions rip "mode" ring "  page of rip" "switched on"
cd "$work"
"$walk" --kernel "$kernel/kernel.boot" --module "$user/root.elf=root" --steps steps mode | tee out
echo
echo "instructions  since reset; the first of them are the firmware's (qboot, a very short one)"
echo "page of rip   what page tables say of the page that is being executed: - while there are none"

if [ -n "$values" ]; then
    {
        echo "# Instructions from reset to each place; bytes of the kernel's segments in the file and in memory. Written by"
        echo "# 'make demo-boot VALUES=FILE': QEMU TCG, -icount shift=0, qboot, 128 MiB, timer frequencies given on the command line."
        awk 'NR % 2 { count = $1; next } { sub(":.*", ""); sub(/^ */, ""); gsub(" ", "_"); print $0, count }' out
        "$KREADELF" -lW "$kernel/kernel.elf" | awk '
            function number(hex, n, i) {
                for (i = 3; i <= length(hex); i++) n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
                return n
            }
            BEGIN { split("text rodata data", name, " ") }
            $1 == "LOAD" { print name[++n] "_file", number($5); print name[n] "_memory", number($6) }'
    } >"$values"
fi
