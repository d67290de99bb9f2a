# usage: demo-entry.sh: the demo shows each place, with the registers that make the point.
. "$srcdir/tools/test/lib.sh"

[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
unset MAKEFLAGS MAKELEVEL
expect 0 make -s -f "$srcdir/tools/tools.mk" CONFIG="$CONFIG" demo-entry
says "10. program, where it wanted to go on"

# place NUMBER: what is printed there.
place() { awk -v n="$1." '$1 == n { on = 1 } $1 == n + 1 "." { on = 0 } on' output; }
register() { place "$1" | awk -v name="$2" 'NR > 1 { for (i = 1; i < NF; i++) if ($i == name) print $(i + 1) }'; }
[ "$(register 2 r11)" = "$(register 1 rflags)" ] || fail "r11 is not the program's rflags"
[ -z "$(register 2 rsp)" ] || fail "the stack has changed at the first instruction"
[ -n "$(register 3 rsp)" ] || fail "the stack has not changed before C"
case $(register 3 rsp) in ffffffff*) ;; *) fail "C does not run on the kernel's stack" ;; esac
[ "$(place 7 | awk '/stack/ { print $3 }')" = "$(register 6 rip)" ] || fail "the pushed rip is not the program's"
[ "$(place 10 | grep -c 'ring 3')" = 1 ] || fail "does not come back to ring 3"
