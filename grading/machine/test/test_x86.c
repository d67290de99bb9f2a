/* The decoders, on bytes whose meaning the manuals fix. */
#include "support.h"

static uint8_t ram[0x10000];

static struct status read_ram(void *context, uint64_t address, void *data, size_t length)
{
    (void)context;
    if (address > sizeof ram || length > sizeof ram - address)
        return status_error(STATUS_UNMAPPED, "beyond the test's memory");
    memcpy(data, ram + address, length);
    return status_ok();
}

static const struct x86_memory memory = { read_ram, NULL };

static void put(uint64_t address, uint64_t entry)
{
    memcpy(ram + address, &entry, sizeof entry);
}

/* PML4 at 0x1000: [0] -> PDPT 0x2000 user; [511] -> PDPT 0x3000 supervisor. */
static int make_tables(void **state)
{
    (void)state;
    memset(ram, 0, sizeof ram);
    put(0x1000, 0x2007);
    put(0x1ff8, 0x3003);
    put(0x2000, 0x4007);                        /* PDPT[0] -> PD */
    put(0x2008, 0x0000000040000087);            /* [1]: 1 GiB page at 1 GiB, user, writable */
    put(0x2010, 0x0000000080002087);            /* [2]: reserved bit 13 set */
    put(0x4000, 0x5007);                        /* PD[0] -> PT */
    put(0x4008, 0x80000000002001e5 & ~0x2ull);  /* [1]: 2 MiB, user, read-only, NX, global, A, D */
    put(0x5000, 0xe007);                        /* PT[0]: 0xe000, user, writable */
    put(0x5008, 0xe005);                        /* [1]: read-only */
    put(0x5010, 0xe003);                        /* [2]: supervisor */
    put(0x5018, 0x800000000000e007);            /* [3]: NX */
    put(0x3ff0, 0x00000000000000a3 & ~0x20ull); /* PDPT[510]: 1 GiB, supervisor */
    strcpy((char *)ram + 0xefff - 4, "hello");
    return 0;
}

static struct x86_mapping walk(uint64_t address)
{
    struct x86_mapping mapping;
    assert_ok(x86_walk(&memory, 0x1018, address, &mapping)); /* CR3 with PWT and PCD */
    return mapping;
}

static void rights_of_small_pages(void **state)
{
    (void)state;
    struct x86_mapping m = walk(0x123);
    assert_true(m.present && m.user && m.writable && m.executable);
    assert_int_equal(m.physical_address, 0xe000);
    assert_int_equal(m.size, 0x1000);
    assert_int_equal(m.entry_address, 0x5000);
    m = walk(0x1000);
    assert_true(m.present && m.user && !m.writable);
    m = walk(0x2fff);
    assert_true(m.present && !m.user && m.writable);
    assert_int_equal(m.virtual_address, 0x2000);
    m = walk(0x3000);
    assert_true(m.present && m.user && !m.executable);
    m = walk(0x4000);
    assert_false(m.present || m.user || m.writable || m.executable);
    assert_int_equal(m.level, 1);
}

static void large_pages_and_upper_half(void **state)
{
    (void)state;
    struct x86_mapping m = walk(0x2ff123);
    assert_true(m.present && m.user && !m.writable && !m.executable && m.global && m.dirty);
    assert_int_equal(m.physical_address, 0x200000);
    assert_int_equal(m.level, 2);
    m = walk(0x7fffffff);
    assert_true(m.present && m.user);
    assert_int_equal(m.size, 0x40000000);
    m = walk(0xffffffff80000000);
    assert_true(m.present && !m.user && m.writable && m.executable);
    m = walk(0xffffffffc0000000);
    assert_false(m.present);
    assert_int_equal(m.level, 3);
}

static void a_reserved_bit_is_no_mapping(void **state)
{
    (void)state;
    struct x86_mapping m = walk(0x80000000);
    assert_true(m.reserved && !m.present && !m.user);
}

/* Rights are those of all levels together, not of the leaf. */
static void an_upper_level_takes_rights_away(void **state)
{
    (void)state;
    put(0x1000, 0x8000000000002001); /* PML4[0]: supervisor, read-only, NX */
    struct x86_mapping m = walk(0);
    assert_true(m.present && !m.user && !m.writable && !m.executable);
}

static void bad_walks(void **state)
{
    (void)state;
    struct x86_mapping m;
    assert_code(x86_walk(&memory, 0x1000, 0x800000000000, &m), STATUS_MISUSE);
    assert_code(x86_walk(&memory, 0x700000, 0, &m), STATUS_UNMAPPED);
}

static bool count_mapping(void *context, const struct x86_mapping *mapping)
{
    uint64_t *seen = context;
    struct x86_mapping same = walk(mapping->virtual_address);
    assert_memory_equal(&same.physical_address, &mapping->physical_address, 8);
    assert_int_equal(same.user, mapping->user);
    return ++*seen < 100;
}

static void each_mapping_agrees_with_walk(void **state)
{
    (void)state;
    uint64_t seen = 0;
    assert_ok(x86_each_mapping(&memory, 0x1000, 0, UINT64_MAX, count_mapping, &seen));
    assert_int_equal(seen, 7);
    seen = 0;
    assert_ok(x86_each_mapping(&memory, 0x1000, 0x1000, 0x2fff, count_mapping, &seen));
    assert_int_equal(seen, 2);
}

