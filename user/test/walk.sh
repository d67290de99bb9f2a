# usage: walk.sh plain|checked STEPS SEED...: walks at random in the guest, and beside it on the model; all steps must agree.
#
# The guest's memory is a file, in which the host program finds the log; it is compared even if the guest never comes to its end.
. "$srcdir/tools/test/lib.sh"

kind=$1 steps=$2
shift 2
test=$srcdir/user/test
${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -O2 -g -DMODEL_SLOTS=208 \
    -I "$test" -I "$srcdir/kernel/include" -iquote "$srcdir/kernel/test" \
    "$test"/walk/host/*.c "$test/walk/choose.c" "$srcdir/kernel/test/caps_model.c" -o walk
for seed; do
    rm -f ram
    guest=0
    sh "$test/test.sh" "$kind" --seconds 190 --ram "$PWD/ram" walk "steps=$steps" "seed=$seed" >guest.log 2>&1 || guest=$?
    [ "$guest" != 77 ] || skip "$(tail -n 1 guest.log)"
    at=$(sed -n 's/^log at \([0-9]*\).*/\1/p' guest.log)
    [ -n "$at" ] || { cat guest.log; fail "the guest has not begun to walk"; }
    ./walk ram "$at" --counts || { tail -n 20 guest.log; fail "seed $seed: kernel and model do not agree"; }
    [ "$guest" = 0 ] || { cat guest.log; fail "seed $seed: the guest fails"; }
done
