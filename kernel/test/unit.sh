#!/bin/sh
# Compiles one unit test with the source file that it tries, for the host, under ASan and UBSan, and runs it.
#   unit.sh NAME FOLDER [FILE ...]     NAME_test.c with solutions/FOLDER/NAME.c (with EX= the student's), and with these of kernel/
# Needs from the environment: srcdir, CC, CMOCKA_LIBS (see tools/README.md).
. "$srcdir/tools/test/lib.sh"
pkg-config --exists cmocka 2>/dev/null || [ -e /usr/include/cmocka.h ] || { echo "cmocka is not installed: libcmocka-dev"; exit 77; }
test=$srcdir/kernel/test/$1_test.c
stage=$(stage_folder "$2")
source=$stage/$1.c
shift 2
for file; do
    source="$source $srcdir/kernel/$file"
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# shellcheck disable=SC2086
${CC:-cc} -std=gnu11 -Wall -Wextra ${STRICT--Werror} -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
    -iquote "$srcdir/kernel" -iquote "$srcdir/kernel/include" -iquote "$stage" "$test" $source -o "$folder/test" ${CMOCKA_LIBS:--lcmocka}
"$folder/test"
