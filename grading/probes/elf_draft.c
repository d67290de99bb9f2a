#include "probes/elf_draft.h"

#include <stddef.h>
#include <string.h>

uint64_t draft_draw(struct draft *draft, uint64_t from, uint64_t to)
{
    return from + session_draw_below(draft->session, to - from);
}

static void set_header(struct draft *draft)
{
    Elf64_Ehdr *h = &draft->h;

    memcpy(h->e_ident, ELFMAG, SELFMAG);
    h->e_ident[EI_CLASS] = ELFCLASS64;
    h->e_ident[EI_DATA] = ELFDATA2LSB;
    h->e_ident[EI_VERSION] = EV_CURRENT;
    h->e_type = ET_EXEC;
    h->e_machine = EM_X86_64;
    h->e_version = EV_CURRENT;
    h->e_phoff = sizeof *h;
    h->e_ehsize = sizeof *h;
    h->e_phentsize = sizeof(Elf64_Phdr);
    h->e_phnum = 4;
    h->e_shoff = 0x400; /* nobody should look there */
    h->e_shnum = 4;
    h->e_shentsize = sizeof(Elf64_Shdr);
    h->e_shstrndx = 3;
}

/* Segments in pages of the file of their own, at addresses in pages of their own, all of them drawn; returns the page behind it. */
static uint64_t set_segment(struct draft *draft, unsigned i, uint32_t flags, uint64_t file_page, uint64_t page)
{
    uint64_t within = draft_draw(draft, 0, 0x400);
    Elf64_Phdr *p = &draft->p[i];

    p->p_type = PT_LOAD;
    p->p_flags = flags;
    p->p_offset = file_page * PAGE_SIZE + within;
    p->p_vaddr = p->p_paddr = page * PAGE_SIZE + within;
    p->p_filesz = draft_draw(draft, 0x100, 0x800);
    p->p_memsz = p->p_filesz + (flags & PF_W ? draft_draw(draft, 0x1000, 0x3000) : 0);
    p->p_align = PAGE_SIZE;
    return (p->p_vaddr + p->p_memsz - 1) / PAGE_SIZE + 1;
}

void draft_make(struct draft *draft, struct session *session)
{
    unsigned turn, note;

    memset(draft, 0, offsetof(struct draft, bytes));
    draft->session = session;
    draft->user_end = INFO_ADDRESS;
    draft->fault = -1;
    set_header(draft);
    turn = (unsigned)draft_draw(draft, 0, 4);
    draft->text = turn;
    draft->constant = (turn + 1) % 4;
    draft->data = (turn + 2) % 4;
    note = (turn + 3) % 4;
    uint64_t page = draft_draw(draft, 0x200, 0x1000);
    page = set_segment(draft, draft->text, PF_R | PF_X, 1, page) + draft_draw(draft, 0, 4);
    page = set_segment(draft, draft->constant, PF_R, 2, page) + draft_draw(draft, 0, 4);
    set_segment(draft, draft->data, PF_R | PF_W, 3, page);
    draft->p[note] = (Elf64_Phdr){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W, .p_align = 16 };
    draft->h.e_entry = draft->p[draft->text].p_vaddr + draft_draw(draft, 0, 0x100);
    draft->size = (uint32_t)(4 * PAGE_SIZE + draft_draw(draft, 0, 0x800));
}

void draft_seal(struct draft *draft)
{
    for (uint32_t i = 0; i < DRAFT_SIZE; i += 8) {
        uint64_t word = session_draw(draft->session);
        memcpy(draft->bytes + i, &word, 8);
    }
    memcpy(draft->bytes, &draft->h, sizeof draft->h);
    for (unsigned i = 0; i < draft->h.e_phnum && i < DRAFT_HEADERS; i++) {
        uint64_t at = draft->h.e_phoff + (uint64_t)i * draft->h.e_phentsize;
        if (draft->h.e_phoff <= DRAFT_SIZE && at + sizeof draft->p[i] <= DRAFT_SIZE)
            memcpy(draft->bytes + at, &draft->p[i], sizeof draft->p[i]);
    }
}

void draft_plan(const struct draft *draft, struct elf_plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->entry = draft->h.e_entry;
    plan->header = -1;
    for (unsigned i = 0; i < draft->h.e_phnum && i < DRAFT_HEADERS; i++) {
        const Elf64_Phdr *p = &draft->p[i];
        if (p->p_type != PT_LOAD || !p->p_memsz)
            continue;
        struct elf_segment *s = &plan->segment[plan->count++];
        *s = (struct elf_segment){ p->p_vaddr, p->p_offset, p->p_filesz, p->p_memsz, 0 };
        s->rights = (p->p_flags & PF_W ? PAGING_WRITE : 0) | (p->p_flags & PF_X ? PAGING_EXECUTE : 0);
    }
}
