#!/bin/sh
# What the grader owes to everybody: nothing for nothing, something for every step, and every listed bug found out.
# usage: test.sh CASE      with srcdir and OUT (of tools/tools.mk) in the environment
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
grade=$OUT/grading/grade
cut=$OUT/tools/stage-cut

# points SUBMISSION EXERCISE: what it earns, in the variable `points`; the record is in record.json. Files that make no kernel earn 0.
points() {
    code=0
    "$grade" --submission "$1" --exercise "$2" --seed 3 --color never --output record.json >output 2>&1 || code=$?
    [ "$code" -le 1 ] || [ "$code" = 4 ] || { cat output; fail "graded with exit code $code: $1"; }
    points=$(sed -n 's/^\([0-9]*\) of [0-9]* points.*/\1/p' output)
    [ "$code" != 4 ] || points=0
    [ -n "$points" ] || { cat output; fail "no points in the report"; }
}

# roomy: no test of record.json took more than a tenth of its limit. One that only reads the file has a limit of 1.
roomy() {
    sed -n 's/^ *"\(id\|count\)": "*\([^",]*\).*/\1 \2/p' record.json | while read -r key value; do
        [ "$key" = count ] || { id=$value; continue; }
        limit=$(sed -n 's/.*"limit": *\([0-9]*\).*/\1/p' "$srcdir/grading/tests/${id%%.*}"-*/"${id#*.}.json")
        [ "$limit" = 1 ] || [ "$limit" -ge $((10 * value)) ] || { echo "$id: $value instructions, limit $limit"; exit 1; }
    done
}

# lines STAGE: the lines of each task's answers, into the file `counted`. What a stage may ask for, and what its handout says of it.
lines() {
    "$cut" answers "$srcdir/solutions/$1" | awk -v stage="$1" '
        /^[0-9]/ { task[++tasks] = $1 }
        match($0, /\([0-9]+ line/) { of[task[tasks]] += substr($0, RSTART + 1) + 0 }
        END {
            for (i = 1; i <= tasks; i++) {
                print task[i], of[task[i]]
                all += of[task[i]]
                if (of[task[i]] < 8) { print "task " task[i] " has fewer than 8 lines" >"/dev/stderr"; bad = 1 }
            }
            if (tasks < 4 || tasks > 8 || all < 120 || all > 500) { print stage ": " tasks " tasks, " all " lines" >"/dev/stderr"; bad = 1 }
            exit bad
        }' >counted || fail "$1: 4 to 8 tasks of 8 lines or more, 120 to 500 lines together"
    grep -q '^| task .* lines |$' "$srcdir/solutions/$1/HANDOUT.md" || return 0
    awk -F '|' '/^\| [0-9]\.[A-Z]*[0-9] +\|/ { gsub(/ /, "", $2); print $2, $5 + 0 }' "$srcdir/solutions/$1/HANDOUT.md" >said
    diff said counted || fail "$1: the handout's lines of its tasks (<) are not those of the answers (>)"
}

# listed STAGE: each mutant stands in the table of its README, in the row of its bug, and each bug of a family has a mutant.
listed() {
    table=$srcdir/grading/mutants/$1/README.md
    [ -e "$table" ] || table=$srcdir/grading/mutants/README.md
    sed -n 's/^| \([A-Z][0-9][0-9]\) .* | [a-z-]* | \(`.*`\) |$/\1 \2/p' "$table" | tr -d '`' |
        awk '{ for (i = 2; i <= NF; i++) print $1 "-" $i }' | sort >listed
    ls "$srcdir/grading/mutants/$1" | sed -n 's/\.patch$//p' | sort >there
    diff listed there || fail "$table: what it lists (<) is not what there is (>)"
    grep -o '"[A-Z][0-9][0-9]"' "$srcdir/grading/families/$1.json" | tr -d '"' | sort -u >bugs
    sed 's/-.*//' there | sort -u | diff bugs - || fail "$1: the families' bugs (<) are not those that have mutants (>)"
}

case $1 in
zero)
    points "$srcdir/exercises/$2" "$2"
    [ "$points" = 0 ] || { cat output; fail "the untouched skeleton earns $points points"; }
    ! grep -q '"kind": *"passed"' record.json || fail "a test passes on the untouched skeleton"
    ! grep -q '"kind": *"failed"' record.json || { cat output; fail "what nobody has begun is told as a mistake"; }
    says "not yet written"
    says_not "Before it" # nothing is before the first task
    for cheat in "$srcdir/grading/cheats/$2"/*; do
        rm -rf submission
        cp -R "$srcdir/$(cat "$cheat/base" 2>/dev/null || echo exercises)/$2" submission
        cp "$cheat"/* submission
        points submission "$2"
        earns=$(cat "$cheat/earns" 2>/dev/null || echo 0)
        [ "$points" = "$earns" ] || { cat output; fail "${cheat##*/} earns $points points, and honest work in it is worth $earns"; }
    done
    ;;
