# A root task with one wrong field must be refused with a message that names the module, the header and the field.
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"

# boots_to TEXT: the kernel must print this with ./root.elf as its root task, and give up.
boots_to() {
    expect 1 "$srcdir/tools/run-qemu.sh" --batch --watch "$OUT/tools/watch" --kernel "$OUT/kernel/kernel.boot" --dir "$PWD" \
        --modules "root.elf root"
    says "$1"
}

# patched OFFSET BYTES: the root task with these bytes (octal, for printf) at that place of its file.
patched() {
    cp "$OUT/user/root.elf" root.elf
    printf "$2" | dd of=root.elf bs=1 seek="$1" conv=notrunc status=none
}

patched 0 '\001'
boots_to 'panic: module 0 (root.elf root): e_ident: the magic number is missing'
patched 18 '\003'
boots_to 'panic: module 0 (root.elf root): e_machine: not x86-64'
patched 24 '\000\000\000\000'
boots_to 'panic: module 0 (root.elf root): e_entry: not in an executable segment'
patched 68 '\007'
boots_to 'panic: module 0 (root.elf root): program header 0: p_flags: writable and executable'
head -c 40 "$OUT/user/root.elf" > root.elf
boots_to 'panic: module 0 (root.elf root): e_ident: the file is shorter than an ELF header'
