/*
 * elf_check against files that are wrong in one place, files that are unusual but right, and files that are noise.
 *
 * Runs on the host under ASan: a read outside the image ends the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "elf.h"

#include "contract/2-boot.h"

#define USER_LIMIT 0x00007fffffffe000
#define SIZE       0x3000
#define HEADERS    3

/* Text at 0x400000 from offset 0x1000, data at 0x401010 from offset 0x2010, a stack note. */
struct file {
    struct elf_header header;
    struct elf_program_header program[HEADERS];
    char rest[SIZE - sizeof(struct elf_header) - HEADERS * sizeof(struct elf_program_header)];
};

static unsigned allocations;

uint64_t phys_alloc(void)
{
    allocations++;
    return 0;
}

bool paging_map(uint64_t space, uint64_t virt, uint64_t phys, unsigned rights)
{
    (void)space, (void)virt, (void)phys, (void)rights;
    return false;
}

void not_implemented(const char *title)
{
    fprintf(stderr, "not implemented: %s\n", title);
    abort();
}

static struct file good(void)
{
    return (struct file){
        .header = {.magic = {0x7f, 'E', 'L', 'F'},
                   .class = ELF_CLASS_64,
                   .data = ELF_DATA_LITTLE_ENDIAN,
                   .ident_version = 1,
                   .type = ELF_TYPE_EXECUTABLE,
                   .machine = ELF_MACHINE_X86_64,
                   .version = 1,
                   .entry = 0x400010,
                   .phoff = sizeof(struct elf_header),
                   .ehsize = 64,
                   .phentsize = 56,
                   .phnum = HEADERS},
        .program = {{ELF_LOAD, 4 | ELF_EXECUTE, 0x1000, 0x400000, 0x400000, 0x800, 0x800, 0x1000},
                    {ELF_LOAD, 4 | ELF_WRITE, 0x2010, 0x401010, 0x401010, 0x100, 0x3000, 0x1000},
                    {0x6474e551, 6, 0, 0, 0, 0, 0, 16}},
    };
}

/* Checks a copy whose last byte is followed by forbidden memory. */
static const char *check(const struct file *file, size_t size, struct elf_plan *plan)
{
    void *copy = malloc(size ? size : 1);
    memcpy(copy, file, size);
    const char *error = elf_check(copy, size, USER_LIMIT, plan);
    free(copy);
    assert_int_equal(allocations, 0);
    return error;
}

/* fields: the names of which one must begin the message. Where two numbers of the file contradict each other, either may be at fault. */
static void refuse(const struct file *file, size_t size, int header, const char *fields)
{
    struct elf_plan plan;
    const char *error = check(file, size, &plan);
    bool named = false;

    for (const char *f = fields; error && *f && !named; f += strcspn(f, " "), f += strspn(f, " "))
        named = !strncmp(error, f, strcspn(f, " "));
    if (!named)
        fail_msg("expected a refusal that begins with: %s; got: %s", fields, error ? error : "accepted");
    assert_int_equal(plan.header, header);
}

static void accept(const struct file *file, unsigned segments)
{
    struct elf_plan plan;
    const char *error = check(file, sizeof *file, &plan);
    if (error)
        fail_msg("expected acceptance, got: %s", error);
    assert_int_equal(plan.count, segments);
    assert_int_equal(plan.header, -1);
}

#define REFUSE(field, header, change)                                                                                  \
    do {                                                                                                               \
        struct file f = good();                                                                                        \
        change;                                                                                                        \
        refuse(&f, sizeof f, header, field);                                                                           \
    } while (0)

#define ACCEPT(segments, change)                                                                                       \
    do {                                                                                                               \
        struct file f = good();                                                                                        \
        change;                                                                                                        \
        accept(&f, segments);                                                                                          \
    } while (0)

static void the_plan_says_what_the_file_says(void **state)
{
    (void)state;
    struct file f = good();
    struct elf_plan plan;
    assert_null(check(&f, sizeof f, &plan));
    assert_int_equal(plan.entry, 0x400010);
    assert_int_equal(plan.count, 2);
    assert_int_equal(plan.segment[0].rights, PAGING_EXECUTE);
    assert_int_equal(plan.segment[1].rights, PAGING_WRITE);
    assert_int_equal(plan.segment[1].vaddr, 0x401010);
    assert_int_equal(plan.segment[1].offset, 0x2010);
    assert_int_equal(plan.segment[1].filesz, 0x100);
    assert_int_equal(plan.segment[1].memsz, 0x3000);
}

