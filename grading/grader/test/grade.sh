#!/bin/sh
# The grader from outside: exit codes, what it refuses, and that identical runs are identical bytes.
# usage: grade.sh CASE      with srcdir and OUT (of tools/tools.mk) in the environment
# SPDX-License-Identifier: BSD-2-Clause
set -eu
grade=$OUT/grading/grade
reference=$srcdir/solutions/1-entry
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

fail() { echo "FAILED: $*"; [ ! -e "$work/out" ] || cat "$work/out"; exit 1; }

# run CODE ARGUMENTS: grades and wants this exit code; what it said is in $work/out
run() {
    wanted=$1; shift
    code=0
    timeout 120 "$grade" --color never "$@" > "$work/out" 2>&1 < /dev/null || code=$?
    [ "$code" -eq "$wanted" ] || fail "exit code $code instead of $wanted: grade $*"
}
says() { grep -q -- "$1" "$work/out" || fail "it does not say: $1"; }
never_says() { ! grep -q -- "$1" "$work/out" || fail "it says: $1"; }
submission() { rm -rf "$work/1-entry"; cp -R "$reference" "$work/1-entry"; rm -f "$work/1-entry/HANDOUT.md"; }
grade_it() { run "$1" --submission "$work/1-entry" --exercise 1 --seed 1 --only segments; }

case $1 in
usage)
    run 0 --help; says 'exit codes'
    run 0 --version; says cairn-machine
    run 2
    run 2 --exercise 1
    run 2 --submission "$work" --exercise 1 --seed many; says 'a seed is a whole number.*"many"'
    run 2 --submission "$work" --exercise 1 --hint=4; says 'levels 1, 2 and 3.*"4"'
    run 2 --submission "$work" --exercise 1 -j 0; says '1 to 64, not "0"'
    run 2 --submission "$work" --exercise 1 --format xml
    run 2 --submission "$reference" --exercise 1 --only no-such-test; says 'no test "no-such-test".*README.*1.segments'
    run 3 --submission "$reference" --exercise 77; says 'no exercise'
    run 3 --submission "$work/nothing" --exercise 1; says 'No such file'
    run 3 --submission "$work" --exercise 1; says 'no .c or .asm'
    ;;
compile)
    submission
    echo 'int broken(void) { return missing; }' >> "$work/1-entry/gates.c"
    grade_it 4; says '^gates.c:[0-9]*:[0-9]*: error:'; never_says '/submission'; never_says "$work/1-entry/gates"
    submission; printf 'mov rax\n' >> "$work/1-entry/trap.asm"
    grade_it 4; says '^trap.asm:[0-9]*: error:'
    submission; rm "$work/1-entry/trap.asm"
    grade_it 4; says 'exit_iret is missing: the contract wants it (kernel/contract/1-entry.h)'; says 'Missing, compared with the skeleton: trap.asm'
    submission; printf '#error \033[31mred\033]0;title\007\n' >> "$work/1-entry/gates.c"
    grade_it 4; ! grep -q "$(printf '\033')" "$work/out" || fail "an escape sequence came through"
    submission; awk 'BEGIN { for (i = 0; i < 20000; i++) printf "int f%d(void) { return x%d; }\n", i, i }' > "$work/1-entry/flood.c"
    grade_it 4; [ "$(wc -l < "$work/out")" -lt 60 ] || fail "the flood came through"
    submission; printf '#warning look\n' >> "$work/1-entry/gates.c"
    grade_it 0; says 'warning: #warning look'
    ;;
