# usage: skeleton.sh STAGE TEXT: a kernel with the untouched skeleton of that stage says which answer comes first.
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"

make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD" STAGE_"${1%%-*}"="$srcdir/exercises/$1" >build.log 2>&1 ||
    { cat build.log; fail "the skeleton does not build"; }
report() {
    sh "$srcdir/tools/unwritten.sh" "${KNM:-nm}" kernel.elf &&
        "$srcdir/tools/run-qemu.sh" --batch --watch "$OUT/tools/watch" --kernel "$PWD/kernel.boot" --dir "$OUT/user" \
            --modules "root.elf root"
}
expect 1 report
says "not implemented: $2"
