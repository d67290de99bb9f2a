#!/bin/sh
# Boots a kernel in QEMU, stopped before its first instruction, and attaches GDB with the kernel's symbols.
# QEMU, QEMU_MACHINE, QEMU_CPU, QEMU_MEMORY and GDB come from config.mk through the environment.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

usage() {
    cat <<'END'
usage: debug.sh --kernel FILE --symbols FILE --dir DIR --modules LIST [--cmdline TEXT] [--counted] [-- GDB-ARGUMENT...]

  --kernel FILE    what QEMU loads (ELF32)
  --symbols FILE   the same kernel as ELF64, with debug information; GDB cannot use the other one
  --dir, --modules, --cmdline as for run-qemu.sh
  --counted        time is counted in instructions, one a nanosecond: each run is the same

Arguments after -- go to GDB, for example: -- -batch -ex 'hbreak main' -ex continue
The guest's serial output goes to a file; `serial` in GDB shows its end.
exit codes   GDB's own; 2 if QEMU does not start; 64 wrong usage
END
}

kernel='' symbols='' dir='' modules='' cmdline='' counted=''
while [ $# -gt 0 ]; do
    case $1 in
    --kernel) kernel=$2; shift ;;
    --symbols) symbols=$2; shift ;;
    --dir) dir=$2; shift ;;
    --modules) modules=$2; shift ;;
    --cmdline) cmdline=$2; shift ;;
    --counted) counted='-icount shift=0,sleep=off' ;;
    --help) usage; exit 0 ;;
    --) shift; break ;;
    *) usage >&2; exit 64 ;;
    esac
    shift
done
[ -n "$kernel" ] && [ -n "$symbols" ] && [ -n "$dir" ] && [ -n "$modules" ] || { usage >&2; exit 64; }

# A socket with a name of its own: no port to collide with another student's on a shared machine.
files=$(mktemp -d "${TMPDIR:-/tmp}/cairn-debug.XXXXXX")
qemu=''
trap '[ -z "$qemu" ] || kill "$qemu" 2>/dev/null || :; rm -rf "$files"' EXIT
trap 'exit 2' HUP TERM
# Ctrl-C belongs to GDB (it stops the guest) and must not end this script.
trap : INT

tools=$(cd "$(dirname "$0")" && pwd)
cd "$dir"
# setsid: Ctrl-C must reach GDB only, not QEMU. setpriv: however this script ends, QEMU ends with it.
# shellcheck disable=SC2086
setsid setpriv --pdeathsig TERM "$QEMU" -machine "$QEMU_MACHINE" -cpu "$QEMU_CPU" -m "$QEMU_MEMORY" -accel tcg $counted -nodefaults -no-user-config \
    -display none -action reboot=shutdown,shutdown=pause -serial "file:$files/serial.log" -monitor none \
    -chardev "socket,id=gdb,path=$files/gdb,server=on,wait=off" -gdb chardev:gdb -S \
    -kernel "$kernel" -initrd "$modules" -append "$cmdline" </dev/null 2>"$files/qemu.log" &
qemu=$!
tries=0
until [ -S "$files/gdb" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 100 ] || ! kill -0 "$qemu" 2>/dev/null; then
        echo "debug.sh: QEMU did not start:" >&2
        cat "$files/qemu.log" >&2
        exit 2
    fi
    sleep 0.1
done

cat >"$files/gdbinit" <<END
set confirm off
set pagination off
set disassembly-flavor intel
target remote $files/gdb
define serial
    shell tail -n 40 $files/serial.log
end
document serial
Show the last lines of the guest's serial output.
end
END
# The commands that know the kernel need a GDB with Python, as Debian's is; without it the rest still works.
if "$GDB" -nx -batch -ex 'python 1' >"$files/python" 2>&1 && [ ! -s "$files/python" ]; then
    echo "source $tools/trace/cairn.py" >>"$files/gdbinit"
else
    echo "debug.sh: this GDB has no Python, so the commands \`cairn ...\` are missing" >&2
fi

[ $# -gt 0 ] || cat <<'END'
The machine is stopped before its first instruction. Useful now:
    hbreak kernel_main        stop where C begins (a hardware breakpoint: the kernel is not in memory yet)
    hbreak panic              stop where the kernel gives up
    continue, stepi, bt, info registers, x/8i $rip
    help cairn                the kernel's own view: threads, queues, capabilities, accounts, page tables
    serial                    what the guest has printed; in another terminal:
END
[ $# -gt 0 ] || echo "                              tail -f $files/serial.log"
status=0
"$GDB" -q -nx -x "$files/gdbinit" "$@" "$symbols" || status=$?
exit "$status"
