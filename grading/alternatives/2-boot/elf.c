/*
 * The check of an executable that nobody vouches for.
 *
 * What is wrong with a header is a table of rules, in the order of its fields: the first that is broken names it. A rule looks at
 * numbers that have been copied out of the file; none of them reads the file. Loading is in load.c.
 */
#include "elf.h"

#include "boot.h"
#include "string.h"

struct rule {
    bool broken;
    const char *message;
};

#define RULES(table) first_broken(table, sizeof table / sizeof table[0])

static const char *first_broken(const struct rule *rule, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (rule[i].broken)
            return rule[i].message;
    return NULL;
}

/* Whether size bytes from offset go beyond end. There is no sum in it that could wrap. */
static bool beyond(uint64_t offset, uint64_t size, uint64_t end)
{
    return size > end || offset > end - size;
}

static const char *check_header(const struct elf_header *h, uint64_t size)
{
    const uint64_t table = (uint64_t)h->phnum * h->phentsize; /* less than 2^32 */
    const struct rule rules[] = {
        { memcmp(h->magic, "\177ELF", sizeof h->magic) != 0, "e_ident: not an ELF file" },
        { h->class != ELF_CLASS_64, "e_ident: not a 64-bit file" },
        { h->data != ELF_DATA_LITTLE_ENDIAN, "e_ident: not little-endian" },
        { h->ident_version != ELF_VERSION, "e_ident: not version 1" },
        { h->type != ELF_TYPE_EXECUTABLE, "e_type: not an executable with fixed addresses" },
        { h->machine != ELF_MACHINE_X86_64, "e_machine: not x86-64" },
        { h->version != ELF_VERSION, "e_version: not version 1" },
        { h->phentsize < sizeof(struct elf_program_header), "e_phentsize: smaller than a program header" },
        { h->phnum == 0, "e_phnum: no program headers" },
        { beyond(h->phoff, table, size), "e_phoff: the program headers lie outside the file" },
    };
    return RULES(rules);
}

/* Of a segment that has any bytes in memory. */
static const char *check_segment(const struct elf_program_header *p, uint64_t size, uint64_t user_end)
{
    const struct rule rules[] = {
        { (p->flags & ELF_WRITE) && (p->flags & ELF_EXECUTE), "p_flags: writable and executable" },
        { beyond(p->offset, p->filesz, size), "p_offset: outside the file" },
        { p->vaddr < PAGE_SIZE, "p_vaddr: in the first page" },
        { beyond(p->vaddr, p->memsz, user_end), "p_vaddr: outside the user's addresses" },
        { p->vaddr % PAGE_SIZE != p->offset % PAGE_SIZE, "p_offset: another place in its page than p_vaddr" },
    };
    return RULES(rules);
}

static uint64_t first_page(const struct elf_segment *s)
{
    return s->vaddr / PAGE_SIZE;
}

static uint64_t last_page(const struct elf_segment *s)
{
    return (s->vaddr + s->memsz - 1) / PAGE_SIZE;
}

/* The plan is sorted by address, so only neighbours can share a page. */
static const char *insert(struct elf_plan *plan, const struct elf_segment *s)
{
    unsigned place = plan->count;

    if (plan->count == ELF_SEGMENTS)
        return "e_phnum: too many segments to load";
    while (place > 0 && plan->segment[place - 1].vaddr > s->vaddr)
        place--;
    if (place > 0 && last_page(&plan->segment[place - 1]) >= first_page(s))
        return "p_vaddr: shares a page with another segment";
    if (place < plan->count && last_page(s) >= first_page(&plan->segment[place]))
        return "p_vaddr: shares a page with another segment";
    memmove(&plan->segment[place + 1], &plan->segment[place], (plan->count - place) * sizeof *s);
    plan->segment[place] = *s;
    plan->count++;
    return NULL;
}

static const char *take_segment(const struct elf_program_header *p, uint64_t size, uint64_t user_end, struct elf_plan *plan)
{
    const struct elf_segment s = {
        .vaddr = p->vaddr,
        .offset = p->offset,
        .filesz = p->filesz,
        .memsz = p->memsz,
        .rights = (p->flags & ELF_WRITE ? PAGING_WRITE : 0) | (p->flags & ELF_EXECUTE ? PAGING_EXECUTE : 0),
    };
    const char *error;

    if (p->filesz > p->memsz)
        return "p_filesz: larger than p_memsz";
    if (p->memsz == 0)
        return NULL;
    error = check_segment(p, size, user_end);
    return error ? error : insert(plan, &s);
}

static const char *take_program_header(const struct elf_program_header *p, uint64_t size, uint64_t user_end,
                                       struct elf_plan *plan)
{
    switch (p->type) {
    case ELF_LOAD:
        return take_segment(p, size, user_end, plan);
    case ELF_DYNAMIC:
    case ELF_INTERPRETER:
        return "p_type: needs a dynamic linker";
    default:
        return NULL;
    }
}

static const char *check_entry(const struct elf_plan *plan)
{
    for (unsigned i = 0; i < plan->count; i++) {
        const struct elf_segment *s = &plan->segment[i];
        if ((s->rights & PAGING_EXECUTE) && s->vaddr <= plan->entry && !beyond(plan->entry, 1, s->vaddr + s->memsz))
            return NULL;
    }
    return "e_entry: not in an executable segment";
}

const char *elf_check(const void *image, uint64_t size, uint64_t user_end, struct elf_plan *plan)
{
    struct elf_header h;
    const char *error;

    *plan = (struct elf_plan){ .header = -1 };
    if (size < sizeof h)
        return "e_ident: the file is shorter than an ELF header";
    memcpy(&h, image, sizeof h);
    error = check_header(&h, size);
    if (error)
        return error;
    plan->entry = h.entry;
    for (unsigned i = 0; i < h.phnum; i++) {
        struct elf_program_header p;
        memcpy(&p, (const char *)image + h.phoff + (uint64_t)i * h.phentsize, sizeof p);
        error = take_program_header(&p, size, user_end, plan);
        if (error) {
            plan->header = (int)i;
            return error;
        }
    }
    return check_entry(plan);
}
