/*
 * The check of an executable that nobody vouches for, and its loading.
 *
 * Everything is checked before anything is done.
 */
#include "elf.h"

#include "boot.h"
#include "panic.h"
#include "string.h"

//! answer 2.6 begin
/* Written as a difference, which cannot wrap: not `offset + size <= end`. */
static bool inside(uint64_t offset, uint64_t size, uint64_t end) //! skeleton: nothing
{
    return offset <= end && size <= end - offset;
}
//! answer 2.6 end

static const char *check_header(const struct elf_header *h, uint64_t size)
{
    //! answer 2.6 begin
    if (memcmp(h->magic, "\177ELF", 4)) //! skeleton: not_implemented("2.6 the check of an ELF file");
        return "e_ident: the magic number is missing";
    if (h->class != ELF_CLASS_64)
        return "e_ident[EI_CLASS]: not a 64-bit file";
    if (h->data != ELF_DATA_LITTLE_ENDIAN)
        return "e_ident[EI_DATA]: not little-endian";
    if (h->ident_version != ELF_VERSION || h->version != ELF_VERSION)
        return "e_version: not 1";
    if (h->type != ELF_TYPE_EXECUTABLE)
        return "e_type: not a static executable (ET_EXEC)";
    if (h->machine != ELF_MACHINE_X86_64)
        return "e_machine: not x86-64";
    if (h->phentsize < sizeof(struct elf_program_header))
        return "e_phentsize: smaller than a program header";
    if (h->phnum == 0)
        return "e_phnum: no program headers";
    if (!inside(h->phoff, (uint64_t)h->phnum * h->phentsize, size))
        return "e_phoff: program headers outside the file";
    return NULL;
    //! answer 2.6 end
}

/* Of one PT_LOAD header with p_memsz > 0. */
static const char *check_segment(const struct elf_program_header *p, uint64_t size, uint64_t user_end)
{
    //! answer 2.6 begin
    if (p->filesz > p->memsz) //! skeleton: not_implemented("2.6 the check of an ELF file");
        return "p_filesz: larger than p_memsz";
    if (!inside(p->offset, p->filesz, size))
        return "p_offset: contents outside the file";
    if (p->vaddr < PAGE_SIZE)
        return "p_vaddr: in the first page, which stays unmapped";
    if (!inside(p->vaddr, p->memsz, user_end))
        return "p_vaddr: not below the end of user space";
    if ((p->vaddr ^ p->offset) % PAGE_SIZE)
        return "p_offset: differs from p_vaddr within the page";
    if ((p->flags & ELF_WRITE) && (p->flags & ELF_EXECUTE))
        return "p_flags: writable and executable";
    return NULL;
    //! answer 2.6 end
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

//! answer 2.7 begin
/* The part of the page at virt that comes from the file; all else stays zero. */ //! skeleton: nothing
static void fill_page(char *page, uint64_t virt, const char *image, const struct elf_segment *s)
{
    uint64_t from = virt > s->vaddr ? virt : s->vaddr;
    uint64_t file_end = s->vaddr + s->filesz;
    uint64_t to = virt + PAGE_SIZE < file_end ? virt + PAGE_SIZE : file_end;

    if (from < to)
        memcpy(page + (from - virt), image + s->offset + (from - s->vaddr), to - from);
}
//! answer 2.7 end

static bool load_segment(uint64_t space, const char *image, const struct elf_segment *s)
{
    //! answer 2.7 begin
    uint64_t first = s->vaddr & -(uint64_t)PAGE_SIZE; //! skeleton: not_implemented("2.7 loading");

    for (uint64_t virt = first; virt < s->vaddr + s->memsz; virt += PAGE_SIZE) {
        uint64_t phys = phys_alloc();
        if (!phys || !paging_map(space, virt, phys, s->rights | PAGING_USER))
            return false;
        fill_page(phys_to_virt(phys), virt, image, s);
    }
    return true;
    //! answer 2.7 end
}

bool elf_load(uint64_t space, const void *image, const struct elf_plan *plan)
{
    for (unsigned i = 0; i < plan->count; i++)
        if (!load_segment(space, image, &plan->segment[i]))
            return false;
    return true;
}
