# watch must tell pass, fail and silence apart, and must leave no emulator behind.
. "$srcdir/tools/test/lib.sh"
watch=$OUT/tools/watch

expect 0 "$watch" -- sh -c 'echo hello; echo "verdict: pass"; exec sleep 100'
says hello
expect 1 "$watch" -- sh -c 'printf "verdict: fail\r\n"; exec sleep 100'
expect 2 "$watch" -- sh -c 'echo "no verdict: pass"; echo "verdict: passed"; printf "verdict: pass"'
says "ended before"
expect 2 "$watch" --seconds 1 -- sh -c 'echo $$ >pid; exec sleep 100'
says "no verdict after 1 seconds"
! kill -0 "$(cat pid)" 2>/dev/null || fail "the emulator still runs"
expect 1 "$watch" -- sh -c 'echo "not implemented: 1.1 title"; exec sleep 100'
expect 1 "$watch" -- sh -c 'echo "panic: #GP"; sleep 0.1; echo backtrace; exec sleep 100'
says backtrace
expect 2 "$watch" --seconds 1 -- sh -c 'echo "no panic: yet"; exec sleep 100'
expect 2 "$watch" -- ./no-such-emulator
says "cannot start"

# Bochs writes to a file of its own and wants a terminal.
mkfifo serial
expect 0 "$watch" --serial serial -- sh -c 'test -t 1 && echo "verdict: pass" >serial; exec sleep 100'
expect 2 "$watch" --serial serial -- sh -c 'echo "verdict: pass"'
expect 64 "$watch"
