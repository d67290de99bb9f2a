# What a trace point costs when tracing is off: at most three instructions. Counted, not claimed: in the code of the whole kernel, and by
# running the same program on a kernel with trace points and on one that was compiled without them.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
[ -n "$QEMU" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
[ -n "$GDB" ] || skip "GDB was not found by configure (package gdb)"

build() { # FOLDER COMPILER
    make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD/$1" BODY=stages STRICT= KCC="$2" all >build.log 2>&1 ||
        { cat build.log; fail "the kernel does not build"; }
}
build with "$KCC"
build without "$KCC -DTRACE_NONE"

# In the code: each test of trace_on has its jump, though the compiler may put work of the function's own between them, and each trace
# point has one of both. And the check finds it where there is one instruction too many.
objdump=${KREADELF%readelf}objdump
"$objdump" -d --no-show-raw-insn with/kernel.elf >with.code
"$objdump" -d --no-show-raw-insn without/kernel.elf >without.code
points() { awk -f "$srcdir/tools/trace/test/points.awk" without.code "$1"; }
expect 0 points with.code
cat output
awk '{ print } /cmpb .*<trace_on>/ && !done { done = 1; for (i = 0; i < 2; i++) print "0:\tmov    %rax,0x7654(%rbx)" }' with.code >more.code
expect 1 points more.code
says "2 more instructions than without trace points"
! grep -q 'call .*<trace_write>' without.code || fail "TRACE_NONE has left trace points"

# By running: the smoke test's measured loops, in instructions, and how many records one round of each makes.
measure() { # KERNEL
    (cd "$OUT/user" && "$OUT/tools/watch" --seconds 100 -- "$QEMU" -machine "$QEMU_MACHINE" -cpu "$QEMU_CPU" -m "$QEMU_MEMORY" -accel tcg \
        -icount shift=0,sleep=off -nodefaults -no-user-config -display none -no-reboot -kernel "$1/kernel.boot" \
        -initrd "smoke.elf smoke" -serial stdio -monitor none) | tr -d '\r' >"$1.text" || fail "$(cat "$1.text")"
}
measure "$PWD/with"
measure "$PWD/without"
expect 0 "$srcdir/tools/trace-run.sh" --kernel "$PWD/with/kernel.boot" --symbols "$PWD/with/kernel.elf" --dir "$OUT/user" \
    --modules "smoke.elf smoke" --records 65536 --seconds 100 --output run.dump
"$OUT/tools/trace" run.dump >run.text

# The usual number of records from one EVENT to the next of its kind.
records() { awk -v event="$1" 'index($0, " " event " ") { if (NR - at < 9) n[NR - at]++; at = NR }
    END { for (i in n) if (n[i] > n[best]) best = i; print best + 0 }' run.text; }
cost() { sed -n "s/^ *$1 *\\([0-9]*\\).*/\\1/p" "$2.text"; }
compare() { # LINE EVENT
    a=$(cost "$1" with) b=$(cost "$1" without) points=$(records "$2")
    [ -n "$a" ] && [ -n "$b" ] && [ "$points" -gt 0 ] || fail "$1: not measured"
    echo "$1: $a instructions, $b without trace points; $points of them: $((a - b)) more"
    [ $((a - b)) -le $((3 * points)) ] || fail "more than three instructions each"
    [ $((a - b)) -ge "$points" ] || fail "less than one instruction each: this does not measure trace points"
}
compare 'call with  0 words, empty reply' call
compare 'semaphore: up and down' up
