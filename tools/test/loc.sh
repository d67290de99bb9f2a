# `make loc` counts what a kernel image is made of and nothing else, with cloc and without.
. "$srcdir/tools/test/lib.sh"

mkdir -p kernel/x86 kernel/body kernel/test kernel/bench solutions/1-entry/test solutions/8-later tools

cat >kernel/main.c <<'C'
/*
 * Three lines of comment.
 */
#include "a.h" /* a line of code with a comment */

static int three(void)
{
    int a = 1; // one

    /* between */ a++;
    return a;
}

int one(void)
{
    /* one line
       and code behind its end */ return 1;
}

static const int table[] = {
    1,
};
C
cat >kernel/body/calls.c <<'C'
syscall_handler *const syscall_table[SYSCALL_COUNT] = {
    [CALL_CALL] = sys_call,
    [CALL_CREATE_PD] = sys_create_pd,
    [CALL_REMOVE] = sys_none,
    [CALL_CREATE_PD + 1 ... SYSCALL_COUNT - 1] = sys_none,
};
C
printf 'a equ 1 ; comment\n; comment\n\nb equ 2\n' >kernel/x86/b.inc
printf '; comment\nglobal c\nc:  ret\n' >solutions/1-entry/c.asm
printf '/* comment */\nENTRY(c)\n' >solutions/1-entry/kernel.ld
printf 'int f(void)\n{\n    return 1;\n}\n' | tee kernel/asm_constants.c kernel/test/t.c kernel/bench/b.c solutions/1-entry/check.c solutions/1-entry/check_all.c solutions/1-entry/check.h \
    solutions/1-entry/test/t.c solutions/8-later/f.c tools/t.c >/dev/null

counts() {
    expect 0 sh "$srcdir/tools/loc.sh" .
    says '    14  kernel'
    says '     2  kernel/x86'
    says '     3  solutions/1-entry'
    says '     6  kernel/body'
    says '    25  the kernel'
    says '     2  system calls, at most 16'
    says_not 'bytes of code'
    says '     2  lines has its median function'
    says '     4  tools'
    says_not 8-later
    [ "$(grep -c '^ *[0-9]* *\(kernel\|solutions\)' output)" = 4 ] || fail "a part is there that should not be"
}

LOC_CLOC='' && export LOC_CLOC
counts
unset LOC_CLOC
if command -v cloc >/dev/null; then counts; else echo "not run: the count by cloc, which is not installed"; fi

# The size of the code is that of .text alone, and only of a kernel that has been built.
if command -v "${KREADELF:-}" >/dev/null && command -v "${KOBJCOPY:-}" >/dev/null; then
    head -c 40961 /dev/zero >code
    "$KOBJCOPY" -I binary -O elf64-x86-64 --rename-section .data=.text,alloc,load,readonly,code,contents code kernel.elf
    KERNEL=kernel.elf expect 0 sh "$srcdir/tools/loc.sh" .
    says ' 40961  bytes of code has the kernel, at most 40960: over'
    "$KOBJCOPY" --rename-section .text=.other kernel.elf none.elf
    KERNEL=none.elf expect 1 sh "$srcdir/tools/loc.sh" .
    says 'no section .text'
else
    echo "not run: the size of the code; configure found no binutils for the kernel"
fi
