# usage: scenarios.sh NAME...: builds the whole system once, and runs user/test/scenarios/NAME.json of each. A name may be a pattern.
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"

build() { make -s -f "$srcdir/$1" CONFIG="$CONFIG" OUT="$2" $3 >build.log 2>&1 || { cat build.log; fail "$1: does not build"; }; }
kernel=$OUT/test-kernel user=$OUT/test-system
mkdir -p "$kernel" "$user"
exec 9>"$OUT/test-build.lock"
flock 9
build kernel/kernel.mk "$kernel" BODY=stages
build user/user.mk "$user" all
build grading/grading.mk "$OUT/grading" "$OUT/grading/scenario"
exec 9>&-

patterns=$#
for name in "$@"; do
    for file in "$srcdir"/user/test/scenarios/$name.json; do
        [ -f "$file" ] || fail "there is no scenario $name"
        set -- "$@" "$file"
    done
done
shift "$patterns"
"$OUT/grading/scenario" --kernel "$kernel/kernel.boot" --programs "$user" "$@"