fair)
    # With the reference's answers 1 ... k and the skeleton for the rest, points rise with every k. And nothing fails:
    # a test passes, or says what is not written yet, or waits.
    last=0 keep=''
    for task in $("$cut" answers "$srcdir/solutions/$2" | sed -n 's/^\([0-9]\.[A-Z]*[0-9]\) .*/\1/p'); do
        keep=$keep${keep:+,}$task
        rm -rf submission
        "$cut" cut --keep "$keep" "$srcdir/solutions/$2" submission
        points submission "$2"
        echo "$keep: $points"
        [ "$points" -gt "$last" ] || fail "answer $task earns nothing"
        ! grep -q '"kind": *"failed"' record.json ||
            { cat output; fail "with right answers up to $task a test fails, and does not wait for what is missing"; }
        [ "$last" != 0 ] || [ "$points" -ge 5 ] || fail "the first task earns $points points, fewer than 5"
        last=$points
    done
    [ "$last" = 100 ] || fail "all answers together earn $last points"
    ;;
begun)
    # The first answers alone, with a mistake in one: the test of that answer is the first to fail, and where the machine gets from
    # there, into an answer that is missing, is not taken for work that is left to do.
    # begun FAMILY TEST KEEP FILE SED: with the answers KEEP, and SED done to FILE, TEST is the first to fail, of this FAMILY.
    begun() {
        family=$1 id=$2 keep=$3 file=$4 stage=$(cd "$srcdir/solutions" && echo "${3%%.*}"-*)
        rm -rf submission
        "$cut" cut --keep "$keep" "$srcdir/solutions/$stage" submission
        cp submission/"$file" right
        sed "$5" right >submission/"$file"
        ! cmp -s right submission/"$file" || fail "nothing has changed in $file: $5"
        points submission "$stage"
        first=$(sed -n 's/^First: .*(\(.*\))$/\1/p' output)
        [ "$first" = "$id" ] || { cat output; fail "the first to fail is '$first' and not $id"; }
        says "family    $family: "
        echo "$keep, $file: $id, $points points"
    }
    begun accounts 4.cells 4.1,4.2,4.3 account.c 's/ \* CELL_SIZE;/;/'
    begun derivation 4.grants 4.1,4.2,4.3 grant.c '/g->pd = pd;/d'
    begun derivation 4.grants 4.1,4.2,4.3 grant.c 's/o->parent ? o->parent : &all_grants/o->parent/'
    begun names 4.numbers 4.1,4.2,4.3 number.c 's/words_fill(pd->own, CAP_TABLES, (uint64_t)empty_table)/pd->own/'
    [ "$points" = 12 ] || fail "a mistake in 4.3 costs points of 4.1 or 4.2"
    says "first     4.numbers: it broke down before the first thing that this test tries"
    says_not "exception?"
    begun rendezvous 5.meet 5.1,5.2 rendezvous.h 's/= pt->entry/= client->state.frame.rip/'
    says "an answer that this test does not need (5.5 exceptions as"
    says "#task-5-1 and #task-5-2"
    begun reply 5.reply 5.1,5.2,5.3 reply.c '/server->run.cont = NULL/d'
    # A check is told as it stands in the source, its macros not written out. Who forgets ports sees which call was refused; who
    # changes something before he refuses, what that is.
    rm -rf submission 4-caps
    cp -R "$srcdir/solutions/4-caps" 4-caps
    patch -s -p2 -d . <"$srcdir/grading/mutants/4-caps/C18-half.patch"
    mv 4-caps submission
    sed -i 's/return type == TYPE_MEMORY || type == TYPE_PORTS ?/return type == TYPE_MEMORY ?/' submission/derive.c
    ! cmp -s submission/derive.c "$srcdir/solutions/4-caps/derive.c" || fail "nothing has changed in derive.c"
    points submission 4-caps
    says 'expected  SUCCESS from `pd_grant(b->pd, RANGE(PORT, 0), ITEM(ITEM_DELEGATE, TYPE_PORTS,'
    says 'grading/tests/4-caps/lifetime.c:'
    says 'PD_QUOTA, left + 1, SEL_PD` is refused and changes nothing'
    says "seen      it has changed an account; "
    says_not "is no text of its own"
    # Which of many words was wrong, and what the test itself was waiting for.
    rm -rf submission 5-ipc
    cp -R "$srcdir/solutions/5-ipc" 5-ipc
    for mistake in I37-fs I35-client; do
        patch -s -p2 -d . <"$srcdir/grading/mutants/5-ipc/$mistake.patch"
    done
    mv 5-ipc submission
    points submission 5-ipc
    says 'from `word[EVENT_FS_BASE]`'
    says "expected  the thread ends within a second"
    says "grading/tests/5-ipc/server-dies.c:"
    says_not "user/test/kit/"
    # What no test has come to yet is said beside what is next.
    rm -rf submission
    "$cut" cut --keep 4.1 "$srcdir/solutions/4-caps" submission
    cp submission/account.c right
    sed '/^void cell_free/,/^{/s/^{/{\n    not_implemented("4.1 accounts and cells");/' right >submission/account.c
    points submission 4-caps
    says "so far; it tries more when this is written: 4.2 grants"
    says "Next: 4.2 grants"
    says "Before it: 4.1 accounts and cells; 1 place is not written (account.c)"
    ;;
