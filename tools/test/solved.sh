# usage: solved.sh: the whole system boots on stages 1 and 2 built from solved skeletons in work/, as a student has them.
. "$srcdir/tools/test/lib.sh"

[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
copy_tree tree
for stage in 1-entry 2-boot; do
    mkdir -p "tree/work/$stage"
    "$OUT/tools/stage-cut" cut --keep all "tree/solutions/$stage" "tree/work/$stage" || fail "stage-cut does not write $stage"
    ! grep -rq 'answer [0-9]' "tree/work/$stage" || fail "work/$stage has answer marks"
    # If the kernel were built from solutions/, it would not build any more.
    for file in "tree/solutions/$stage"/*.c; do echo '#error "the reference is built"' >"$file"; done
done
sed "s|^srcdir := .*|srcdir := $PWD/tree|; s|^builddir := .*|builddir := $PWD/build|" "$CONFIG" >config.mk
unset MAKEFLAGS MAKELEVEL BODY MODULES OUT
expect 0 make -s -f tree/tools/tools.mk CONFIG="$PWD/config.mk" run EX="1 2"
says "1000 timer interrupts left every register as it was"
says "Now the whole system on your stage"
says "timer tick 5"
[ "$(grep -c 'verdict: pass' output)" = 2 ] || fail "not two good verdicts"
