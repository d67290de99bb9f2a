# The test driver itself: a failed test must never look like a passed one.
. "$srcdir/tools/test/lib.sh"
check="$OUT/tools/check --logs logs"

cat >list <<'END'
# a comment
good     fast           test -z "$(ls)" && touch here
bad      -              echo before; echo the reason; false
absent   -              echo noise; echo no emulator; exit 77
stuck    limit=1,long   sleep 100
lonely   alone,fast     test -e "$srcdir"
END
expect 1 $check list
says "ok      good"
says "FAILED  bad"
says "    the reason"
says "not run: absent: no emulator"
grep -Eq "FAILED  stuck \([0-9.]+ s, stuck and ended" output || fail "does not say that it was stuck"
[ "$(tail -n 1 output)" = "2 passed, 2 failed" ] || fail "the last line is: $(tail -n 1 output)"
expect 0 $check --with fast list
[ "$(tail -n 1 output)" = "2 passed, 0 failed" ] || fail "the last line is: $(tail -n 1 output)"
expect 1 $check --without long --jobs 1 list
says_not stuck
expect 2 $check --only nothing-like-this list
echo "good - true" >again
expect 2 $check list again
says "another test named good"
echo "half -" >half
expect 2 $check half
says "half:1:"
