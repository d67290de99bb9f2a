/*
 * The check of an executable that nobody vouches for, and its loading.
 *
 * Everything is checked before anything is done.
 */
#include "elf.h"

#include "boot.h"
#include "panic.h"
#include "string.h"

/* Answer 2.6 (place 1 of 3) goes here: the check of an ELF file */

static const char *check_header(const struct elf_header *h, uint64_t size)
{
    /* Answer 2.6 (place 2 of 3) goes here: the check of an ELF file */
    not_implemented("2.6 the check of an ELF file");
}

/* Of one PT_LOAD header with p_memsz > 0. */
static const char *check_segment(const struct elf_program_header *p, uint64_t size, uint64_t user_end)
{
    /* Answer 2.6 (place 3 of 3) goes here: the check of an ELF file */
    not_implemented("2.6 the check of an ELF file");
}

static bool share_page(const struct elf_segment *a, const struct elf_segment *b)
{
    uint64_t a_first = a->vaddr / PAGE_SIZE, a_last = (a->vaddr + a->memsz - 1) / PAGE_SIZE;
    uint64_t b_first = b->vaddr / PAGE_SIZE, b_last = (b->vaddr + b->memsz - 1) / PAGE_SIZE;
    return a_first <= b_last && b_first <= a_last;
}

static const char *add_segment(struct elf_plan *plan, const struct elf_program_header *p)
{
    struct elf_segment s = {p->vaddr, p->offset, p->filesz, p->memsz, 0};

    s.rights |= p->flags & ELF_WRITE ? PAGING_WRITE : 0;
    s.rights |= p->flags & ELF_EXECUTE ? PAGING_EXECUTE : 0;
    if (plan->count == ELF_SEGMENTS)
        return "e_phnum: too many segments to load";
    for (unsigned i = 0; i < plan->count; i++)
        if (share_page(&s, &plan->segment[i]))
            return "p_vaddr: shares a page with an earlier segment";
    plan->segment[plan->count++] = s;
    return NULL;
}

static bool entry_is_executable(const struct elf_plan *plan)
{
    for (unsigned i = 0; i < plan->count; i++) {
        const struct elf_segment *s = &plan->segment[i];
        if ((s->rights & PAGING_EXECUTE) && plan->entry >= s->vaddr && plan->entry - s->vaddr < s->memsz)
            return true;
    }
    return false;
}

static const char *check_program_header(const struct elf_program_header *p, uint64_t size, uint64_t user_end,
                                        struct elf_plan *plan)
{
    if (p->type == ELF_INTERPRETER || p->type == ELF_DYNAMIC)
        return "p_type: needs a dynamic linker";
    if (p->type != ELF_LOAD || p->memsz == 0)
        return p->type == ELF_LOAD && p->filesz ? "p_filesz: larger than p_memsz" : NULL;
    const char *error = check_segment(p, size, user_end);
    return error ? error : add_segment(plan, p);
}

const char *elf_check(const void *image, uint64_t size, uint64_t user_end, struct elf_plan *plan)
{
    struct elf_header h;

    plan->count = 0;
    plan->header = -1;
    if (size < sizeof h)
        return "e_ident: the file is shorter than an ELF header";
    memcpy(&h, image, sizeof h);
    plan->entry = h.entry;
    const char *error = check_header(&h, size);
    if (error)
        return error;
    for (plan->header = 0; plan->header < h.phnum; plan->header++) {
        struct elf_program_header p;
        memcpy(&p, (const char *)image + h.phoff + (uint64_t)plan->header * h.phentsize, sizeof p);
        error = check_program_header(&p, size, user_end, plan);
        if (error)
            return error;
    }
    plan->header = -1;
    return entry_is_executable(plan) ? NULL : "e_entry: not in an executable segment";
}

/* Answer 2.7 (place 1 of 2) goes here: loading */

static bool load_segment(uint64_t space, const char *image, const struct elf_segment *s)
{
    /* Answer 2.7 (place 2 of 2) goes here: loading */
    not_implemented("2.7 loading");
}

bool elf_load(uint64_t space, const void *image, const struct elf_plan *plan)
{
    for (unsigned i = 0; i < plan->count; i++)
        if (!load_segment(space, image, &plan->segment[i]))
            return false;
    return true;
}
