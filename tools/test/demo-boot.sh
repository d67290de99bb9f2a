# usage: demo-boot.sh: the demo comes to ring 3, and says the right mode at each place.
. "$srcdir/tools/test/lib.sh"

[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
unset MAKEFLAGS MAKELEVEL
expect 0 make -s -f "$srcdir/tools/tools.mk" CONFIG="$CONFIG" demo-boot VALUES=values
says "real, 16-bit       0   -"
says "protected, 32-bit  0   -"
says "long, 64-bit       0   2 MiB rwx      paging NX WP"
says "long, 64-bit       0   4 KiB r-x      paging NX WP SMEP SMAP"
says "long, 64-bit       3   4 KiB r-x user paging NX WP SMEP SMAP"

# Counts grow from place to place.
[ "$(grep -vc '^#' values)" = 14 ] || fail "$(cat values)"
grep -v -e "^#" -e _file -e _memory values | awk '$2 + 0 < last { exit 1 } { last = $2 }' || fail "a count shrinks: $(cat values)"
