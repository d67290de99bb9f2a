# usage: student-kit.sh tree|use
# tree: two trees are the same bytes, tell no answer, and the search for answers finds those that are put there.
# use: unpacked in an empty folder it builds, boots, starts, grades; a solved exercise has all points, the skeleton none.
. "$srcdir/tools/test/lib.sh"

kit() {
    MAKE=make sh "$srcdir/tools/student-kit/make.sh" "$srcdir" "$CONFIG" "$PWD/$1" 9.9 "$2" >"$1.log" 2>&1 ||
        { cat "$1.log"; fail "no tree"; }
}
leaks() { sh "$srcdir/tools/student-kit/leaks.sh" "$srcdir" "$CONFIG" "$1"; }
tool() { sed -n "s/^$1 := //p" "$CONFIG"; }
name=cairn-student-9.9

case $1 in
tree)
    kit one "1 2 3 4 5"
    kit two "1 2 3 4 5"
    cmp one/$name.tar.gz two/$name.tar.gz || fail "two tarballs of the same sources differ"
    tree=$PWD/one/$name
    for path in solutions work lectures docker grading/mutants grading/cheats grading/corpus grading/alternatives \
        grading/TEACHING.md grading/AUTHORING.md grading/teaching exercises/6-spaces grading/grader/test; do
        [ ! -e "$tree/$path" ] || fail "$path is in the tree for students"
    done
    expect 0 leaks "$tree"

    # What has been put there is found: an answer in a file, in a comment and indented otherwise; a solved skeleton; a name of a reference.
    "$OUT/tools/stage-cut" cut --keep all "$srcdir/solutions/4-caps" "$tree/kernel/solved"
    expect 1 leaks "$tree"
    says "kernel/solved/derive.c"
    rm -r "$tree/kernel/solved"
    sed -n '/answer 1.4 begin/,/answer 1.4 end/s/^ */\t/p' "$srcdir/solutions/1-entry/trap.asm" | grep -v '!' >>"$tree/user/README.md"
    expect 1 leaks "$tree"
    says "user/README.md"
    cp "$srcdir/user/README.md" "$tree/user/"
    "$(tool KOBJCOPY)" --redefine-sym "$("$(tool KNM)" "$tree/prebuilt/plain/4-caps.part.o" |
        awk '$3 ~ /^reference_4_/ { print $3; exit }')=grant_take" "$tree/prebuilt/plain/4-caps.part.o"
    expect 1 leaks "$tree"
    says "prebuilt/plain/4-caps.part.o: the name grant_take"
    ;;
use)
    [ -n "${QEMU:-}" ] && [ -n "${BWRAP:-}" ] || skip "QEMU and bubblewrap were not found by configure"
    graded=$(cd "$srcdir/grading/tests" && ls -d [1-9]-*)
    kit one "$graded"
    mkdir empty
    tar -C empty -xzf one/$name.tar.gz
    cut=$OUT/tools/stage-cut solutions=$srcdir/solutions
    unset MAKEFLAGS MAKELEVEL BODY MODULES OUT srcdir builddir CONFIG
    cd empty/$name
    [ ! -e exercises/6-spaces ] && [ ! -e grading/tests/6-spaces ] || fail "an exercise is there that was not handed out"
    expect 0 ./bootstrap --yes run
    says "verdict: pass"
    expect 0 make -C build start EX=1
    expect 2 make -C build run EX=1
    says "not implemented: 1.1 segments and the TSS"
    expect 2 make -C build mutants EX=1
    says "the tree for students has nothing to do this with"

    # A skeleton has no points there and a solved one all, as in a teacher's tree, though the other stages are objects.
    for stage in $graded; do
        number=${stage%%-*}
        expect 0 make -C build start EX="$number" FORCE=1
        expect 0 ./bootstrap --yes grade EX="$number" SEED=1
        grep -q "^0 of [0-9]* points" output || { cat output; fail "the skeleton of $stage earns points"; }
        "$cut" cut --prune --keep all "$solutions/$stage" "work/$stage"
        expect 0 make -C build grade EX="$number" SEED=1
        grep -q "^\([0-9]*\) of \1 points" output || { cat output; fail "a solved $stage does not earn all points"; }
        expect 0 make -C build run EX="$number"
        says "verdict: pass"
    done
    if [ -d grading/tests/2-boot ]; then
        cp prebuilt/2-boot/kernel.ld work/2-boot/
        expect 2 make -C build grade EX=2
        says "not allowed"    # the plain script is no answer
        "$cut" cut --prune --keep all "$solutions/2-boot" work/2-boot
        expect 0 make -C build grade EX=2
    fi

    expect 0 make -C build progress
    [ "$(grep -c "tests *\([0-9]*\) of *\1  " output)" = "$(printf "%s\n" "$graded" | grep -c .)" ] ||
        { cat output; fail "progress does not know what was graded"; }
    says "Next: nothing"
    ;;
*) fail "no such case: $1" ;;
esac
