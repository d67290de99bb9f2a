# The tarball must have everything: it configures, builds and makes the same tarball again, without git and autoconf.
. "$srcdir/tools/test/lib.sh"

mkdir one two
cd one
expect 0 "$srcdir/configure" -q
expect 0 make dist
expect 0 make install
says "Nothing is installed"
cd ..
tar xzf one/cairn-*.tar.gz
cd cairn-*/
tree=$PWD
[ ! -e work ] || fail "a student's work is in the tarball"
for path in bootstrap configure .ci/run README.md LICENSE LICENSE-texts tools/tools.mk; do
    [ -e "$path" ] || fail "$path is not in the tarball"
done
find . -name '*.o' | grep . && fail "built files are in the tarball"
cd ../two
expect 0 "$tree/configure" -q
expect 0 make -j2 all
ls out/kernel/kernel.boot out/user/root.elf
expect 0 make dist
tar tzf cairn-*.tar.gz | sort >../second
tar tzf ../one/cairn-*.tar.gz | sort | cmp - ../second || fail "the tarball's tarball is another one"
