#!/bin/sh
# Compiles stage 4 for the host under ASan and UBSan, and walks it beside a model.
#   caps.sh STEPS     of each of six walks
# Needs from the environment: srcdir, CC, CMOCKA_LIBS (see tools/README.md).  STAGE_4: another stage than the reference.
set -eu
pkg-config --exists cmocka 2>/dev/null || [ -e /usr/include/cmocka.h ] || { echo "cmocka is not installed: libcmocka-dev"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
test="$srcdir/kernel/test"
stage=${STAGE_4:-$srcdir/solutions/4-caps}
${CC:-cc} -std=gnu11 -Wall -Wextra -Wno-unused-parameter ${STRICT--Werror} -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
    -DCAIRN_CHECK -DSTEPS_AT_ONCE=1 -Wl,--wrap=cell_alloc,--wrap=cell_take,--wrap=page_take,--wrap=cell_free,--wrap=page_alloc,--wrap=page_free \
    -include "$test/caps_host.h" -iquote "$srcdir/kernel" -iquote "$srcdir/kernel/include" -iquote "$stage" \
    "$test"/caps_*.c "$stage"/*.c \
    -o "$folder/test" ${CMOCKA_LIBS:--lcmocka}
CAPS_STEPS=$1 "$folder/test"
