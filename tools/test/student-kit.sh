# usage: student-kit.sh tree|use
# tree: two trees are the same bytes, tell no answer, and the search for answers finds those that are put there.
# use: three exercises, unpacked in an empty folder, build, boot, start, grade, and have nothing of the others; these are unpacked over it
# later. A solved exercise has all points, the skeleton none.
. "$srcdir/tools/test/lib.sh"

kit() {
    MAKE=make COURSE_TOOL="$OUT/grading/course" sh "$srcdir/tools/student-kit/make.sh" "$srcdir" "$CONFIG" "$PWD/$1" 9.9 "$2" ${3:+"$3"} \
        >"$1.log" 2>&1 ||
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
    cat >course.json <<END
{ "schema": "cairn-course/1", "exercises": {
    "1-entry": { "due": "2099-11-02T23:59:59+01:00", "points": { "1.double-fault": 3, "1.tss": 8 }, "visibility": { "1.double-fault": "hidden" },
                 "extensions": { "ada lovelace": "2099-11-09T23:59:59+01:00" } },
    "4-caps": { "due": "2099-12-02T23:59:59+01:00" } } }
END
    mkdir out
    ln -s "$OUT/grading" "$OUT/tools" out/
    make -s -f "$srcdir/tools/tools.mk" CONFIG="$CONFIG" OUT="$PWD/out" VERSION=9.9 student-kit STAGES="1 2 3" COURSE="$PWD/course.json" >some.log 2>&1 ||
        { cat some.log; fail "no tree by make student-kit"; }
    mv out/student-kit some
    kit one "$graded"
    mkdir empty
    tar -C empty -xzf some/$name.tar.gz
    solutions=$srcdir/solutions cut=$OUT/tools/stage-cut
    expect 0 leaks "$PWD/empty/$name"
    unset MAKEFLAGS MAKELEVEL BODY MODULES OUT srcdir builddir CONFIG
    cd empty/$name

    # Three exercises: of the others there is neither handout nor test nor anything but objects, and of the course what is for students.
    [ "$(echo exercises/*)" = "exercises/0-tour exercises/1-entry exercises/2-boot exercises/3-threads" ] || fail "not these exercises"
    for path in exercises/[4-9]-* grading/tests/[4-9]-* grading/families/[4-9]-* prebuilt/*/*.[ch] prebuilt/*/*.asm; do
        [ ! -e "$path" ] || fail "$path is in a tree of three exercises"
    done
    [ "$(ls prebuilt/plain)" = "$(cd "$solutions" && for stage in [1-9]-*; do echo "$stage.part.o"; done)" ] || fail "a stage is missing"
    ! grep -q "double-fault\|ada lovelace\|4-caps" grading/course.json || fail "the course tells what students are not to know"
    [ ! -e grading/tests/1-entry/double-fault.json ] || fail "a hidden test is in the tree"
    ! grep -q "1.double-fault" exercises/1-entry/README.md || fail "the handout has a line for a hidden test"

    student() { env -i PATH="$PATH" HOME="$PWD" "$@"; }
    expect 0 student ./bootstrap --yes run
    says "verdict: pass"
    expect 0 make -C build start EX=1
    expect 2 make -C build run EX=1
    says "not implemented: 1.1 segments and the TSS"
    expect 2 make -C build mutants EX=1
    says "the tree for students has nothing to do this with"

    expect 0 make -C build help
    says "start "
    says_not "LECTURE"
    says_not "mutants"
    expect 2 make -C build grade EX=4
    says "there is no exercise 4"

    # A skeleton has no points there and a solved one all, as in a teacher's tree, though the other stages are objects.
    try() {
        for stage in "$@"; do
            number=${stage%%-*}
            expect 0 make -C build start EX="$number" FORCE=1
            expect 0 make grade EX="$number" SEED=1
            grep -q "^0 of [0-9]* points" output || { cat output; fail "the skeleton of $stage earns points"; }
            "$cut" cut --prune --keep all "$solutions/$stage" "work/$stage"
            expect 0 make -C build grade EX="$number" SEED=1
            grep -q "^\([0-9]*\) of \1 points" output || { cat output; fail "a solved $stage does not earn all points"; }
            expect 0 make -C build run EX="$number"
            says "verdict: pass"
        done
    }
    try 1-entry 2-boot 3-threads
    cp -R work/2-boot ../2-boot
    cp prebuilt/2-boot/kernel.ld ../2-boot
    expect 4 build/out/grading/grade --submission ../2-boot --exercise 2
    says "not allowed"    # the plain script is no answer

    # A course that hands out the rest later has it unpacked over this tree: what was built is built, and work/ stays.
    expect 0 make -C build progress
    says "1-entry        answers  8 of  8   tests 18 of 18  102 points"
    tar -C .. -xzf ../../one/$name.tar.gz
    # shellcheck disable=SC2046
    try $(echo "$graded" | grep -v "^[123]-")
    expect 0 make progress
    says "1-entry        answers  8 of  8   tests 18 of 19"
    [ "$(grep -c "tests *\([0-9]*\) of *\1  " output)" = $(($(printf "%s\n" "$graded" | grep -c .) - 1)) ] ||
        { cat output; fail "progress does not know what was graded"; }
    says "Next: make grade EX=1"
    ;;
*) fail "no such case: $1" ;;
esac
