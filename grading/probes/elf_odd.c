/* Files that look odd and are right: they have to be accepted. The first one is nothing but good. */
#include "probes/elf_draft.h"

static void plain(struct draft *d)
{
    (void)d;
}

static void odd_sections(struct draft *d)
{
    d->h.e_shoff = session_draw(d->session) | 1ull << 63;
    d->h.e_shnum = 0xffff;
    d->h.e_shentsize = 1;
    d->h.e_shstrndx = 0xfff0;
}

static void stripped(struct draft *d)
{
    d->h.e_shoff = d->h.e_shnum = d->h.e_shentsize = d->h.e_shstrndx = 0;
}

static void odd_note(struct draft *d)
{
    Elf64_Phdr *p = &d->p[6 - d->text - d->constant - d->data];
    *p = (Elf64_Phdr){ PT_NOTE, 7, UINT64_MAX - 3, UINT64_MAX, 0, UINT64_MAX, 1, 3 };
}

static void unknown_type(struct draft *d)
{
    Elf64_Phdr *p = &d->p[6 - d->text - d->constant - d->data];
    *p = d->p[d->text]; /* what would overlap, were it loaded */
    p->p_type = 0x60000000 + (uint32_t)draft_draw(d, 0, 0x1000);
}

static void size_0(struct draft *d)
{
    Elf64_Phdr *p = &d->p[6 - d->text - d->constant - d->data];
    *p = (Elf64_Phdr){ PT_LOAD, 7, 0x123, KERNEL_BASE, 0, 0, 0, 0 };
}

static void size_0_inside(struct draft *d)
{
    Elf64_Phdr *p = &d->p[6 - d->text - d->constant - d->data];
    *p = d->p[d->data];
    p->p_filesz = p->p_memsz = 0;
}

static void bss_alone(struct draft *d)
{
    d->p[d->data].p_filesz = 0;
}

static void bss_offset(struct draft *d)
{
    Elf64_Phdr *p = &d->p[d->data];
    p->p_filesz = 0;
    d->size = (uint32_t)p->p_offset;
}

static void execute_only(struct draft *d)
{
    d->p[d->text].p_flags = PF_X;
    d->p[d->constant].p_flags = 0;
}

static void odd_fields(struct draft *d)
{
    for (unsigned i = 0; i < 4; i++) {
        d->p[i].p_align = i == 1 ? 0 : session_draw(d->session);
        d->p[i].p_paddr = session_draw(d->session);
        d->p[i].p_flags |= 0x0ff00000;
    }
    d->h.e_flags = 0x5a5a;
    d->h.e_ident[EI_OSABI] = 3;
}

static void large_headers(struct draft *d)
{
    d->h.e_phentsize = sizeof d->p[0] + (uint16_t)draft_draw(d, 1, 40);
    d->h.e_phoff = d->size - 4u * d->h.e_phentsize; /* up to the last byte of the file */
}

static void odd_table(struct draft *d)
{
    d->h.e_phoff = d->p[d->constant].p_offset + d->p[d->constant].p_filesz + 1; /* odd or even, as it comes */
}

static void last_byte(struct draft *d)
{
    Elf64_Phdr *p = &d->p[d->text];
    d->h.e_entry = p->p_vaddr + p->p_memsz - 1;
}

static void text_with_bss(struct draft *d)
{
    Elf64_Phdr *p = &d->p[d->text];
    p->p_filesz = 0x80;
    d->h.e_entry = p->p_vaddr + draft_draw(d, 0x80, 0x100);
}

static void lowest(struct draft *d)
{
    Elf64_Phdr *p = &d->p[d->text];
    p->p_vaddr = PAGE_SIZE;
    p->p_offset = PAGE_SIZE;
    d->h.e_entry = PAGE_SIZE;
}

static void up_to_user_end(struct draft *d)
{
    d->p[d->data].p_memsz = d->user_end - d->p[d->data].p_vaddr;
}

static void low_user_end(struct draft *d)
{
    Elf64_Phdr *p = &d->p[d->data];
    p->p_memsz = (p->p_memsz | (PAGE_SIZE - 1)) + 1 - p->p_vaddr % PAGE_SIZE;
    d->user_end = p->p_vaddr + p->p_memsz;
}

static void whole_file(struct draft *d)
{
    Elf64_Phdr *p = &d->p[d->data];
    p->p_filesz = d->size - p->p_offset;
    p->p_memsz = p->p_filesz;
}

static void eight_segments(struct draft *d)
{
    for (unsigned i = 4; i <= ELF_SEGMENTS; i++) {
        d->p[i] = d->p[d->constant];
        d->p[i].p_vaddr = 0x2000000 + i * PAGE_SIZE + d->p[i].p_offset % PAGE_SIZE;
    }
    d->h.e_phnum = ELF_SEGMENTS + 1;
}

