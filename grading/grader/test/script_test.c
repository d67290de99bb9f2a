/* What may stand in a linker script, and what may not: each script here is a whole one. */
#include "unit.h"

#include "grader/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char contracts[] = "/tmp/cairn-script-XXXXXX";

/* The complaints about a script; to be freed. */
static char *complaints_of(const char *text)
{
    struct script *script = calloc(1, sizeof *script);
    char *complaints = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&complaints, &size);

    assert_non_null(script);
    script_read(script, text, strlen(text), out);
    script_check(script, contracts, out);
    fclose(out);
    free(script);
    return complaints;
}

static void accept(const char *text)
{
    char *complaints = complaints_of(text);
    assert_string_equal(complaints, "");
    free(complaints);
}

static void refuse(const char *text, const char *beginning)
{
    char *complaints = complaints_of(text);
    if (strncmp(complaints, beginning, strlen(beginning)) != 0)
        fail_msg("expected \"%s…\", got \"%s\"", beginning, complaints);
    free(complaints);
}

static void what_a_stage_needs(void **state)
{
    (void)state;
    accept("");
    accept("ENTRY(boot_entry) PHDRS { text PT_LOAD FLAGS(5); }\n"
           "SECTIONS { . = KERNEL_BASE; start = .; .text : AT(ADDR(.text) - KERNEL_BASE) { KEEP(*(.multiboot)) *(.text .text.*) "
           "} :text }\n"
           "KERNEL_BASE = 0xffffffff80000000;");
    accept("/* INPUT(x) */ OUTPUT_FORMAT(elf64-x86-64) OUTPUT_ARCH(i386:x86-64)");
    accept("SECTIONS { .bss (NOLOAD) : { *(.bss COMMON) } /DISCARD/ : { *(.comment .note .note.* .eh_frame) } }");
    accept("MEMORY { high (rwx) : ORIGIN = 0, LENGTH = 1M low : ORIGIN = 1, LENGTH = 15M }\n"
           "SECTIONS { .text : { *(.text) } > high AT> low }");
    accept("PAGE = CONSTANT(COMMONPAGESIZE); ASSERT(PAGE == 0x1000, \"INPUT: a page\")");
    accept("PROVIDE(here = .); end += 4; . += 8;");
}

static void other_files(void **state)
{
    (void)state;
    refuse("INPUT(a.o)", "kernel.ld:1: INPUT: ");
    refuse("\n\nINCLUDE other.ld", "kernel.ld:3: INCLUDE: ");
    refuse("GROUP(a.o)", "kernel.ld:1: GROUP: ");
    refuse("SEARCH_DIR(/)", "kernel.ld:1: SEARCH_DIR: ");
    refuse("OUTPUT(x)", "kernel.ld:1: OUTPUT: ");
    refuse("STARTUP(x.o)", "kernel.ld:1: STARTUP: ");
    refuse("TARGET(binary)", "kernel.ld:1: TARGET: ");
    refuse("/* a\nb */ INPUT = 1; INPUT(a.o)", "kernel.ld:2: INPUT: ");
    refuse("OUTPUT_FORMAT(binary)", "kernel.ld:1: OUTPUT_FORMAT: ");
    refuse("\"INPUT\"(a.o)", "kernel.ld:1: \"INPUT\": ");
}

static void other_peoples_sections(void **state)
{
    (void)state;
    refuse("SECTIONS { /DISCARD/ : { *(.data) } }", "kernel.ld:1: .data: ");
    refuse("SECTIONS { /DISCARD/ : { *(*) } }", "kernel.ld:1: (: ");
    refuse("SECTIONS { .text : { kernel.part.o(.text) } }", "kernel.ld:1: kernel.part.o: ");
    refuse("SECTIONS { .text : { *kernel.part.o(.text) } }", "kernel.ld:1: kernel.part.o: ");
    refuse("SECTIONS { .text : { *.o(.text) } }", "kernel.ld:1: .o: ");
    refuse("SECTIONS { .text : { *(EXCLUDE_FILE(*a.o) .text) } }", "kernel.ld:1: EXCLUDE_FILE: ");
    refuse("SECTIONS { .text : { [a-z]*(.text) } }", "kernel.ld:1: [: ");
    refuse("SECTIONS { .text : { BYTE(0x90) } }", "kernel.ld:1: BYTE: ");
    refuse("SECTIONS { .text : { *(.text) } } INSERT AFTER .data;", "kernel.ld:1: INSERT: ");
}

static void other_peoples_symbols(void **state)
{
    (void)state;
    refuse("kernel_main = boot_main;", "kernel.ld:1: kernel_main: ");
    refuse("PROVIDE(kernel_main = 0);", "kernel.ld:1: kernel_main: ");
    refuse("kernel_main += 4;", "kernel.ld:1: kernel_main: ");
    accept("mine = kernel_main;");
    refuse("mine = unheard_of;", "kernel.ld:1: unheard_of: ");
}

static void what_stands_in_it(void **state)
{
    struct script *script = calloc(1, sizeof *script);
    const char *text = "SECTIONS { .text : { KEEP(*(.a .multiboot)) *(.rest) } bss_end = .; }";
    (void)state;
    assert_non_null(script);
    script_read(script, text, strlen(text), stderr);
    assert_true(script_keeps(script, ".multiboot"));
    assert_false(script_keeps(script, ".rest"));
    assert_true(script_has_output(script, ".text"));
    assert_false(script_has_output(script, ".rest"));
    assert_true(script_mentions(script, ".rest"));
    assert_true(script_defines(script, "bss_end"));
    assert_false(script_defines(script, "SECTIONS"));
    free(script);
}

static int make_contracts(void **state)
{
    char path[64];
    (void)state;
    if (!mkdtemp(contracts))
        return -1;
    snprintf(path, sizeof path, "%s/kernel.symbols", contracts);
    FILE *file = fopen(path, "w");
    if (!file || fputs("kernel_main\nboot_entry\n", file) < 0 || fclose(file) != 0)
        return -1;
    return 0;
}

static int remove_contracts(void **state)
{
    char path[64];
    (void)state;
    snprintf(path, sizeof path, "%s/kernel.symbols", contracts);
    return unlink(path) || rmdir(contracts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_stage_needs),    cmocka_unit_test(other_files),       cmocka_unit_test(other_peoples_sections),
        cmocka_unit_test(other_peoples_symbols), cmocka_unit_test(what_stands_in_it),
    };
    return cmocka_run_group_tests(tests, make_contracts, remove_contracts);
}
