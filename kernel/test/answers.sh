# usage: answers.sh STAGE [BODY PROGRAM]: with the first k answers from the reference and the rest from the skeleton the kernel builds
# without a warning, boots, and says which answer is next, for every k, and so does the handout; with all of them PROGRAM, the root task, passes.
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
cut=$OUT/tools/stage-cut

"$cut" answers "$srcdir/solutions/$1" | sed -n 's/^\([0-9]\.[0-9]*\)  /\1 /p' >answers
[ -s answers ] || fail "no answers in solutions/$1"

# Copied over the last ones only where they differ, so that little is compiled anew.
put_stage() {
    "$cut" cut --prune ${2:+--keep "$2"} "$srcdir/solutions/$1" new >/dev/null
    mkdir -p stage
    for file in new/*.*; do
        cmp -s "$file" "stage/${file##*/}" || cp "$file" stage
    done
}

boot() {
    sh "$srcdir/tools/unwritten.sh" "${KNM:-nm}" kernel/kernel.elf &&
        "$srcdir/tools/run-qemu.sh" --batch --shift 0 --watch "$OUT/tools/watch" --kernel "$PWD/kernel/kernel.boot" --dir "$OUT/user" \
            --modules "$program.elf root"
}

# From 2.1 on it is what a loader takes for a kernel: the handout says so.
check_header() {
    [ "$1" = 2-boot ] && [ -n "$2" ] && command -v grub-file >/dev/null || return 0
    grub-file --is-x86-multiboot kernel/kernel.elf || fail "with '$2' a loader does not take it for a kernel"
}

# check_handout STAGE KEPT NEXT: the handout shows how a run ends in between; that it begins with the first task, everybody knows.
check_handout() {
    [ -z "$2" ] || tr '\n' ' ' <"$srcdir/solutions/$1/HANDOUT.md" | grep -qE "(not implemented:|says) +$3" ||
        fail "the handout does not show that a run ends with: not implemented: $3"
}

# try STAGE BODY KEPT CODE TEXT
try() {
    put_stage "$1" "$3"
    make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD/kernel" STAGE_"${1%%-*}"="$PWD/stage" BODY="$2" >build.log 2>&1 ||
        { cat build.log; fail "with '$3' it does not build"; }
    check_header "$1" "$3"
    expect "$4" boot
    says "$5"
    echo "with ${3:-nothing}: $5"
}

body=${2:-stages} program=${3:-smoke} kept=''
while read -r number title; do
    try "$1" "$body" "$kept" 1 "not implemented: $number $title"
    check_handout "$1" "$kept" "$number"
    kept=$kept${kept:+,}$number
done <answers
try "$1" "$body" "$kept" 0 "verdict: pass"