mutants)
    "$OUT/grading/mutants" --exercise "$2"
    ;;
matrix)
    # All tests of every mutant: the first that fails, in order, shows the mutant's own family, and is the one that the table names.
    "$OUT/grading/mutants" --exercise "$2" --full
    ;;
limits)
    # A kernel that loops in every test is over all limits. Each such run is recorded and replayed once; a processor of the host executes
    # 80 million instructions of a loop in a second at the least (make figures in ../machine), and two of them have a minute.
    for stage in "$srcdir"/grading/tests/[1-5]-*/; do
        awk -F '[:,]' -v stage="$stage" -v most=4800000000 '
            /"limit"/ { sum += $2; tests++ }
            END {
                printf "%s: %d tests, %.0f million instructions\n", stage, tests, sum / 1e6
                exit !tests || sum > most
            }' "$stage"*.json || fail "all limits together are more than a minute of a stuck run"
    done
    ;;
stuck)
    # A timer that never stops lets the kernel do next to nothing: no limit of instructions would end that soon.
    cp -R "$srcdir/solutions/3-threads" submission
    cp submission/sched.c right
    sed 's/^    sched_arm(timeout_next());$/    clock_arm(0);/' right >submission/sched.c
    ! cmp -s right submission/sched.c || fail "nothing has changed in sched.c"
    expect 1 "$grade" --submission submission --exercise 3 --only 3.sleep --seed 3
    says "seen      it was interrupted again and again, without end; in the test"
    says "likely    The next interrupt comes before anything else is done."
    ;;
