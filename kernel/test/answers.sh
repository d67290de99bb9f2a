# usage: answers.sh STAGE [BODY PROGRAM]: with the first k answers from the reference and the rest from the skeleton the kernel builds
# without a warning, boots, and says which answer is next, for every k; with all of them PROGRAM, the root task, passes.
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

# try STAGE BODY KEPT CODE TEXT
try() {
    put_stage "$1" "$3"
    make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD/kernel" STAGE_"${1%%-*}"="$PWD/stage" BODY="$2" >build.log 2>&1 ||
        { cat build.log; fail "with '$3' it does not build"; }
    expect "$4" boot
    says "$5"
    echo "with ${3:-nothing}: $5"
}

body=${2:-stages} program=${3:-smoke} kept=''
while read -r number title; do
    try "$1" "$body" "$kept" 1 "not implemented: $number $title"
    kept=$kept${kept:+,}$number
done <answers
try "$1" "$body" "$kept" 0 "verdict: pass"
