#!/bin/sh
# Boots a kernel with its trace ring, lets it run, and writes the ring into a file, which `trace` turns into pictures.
# QEMU, QEMU_MACHINE, QEMU_CPU, QEMU_MEMORY and GDB come from config.mk through the environment.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

usage() {
    cat <<'END'
usage: trace-run.sh --kernel FILE --symbols FILE --dir DIR --modules LIST --output FILE [--cmdline TEXT] [--records N] [--seconds N]

  --kernel FILE    what QEMU loads (ELF32)
  --symbols FILE   the same kernel as ELF64, where GDB finds trace_ring
  --dir, --modules, --cmdline as for run-qemu.sh
  --output FILE    where the dump goes
  --records N      size of the ring, a power of two (default 4096)
  --seconds N      stop after so long if no verdict has come (default 20)

The machine is stopped at the verdict, at a panic, or after the time. The guest's serial output is shown. Time is counted in instructions,
one a nanosecond, so that a run is the same each time, however busy this machine is.
exit codes   0 written   1 the kernel has no ring, or could not be read   2 QEMU did not start   64 wrong usage
END
}

kernel='' symbols='' dir='' modules='' cmdline='' output='' records=4096 seconds=20
while [ $# -gt 0 ]; do
    case $1 in
    --kernel) kernel=$2; shift ;;
    --symbols) symbols=$2; shift ;;
    --dir) dir=$2; shift ;;
    --modules) modules=$2; shift ;;
    --cmdline) cmdline=$2; shift ;;
    --output) output=$2; shift ;;
    --records) records=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
    esac
    shift
done
[ -n "$kernel" ] && [ -n "$symbols" ] && [ -n "$dir" ] && [ -n "$modules" ] && [ -n "$output" ] || { usage >&2; exit 64; }
case $output in /*) ;; *) output=$PWD/$output ;; esac

files=$(mktemp -d "${TMPDIR:-/tmp}/cairn-trace.XXXXXX")
qemu=''
trap '[ -z "$qemu" ] || kill "$qemu" 2>/dev/null || :; rm -rf "$files"' EXIT
trap 'exit 2' HUP INT TERM

cd "$dir"
"$QEMU" -machine "$QEMU_MACHINE" -cpu "$QEMU_CPU" -m "$QEMU_MEMORY" -accel tcg -icount shift=0,sleep=off -nodefaults \
    -no-user-config -display none -action reboot=shutdown,shutdown=pause -serial "file:$files/serial.log" -monitor none \
    -chardev "socket,id=gdb,path=$files/gdb,server=on,wait=off" -gdb chardev:gdb \
    -kernel "$kernel" -initrd "$modules" -append "$cmdline trace=$records" </dev/null 2>"$files/qemu.log" &
qemu=$!
tries=0
until grep -qaE '^(verdict|panic|not implemented): ' "$files/serial.log" 2>/dev/null; do
    tries=$((tries + 1))
    if ! kill -0 "$qemu" 2>/dev/null; then
        echo "trace-run.sh: QEMU did not start:" >&2
        cat "$files/qemu.log" >&2
        exit 2
    fi
    [ "$tries" -le $((seconds * 10)) ] || break
    sleep 0.1
done

# The header first, then the records, wherever the kernel has them.
status=0
"$GDB" -q -nx -batch -ex 'set confirm off' -ex "target remote $files/gdb" \
    -ex "dump binary memory $files/dump &trace_ring (char *)&trace_ring + sizeof trace_ring" \
    -ex "append binary memory $files/dump trace_ring.records trace_ring.records + trace_ring.capacity" \
    "$symbols" >"$files/gdb.log" 2>&1 || status=1
cat "$files/serial.log"
size=$(wc -c <"$files/dump" 2>/dev/null || echo 0)
if [ "$status" != 0 ] || [ "$size" -le 64 ]; then
    echo "trace-run.sh: there is no trace in this kernel's memory (did it get as far as trace_init?). GDB said:" >&2
    tail -n 3 "$files/gdb.log" >&2
    exit 1
fi
cp "$files/dump" "$output"
