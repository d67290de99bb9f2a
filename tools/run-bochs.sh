#!/bin/sh
# Boots an ISO in Bochs, which models a PC more strictly than QEMU does, to the verdict of the root task.
# BOCHS, BOCHS_BIOS, BOCHS_VGABIOS and BOCHS_CPU come from config.mk through the environment.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

usage() {
    cat <<'END'
usage: run-bochs.sh --watch PROGRAM --iso FILE [--seconds N] [--keep DIR]

  --iso FILE    the CD to boot
  --seconds N   give up after N seconds (default 120: Bochs is slow)
  --keep DIR    put bochsrc and Bochs's own log there

exit codes   0 pass   1 fail   2 no verdict   64 wrong usage
END
}

watch='' iso='' seconds=120 keep=''
while [ $# -gt 0 ]; do
    case $1 in
    --watch) watch=$2; shift ;;
    --iso) iso=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --keep) keep=$2; shift ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
    esac
    shift
done
[ -n "$watch" ] && [ -n "$iso" ] || { usage >&2; exit 64; }

files=$(mktemp -d "${TMPDIR:-/tmp}/cairn-bochs.XXXXXX")
trap 'rm -rf "$files"' EXIT
trap 'exit 2' HUP INT TERM

mkfifo "$files/serial"
cat >"$files/bochsrc" <<END
megs: 128
romimage: file=$BOCHS_BIOS
vgaromimage: file=$BOCHS_VGABIOS
cpu: model=$BOCHS_CPU, count=1, ips=50000000, reset_on_triple_fault=0
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path="$iso", status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$files/serial
clock: sync=none, time0=0
display_library: term
speaker: enabled=0
sound: waveoutdrv=dummy
panic: action=fatal
log: $files/bochs.log
END
# Debian's Bochs is built with its debugger, which waits for a command before the first instruction.
echo c >"$files/commands"

status=0
TERM=vt100 "$watch" --seconds "$seconds" --serial "$files/serial" -- \
    "$BOCHS" -q -f "$files/bochsrc" -rc "$files/commands" || status=$?
if [ "$status" -ge 2 ] && [ -e "$files/bochs.log" ]; then
    echo "run-bochs.sh: the end of Bochs's log:" >&2
    grep -v 'i\[' "$files/bochs.log" | tail -n 8 >&2 || :
fi
if [ -n "$keep" ]; then
    mkdir -p "$keep"
    cp "$files/bochsrc" "$files/bochs.log" "$keep" || :
fi
exit "$status"
