# usage: boot.sh qemu|iso|bochs: the system must boot there and the root task must find everything well.
. "$srcdir/tools/test/lib.sh"

# What this way of booting needs, as configure found it.
lacks() { eval "[ -n \"\${$1:-}\" ]" || skip "$2 was not found by configure (package $3)"; }
[ "$1" = bochs ] || lacks QEMU QEMU qemu-system-x86
if [ "$1" != qemu ]; then
    lacks GRUB_MKRESCUE grub-mkrescue grub-common
    lacks GRUB_I386_PC "GRUB for i386-pc" grub-pc-bin
    lacks XORRISO xorriso xorriso
    lacks MFORMAT mformat mtools
    "$srcdir/tools/make-iso.sh" --kernel "$OUT/kernel/kernel.elf" --dir "$OUT/user" --modules "root.elf root" --output cairn.iso
fi
case $1 in
qemu)
    "$srcdir/tools/run-qemu.sh" --batch --watch "$OUT/tools/watch" --kernel "$OUT/kernel/kernel.boot" --dir "$OUT/user" \
        --modules "root.elf root" ;;
iso) "$srcdir/tools/run-qemu.sh" --batch --watch "$OUT/tools/watch" --iso "$PWD/cairn.iso" ;;
bochs)
    lacks BOCHS Bochs bochs
    lacks BOCHS_BIOS "a BIOS for Bochs" seabios
    lacks BOCHS_VGABIOS "a VGA BIOS for Bochs" seabios
    "$srcdir/tools/run-bochs.sh" --watch "$OUT/tools/watch" --iso "$PWD/cairn.iso" --keep . ;;
esac
