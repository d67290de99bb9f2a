#!/bin/sh
# Compiles a test with the C files of a stage, as one program for the host under ASan and UBSan, and runs it.
#   stage.sh NAME STAGE [FILE ...]     NAME_*.c with solutions/STAGE/*.c (with EX= the student's) but these files, which the test stands in for; and with
#                                      those that have a folder, which are taken from there
# Needs from the environment: srcdir, CC, CMOCKA_LIBS (see tools/README.md).
. "$srcdir/tools/test/lib.sh"
pkg-config --exists cmocka 2>/dev/null || [ -e /usr/include/cmocka.h ] || { echo "cmocka is not installed: libcmocka-dev"; exit 77; }
name=$1
stage=$(stage_folder "$2")
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sources=
for file in "$stage"/*.c; do
    case " $* " in
    *" ${file##*/} "*) ;;
    *) sources="$sources $file" ;;
    esac
done
folders="$stage"
for file; do
    case $file in
    */*)
        sources="$sources $srcdir/$file"
        folders="$folders -iquote $srcdir/${file%/*}"
        ;;
    esac
done
# Freestanding, so that the kernel's headers show what they show to the kernel; the test itself still runs on a host.
# shellcheck disable=SC2086
${CC:-cc} -std=gnu11 -ffreestanding -DCAIRN_CHECK -Wall -Wextra -Wno-unused-parameter ${STRICT--Werror} -O1 -g \
    -fno-pie -no-pie -fsanitize=address,undefined -fno-sanitize-recover=all \
    -iquote "$srcdir/kernel" -iquote "$srcdir/kernel/test" -iquote "$srcdir/kernel/include" -iquote $folders -I "$srcdir/kernel/include" \
    "$srcdir/kernel/test/${name}_"*.c $sources "$srcdir/kernel/digital.c" -o "$folder/test" ${CMOCKA_LIBS:--lcmocka}
"$folder/test"
