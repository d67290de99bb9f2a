# usage: scenario.sh unit|machine: scenarios without a machine (sanitized), or with one: right, wrong, endless and idle systems.
. "$srcdir/tools/test/lib.sh"

if [ "$1" = unit ]; then
    # CMOCKA_… and JANSSON_… are configure's.
    "$CC" -std=c11 -D_GNU_SOURCE -g -fsanitize=address,undefined -fno-sanitize-recover=all -I "$srcdir/grading" \
        $JANSSON_CFLAGS $CMOCKA_CFLAGS -o scenario_test "$srcdir/grading/scenario/test/scenario_test.c" \
        "$srcdir/grading/scenario/judge.c" "$srcdir/grading/scenario/read.c" $JANSSON_LIBS $CMOCKA_LIBS
    exec ./scenario_test
fi

[ -n "${QEMU:-}" ] || skip "QEMU was not found by configure (package qemu-system-x86)"
${MAKE:-make} -s -f "$srcdir/grading/grading.mk" CONFIG="$CONFIG" OUT="$OUT/grading" "$OUT/grading/scenario"
scenario=$OUT/grading/scenario
cp "$OUT/user/root.elf" . || fail "no root.elf"

# file NAME STEP: a scenario of the demonstration program with this one step.
file() {
    printf '{ "title": "%s", "text": "a test", "programs": ["root"], "steps": [%s] }\n' "$1" "$2" >"$1.json"
}
run() { expect "$1" "$scenario" --kernel "$OUT/kernel/kernel.boot" --programs . "$2.json"; }

file right '{ "expect": ["cairn: *", "verdict: pass"], "ends": "idle" }'
run 0 right
says "2 of 2 lines"

file late '{ "expect": ["cairn: *", "verdict: maybe"] }'
run 1 late
says "expected    verdict: maybe"
says "seen        1 of 2 expected lines"

file forbidden '{ "expect": ["cairn: *"], "forbid": ["verdict: *"] }'
run 1 forbidden
says "forbidden   verdict: pass"

file ending '{ "expect": ["verdict: pass"], "ends": "limit" }'
run 1 ending
says "running until its limit"

expect 64 "$scenario" right.json
says "--kernel and --programs"
echo '{ "title": "t", "tilte": "t" }' >wrong.json
run 64 wrong
says 'unknown key "tilte"'
rm root.elf
run 2 right
says "there is no program root"
expect 0 "$scenario" --help