forge)
    refused() { grade_it 4; says "$1"; submission; }
    submission
    echo 'int forged; __attribute__((constructor)) static void f(void) { forged = 1; }' >> "$work/1-entry/gates.c"; refused 'section .init_array is not allowed'
    echo '__attribute__((section(".symbols"))) int z = 1;' >> "$work/1-entry/gates.c"; refused 'section .symbols is not allowed'
    printf 'section .multiboot\ndd 1\n' >> "$work/1-entry/trap.asm"; refused 'section .multiboot is not allowed'
    echo 'static void *r(void) { return 0; } int g(void) __attribute__((ifunc("r")));' > "$work/1-entry/i.c"; refused 'no use for'
    echo '#include "/etc/passwd"' >> "$work/1-entry/gates.c"; refused 'No such file'
    echo '#include "/submission/../etc/passwd"' >> "$work/1-entry/gates.c"; refused 'No such file'
    echo "#include \"$srcdir/grading/standin/standin.h\"" >> "$work/1-entry/gates.c"; refused 'No such file'
    printf 'section .rodata\nincbin "/etc/passwd"\n' >> "$work/1-entry/trap.asm"; refused 'error:'
    echo '__asm__(".incbin \"/etc/passwd\"");' >> "$work/1-entry/gates.c"; refused 'rror:'
    # What a source file puts into a dependency file is not for make.
    printf '%%depend "/proc/self/stat;echo${IFS}OWNED"\n' >> "$work/1-entry/trap.asm"; grade_it 0; never_says OWNED; submission
    # The kit's own names cannot be taken over: these stay private to the stage.
    echo 'void panic(const char *f, ...); void panic(const char *f, ...) { for (;;); }' > "$work/1-entry/mine.c"; grade_it 0
    # A makefile, objects and results that came along are not looked at.
    submission
    echo 'all: ; touch /tmp/owned' > "$work/1-entry/Makefile"; echo x > "$work/1-entry/trap.asm.o"; echo '{}' > "$work/1-entry/1-entry-1.json"
    grade_it 0; says 'Not looked at: 1-entry-1.json, Makefile, trap.asm.o'
    ;;
repeat)
    submission
    sed -i '0,/^    swapgs/s//    nop/' "$work/1-entry/syscall.asm"
    for run in 1 2 3; do
        run 1 --submission "$work/1-entry" --exercise 1 --seed 7 --format json --output "$work/$run.json"
        touch "$work/1-entry/trap.asm"
    done
    cmp "$work/1.json" "$work/2.json" && cmp "$work/2.json" "$work/3.json" || fail "identical runs, different records"
    mkdir "$work/elsewhere"; mv "$work/1-entry" "$work/elsewhere/"
    (cd "$work/elsewhere" && tar -czf archive.tar.gz 1-entry)
    run 1 --submission "$work/elsewhere/archive.tar.gz" --exercise 1-entry --seed 7 -j 1 --format json --output "$work/4.json"
    cmp "$work/1.json" "$work/4.json" || fail "the archive's record differs from the folder's"
    ! grep -q "$work\|$srcdir\|/tmp" "$work/1.json" || fail "a path of the machine is in the record"
    ;;
full)
    # A disk without room, as far as one can be simulated: no result, and nothing is left half-written. Who reads no further is no trouble.
    submission
    full() { code=0; "$grade" --submission "$work/1-entry" --exercise 1 --seed 1 --only segments "$@" >/dev/full 2>"$work/out" || code=$?; }
    full; [ $code -eq 5 ] || fail "exit code $code: the report is lost, and nobody hears of it"; says 'room on the disk'
    full --format json; [ $code -eq 5 ] || fail "exit code $code: the record is lost"; says 'room on the disk'
    grade_it 0; grade_device() { run "$1" --submission "$work/1-entry" --exercise 1 --seed 1 --only segments --output "$2"; }
    ln -s /dev/full "$work/device"; grade_device 5 "$work/device"; says 'No space left'; [ -L "$work/device" ] || fail "the device has become a file"
    grade_device 5 "$work/nowhere/record"; says 'nowhere/record: No such file'
    ln -s /proc/self/fd/1 "$work/out1"; grade_device 0 "$work/out1"; says '"schema": "cairn-record/1"'
    { "$grade" --submission "$work/1-entry" --exercise 1 --seed 1 2>"$work/err"; echo $? >"$work/code"; } | head -1 >"$work/out"
    [ "$(cat "$work/code")" = 0 ] && [ ! -s "$work/err" ] || { cat "$work/err"; fail "who reads one line only is told of trouble"; }
    ;;
