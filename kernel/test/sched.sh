#!/bin/sh
# Compiles the scheduler of stage 3 (with EX=3 the student's), without the change of EC, for the host under ASan and UBSan, with a
# test, and runs it.
#   sched.sh NAME      NAME_*.c: sched walks it beside a model, turns tries its first parts one by one
# sched_yield gets another name, because libc has one that the sanitizers call.
# Needs from the environment: srcdir, CC, CMOCKA_LIBS (see tools/README.md).
. "$srcdir/tools/test/lib.sh"
pkg-config --exists cmocka 2>/dev/null || [ -e /usr/include/cmocka.h ] || { echo "cmocka is not installed: libcmocka-dev"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
stage=$(stage_folder 3-threads)
model=
[ "$1" != sched ] || model=$srcdir/grading/rig/model.c
${CC:-cc} -std=gnu11 -Wall -Wextra -Wno-unused-parameter ${STRICT--Werror} -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
    -Dsched_yield=kernel_sched_yield -include "$srcdir/kernel/test/sched_host.h" -iquote "$srcdir/kernel" -iquote "$srcdir/kernel/include" -iquote "$stage" -iquote "$srcdir/grading/rig" \
    "$srcdir/kernel/test/$1_"*.c $model "$stage/sched.c" "$stage/quota.c" \
    -o "$folder/test" ${CMOCKA_LIBS:--lcmocka}
"$folder/test"
