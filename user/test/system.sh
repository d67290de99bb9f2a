# usage: system.sh CONFIG "PROGRAM..." LINE...: boots core and init with user/config/CONFIG.json and these programs, and expects the lines in this
# order, each whole, with others between them or not.
. "$srcdir/tools/test/lib.sh"
[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"

modules="init.elf init,$1.json config"
for program in $2; do
    modules="$modules,$program.elf $program"
done
shift 2
kernel=$OUT/test-kernel user=$OUT/test-system
mkdir -p "$kernel" "$user"
exec 9>"$OUT/test-build.lock"
flock 9
make -s -f "$srcdir/kernel/kernel.mk" CONFIG="$CONFIG" OUT="$kernel" BODY=stages >build.log 2>&1 ||
    { cat build.log; fail "the kernel does not build"; }
make -s -f "$srcdir/user/user.mk" CONFIG="$CONFIG" OUT="$user" >build.log 2>&1 || { cat build.log; fail "the programs do not build"; }
exec 9>&-

log=$PWD/console
status=0
"$srcdir/tools/run-qemu.sh" --watch "$OUT/tools/watch" --kernel "$kernel/kernel.boot" --dir "$user" --modules "core.elf core,$modules" \
    --batch --shift ${SHIFT:-4} --seconds 100 >"$log" 2>&1 </dev/null || status=$?
tr -d '\r' <"$log" >"$log.lines"
for line in "$@"; do
    printf '%s\n' "$line"
done | awk -v log_file="$log.lines" '
    {
        while ((more = (getline seen < log_file)) > 0 && seen != $0);
        if (more <= 0) { print "missing, or not in this order: " $0; exit 1 }
    }' || { cat "$log.lines"; fail "these lines were expected, in this order: $*"; }
[ $status = 0 ] || { cat "$log.lines"; fail "no verdict, or not pass: $status"; }
