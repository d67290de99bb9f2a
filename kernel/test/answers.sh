# usage: answers.sh STAGE: with the first answers from the reference and the skeleton for the rest, a kernel builds without a warning,
# boots, and says which answer is the next. With all of them the smoke test passes.
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
cut=$OUT/tools/stage-cut
stage=STAGE_${1%%-*}

boot() {
    "$srcdir/tools/run-qemu.sh" --batch --shift 0 --watch "$OUT/tools/watch" --kernel "$PWD/kernel.boot" --dir "$OUT/user" \
        --modules "smoke.elf root"
}

keep=''
"$cut" answers "$srcdir/solutions/$1" | grep '^[0-9]\.[0-9]' >answers
while read -r task title; do
    echo "with ${keep:-no answer}, next $task $title"
    rm -rf stage
    "$cut" cut ${keep:+--keep "$keep"} "$srcdir/solutions/$1" stage >/dev/null
    make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD" "$stage=$PWD/stage" BODY=stages >build.log 2>&1 </dev/null ||
        { cat build.log; fail "with ${keep:-no answer} it does not build"; }
    expect 1 boot </dev/null
    says "not implemented: $task $title"
    keep=$keep${keep:+,}$task
done <answers
rm -rf stage
"$cut" cut --keep "$keep" "$srcdir/solutions/$1" stage >/dev/null
make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD" "$stage=$PWD/stage" BODY=stages >build.log 2>&1
expect 0 boot
says "verdict: pass"