static void file_headers_that_are_wrong(void **state)
{
    (void)state;
    REFUSE("e_ident", -1, f.header.magic[0] = 0);
    REFUSE("e_ident", -1, f.header.magic[3] = 'f');
    REFUSE("e_ident", -1, f.header.class = 1);
    REFUSE("e_ident", -1, f.header.data = 2);
    REFUSE("e_ident e_version", -1, f.header.ident_version = 0);
    REFUSE("e_version", -1, f.header.version = 2);
    REFUSE("e_type", -1, f.header.type = 3); /* position-independent */
    REFUSE("e_type", -1, f.header.type = 1); /* not linked */
    REFUSE("e_machine", -1, f.header.machine = 3);
    REFUSE("e_phentsize", -1, f.header.phentsize = 55);
    REFUSE("e_phentsize", -1, f.header.phentsize = 0);
    REFUSE("e_phnum e_entry", -1, f.header.phnum = 0);
    REFUSE("e_phoff e_phnum e_phentsize", -1, f.header.phoff = SIZE - HEADERS * 56 + 1);
    REFUSE("e_phoff", -1, f.header.phoff = UINT64_MAX - 100);
    REFUSE("e_phoff e_phnum e_phentsize", -1, f.header.phnum = 0xffff);
    REFUSE("e_entry", -1, f.header.entry = 0x3fffff);
    REFUSE("e_entry", -1, f.header.entry = 0x400800);
    REFUSE("e_entry", -1, f.header.entry = 0x401010); /* data */
    REFUSE("e_entry", -1, f.header.entry = 0);
    struct file f = good();
    for (size_t size = 0; size < sizeof f.header; size++)
        refuse(&f, size, -1, "e_ident");
    refuse(&f, sizeof f.header, -1, "e_phoff e_phnum e_phentsize");
}

static void program_headers_that_are_wrong(void **state)
{
    (void)state;
    REFUSE("p_filesz p_memsz", 0, f.program[0].filesz = 0x801);
    REFUSE("p_filesz p_memsz", 1, f.program[1].memsz = 0);
    REFUSE("p_offset p_filesz", 0, (f.program[0].filesz = f.program[0].memsz = SIZE - 0x1000 + 1));
    REFUSE("p_offset", 0, f.program[0].offset = UINT64_MAX - 0xfff);
    REFUSE("p_offset", 0, f.program[0].offset = SIZE + 0x1000);
    REFUSE("p_offset p_filesz", 0,
           (f.program[0].offset = -0x1000ull, f.program[0].filesz = f.program[0].memsz = 0x1001)); /* wraps to 1 */
    REFUSE("p_vaddr p_memsz", 0, (f.program[0].vaddr = -0x1000ull, f.program[0].memsz = 0x2000));  /* wraps to 0x1000 */
    REFUSE("p_offset p_vaddr p_align", 0, f.program[0].offset = 0x1008);
    REFUSE("p_offset p_vaddr p_align", 1, f.program[1].vaddr = 0x401011);
    REFUSE("p_vaddr", 0, f.program[0].vaddr = 0);
    REFUSE("p_vaddr", 0, f.program[0].vaddr = USER_LIMIT);
    REFUSE("p_vaddr", 0, f.program[0].vaddr = 0xffff800000000000);
    REFUSE("p_vaddr", 0, f.program[0].vaddr = 0x0000800000000000);
    REFUSE("p_vaddr", 0, f.program[0].vaddr = UINT64_MAX - 0xfff);
    REFUSE("p_vaddr p_memsz", 1, f.program[1].memsz = UINT64_MAX);
    REFUSE("p_vaddr p_memsz", 1, f.program[1].memsz = USER_LIMIT - 0x401010 + 1);
    REFUSE("p_vaddr", 1, f.program[1].vaddr = 0x400010); /* the text's page */
    REFUSE("p_flags", 0, f.program[0].flags = ELF_WRITE | ELF_EXECUTE);
    REFUSE("p_type", 2, f.program[2].type = ELF_INTERPRETER);
    REFUSE("p_type", 2, f.program[2].type = ELF_DYNAMIC);
}

static void too_many_segments(void **state)
{
    (void)state;
    struct file f = good();
    struct elf_program_header *many = (struct elf_program_header *)f.rest;
    f.header.phoff = (char *)many - (char *)&f;
    for (unsigned i = 0; i <= ELF_SEGMENTS; i++) {
        many[i] = f.program[0];
        many[i].vaddr += 0x1000 * i;
    }
    f.header.phnum = ELF_SEGMENTS;
    accept(&f, ELF_SEGMENTS);
    f.header.phnum = ELF_SEGMENTS + 1;
    refuse(&f, sizeof f, ELF_SEGMENTS, "e_phnum p_type");
}

