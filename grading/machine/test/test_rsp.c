/* The gdbstub client against the stub's own description of itself, and its text conversions. */
#include "support.h"

#include "machine_private.h"
#include "rsp_wire.h"

static void hexadecimal(void **state)
{
    (void)state;
    uint8_t bytes[3];
    char text[7];
    assert_true(rsp_decode_hex("00fFa5", bytes, 3));
    rsp_encode_hex(bytes, 3, text);
    assert_string_equal(text, "00ffa5");
    assert_false(rsp_decode_hex("00f", bytes, 2));
    assert_false(rsp_decode_hex("0g", bytes, 1));
}

/* QEMU's file carries registers that it does not send in comments. */
static void blank_comments(char *xml)
{
    for (char *start; (start = strstr(xml, "<!--")) != NULL;) {
        char *end = strstr(start, "-->");
        assert_non_null(end);
        memset(start, ' ', (size_t)(end + 3 - start));
    }
}

/* rsp.c knows where registers lie; the stub's own description must agree, name by name. */
static void registers_match_target_description(void **state)
{
    (void)state;
    static const char *const order[] = { "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp",     "rsp",     "r8",
                                         "r9",  "r10", "r11", "r12", "r13", "r14", "r15",     "rip",     "eflags",
                                         "cs",  "ss",  "ds",  "es",  "fs",  "gs",  "fs_base", "gs_base", "k_gs_base",
                                         "cr0", "cr2", "cr3", "cr4", "cr8", "efer" };
    struct machine *machine;
    struct machine_config config = { .kernel = GUESTS "/rings.img" };
    assert_ok(machine_open(&machine, &config, MACHINE_RECORD));
    char xml[32768] = "", request[64];
    struct rsp *rsp = machine->rsp;
    for (;;) {
        snprintf(request, sizeof request, "qXfer:features:read:i386-64bit.xml:%zx,700", strlen(xml));
        assert_ok(rsp_ask(rsp, request));
        strcat(xml, rsp->answer + 1);
        if (rsp->answer[0] == 'l')
            break;
    }
    blank_comments(xml);
    const char *at = xml;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        char name[32];
        unsigned bits = 0;
        at = strstr(at, "<reg name=\"");
        assert_non_null(at);
        assert_int_equal(sscanf(at, "<reg name=\"%31[^\"]\" bitsize=\"%u\"", name, &bits), 2);
        assert_string_equal(name, order[i]);
        assert_int_equal(bits, i >= RSP_EFLAGS && i <= RSP_GS ? 32 : 64);
        at++;
    }
    machine_close(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hexadecimal),
        cmocka_unit_test(registers_match_target_description),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
