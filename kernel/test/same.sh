# The same kernel says the same through QEMU's -kernel, through GRUB in QEMU and through GRUB in Bochs, but for addresses and speeds.
. "$srcdir/tools/test/lib.sh"
for tool in QEMU GRUB_MKRESCUE GRUB_I386_PC XORRISO MFORMAT BOCHS BOCHS_BIOS BOCHS_VGABIOS; do
    eval "[ -n \"\${$tool:-}\" ]" || skip "$tool was not found by configure"
done
"$srcdir/tools/make-iso.sh" --kernel "$OUT/kernel/kernel.elf" --dir "$OUT/user" --modules "root.elf root" --output cairn.iso >iso.log 2>&1

# What every machine must say alike: the memory map, module addresses, the timer and the fault's rip are its own.
essence() { tr -d '\r' | sed -n '/This is Cairn/,$p' | sed '/^memory:/,/^timer:/d; s/rip [0-9a-f]*/rip …/'; }
"$srcdir/tools/run-qemu.sh" --batch --watch "$OUT/tools/watch" --kernel "$OUT/kernel/kernel.boot" --dir "$OUT/user" \
    --modules "root.elf root" | essence >kernel.txt
"$srcdir/tools/run-qemu.sh" --batch --watch "$OUT/tools/watch" --iso "$PWD/cairn.iso" | essence >iso.txt
mkdir kept
"$srcdir/tools/run-bochs.sh" --watch "$OUT/tools/watch" --iso "$PWD/cairn.iso" --keep kept | essence >bochs.txt
grep -q 'verdict: pass' kernel.txt || { cat kernel.txt; fail "no verdict"; }
for other in iso bochs; do
    diff kernel.txt $other.txt || fail "$other says something else than QEMU's -kernel"
done
