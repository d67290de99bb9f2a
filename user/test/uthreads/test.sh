# usage: test.sh: the user-level threads of stage 3 (with EX=3 the student's) pass their program, on the stand-in kernel, and with the
# first half of the reference it says which function is next.
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"

env -u STAGE_1 -u STAGE_2 make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD/kernel" BODY=standin >kernel.log 2>&1 ||
    { cat kernel.log; fail "the kernel does not build"; }

# try FOLDER CODE TEXT
try() {
    rm -rf uthreads
    make -s -f "$srcdir/user/test/uthreads/uthreads.mk" CONFIG="$CONFIG" OUT="$PWD" STAGE_3="$1" || fail "it does not build"
    expect "$2" "$srcdir/tools/run-qemu.sh" --batch --shift 0 --seconds 20 --watch "$OUT/tools/watch" --kernel "$PWD/kernel/kernel.boot" \
        --dir "$PWD" --modules "uthreads.elf root"
    cat output
    says "$3"
}

try "$(stage_folder 3-threads)" 0 "verdict: pass"
[ -z "${STAGE_3:-}" ] || exit 0

# The task's two halves are written one after the other: which function is missing is said.
missing="not implemented: 3.A1 user-level threads"
"$OUT/tools/stage-cut" cut --prune "$srcdir/solutions/3-threads" skeleton >/dev/null
try "$PWD/skeleton" 1 "$missing (first_stack)"
"$OUT/tools/stage-cut" cut --prune --keep all "$srcdir/solutions/3-threads" half >/dev/null
awk '/^void uthread_yield/, /^}/ { next } 1' half/user/uthread.c >yield.c
awk '/^void uthread_yield/, /^}/' skeleton/user/uthread.c >>yield.c
mv yield.c half/user/uthread.c
try "$PWD/half" 1 "$missing (uthread_yield)"
