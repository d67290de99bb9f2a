# The GDB commands on a stopped machine: standin, where only entries and page tables exist, or stages, the whole kernel.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
[ -n "$QEMU" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
[ -n "$GDB" ] || skip "GDB was not found by configure (package gdb)"
"$GDB" -nx -batch -ex 'python 1' >python 2>&1 && [ ! -s python ] || skip "this GDB has no Python"

# Commands, one an argument, on kernel $kernel with the module $module.
gdb() {
    for command in "$@"; do
        set -- "$@" -ex "$command"
        shift
    done
    expect 0 "$srcdir/tools/debug.sh" --kernel "$kernel/kernel.boot" --symbols "$kernel/kernel.elf" --dir "$OUT/user" \
        --modules "$module" --cmdline "trace=256 trace_wait=1" -- -batch "$@"
}

case $1 in
standin)
    kernel=$OUT/kernel module="root.elf root"
    gdb 'cairn cpu' 'hbreak standin_exception' continue 'cairn cpu' 'cairn frame' 'cairn walk 0x400000' 'cairn walk nowhere' 'cairn walk &cpus' \
        'cairn walk 0x800000000000' 'cairn threads' 'cairn trace' 'cairn trace on' 'cairn utcb' 'cairn frame 3' 'help cairn walk'
    says "no CPU is up yet"
    says "standin_ecs"
    says "last vector 14, error 0x5"
    says "ring 0 may read, write"
    says "in a page of 4 KiB; ring 3 and ring 0 may read, execute"
    says "nowhere: No symbol"
    says "is not canonical"
    says "this kernel has no protection domains"
    says "tracing is off; 0 records"
    says "tracing is on"
    says "this EC has no UTCB"
    says "there is no EC 3"
    says "usage: cairn walk ADDRESS"
    says_not Traceback
    ;;
stages)
    ${MAKE:-make} -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD/kernel" BODY=stages all >build.log 2>&1 || {
        cat build.log
        fail "the kernel of all stages does not compile"
    }
    kernel=$PWD/kernel module="smoke.elf smoke"
    gdb 'cairn threads' 'hbreak sys_reply' continue continue continue 'cairn threads' 'cairn ready' 'cairn caps 1' 'cairn accounts' \
        'cairn derivation' 'cairn derivation 1 2' 'cairn derivation 1 60000' 'cairn utcb' 'cairn utcb 1 2' 'cairn frame 1' \
        'cairn walk 0x400000 1' 'cairn caps 77' 'cairn trace on' continue 'cairn trace save ring.dump'
    says "no CPU is up yet"
    says "calling: waits for the reply of EC 2"
    says "running, serves EC 1"
    says "of EC 1: priority 127, quota 1000000 us"
    says "memory+ports+interrupt+time+counter+stop"
    says "PD 1     the kernel"
    says "        PD 1: selector 2, pay+ec+grant+figures+quota"
    says "has nothing under selector 60000"
    says "UTCB at"
    says "goes on with ec_leave_call"
    says "ring 3 and ring 0 may read"
    says "there is no PD 77"
    says_not Traceback
    says_not "its own way"
    says "records written"

    # The same kernel's trace, from outside.
    expect 0 "$srcdir/tools/trace-run.sh" --kernel "$kernel/kernel.boot" --symbols "$kernel/kernel.elf" --dir "$OUT/user" \
        --modules "$module" --records 65536 --output run.dump --seconds 8
    expect 0 "$OUT/tools/trace" --kernel "$kernel/kernel.elf" --program "$OUT/user/smoke.elf" run.dump
    for text in 'kernel_object to root_pd, selector 1' 'as selector 66, root_pd pays' 'through PT ' 'SUCCESS, 3 words' 'BAD_CAP' \
        'chosen ' 'switch '; do
        says "$text"
    done
    expect 0 "$OUT/tools/trace" --format all --output all run.dump
    ;;
esac
