/* Files whose segments cannot be loaded, or must not be. */
#include "probes/elf_draft.h"

static Elf64_Phdr *faulty(struct draft *d, unsigned i)
{
    d->fault = (int)i;
    return &d->p[i];
}

/* Moves a segment to an address; what it has of a page stays as it is in the file. */
static void move(Elf64_Phdr *p, uint64_t page_address)
{
    p->p_vaddr = p->p_paddr = page_address + p->p_offset % PAGE_SIZE;
}

static void more_in_file(struct draft *d)
{
    Elf64_Phdr *p = faulty(d, d->text);
    p->p_memsz = p->p_filesz - 1;
}

static void nothing_in_memory(struct draft *d)
{
    faulty(d, d->constant)->p_memsz = 0;
}

static void first_page(struct draft *d)
{
    move(faulty(d, d->constant), 0);
}

static void first_page_bss(struct draft *d)
{
    Elf64_Phdr *p = faulty(d, d->data);
    p->p_filesz = 0;
    move(p, 0);
}

static void at_user_end(struct draft *d)
{
    move(faulty(d, d->data), d->user_end);
}

static void one_beyond(struct draft *d)
{
    Elf64_Phdr *p = faulty(d, d->data);
    p->p_memsz = d->user_end - p->p_vaddr + 1;
}

static void beyond_own_end(struct draft *d)
{
    Elf64_Phdr *p = faulty(d, d->data);
    d->user_end = (p->p_vaddr + p->p_memsz - 1) & -(uint64_t)PAGE_SIZE;
}

static void kernel_image(struct draft *d)
{
    move(faulty(d, d->data), KERNEL_BASE + 0x100000);
}

static void kernel_half(struct draft *d)
{
    move(faulty(d, d->constant), DIRECT_BASE + draft_draw(d, 0, 0x1000) * PAGE_SIZE);
}

static void not_canonical(struct draft *d)
{
    move(faulty(d, d->constant), 0x0000800000000000 + draft_draw(d, 0, 0x1000) * PAGE_SIZE);
}

static void memory_wraps(struct draft *d)
{
    Elf64_Phdr *p = faulty(d, d->data);
    p->p_memsz = draft_draw(d, 1, 0x10) * PAGE_SIZE - p->p_vaddr;
}

static void memory_wraps_to_0(struct draft *d)
{
    Elf64_Phdr *p = faulty(d, d->data);
    p->p_memsz = -p->p_vaddr;
}

static void memory_wraps_behind(struct draft *d)
{
    Elf64_Phdr *p = faulty(d, d->data);
    move(p, -(uint64_t)PAGE_SIZE);
    p->p_memsz = 2 * PAGE_SIZE;
}

static void memory_endless(struct draft *d)
{
    faulty(d, d->data)->p_memsz = UINT64_MAX;
}

static void offset_one_off(struct draft *d)
{
    faulty(d, d->text)->p_offset++;
}

static void offset_within(struct draft *d)
{
    faulty(d, d->data)->p_offset ^= 0x800;
}

static void address_within(struct draft *d)
{
    faulty(d, d->constant)->p_vaddr ^= 1ull << draft_draw(d, 0, 10);
}

static void write_execute(struct draft *d)
{
    faulty(d, d->data)->p_flags |= PF_X;
}

static void execute_write(struct draft *d)
{
    faulty(d, d->text)->p_flags = PF_W | PF_X;
}

static void same_address(struct draft *d)
{
    d->fault = -2;
    move(&d->p[d->constant], d->p[d->text].p_vaddr & -(uint64_t)PAGE_SIZE);
}

/* The segments' bytes do not overlap, their pages do: the second begins right behind the first, in its last page. */
static void same_page(struct draft *d)
{
    Elf64_Phdr *a = &d->p[d->text], *b = &d->p[d->constant];
    d->fault = -2;
    b->p_vaddr = a->p_vaddr + a->p_memsz;
    b->p_offset = 2 * PAGE_SIZE + b->p_vaddr % PAGE_SIZE;
    b->p_filesz = b->p_memsz = 0x20;
}

