# `make run` must use the machine that marks are given on.
. "$srcdir/tools/test/lib.sh"
pinned=$srcdir/grading/machine/pinned.h

grep -qF "\"$QEMU_MACHINE\"" "$pinned" || fail "QEMU_MACHINE in config.mk.in is '$QEMU_MACHINE', not what $pinned says"
grep -qF "\"$QEMU_CPU\"" "$pinned" || fail "QEMU_CPU in config.mk.in is '$QEMU_CPU', not what $pinned says"