static void virtual_reads_cross_pages(void **state)
{
    (void)state;
    char text[6] = "";
    assert_ok(x86_read_virtual(&memory, 0x1000, 0xffb, text, 5));
    assert_string_equal(text, "hello");
    assert_code(x86_read_virtual(&memory, 0x1000, 0x3ffe, text, 5), STATUS_UNMAPPED);
}

static void descriptors(void **state)
{
    (void)state;
    static const uint8_t user_code[16] = { 0xff, 0xff, 0, 0, 0, 0xfa, 0xaf, 0 };
    static const uint8_t tss[16] = { 0x67, 0, 0x78, 0x56, 0x34, 0x89, 0, 0x12, 0xff, 0xff, 0xff, 0xff };
    struct x86_descriptor d;
    x86_decode_descriptor(user_code, &d);
    assert_true(d.present && d.long_mode && !d.big && !d.system);
    assert_int_equal(d.dpl, 3);
    assert_int_equal(d.type, 10);
    assert_int_equal(d.limit, 0xffffffff);
    x86_decode_descriptor(tss, &d);
    assert_true(d.present && d.system);
    assert_int_equal(d.type, 9);
    assert_int_equal(d.base, 0xffffffff12345678);
    assert_int_equal(d.limit, 0x67);
    struct x86_selector s = x86_selector(0x2f);
    assert_int_equal(s.index, 5);
    assert_true(s.local);
    assert_int_equal(s.rpl, 3);
    struct x86_table gdt = { 0, 0x1f };
    assert_code(x86_descriptor(&memory, 0x1000, gdt, 0x20, &d), STATUS_UNMAPPED);
}

static void gates_and_tss(void **state)
{
    (void)state;
    static const uint8_t bytes[16] = { 0x34, 0x12, 8, 0, 2, 0xee, 0x23, 0x80, 0xff, 0xff, 0xff, 0xff };
    struct x86_gate g;
    x86_decode_gate(bytes, &g);
    assert_int_equal(g.offset, 0xffffffff80231234);
    assert_int_equal(g.selector, 8);
    assert_int_equal(g.type, 14);
    assert_int_equal(g.dpl, 3);
    assert_int_equal(g.ist, 2);
    assert_true(g.present);
    uint8_t raw[104];
    for (unsigned i = 0; i < sizeof raw; i++)
        raw[i] = (uint8_t)i;
    struct x86_tss t;
    x86_decode_tss(raw, &t);
    assert_int_equal(t.rsp[0], 0x0b0a090807060504);
    assert_int_equal(t.ist[1], 0x2b2a292827262524);
    assert_int_equal(t.ist[7] & 0xff, 84);
    assert_int_equal(t.iomap_base, 0x6766);
}

static const char long_mode_text[] = "\r\nCPU#0\r\nRAX=0000000000000000 RBX=00000000fee00000\r\n"
                                     "RIP=ffffffff80100206 RFL=00000246 [---Z-P-] CPL=3 II=0 A20=1 SMM=0 HLT=1\r\n"
                                     "ES =0010 0000000000000000 ffffffff 00cf9300 DPL=0 DS   [-WA]\r\n"
                                     "LDT=0000 0000000000000000 0000ffff 00008200 DPL=0 LDT\r\n"
                                     "TR =0028 ffffffff80100296 00000067 00008900 DPL=0 TSS64-avl\r\n"
                                     "GDT=     0000000000100240 00000037\r\nIDT=     0000000000310000 00000fff\r\n";

static void hidden_state(void **state)
{
    (void)state;
    struct x86_hidden h;
    assert_ok(x86_parse_hidden(long_mode_text, &h));
    assert_int_equal(h.rip, 0xffffffff80100206);
    assert_int_equal(h.rflags, 0x246);
    assert_int_equal(h.cpl, 3);
    assert_true(h.halted);
    assert_int_equal(h.tr_selector, 0x28);
    assert_int_equal(h.tr.base, 0xffffffff80100296);
    assert_int_equal(h.tr.limit, 0x67);
    assert_int_equal(h.gdt.base, 0x100240);
    assert_int_equal(h.gdt.limit, 0x37);
    assert_int_equal(h.idt.limit, 0xfff);
    assert_code(x86_parse_hidden("RIP=0 RFL=2 CPL=0", &h), STATUS_PROTOCOL);
}

static void flag_names(void **state)
{
    (void)state;
    char text[80], small[6];
    assert_string_equal(x86_rflags_text(0x3246, text, sizeof text), "PF ZF IF IOPL=3");
    assert_string_equal(x86_rflags_text(0x2, text, sizeof text), "IOPL=0");
    assert_string_equal(x86_rflags_text(0x3246, small, sizeof small), "PF ZF");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rights_of_small_pages, make_tables),
        cmocka_unit_test_setup(large_pages_and_upper_half, make_tables),
        cmocka_unit_test_setup(a_reserved_bit_is_no_mapping, make_tables),
        cmocka_unit_test_setup(an_upper_level_takes_rights_away, make_tables),
        cmocka_unit_test_setup(bad_walks, make_tables),
        cmocka_unit_test_setup(each_mapping_agrees_with_walk, make_tables),
        cmocka_unit_test_setup(virtual_reads_cross_pages, make_tables),
        cmocka_unit_test_setup(descriptors, make_tables),
        cmocka_unit_test(gates_and_tss),
        cmocka_unit_test(hidden_state),
        cmocka_unit_test(flag_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
