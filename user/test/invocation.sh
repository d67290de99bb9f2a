# One remote call, as the kernel's trace and marks of client and server tell it, against the six steps of an invocation. The
# trace is read from outside; the kernel does not know that it is looked at.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
[ -n "${GDB:-}" ] || skip "GDB was not found by configure (package gdb)"
for n in 1 2 3 4 5; do
    eval "student=\${STAGE_$n:-}"
    [ -z "$student" ] || skip "a student's stage $n need not have the reference's trace points"
done

kernel=$OUT/test-kernel user=$OUT/test-system
mkdir -p "$kernel" "$user"
exec 9>"$OUT/test-build.lock"
flock 9
make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$kernel" BODY=stages >build.log 2>&1 ||
    { cat build.log; fail "the kernel does not build"; }
make -s -f "$srcdir/user/user.mk" CONFIG="$CONFIG" OUT="$user" >build.log 2>&1 ||
    { cat build.log; fail "the programs do not build"; }
exec 9>&-

expect 0 "$srcdir/tools/trace-run.sh" --kernel "$kernel/kernel.boot" --symbols "$kernel/kernel.elf" --dir "$user" \
    --modules "core.elf core,init.elf init,invocation.json config,invoked.elf invoked,invoker.elf invoker" \
    --records 65536 --output run.dump
says "[init -> client] forged: GONE, 21 calls back: OK, 42" # the value that is passed back in step 6
says "verdict: pass"
expect 0 "$OUT/tools/trace" --kernel "$kernel/kernel.elf" --window "forged..client has it" run.dump

# EC and event, without times and numbers. A mark is a call that the kernel refuses, so each has an exit that says nothing.
sed -n 's/^ *[0-9][0-9]* *[0-9.]* *[0-9]* *\([a-z]*\) *PD [0-9]* *\([a-z]*\) *\(.*\)$/\1: \2 \3/p' output |
    grep -v "exit BAD_CALL" >seen

# step of the list | what is seen of it
#  1  the client calls a method, with its own name for the object, an opcode and arguments
#  2  the kernel checks whether the capability is valid: with a name under which nothing is, nobody but the client runs
#  3  the kernel finds the object's owner, and its entrypoint runs: the words are the head of two, and the argument
#  4  the entrypoint finds object and method, and invokes it
#  5  it replies, with a value
#  6  the value is passed back, and the client runs again
sed 's/^[0-9]* *| //' >wanted <<'END'
1 | client: entry a mark: forged
2 | client: exit BAD_CAP (2), rdx 0
1 | client: entry a mark: client calls
3 | client: call server through method, 3 words
4 | server: entry a mark: method runs
5 | server: reply to client, SUCCESS, 3 words
6 | client: entry a mark: client has it
END
diff wanted seen || { cat output; fail "an invocation is not what the list says"; }
