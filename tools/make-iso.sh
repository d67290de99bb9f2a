#!/bin/sh
# Makes a CD image that GRUB boots on any PC with a BIOS: kernel, modules and nothing that is not needed.
# GRUB_MKRESCUE and GRUB_I386_PC come from config.mk through the environment.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

usage() {
    cat <<'END'
usage: make-iso.sh --kernel FILE --dir DIR --modules LIST [--cmdline TEXT] --output ISO

  --kernel FILE   the kernel (ELF with a Multiboot 1 header)
  --dir DIR       where the modules are
  --modules LIST  "FILE NAME" of each module, joined with commas; the first is the root task
  --cmdline TEXT  for the kernel itself

exit codes   0 done   1 GRUB's tools failed (their output is shown)   64 wrong usage
END
}

kernel='' dir='' modules='' cmdline='' output=''
while [ $# -gt 0 ]; do
    case $1 in
    --kernel) kernel=$2; shift ;;
    --dir) dir=$2; shift ;;
    --modules) modules=$2; shift ;;
    --cmdline) cmdline=$2; shift ;;
    --output) output=$2; shift ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
    esac
    shift
done
[ -n "$kernel" ] && [ -n "$dir" ] && [ -n "$modules" ] && [ -n "$output" ] || { usage >&2; exit 64; }

tree=$(mktemp -d "${TMPDIR:-/tmp}/cairn-iso.XXXXXX")
trap 'rm -rf "$tree"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$tree/boot/grub"
cp "$kernel" "$tree/boot/kernel"

# GRUB drops the file's name from the command line and QEMU keeps it, so it is written twice: both give "FILE NAME".
{
    echo 'set timeout=0'
    echo 'menuentry "Cairn" {'
    echo "    multiboot /boot/kernel kernel $cmdline"
    printf '%s\n' "$modules" | tr ',' '\n' | while read -r file name; do
        cp "$dir/$file" "$tree/boot/$(basename "$file")"
        echo "    module /boot/$(basename "$file") $file $name"
    done
    echo '    boot'
    echo '}'
} >"$tree/boot/grub/grub.cfg"

# Only the modules this configuration uses, else the image has thirty megabytes of fonts and drivers.
if ! "$GRUB_MKRESCUE" -d "$GRUB_I386_PC" \
    --install-modules="multiboot normal iso9660 biosdisk part_msdos part_gpt configfile" \
    --fonts= --themes= --locales= -o "$output.new" "$tree" >"$tree.log" 2>&1; then
    cat "$tree.log" >&2
    rm -f "$tree.log" "$output.new"
    exit 1
fi
rm -f "$tree.log"
mv "$output.new" "$output"
