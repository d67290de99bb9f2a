# The demo says what the lecture says: exactly as many entries, exits and changes of address space, and about as many instructions.
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"

kernel=$OUT/test-kernel user=$OUT/test-user
mkdir -p "$kernel" "$user"
exec 9>"$OUT/test-build.lock"
flock 9
expect 0 make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$kernel" BODY=stages
expect 0 make -s -f "$srcdir/user/test/test.mk" CONFIG="$CONFIG" OUT="$user"
exec 9>&-

export WATCH="$OUT/tools/watch"
expect 0 "$srcdir/tools/demo/cost.sh" --values new.values "$kernel" "$user"
cat output
grep -q '^a function of the program  *[0-9]*  *0  *0  *0$' output || fail "a function has nothing to do with the kernel"
grep -q '^the kernel .* 1  *1  *0$' output || fail "a kernel call is one entry and one exit"
grep -q '^a server, .* 2  *2  *2$' output || fail "a server call is two entries, two exits, two changes of address space"
says "The kernel counted 1002 calls delivered, for 1002 questions"
[ "$(wc -l <output)" -le 24 ] || fail "that is more than a screen"

# What is on the slides may be a little old, not wrong.
awk 'FILENAME == ARGV[1] { if ($1 != "#") slide[$1] = $2; next }
    $1 == "#" { next }
    !($1 in slide) { print "is not on the slides: " $1; bad = 1; next }
    { difference = $2 - slide[$1]; if (difference < 0) difference = -difference }
    difference > ($1 ~ /_/ ? 0 : 2 + slide[$1] / 5) { print "slides say " $1 " " slide[$1] ", it is " $2; bad = 1 }
    END { exit bad }' "$srcdir/lectures/introduction/cost.values" new.values ||
    fail "measure again: make -C build demo-cost VALUES=$srcdir/lectures/introduction/cost.values"
