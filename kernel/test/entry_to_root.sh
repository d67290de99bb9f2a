# The way from the kernel's first instruction to root's is short: one boot, with root alone. The bound is that of
# kernel/bench/rows.txt, which `make bench` prints. A measurement in which one end is missing is none.
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"

make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD" BODY=stages >build.log 2>&1 ||
    { cat build.log; fail "the kernel does not build"; }
make -s -f "$srcdir/user/test/test.mk" CONFIG="$CONFIG" OUT="$PWD" "$PWD/loader.elf" >build.log 2>&1 ||
    { cat build.log; fail "root does not build"; }

measure() { # CODE KERNEL USER: what is measured in one boot is in the file output
    expect "$1" env OUT="$PWD/boot" WATCH="$OUT/tools/watch" sh "$srcdir/kernel/bench/entry_to_root.sh" "$2" "$3"
}

measure 0 "$PWD" "$PWD"
got=$(cat output)
bound=$(awk -F '|' '$1 ~ /^entry_to_root / { print $NF + 0 }' "$srcdir/kernel/bench/rows.txt")
echo "from the kernel's entry to root's: $got instructions, at most $bound"
[ "$got" -le "$bound" ] || fail "it takes too long"
[ "$got" -gt 1000 ] || fail "that is no boot"

# A root that tells nothing, and half a kernel, which is not entered.
mkdir no-root
echo nothing >no-root/loader.elf
measure 1 "$PWD" "$PWD/no-root"
says "when root was entered was not told"
mkdir half
head -c 8192 kernel.boot >half/kernel.boot
measure 1 "$PWD/half" "$PWD"
says "when the kernel was entered was not told"