static void files_that_are_unusual_but_right(void **state)
{
    (void)state;
    ACCEPT(2, (void)0);
    ACCEPT(2, f.header.shoff = UINT64_MAX); /* section headers are nobody's business here */
    ACCEPT(2, f.header.shnum = 0xffff);
    ACCEPT(2, f.program[2].offset = UINT64_MAX); /* nor are headers of other types */
    ACCEPT(1, (f.program[1].memsz = f.program[1].filesz = 0));
    ACCEPT(2, f.program[1].filesz = 0); /* BSS alone */
    ACCEPT(2, f.program[1].flags = 4);
    ACCEPT(2, f.program[0].flags = ELF_EXECUTE);
    ACCEPT(2, f.program[0].align = 0);
    ACCEPT(2, f.program[0].paddr = UINT64_MAX);
    ACCEPT(2, f.program[0].filesz = 1);
    ACCEPT(2, f.header.entry = 0x4007ff);
    ACCEPT(2, (f.program[0].vaddr = 0x1000, f.header.entry = 0x1000));
    ACCEPT(2, f.program[1].memsz = USER_LIMIT - 0x401010);
    ACCEPT(2, (f.program[0].filesz = f.program[0].memsz = 0x1000)); /* up to the page's end */
    ACCEPT(2, (f.program[1].filesz = f.program[1].memsz = SIZE - 0x2010)); /* up to the file's end */

    struct file f = good(); /* segments in the other order */
    struct elf_program_header first = f.program[0];
    f.program[0] = f.program[1];
    f.program[1] = first;
    accept(&f, 2);

    f = good(); /* larger program headers, at the end of the file */
    f.header.phentsize = 64;
    f.header.phoff = sizeof f - HEADERS * 64;
    for (unsigned i = 0; i < HEADERS; i++)
        memcpy((char *)&f + f.header.phoff + i * 64, &f.program[i], 56);
    accept(&f, 2);
}

/* Whatever is accepted keeps every promise of the contract. */
static void check_promises(const struct elf_plan *plan, size_t size)
{
    bool entry = false;
    for (unsigned i = 0; i < plan->count; i++) {
        const struct elf_segment *s = &plan->segment[i];
        assert_true(s->memsz && s->filesz <= s->memsz && s->offset <= size && s->filesz <= size - s->offset);
        assert_true(s->vaddr >= 0x1000 && s->vaddr < USER_LIMIT && s->memsz <= USER_LIMIT - s->vaddr);
        assert_int_not_equal(s->rights, PAGING_WRITE | PAGING_EXECUTE);
        entry = entry || ((s->rights & PAGING_EXECUTE) && plan->entry - s->vaddr < s->memsz);
        for (unsigned j = 0; j < i; j++) {
            const struct elf_segment *t = &plan->segment[j];
            assert_true((s->vaddr + s->memsz - 1) >> 12 < t->vaddr >> 12 || (t->vaddr + t->memsz - 1) >> 12 < s->vaddr >> 12);
        }
    }
    assert_true(entry);
}

static void files_that_are_noise(void **state)
{
    (void)state;
    static const uint64_t edge[] = {0, 1, 55, 56, 57, 0x800, 0xfff, 0x1000, SIZE, USER_LIMIT, 1ull << 47, 1ull << 63, UINT64_MAX - 1, UINT64_MAX};
    unsigned accepted = 0;
    srand(1);
    for (unsigned round = 0; round < 200000; round++) {
        struct file f = good();
        struct elf_plan plan;
        for (int n = rand() % 4; n >= 0; n--) {
            size_t at = rand() % (sizeof f.header + sizeof f.program);
            uint64_t value = rand() & 1 ? edge[rand() % (sizeof edge / sizeof edge[0])] : (uint64_t)rand() << 32 ^ rand();
            size_t length = 1 << rand() % 4;
            memcpy((char *)&f + (at & -length), &value, length);
        }
        size_t size = rand() % 8 ? sizeof f : rand() % sizeof f;
        if (!check(&f, size, &plan)) {
            check_promises(&plan, size);
            accepted++;
        }
    }
    assert_in_range(accepted, 1000, 199000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plan_says_what_the_file_says), cmocka_unit_test(file_headers_that_are_wrong),
        cmocka_unit_test(program_headers_that_are_wrong),   cmocka_unit_test(too_many_segments),
        cmocka_unit_test(files_that_are_unusual_but_right), cmocka_unit_test(files_that_are_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
