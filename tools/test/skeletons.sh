# usage: skeletons.sh current|build
# current: exercises/ is, byte for byte, what the answer marks in solutions/ say.
# build: every skeleton compiles and links without a warning, each alone with the others' references, and all together.
. "$srcdir/tools/test/lib.sh"

kit="make -s --no-print-directory -f $srcdir/tools/tools.mk CONFIG=$CONFIG"
if [ "$1" = current ]; then
    $kit skeletons-check
    exit
fi
# Stages 1 and 2 stand before any body; the others are the body.
body() { case $1 in [12]-*) echo standin ;; *) echo stages ;; esac; }

all=''
for exercise in "$srcdir"/exercises/[1-9]-*; do
    [ -d "$exercise" ] || skip "there are no exercises yet"
    name=${exercise##*/}
    stage=STAGE_${name%%-*}=$exercise
    all="$all $stage"
    echo "$name alone"
    make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD/$name" "$stage" BODY="$(body "$name")" all
done
echo "all together"
make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD/all" $all BODY=stages all
