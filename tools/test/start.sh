# `make start` and `make run EX=` in a tree of one exercise.
. "$srcdir/tools/test/lib.sh"

mkdir -p tree/exercises/1-entry tree/solutions/1-entry tree/kernel
echo skeleton >tree/exercises/1-entry/entry.c
expect 0 "$srcdir/tools/start.sh" tree '' 1-entry
cmp tree/exercises/1-entry/entry.c tree/work/1-entry/entry.c
echo mine >tree/work/1-entry/entry.c
expect 1 "$srcdir/tools/start.sh" tree '' 1-entry
says "left alone"
[ "$(cat tree/work/1-entry/entry.c)" = mine ] || fail "the student's file was overwritten"
expect 0 "$srcdir/tools/start.sh" tree 1 1-entry
[ "$(cat tree/work/1-entry.backup.*/entry.c)" = mine ] || fail "there is no backup"
[ "$(cat tree/work/1-entry/entry.c)" = skeleton ] || fail "not started again"
expect 1 "$srcdir/tools/start.sh" tree '' 2-boot
expect 1 "$srcdir/tools/start.sh" tree ''
says "EX=1"

# The folder that is built from is the one that was asked for.
rm -rf tree/work
cat >config.mk <<END
srcdir := $PWD/tree
builddir := $PWD/build
END
printf 'all:\n\t@echo "kernel from $(STAGE_1) in $(notdir $(OUT))"\n' >tree/kernel/kernel.mk
run="make -f $srcdir/tools/tools.mk CONFIG=$PWD/config.mk kernel"
expect 0 $run
says "kernel from $PWD/tree/solutions/1-entry in kernel"
expect 2 $run EX=1
says "make start EX=1"
expect 2 $run EX=7
says "no exercise 7. There are: 1-entry"
"$srcdir/tools/start.sh" tree '' 1-entry
expect 0 $run EX=1
says "kernel from $PWD/tree/work/1-entry in kernel-ex1"
expect 0 $run EX=1-entry
says "kernel from $PWD/tree/work/1-entry in kernel-ex1"

# A copy that a file manager has made.
echo copy >"tree/work/1-entry/entry (copy).c"
expect 2 $run EX=1
says 'the file name "entry (copy).c" has a space in it'
rm "tree/work/1-entry/entry (copy).c"
echo notes >"tree/work/1-entry/my notes.txt"
expect 0 $run EX=1
