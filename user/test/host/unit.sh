# usage: unit.sh NAME SOURCE...: builds user/test/host/NAME_test.c (and NAME_oracle.c, if there is one) with these files of user/
# for the host, with the sanitizers, and runs it.
. "$srcdir/tools/test/lib.sh"

name=$1
shift
oracle=$srcdir/user/test/host/${name}_oracle.c
[ -e "$oracle" ] || oracle=
for source; do
    set -- "$@" "$srcdir/user/$source"
    shift
done
"$CC" -std=gnu11 -Wall -Wextra -Werror -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -I "$srcdir/user" -I "$srcdir" -I "$srcdir/kernel/include" $JANSSON_CFLAGS \
    $CMOCKA_CFLAGS -o unit "$srcdir/user/test/host/${name}_test.c" $oracle "$@" $JANSSON_LIBS $CMOCKA_LIBS
exec ./unit
