#!/bin/sh
# The system runs on kernels in which some stages are alternatives (grading/alternatives) and the others the reference.
# usage: mixes.sh few|all [SCENARIO...]     few: each alternative alone, and all of them; all: every choice there is
# Without a name: all scenarios.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"

build() { make -s -f "$srcdir/$1" CONFIG="$CONFIG" OUT="$2" $3 >build.log 2>&1 || { cat build.log; fail "$1: does not build"; }; }

# The parts of all stages are compiled once from each side; a mix is then only linked.
build_both() {
    stages='' folders=''
    for folder in "$srcdir"/grading/alternatives/[1-7]-*; do
        stage=${folder##*/}
        stages="$stages ${stage%%-*}"
        folders="$folders STAGE_${stage%%-*}=$folder"
    done
    build kernel/kernel.mk "$PWD/reference" "BODY=stages WHOLE="
    build kernel/kernel.mk "$PWD/alternative" "BODY=stages STRICT= $folders"
}

# mix STAGE...: a kernel with the alternatives of these stages, and the scenarios on it.
mix() {
    rm -rf mix
    mkdir mix
    cp reference/*.part.o mix
    script=$srcdir/solutions/2-boot
    for stage in "$@"; do
        cp alternative/"$stage"-*.part.o mix
        [ "$stage" != 2 ] || script=$srcdir/grading/alternatives/2-boot
    done
    ready=$(cd mix && echo *.part.o | sed 's/\.part\.o//g')
    make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD/mix" BODY=stages WHOLE= STAGE_2="$script" \
        PARTS="$PWD/mix" READY="$ready" >build.log 2>&1 || { cat build.log; fail "stages $* do not link"; }
    echo "alternatives: $*"
    "$OUT/grading/scenario" --kernel mix/kernel.boot --programs "$user" $scenarios || fail "with the alternatives of stages $*"
}

# chosen MASK: the stages whose bits are set.
chosen() {
    bits=$1
    for stage in $stages; do
        [ $((bits & 1)) = 0 ] || echo "$stage"
        bits=$((bits >> 1))
    done
}

which=$1
shift
scenarios=''
[ $# != 0 ] || scenarios=$(echo "$srcdir"/user/test/scenarios/*.json)
for name in "$@"; do
    scenarios="$scenarios $srcdir/user/test/scenarios/$name.json"
done
user=$OUT/test-system
mkdir -p "$user"
exec 9>"$OUT/test-build.lock"
flock 9
build user/user.mk "$user" all
build grading/grading.mk "$OUT/grading" "$OUT/grading/scenario"
exec 9>&-

build_both
set -- $stages
mask=1
while [ $mask -lt $((1 << $#)) ]; do
    number=$(chosen $mask | wc -l)
    [ "$which" = few ] && [ "$number" -gt 1 ] && [ "$number" -lt $# ] || mix $(chosen $mask)
    mask=$((mask + 1))
done
