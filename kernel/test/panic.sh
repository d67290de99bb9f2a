# A panic says its cause, the registers and where it came from, by name; a full kernel stack is found by its guard page.
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
expect 1 "$srcdir/tools/run-qemu.sh" --batch --watch "$OUT/tools/watch" --kernel "$OUT/kernel/kernel.boot" \
    --dir "$OUT/grading/tests/1-entry" --modules "overflow.elf root"
says 'panic: double fault'
says '#DF double fault (vector 8, error 0)'
says 'cr2 ffffffffc0000ff8'
says 'backtrace:'
grep -q '  [0-9a-f]\{16\}  call_control+0x' output || fail "the backtrace does not name call_control"
says 'syscall_entry'
