#!/bin/sh
# Compiles one unit test with the source file of a stage that it tries, for the host, under ASan and UBSan, and runs it.
#   unit.sh NAME STAGE     NAME_test.c with solutions/STAGE/NAME.c
# Needs from the environment: srcdir, CC, CMOCKA_LIBS (see tools/README.md).
set -eu
pkg-config --exists cmocka 2>/dev/null || [ -e /usr/include/cmocka.h ] || { echo "cmocka is not installed: libcmocka-dev"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
    -iquote "$srcdir/kernel" -iquote "$srcdir/kernel/include" -iquote "$srcdir/solutions/$2" \
    "$srcdir/kernel/test/$1_test.c" "$srcdir/solutions/$2/$1.c" -o "$folder/test" ${CMOCKA_LIBS:--lcmocka}
"$folder/test"
