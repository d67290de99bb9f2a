# usage: smoke.sh qemu|bochs: the whole kernel boots there with the program user/test/smoke, which finds everything well.
. "$srcdir/tools/test/lib.sh"

lacks() { eval "[ -n \"\${$1:-}\" ]" || skip "$2 was not found by configure (package $3)"; }
if [ "$1" = qemu ]; then
    lacks QEMU QEMU qemu-system-x86
else
    lacks BOCHS Bochs bochs
    lacks BOCHS_BIOS "a BIOS for Bochs" seabios
    lacks BOCHS_VGABIOS "a VGA BIOS for Bochs" seabios
    lacks GRUB_MKRESCUE grub-mkrescue grub-common
    lacks GRUB_I386_PC "GRUB for i386-pc" grub-pc-bin
    lacks XORRISO xorriso xorriso
    lacks MFORMAT mformat mtools
fi

make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$PWD" BODY=stages >build.log 2>&1 ||
    { cat build.log; fail "the kernel does not build"; }
make -s -f "$srcdir/user/user.mk" CONFIG="$CONFIG" OUT="$PWD" >build.log 2>&1 || { cat build.log; fail "the program does not build"; }

# Time in instructions: the program lets others run for a while, which on a busy machine may be no time at all.
if [ "$1" = qemu ]; then
    "$srcdir/tools/run-qemu.sh" --batch --shift 2 --watch "$OUT/tools/watch" --kernel "$PWD/kernel.boot" --dir "$PWD" --modules "smoke.elf root"
else
    "$srcdir/tools/make-iso.sh" --kernel "$PWD/kernel.elf" --dir "$PWD" --modules "smoke.elf root" --output cairn.iso
    "$srcdir/tools/run-bochs.sh" --watch "$OUT/tools/watch" --iso "$PWD/cairn.iso" --keep .
fi