host)
    # Without QEMU, without bubblewrap, without a kit: the grader's trouble, and no points for anybody.
    submission
    hide() { unshare --mount sh -c 'mount --bind /dev/null "$1" && shift && exec "$@"' hide "$@"; }
    run 5 --submission "$reference" --exercise 1 --build "$work"; says 'not built'; never_says ' points'
    unshare --mount true 2> /dev/null || { echo "only root can hide QEMU from the grader"; exit 77; }
    for tool in /usr/bin/qemu-system-x86_64 /usr/bin/bwrap; do
        code=0
        hide "$tool" "$grade" --submission "$reference" --exercise 1 > "$work/out" 2>&1 || code=$?
        [ $code -eq 5 ] || fail "exit code $code without $tool"
        says "${tool##*/}"; says 'says nothing about the submission'; never_says ' points'
    done
    ;;
autopsy)
    # Each way to die is told apart, with the student's own line.
    dies() {
        run 1 --submission "$work/1-entry" --exercise 1 --seed 1 --only first-exit
        ! grep -q 'no note of how it booted' "$work/out" || { echo "the probes leave no notes for autopsies"; exit 77; }
        says 'Autopsy of 1\.'; says "$1"; says "$2"; never_says "$work/1-entry/"
        submission
    }
    submission
    sed -i 's/__asm__ volatile("lidt %0" : : "m"(idtr));/idtr.limit = 0; __asm__ volatile("lidt %0; ud2" : : "m"(idtr));/' "$work/1-entry/gates.c"
    dies 'a triple fault' 'where     gates.c:[0-9]* in gates_load'
    sed -i 's/^exit_iret:/exit_iret: jmp $/' "$work/1-entry/trap.asm"; dies 'still running at the limit' 'where     trap.asm:[0-9]* in exit_iret'
    sed -i 's/^exit_iret:/exit_iret: cli\n hlt/' "$work/1-entry/trap.asm"; dies 'halted for good' 'where     trap.asm'
    sed -i 's/^exit_iret:/exit_iret: ud2/' "$work/1-entry/trap.asm"; dies '#UD invalid opcode (vector 6' 'where     trap.asm:[0-9]* in exit_iret'
    sed -i 's/ | SEGMENT_LONG//' "$work/1-entry/segments.c"
    dies 'a triple fault' '32-bit code to the processor'; never_says 'an address that is none of its own'
    # Before paging the kernel's code is KERNEL_BASE below its symbols, and is called by its name all the same.
    rm -rf "$work/2-boot"; cp -R "$srcdir/solutions/2-boot" "$work/2-boot"; rm -f "$work/2-boot/HANDOUT.md"
    sed -i 's/^    mov   cr4, eax/    nop/' "$work/2-boot/multiboot.asm"
    run 1 --submission "$work/2-boot" --exercise 2 --seed 1 --only arrival
    says 'where     multiboot.asm:[0-9]* in boot_entry.*(at its physical address)'; says 'the way to long mode'; never_says 'where programs are'
    # A program that dies by itself, and a kernel that uses an FPU that is off.
    threads() { run 1 --submission "$work/3-threads" --exercise 3 --seed 1 --only "$1"; rm -r "$work/3-threads"; says "$2"; says "$3"; }
    copy() { cp -R "$srcdir/solutions/3-threads" "$work/"; rm "$work/3-threads/HANDOUT.md"; sed -i "$1" "$work/3-threads/$2"; }
    copy '/^    pop   r12/d' user/switch.asm; threads 3.user-switch 'panic: a program raised an exception' 'went on where there is no code'
    copy 's/saved \*)((uintptr_t)top & -16ul)/saved *)(((uintptr_t)top \& -16ul) - 8)/' user/uthread.c
    threads 3.user-switch 'rsp is 16n + 8' 'wants 16-byte alignment'
    copy '/^    else$/,+1d' fpu.c; threads 3.fpu '#NM no FPU' 'used the FPU while it was switched off'
    ;;