/* The same, with the second one below the first in memory. */
static void same_page_below(struct draft *d)
{
    Elf64_Phdr *a = &d->p[d->text], *b = &d->p[d->data];
    d->fault = -2;
    a->p_vaddr += 0x400;
    a->p_offset += 0x400;
    d->h.e_entry = a->p_vaddr;
    b->p_vaddr = a->p_vaddr & -(uint64_t)PAGE_SIZE;
    b->p_offset = 3 * PAGE_SIZE;
    b->p_filesz = b->p_memsz = 0x40;
}

/* The first ends with the first byte of the page in which the second begins. */
static void one_byte_shared(struct draft *d)
{
    Elf64_Phdr *a = &d->p[d->data], *b = &d->p[d->constant];
    d->fault = -2;
    move(a, 0x2000000);
    a->p_memsz = 4 * PAGE_SIZE + 1 - a->p_vaddr % PAGE_SIZE;
    move(b, 0x2004000);
}

static void bss_over_next(struct draft *d)
{
    d->fault = -2;
    move(&d->p[d->constant], 0x3000000);
    d->p[d->data].p_memsz = 0x3000000 + 2 * PAGE_SIZE - d->p[d->data].p_vaddr;
}

static void inside_another(struct draft *d)
{
    Elf64_Phdr *a = &d->p[d->data], *b = &d->p[d->constant];
    d->fault = -2;
    a->p_memsz = 0x40000;
    move(b, (a->p_vaddr & -(uint64_t)PAGE_SIZE) + 0x10000);
}

static void around_another(struct draft *d)
{
    Elf64_Phdr *a = &d->p[d->data], *b = &d->p[d->text];
    d->fault = -2;
    move(a, (b->p_vaddr & -(uint64_t)PAGE_SIZE) - 0x10000);
    a->p_memsz = 0x40000;
}

static void interpreter(struct draft *d)
{
    Elf64_Phdr *p = faulty(d, 6 - d->text - d->constant - d->data); /* the fourth header */
    p->p_type = PT_INTERP;
    p->p_offset = PAGE_SIZE;
    p->p_filesz = p->p_memsz = 28;
}

static void dynamic(struct draft *d)
{
    Elf64_Phdr *p = faulty(d, 6 - d->text - d->constant - d->data);
    p->p_type = PT_DYNAMIC;
    p->p_offset = PAGE_SIZE;
    p->p_filesz = p->p_memsz = 64;
}

static void too_many(struct draft *d)
{
    Elf64_Phdr *last = &d->p[d->data];
    uint64_t page = 0x2000000;
    for (unsigned i = 4; i <= ELF_SEGMENTS + 1; i++, page += PAGE_SIZE) {
        d->p[i] = *last;
        d->p[i].p_memsz = d->p[i].p_filesz;
        move(&d->p[i], page);
    }
    d->h.e_phnum = ELF_SEGMENTS + 2; /* nine to load, and the one that is not */
    d->fault = -2;
}

static void entry_0(struct draft *d)
{
    d->h.e_entry = 0;
}

static void entry_behind(struct draft *d)
{
    d->h.e_entry = d->p[d->text].p_vaddr + d->p[d->text].p_memsz;
}

static void entry_before(struct draft *d)
{
    Elf64_Phdr *p = &d->p[d->text];
    p->p_vaddr += 0x100;
    p->p_offset += 0x100;
    d->h.e_entry = p->p_vaddr - 1;
}

static void entry_in_data(struct draft *d)
{
    d->h.e_entry = d->p[d->data].p_vaddr + 8;
}

static void entry_in_constants(struct draft *d)
{
    d->h.e_entry = d->p[d->constant].p_vaddr;
}

