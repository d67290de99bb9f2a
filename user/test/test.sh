# usage: test.sh [plain|checked] ARGUMENT...: builds the kernel of all stages and the test programs, and runs run.sh with the arguments.
# usage: test.sh bochs PROGRAM [OPTION...]: the same in Bochs, from a CD.
# usage: test.sh whole ARGUMENT...: as plain, but only where the kernel is one program (kernel.mk, WHOLE): no stage is a student's.
#
# checked: a kernel that walks its structures at some calls (kernel.mk, CHECK). All tests share what is built, one builds at a time.
. "$srcdir/tools/test/lib.sh"

kind=$1
shift
if [ "$kind" = whole ]; then
    [ -d "$srcdir/solutions" ] && ! env | grep -q "^STAGE_[1-7]=$srcdir/work" ||
        skip "what is promised holds for the references alone, which are compiled as one program"
    kind=plain
fi
kernel=$OUT/test-kernel user=$OUT/test-user check=''
[ "$kind" != checked ] || { kernel=$OUT/test-kernel-checked check=1; }
[ -n "${QEMU:-}" ] || [ "$kind" = bochs ] || skip "QEMU was not found by configure (package qemu-system-x86)"

mkdir -p "$kernel" "$user"
exec 9>"$OUT/test-build.lock"
flock 9
make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$kernel" BODY=stages CHECK="$check" >build.log 2>&1 ||
    { cat build.log; fail "the kernel does not build"; }
make -s -f "$srcdir/user/test/test.mk" CONFIG="$CONFIG" OUT="$user" >build.log 2>&1 || { cat build.log; fail "the programs do not build"; }
exec 9>&-

if [ "$kind" != bochs ]; then
    exec "$srcdir/user/test/run.sh" --kernel "$kernel" --user "$user" "$@"
fi
[ -n "${BOCHS:-}" ] && [ -n "${BOCHS_BIOS:-}" ] && [ -n "${BOCHS_VGABIOS:-}" ] || skip "Bochs or a BIOS for it was not found by configure"
[ -n "${GRUB_MKRESCUE:-}" ] && [ -n "${GRUB_I386_PC:-}" ] && [ -n "${XORRISO:-}" ] && [ -n "${MFORMAT:-}" ] ||
    skip "what makes a bootable CD was not found by configure"
"$srcdir/tools/make-iso.sh" --kernel "$kernel/kernel.elf" --dir "$user" --modules "loader.elf loader,$1.elf $*" --output cairn.iso
"$srcdir/tools/run-bochs.sh" --watch "$OUT/tools/watch" --iso "$PWD/cairn.iso" --keep .