stray)
    # An exception that strikes before 1.7 or 1.8 is written is no missing answer: the report says which one, and where it was raised.
    cut=$OUT/tools/stage-cut
    broken() { # KEEP TEST FILE SED: these answers, one of them changed
        rm -rf "$work/1-entry"
        "$cut" cut --keep "$1" "$reference" "$work/1-entry"
        run 1 --submission "$work/1-entry" --exercise 1 --seed 1 --only "$2"
        says "todo  1.$2"
        sed -i "$4" "$work/1-entry/$3"
        run 1 --submission "$work/1-entry" --exercise 1 --seed 1 --only "$2"
        never_says 'todo'
        says 'FAIL  1.'
    }
    broken 1.1,1.2 msrs entry.c 's/gates_load();/gates_load(); __asm__ volatile("ud2");/'
    says 'exception 6 .* in ring 0'; says 'where     entry.c:[0-9]* in entry_init'
    broken 1.1,1.2,1.3 first-exit syscall.c 's/rdmsr(MSR_EFER) | //'
    says 'exception 14 (error code 0x8) in ring 0'
    run 1 --submission "$work/1-entry" --exercise 1 --seed 1 --only msrs; says 'EFER keeps what the boot code has set'
    keep=1.1,1.2,1.3,1.4
    broken $keep syscall-enter trap.asm 's/^    iretq/    iret/'
    says 'FAIL  1.first-exit'; says 'exception [0-9]* .* in ring 0'; says 'where     trap.asm:[0-9]* in exit_iret'
    broken $keep,1.5 syscall-return syscall.asm 's/^    swapgs$/    nop/'
    says 'FAIL  1.syscall-enter'; says 'family    gs'; says 'where     syscall.asm:[0-9]* in syscall_entry'
    broken $keep,1.5,1.6,1.7 ring0 trap.asm 's/^    jz  *trap_from_ring0/    jnz trap_from_ring0/'
    says 'FAIL  1.trap-enter'; says 'exception 3 .* in ring 3'
    ;;
so-far)
    # A test that ends where a later task is not written says so; and hints are for what comes next, not for what comes after that.
    cp -R "$srcdir/exercises/3-threads" "$work/3-threads"
    mine() { for file; do cp "$srcdir/solutions/3-threads/$file" "$work/3-threads/"; done; }
    rigged() { run 1 --submission "$work/3-threads" --exercise 3 --seed 3 --hint=1 --only "$1"; }
    mine time.h queue.h
    rigged 3.claims,3.donation,3.choice
    says '  ok    3\.claims'; says 'so far; it tries more when this is written: 3\.5'
    says 'not yet written: 3\.4'; says 'not yet written: 3\.5'
    [ "$(grep -c 'hint 1' "$work/out")" -eq 1 ] || fail "hints for more than what comes next"
    # Whom a wrong choice leads to what is not written, before anything could be tried, is not told that he forges.
    mine quota.c sched.c; sed -i 's/ipc_runner(sc->ec)/sc->ec/' "$work/3-threads/sched.c"
    rigged 3.choice; says '  FAIL  3\.choice'; says 'came to what is not yet written: 3\.6'; never_says 'nobody for it'
    ;;
load)
    # 20 runs of two tests while every processor is busy with something else.
    submission
    processors=$(nproc)
    for busy in $(seq $((processors + 1))); do timeout 60 sh -c 'while :; do :; done' & done
    for run in $(seq 20); do
        run 0 --submission "$work/1-entry" --exercise 1 --seed 11 --only gates --format json --output "$work/record"
        cp "$work/record" "$work/record.$run"
        cmp "$work/record.1" "$work/record.$run" || fail "run $run is another run"
    done
    kill $(jobs -p) 2> /dev/null || true
    ;;
leftovers)
    # Interrupted in the middle, it leaves no process and no directory behind.
    TMPDIR=$work; export TMPDIR
    "$grade" --submission "$reference" --exercise 1 > "$work/out" 2>&1 &
    sleep 1.2; kill -INT $! 2> /dev/null || true
    wait $! || true
    ! ls -d "$work"/cairn-* 2> /dev/null || fail "directories are left"
    ;;
*) fail "no such case: $1" ;;
esac
echo ok