static void entry_in_kernel(struct draft *d)
{
    d->h.e_entry = KERNEL_BASE + 0x100000 + draft_draw(d, 0, 0x1000);
}

static void entry_high(struct draft *d)
{
    d->h.e_entry |= 1ull << 32;
}

#define S "elf-segments"

const struct elf_case elf_bad_segments[] = {
    { "a segment has one byte more in the file than in memory", S, "p_filesz p_memsz", more_in_file, false },
    { "a segment has bytes in the file and none in memory", S, "p_filesz p_memsz", nothing_in_memory, false },
    { "a segment is in the first page", S, "p_vaddr", first_page, false },
    { "a segment without contents is in the first page", S, "p_vaddr", first_page_bss, false },
    { "a segment begins at user_end", S, "p_vaddr p_memsz", at_user_end, false },
    { "a segment ends one byte beyond user_end", S, "p_vaddr p_memsz", one_beyond, false },
    { "a segment is beyond a user_end that is lower than usual", S, "p_vaddr p_memsz", beyond_own_end, false },
    { "a segment is where the kernel's image is", S, "p_vaddr p_memsz", kernel_image, false },
    { "a segment is in the kernel's half", S, "p_vaddr p_memsz", kernel_half, false },
    { "a segment's address is not canonical", S, "p_vaddr p_memsz", not_canonical, false },
    { "p_vaddr + p_memsz wraps to the first pages", S, "p_vaddr p_memsz", memory_wraps, false },
    { "p_vaddr + p_memsz is 2^64", S, "p_vaddr p_memsz", memory_wraps_to_0, false },
    { "a segment begins in the last page of 2^64 and goes on at 0", S, "p_vaddr p_memsz", memory_wraps_behind, false },
    { "p_memsz is 2^64 - 1", S, "p_vaddr p_memsz", memory_endless, false },
    { "p_offset and p_vaddr differ by one within the page", S, "p_offset p_vaddr p_align", offset_one_off, false },
    { "p_offset and p_vaddr differ by 0x800 within the page", S, "p_offset p_vaddr p_align", offset_within, false },
    { "p_vaddr and p_offset differ in one bit within the page", S, "p_offset p_vaddr p_align", address_within, false },
    { "a segment is rwx", S, "p_flags", write_execute, false },
    { "a segment is -wx", S, "p_flags", execute_write, false },
    { "two segments have the same address", S, "p_vaddr p_memsz", same_address, false },
    { "a segment begins in the page in which another ends", S, "p_vaddr p_memsz", same_page, false },
    { "a segment ends in the page in which another begins", S, "p_vaddr p_memsz", same_page_below, false },
    { "two segments share one byte of a page", S, "p_vaddr p_memsz", one_byte_shared, false },
    { "the BSS of a segment reaches into another", S, "p_vaddr p_memsz", bss_over_next, false },
    { "a segment lies within another", S, "p_vaddr p_memsz", inside_another, false },
    { "a segment lies around another", S, "p_vaddr p_memsz", around_another, false },
    { "there is a PT_INTERP header", S, "p_type", interpreter, false },
    { "there is a PT_DYNAMIC header", S, "p_type", dynamic, false },
    { "there is one segment more than ELF_SEGMENTS", S, "e_phnum p_type", too_many, false },
    { "the entry is 0", S, "e_entry", entry_0, false },
    { "the entry is one byte behind the executable segment", S, "e_entry", entry_behind, false },
    { "the entry is one byte before the executable segment", S, "e_entry", entry_before, false },
    { "the entry is in the data", S, "e_entry", entry_in_data, false },
    { "the entry is in read-only data", S, "e_entry", entry_in_constants, false },
    { "the entry is in the kernel", S, "e_entry", entry_in_kernel, false },
    { "the entry fits when it is cut to 32 bits", S, "e_entry", entry_high, false },
};

const unsigned elf_bad_segments_count = sizeof elf_bad_segments / sizeof elf_bad_segments[0];
