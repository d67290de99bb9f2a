# The GDB commands on a stopped machine: standin, where only entries and page tables exist; stages, the whole kernel; scene, the
# same with everybody waiting for something, where what the commands say is compared with what the program did.
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
    expect 0 "$srcdir/tools/debug.sh" --kernel "$kernel/kernel.boot" --symbols "$kernel/kernel.elf" --dir "${user:-$OUT/user}" \
        --modules "$module" --cmdline "trace=256 trace_wait=1" $counted -- -batch "$@"
}

counted=''
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
scene)
    make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD/kernel" BODY=stages all >build.log 2>&1 || fail "$(cat build.log)"
    make -s -f "$srcdir/user/test/test.mk" CONFIG="$CONFIG" OUT="$PWD/user" "$PWD/user/loader.elf" "$PWD/user/scene.elf" >build.log 2>&1 ||
        fail "$(cat build.log)"
    counted=--counted kernel=$PWD/kernel user=$PWD/user module="loader.elf loader,scene.elf scene"
    stands=0x$("${KNM:-nm}" "$user/scene.elf" | sed -n 's/^\([0-9a-f]*\) . scene_stands$/\1/p')
    [ "$stands" != 0x ] || fail "scene.elf has no scene_stands"
    scene() { gdb "hbreak *$stands" continue "$@"; }
    # line REGULAR-EXPRESSION: one line of the output is so, whatever blanks are in it.
    line() { tr -s ' ' <output | grep -qE "^ ?($1) ?\$" || { cat output; fail "no line is: $1"; }; }

    scene 'cairn threads' serial 'cairn ready' 'cairn caps 1' 'cairn caps 2' 'cairn caps PD 3' 'cairn caps 4' \
        'cairn derivation 1 139' 'cairn derivation 2 200' 'cairn accounts' 'cairn walk 0x30000000 2' \
        'cairn walk 0x30000000 3' 'cairn walk 0x8000 2' 'cairn utcb 8 3' 'cairn utcb 13 2' 'cairn frame 10'
    ticks=$(tr -d '\r' <output | sed -n 's/^scene: never ends at tick \([0-9]*\)$/\1/p')
    [ -n "$ticks" ] || fail "the scene has not said its deadline"
    for pd in 'PD 1 at 0x[0-9a-f]+, paid by the kernel' 'PD [234] at 0x[0-9a-f]+, paid by PD 1'; do line "$pd"; done
    ec='EC %s 0x[0-9a-f]+ CPU 0 %s'
    is() { line "$(printf "$ec" "$1" "$2") $3"; }
    is 1 global 'running'
    is 2 local 'receiving: waits for a call through one of its portals'
    is 3 global 'down on SM 3 without a deadline'                                             # device
    is 4 local 'down on SM 3 without a deadline, serves EC 10'                                # pager
    is 5 global 'ready'
    is 6 global 'stands still: it has no SC'                                                  # timeless
    is 8 global 'calling: waits for the reply of EC 11'                                       # reader
    is 9 global 'helping: wants to call EC 11, which is at work'                              # urgent
    is 10 global 'tells #PF at address 0x8000, error 0x6, by rip 0x[0-9a-f]+: waits for the reply of EC 4' # faulty
    is 11 local 'calling: waits for the reply of EC 13, serves EC 8'                          # files
    is 12 global 'paused: waits for EC_RESUME'
    is 13 local "down on SM 3 until tick $ticks, serves EC 11"                                # disk
    says "goes on with ipc_startup"

    line 'current: 1'
    line 'ready: 2'
    line 'CPU 0, fills, place 1: SC [0-9]+ of EC 12 priority 5, quota 0 us, claim 0, .*'
    line 'CPU 0, fills, place 2: SC [0-9]+ of EC 5 priority 6, quota 0 us, claim 0, .*'
    line 'parked: 4'
    for parked in 'EC 3 priority 40, quota 5000 us, .*, on EC 3' 'EC 8 priority 20, quota 7000 us, .*, on EC 13' \
        'EC 9 priority 30, quota 3000 us, .*, on EC 13' 'EC 10 priority 25, quota 2000 us, .*, on EC 4'; do
        line "SC [0-9]+ of $parked"
    done
    line 'SC [0-9]+ of EC 1 priority 127, quota 983000 us, .*' # all but what the four have

    line '1 the kernel object memory\+ports\+interrupt\+time\+counter\+stop pins 0, .*'
    line '200 PT [0-9]+ call pins 0, .* into EC 11, entry 0x[0-9a-f]+, id 0x[0-9a-f]+'
    line '201 SM 4 up\+down pins 0, .* count 0'
    line '300 \(reserved\) nothing is left of it pins 1, .*'
    line '200 SM 2 down pins 0, .* count 0'
    line '201 SM 3 down pins 0, .* count 0, waiting: EC 3, EC 13, EC 4'

    line 'SM 4, paid by PD 1; count 0'
    line 'PD 1: selector 139, up\+down\+assign\+destroy'
    grep -q '^        PD 2: selector 201, up+down$' output || fail "$(cat output)"
    grep -q '^        PD 2: selector 200, call$' output || fail "$(cat output)"
    says_not "PD 3: selector 300" # taken back

    line 'PD 1 the kernel [0-9]+ [0-9]+ [0-9]+ [0-9]+ [0-9]+'
    for account in '2 PD 1 64' '3 PD 1 64' '4 PD 1 48'; do line "PD $account [0-9]+ [0-9]+ [0-9]+ [0-9]+"; done
    awk '$1 == "PD" && $3 == "PD" && $5 - $6 != $7 { exit 1 }' output || fail "free is not quota less used"

    # reader's page is what files gave it: the same frame, read only.
    [ "$(grep -c 'physical 0x1000000, in a page of 4 KiB' output)" = 2 ] || fail "$(cat output)"
    line 'physical 0x1000000, in a page of 4 KiB; ring 3 and ring 0 may read'
    line 'physical 0x1000000, in a page of 4 KiB; ring 3 and ring 0 may read, write'
    says "not mapped: a #PF with error bit 0 clear"

    for word in '0 0x0000000000002001' '1 0x0000000000002002' '2 0x0000000000000009' '0 0x000000000000d15c' '1 0x0000000000000009'; do
        line "word $word"
    done
    line 'object window 4 numbers from 300'
    line 'records 3 admitted; lost: nothing'
    line 'item 0 delegate object 201, order 0, rights 0x1, spot 0x0'
    line '.* rcx 0x0000000000008000 .*'
    line 'fs base 0x[0-9a-f]+ gs base 0x0 last vector 14, error 0x6'
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
    says "of EC 1   priority 127, quota 1000000 us"
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
        --modules "$module" --records 65536 --output run.dump --seconds 60
    expect 0 "$OUT/tools/trace" --kernel "$kernel/kernel.elf" --program "$OUT/user/smoke.elf" run.dump
    for text in 'kernel_object to root_pd, selector 1' 'as selector 66, root_pd pays' 'through PT ' 'SUCCESS, 3 words' 'BAD_CAP' \
        'chosen ' 'switch '; do
        says "$text"
    done
    expect 0 "$OUT/tools/trace" --format all --output all run.dump
    ;;
esac
