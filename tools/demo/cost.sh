#!/bin/sh
# A demo: what it costs to ask a function, the kernel, or a server in a protection domain of its own for the same service.
#
#   cost.sh [--values FILE] KERNEL USER      folders with kernel.boot and kernel.elf, and with the test programs
#
#   --values FILE    also writes the figures there, for slides
#
# Instructions are counted by the program (user/test/cost), from the time-stamp counter. Entries, exits and changes of the address
# space are counted by the emulator, which writes down each time one of these instructions of the kernel is carried out:
# the first of its entries, sysretq, iretq, and mov to cr3. The kernel has no part in that.
# From config.mk, through the environment: QEMU, QEMU_MACHINE, QEMU_CPU, QEMU_MEMORY, KCC, KOBJDUMP, KNM; and srcdir, WATCH.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

values=''
if [ "$1" = --values ]; then
    case $2 in /*) values=$2 ;; *) values=$PWD/$2 ;; esac
    shift 2
fi
kernel=$1 user=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

address() { "$KNM" "$1" | awk -v name="$2" '$3 == name { print $1 }'; }

# "ADDRESS KIND" of every instruction to watch.
{
    echo "$(address "$kernel/kernel.elf" syscall_entry) entry"
    echo "$(address "$kernel/kernel.elf" trap_entry) entry"
    echo "$(address "$user/cost.elf" watch_begin) begin"
    echo "$(address "$user/cost.elf" watch_end) end"
    "$KOBJDUMP" -d --no-show-raw-insn "$kernel/kernel.elf" | awk '
        $2 == "sysretq" || $2 == "iretq" { kind = "exit" }
        $2 == "mov" && $3 ~ /,%cr3$/ { kind = "space" }
        kind { sub(":", "", $1); print $1, kind; kind = "" }'
} >"$work/places"
for kind in entry exit space begin end; do
    grep -q "^[0-9a-f]* $kind$" "$work/places" || { echo "cost.sh: no instruction found for '$kind'" >&2; exit 1; }
done
ranges=$(awk '{ printf "%s0x%s..0x%s", (NR > 1 ? "," : ""), $1, $1 }' "$work/places")

# One instruction a block, so that each is written down where it begins. QEMU gave the option another name with 8.1.
one_each='tcg -singlestep'
case $("$QEMU" --version | sed -n 's/.*version \([0-9]*\.[0-9]*\).*/\1/p') in
7.* | 8.0) ;;
*) one_each=tcg,one-insn-per-tb=on ;;
esac
cd "$user"
"$WATCH" --seconds 120 -- "$QEMU" -machine "$QEMU_MACHINE" -cpu "$QEMU_CPU" -m "$QEMU_MEMORY" -accel $one_each \
    -icount shift=0,sleep=off -d exec,nochain -dfilter "$ranges" -D "$work/log" -nodefaults -no-user-config -display none \
    -no-reboot -kernel "$kernel/kernel.boot" -append "timer_hz=1000000000 tsc_hz=1000000000" \
    -initrd "loader.elf loader,cost.elf cost" -serial stdio -monitor none >"$work/said" 2>&1 || { cat "$work/said"; exit 1; }

# "NAME VALUE": what the program has measured, and what was seen between begin and end, for one service after the other.
{
    tr -d '\r' <"$work/said" | sed -n 's/^cost \([a-z]* [0-9]*\)$/\1/p'
    awk -F '[][/ ]+' -v services="function kernel server" '
        BEGIN { split(services, service, " "); split("entry exit space", kinds, " ") }
        FILENAME == ARGV[1] { split($0, place, " "); kind[place[1]] = place[2]; next }
        { what = kind[$5] }
        what == "begin" { n++; delete seen; watching = 1 }
        watching && what { seen[what]++ }
        what == "end" && watching {
            watching = 0
            for (k = 1; k <= 3; k++) print service[n] "_" kinds[k], seen[kinds[k]] + 0
        }' "$work/places" "$work/log"
} >"$work/values"

# All is printed, or it is said what is missing.
awk '
    { value[$1] = $2 }
    END {
        split("function kernel server", service, " ")
        what["function"] = "a function of the program"
        what["kernel"] = "the kernel (monolithic: all services are there)"
        what["server"] = "a server, a program of its own (microkernel)"
        print "\"Count one more\", three times the same service. Who is asked, and what one question costs:\n"
        printf "%-50s %12s %9s %9s %9s\n", "", "instructions", "entries", "exits", "spaces"
        for (s = 1; s <= 3; s++) {
            name = service[s]
            if (!(name in value) || !((name "_space") in value)) { print "no figures for " name; exit 1 }
            printf "%-50s %12d %9d %9d %9d\n", what[name], value[name], value[name "_entry"], value[name "_exit"],
                value[name "_space"]
        }
        print "\ninstructions  carried out from the question to the answer, with the C functions on both sides; average of 1000"
        print "entries       into the kernel, exits out of it, spaces: times another address space was loaded (cr3);"
        print "              one question, counted by the emulator, not by the kernel"
        printf "\nThe kernel counted %d calls delivered, for %d questions to the server.\n", value["delivered"], value["asked"]
        printf "\nA kernel call costs %.0f function calls, a server call %.1f kernel calls. ",
            value["kernel"] / value["function"], value["server"] / value["kernel"]
        print "Instructions are not time: an entry,"
        print "an exit and another address space take many cycles each, and what they do to caches is in no count."
        print "Robustness is not in this table, either: a bug in the function spoils the program, one in the kernel"
        print "everything, one in the server the server."
    }' "$work/values"

if [ -n "$values" ]; then
    {
        echo "# Guest instructions, and events, of one question to a service. Written by 'make demo-cost VALUES=FILE':"
        echo "# QEMU TCG, -icount shift=0, one CPU, kernel of all stages, $("$KCC" -dumpfullversion | sed 's/^/GCC /'), -O2."
        cat "$work/values"
    } >"$values"
fi
