# A build goes to the build directory only, does nothing when nothing changed, and clean takes everything away.
. "$srcdir/tools/test/lib.sh"

copy_tree tree
tree_state() { (cd tree && find . -type f -exec cksum {} + | sort -k 3); }
tree_state >before
mkdir build
cd build
expect 0 ../tree/configure -q
expect 0 make -j2 all
cp output first
ls out/kernel/kernel.elf out/kernel/kernel.boot out/user/root.elf >/dev/null
find out -type f -newer out/kernel/kernel.boot >/dev/null
find out -name '*.o' -exec ls --full-time {} + >objects
expect 0 make all
find out -name '*.o' -exec ls --full-time {} + | cmp - objects || fail "a second make compiled something again"
touch ../tree/solutions/1-entry/*.c
expect 0 make all
if find out -name '*.o' -exec ls --full-time {} + | cmp -s - objects; then fail "a change was not noticed"; fi
expect 0 make clean
[ ! -e out ] || fail "make clean left $(find out)"
expect 0 make distclean
[ -z "$(ls -A | grep -v '^output$' | grep -v '^first$' | grep -v '^objects$')" ] || fail "make distclean left: $(ls -A)"
cd ..
tree_state | cmp - before || fail "the build wrote into the source tree"
expect 1 sh -c 'cd tree && ./configure -q'
says "build in a directory of its own"
