# `make TARGET` in the top folder: says what to do before anything is configured, and goes to build/ afterwards.
. "$srcdir/tools/test/lib.sh"
unset MAKEFLAGS MAKELEVEL

mkdir -p tree/lectures
cp "$srcdir/GNUmakefile" tree/
expect 2 make -C tree grade EX=1
says "./bootstrap grade"
mkdir tree/build
printf 'all lectures grade:\n\t@echo "$@ of $(EX)"\n\t@[ $@ = all ] || [ -n "$(EX)" ]\n' >tree/build/Makefile
expect 0 make -C tree
says "all of "
expect 0 make -C tree lectures grade EX="1 2"
says "lectures of 1 2"
says "grade of 1 2"
expect 2 make -C tree grade
expect 2 make -C tree no-such-target
says "no-such-target"