static void same_contents(struct draft *d)
{
    Elf64_Phdr *a = &d->p[d->constant], *b = &d->p[d->data];
    b->p_vaddr = (b->p_vaddr & -(uint64_t)PAGE_SIZE) + a->p_vaddr % PAGE_SIZE;
    b->p_offset = a->p_offset;
    b->p_filesz = a->p_filesz;
}

/* One segment ends with the last byte of a page, the next begins with the first byte of the next one. */
static void next_page(struct draft *d)
{
    Elf64_Phdr *a = &d->p[d->text], *b = &d->p[d->constant], *c = &d->p[d->data];
    a->p_memsz = a->p_filesz = PAGE_SIZE - a->p_vaddr % PAGE_SIZE;
    b->p_vaddr = a->p_vaddr + a->p_memsz;
    b->p_offset = 2 * PAGE_SIZE;
    b->p_filesz = b->p_memsz = PAGE_SIZE;
    c->p_vaddr = b->p_vaddr + PAGE_SIZE;
    c->p_offset = 3 * PAGE_SIZE;
}

static void with_headers(struct draft *d)
{
    Elf64_Phdr *p = &d->p[d->constant];
    p->p_vaddr &= -(uint64_t)PAGE_SIZE;
    p->p_offset = 0;
    p->p_filesz = p->p_memsz = PAGE_SIZE; /* the file's own headers, as many linkers do it */
}

static void middle_of_page(struct draft *d)
{
    Elf64_Phdr *p = &d->p[d->data];
    p->p_vaddr = (p->p_vaddr & -(uint64_t)PAGE_SIZE) + 0xff8;
    p->p_offset = PAGE_SIZE + 0xff8;
    p->p_filesz = PAGE_SIZE + 0x10; /* eight bytes, a whole page, eight bytes */
    p->p_memsz = 2 * PAGE_SIZE + 0x10;
}

static void one_byte(struct draft *d)
{
    d->p[d->constant].p_filesz = 1;
    d->p[d->constant].p_memsz = 1;
    d->p[d->text].p_filesz = d->p[d->text].p_memsz = 1;
    d->h.e_entry = d->p[d->text].p_vaddr;
}

static void far_apart(struct draft *d)
{
    d->p[d->data].p_vaddr += 0x7f0000000000;
    d->p[d->constant].p_vaddr += 0x123400000000;
}

#define F "elf-file"
#define S "elf-segments"

const struct elf_case elf_odd[] = {
    { "a good file", S, NULL, plain, true },
    { "the section headers are nonsense", F, NULL, odd_sections, false },
    { "there are no section headers", F, NULL, stripped, false },
    { "a PT_NOTE header has nonsense in all fields", S, NULL, odd_note, true },
    { "a header of an unknown type would overlap another", S, NULL, unknown_type, true },
    { "a segment of size 0 has an address in the kernel", S, NULL, size_0, true },
    { "a segment of size 0 lies where another begins", S, NULL, size_0_inside, false },
    { "a segment has no contents, only memory", S, NULL, bss_alone, true },
    { "a segment without contents has the file's end for an offset", F, NULL, bss_offset, false },
    { "segments are executable and not readable, or nothing at all", S, NULL, execute_only, true },
    { "p_align, p_paddr, e_flags and high bits of p_flags are nonsense", F, NULL, odd_fields, false },
    { "program headers are larger than 56 bytes, and the last thing in the file", F, NULL, large_headers, true },
    { "the program headers lie in the middle of the file, at any address", F, NULL, odd_table, false },
    { "the entry is the last byte of the executable segment", S, NULL, last_byte, false },
    { "the entry is in the zeroed part of an executable segment", S, NULL, text_with_bss, true },
    { "a segment begins at 0x1000", S, NULL, lowest, false },
    { "a segment ends at user_end", S, NULL, up_to_user_end, false },
    { "a segment ends at a user_end that is lower than usual", S, NULL, low_user_end, false },
    { "the contents of a segment end with the file", F, NULL, whole_file, true },
    { "there are as many segments as ELF_SEGMENTS", S, NULL, eight_segments, true },
    { "two segments have the same contents in the file", S, NULL, same_contents, true },
    { "segments are next to each other, page by page", S, NULL, next_page, true },
    { "a segment contains the file's own headers", S, NULL, with_headers, true },
    { "a segment begins eight bytes before a page's end", S, NULL, middle_of_page, true },
    { "segments of one byte", S, NULL, one_byte, true },
    { "segments are terabytes apart", S, NULL, far_apart, true },
};

const unsigned elf_odd_count = sizeof elf_odd / sizeof elf_odd[0];
