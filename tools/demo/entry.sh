#!/bin/sh
# A demo: the registers before, inside and after a system call and a page fault.
#
#   entry.sh WALK KERNEL USER      the program walk; folders with kernel.elf and kernel.boot, and with root.elf
#
# From config.mk, through the environment: KNM, KOBJDUMP.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

walk=$1 kernel=$2 user=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$KOBJDUMP" -d --no-show-raw-insn "$kernel/kernel.elf" >"$work/kernel"
"$KOBJDUMP" -d --no-show-raw-insn "$user/root.elf" >"$work/user"

# instruction FILE FUNCTION PATTERN: the address of the first such instruction in the function. `next` instead: of the one behind it,
# `before` instead of a pattern: of the last one before the function.
instruction() {
    awk -v name="<$2>:" -v pattern="$3" -v next_one="${4:-}" '
        $2 == name { inside = 1; if (pattern == "before") { print last; exit }; next }
        /^[0-9a-f]+ </ { inside = 0 }
        { sub(":", "", $1) }
        found { print $1; exit }
        inside && $0 ~ pattern { if (next_one) found = 1; else { print $1; exit } }
        $1 ~ /^[0-9a-f]+$/ { last = $1 }' "$1"
}
symbol() { "$KNM" "$1" | awk -v name="$2" '$3 == name { print $1 }'; }
step() { [ -n "$1" ] || { echo "entry.sh: not found: $2" >&2; exit 1; }; echo "$1 $2"; }

{
    step "$(instruction "$work/user" syscall '[ \t]syscall')" "program, before syscall: the number in rax, arguments in rsi, rdx, r10"
    step "$(symbol "$kernel/kernel.elf" syscall_entry)" "kernel, first instruction: rcx, r11 hold rip, rflags. The stack is still the program's!"
    step "$(instruction "$work/kernel" syscall_entry 'call ')" "kernel, before C: GS is the kernel's, the program's rsp, rip, rflags are in its EC"
    step "$(instruction "$work/kernel" exit_sysret '[ \t]sysret')" "kernel, before sysretq: everything but the results is the program's own, or zero"
    step "$(instruction "$work/user" syscall '[ \t]syscall' next)" "program, behind it: the result in rax and rdx"
    step "$(instruction "$work/user" fault_handler before)" "program, before an instruction that must not be: it reads the kernel's memory"
    step "$(symbol "$kernel/kernel.elf" stub_14)" "kernel, at vector 14: error, rip, cs, rflags, rsp, ss have been pushed where TSS.rsp0 says"
    step "$(symbol "$kernel/kernel.elf" trap_from_user)" "kernel, in C: all registers are saved, rdi is the EC"
    step "$(instruction "$work/kernel" exit_iret '[ \t]iretq')" "kernel, before iretq: the frame is the stack, its five words are what comes back"
    step "$(symbol "$user/root.elf" fault_handler)" "program, where it wanted to go on: as before, but for rip"
} >"$work/steps"

printf 'A system call, then a page fault. The first step shows all registers, the others what has changed.\n\n'
cd "$work"
"$walk" --kernel "$kernel/kernel.boot" --module "$user/root.elf=root" --steps steps registers