steady)
    # The reference has all points whatever the machine is busy with, and each run says the same, byte by byte.
    busy=''
    trap 'kill $busy 2>/dev/null || :' EXIT
    for i in $(seq "$(nproc)"); do
        (while :; do :; done) &
        busy="$busy $!"
    done
    for run in $(seq "$3"); do
        points "$srcdir/solutions/$2" "$2"
        [ "$points" = 100 ] || { cat output; fail "run $run: the reference earns $points points"; }
        roomy || fail "run $run: a limit is less than ten times what the reference takes"
        [ -e first.json ] || cp record.json first.json
        cmp first.json record.json || fail "run $run of $3 has another record"
    done
    ;;
usage)
    # What makes no sense is said before anything is run.
    mutants() { "$OUT/grading/mutants" "$@"; }
    expect 2 mutants
    expect 2 mutants --exercise 7
    says "There are: 1-entry"
    expect 2 mutants --exercise 1 --only nothing-like-it
    says 'no mutant of 1-entry has an id that begins with "nothing-like-it"'
    says_not "|"
    expect 2 mutants --exercise 1 --seed many
    says "usage:"
    expect 2 mutants --exercise 1 -j 65
    expect 2 mutants --exercise 1 -j 0
    expect 0 mutants --help
    ;;
caught)
    # What the tests of all mutants rest on: a kit with one test, and mutants that it finds, does not find, or finds as something else.
    mkdir -p kit/grading/tests/1-entry kit/grading/mutants/1-entry kit/solutions
    cp -R "$srcdir/grading/families" kit/grading/
    cp "$srcdir/grading/tests/1-entry/msrs.json" kit/grading/tests/1-entry/
    sed -i '/"presupposes": \[/,/\],/d' kit/grading/tests/1-entry/msrs.json
    cp -R "$srcdir/solutions/1-entry" kit/solutions/
    patches=$srcdir/grading/mutants/1-entry
    found() { expect "$1" "$OUT/grading/mutants" --exercise 1 --kit kit --build "$OUT/grading" --in-order --full; }
    cp "$patches/E05-df.patch" kit/grading/mutants/1-entry/
    echo "E05-df 1.msrs" >kit/grading/mutants/1-entry/caught
    found 0
    says "1 of 1 mutants caught under their own family"
    grep -q '^ok  *E05-df  *X  *0 ' output || { cat output; fail "no row with the test that fails and the points that are left"; }
    sed -i 's/^family: .*/family: stacks/' kit/grading/mutants/1-entry/E05-df.patch
    found 1
    says "instead of stacks"
    rm kit/grading/mutants/1-entry/E05-df.patch
    cp "$patches/E01-trap.patch" kit/grading/mutants/1-entry/
    echo "E01-trap 1.msrs" >kit/grading/mutants/1-entry/caught
    found 1
    says "survived: no test has failed"
    says "0 of 1 mutants caught under their own family"
    ;;
mechanical)
    "$OUT/grading/mechanical" --exercise "$2" --count "$3"
    ;;
alternative)
    # A solution that shares nothing with the reference but the contract.
    points "$srcdir/grading/alternatives/$2" "$2"
    [ "$points" = 100 ] || { cat output; fail "the alternative earns $points points"; }
    ;;
machine)
    make -s -f "$srcdir/grading/machine/machine.mk" OUT="$PWD" check
    ;;
complete)
    # Each stage that has mutants is tried in every way that there is.
    for stage in "$srcdir"/grading/mutants/*/; do
        stage=${stage%/} stage=${stage##*/}
        for case in zero fair mutants matrix steady steady-long mechanical alternatives; do
            wanted=${case%-long}
            [ "$case" != alternatives ] || wanted=alternative
            awk -v name="grader/$case-${stage%%-*}" -v does="test.sh\" $wanted $stage" \
                '$1 == name && index($0, does) { found = 1 } END { exit !found }' "$srcdir/grading/corpus/tests.list" ||
                fail "grading/corpus/tests.list has no grader/$case-${stage%%-*} that tries $stage"
        done
        lines "$stage"
        while read -r answer _; do
            grep -q "\"task\": *\"$answer\"" "$srcdir/grading/tests/$stage"/*.json || fail "no test belongs to the task $answer"
        done <counted
        listed "$stage"
    done
    ;;
*) fail "no such case: $1" ;;
esac
