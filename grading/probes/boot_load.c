/* Stage 2, ELF: what elf_load makes of good files, page by page and byte by byte, and when memory runs out. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/boot_trial.h"
#include "probes/probes.h"

struct load {
    struct trial *trial;
    unsigned index; /* of the file */
    const struct elf_case *file;
    const struct draft *draft;
    const struct elf_plan *plan;
    unsigned pages;          /* found so far */
    bool frame[WORLD_PAGES]; /* of all files together */
    bool too_many;
};

static const struct elf_segment *segment_at(const struct elf_plan *plan, uint64_t page)
{
    for (unsigned i = 0; i < plan->count; i++) {
        const struct elf_segment *s = &plan->segment[i];
        if (page / PAGE_SIZE >= s->vaddr / PAGE_SIZE && page / PAGE_SIZE <= (s->vaddr + s->memsz - 1) / PAGE_SIZE)
            return s;
    }
    return NULL;
}

/* What a page must hold: the file's bytes where the segment has some, else zeros. */
static void expected_page(const struct load *load, const struct elf_segment *s, uint64_t page, uint8_t *bytes)
{
    memset(bytes, 0, PAGE_SIZE);
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        if (page + i >= s->vaddr && page + i < s->vaddr + s->filesz)
            bytes[i] = load->draft->bytes[s->offset + (page + i - s->vaddr)];
}

static void check_contents(struct load *load, const struct elf_segment *s, const struct x86_mapping *m)
{
    struct session *session = load->trial->world.session;
    uint8_t wanted[PAGE_SIZE], found[PAGE_SIZE];
    unsigned i = 0;

    expected_page(load, s, m->virtual_address, wanted);
    if (machine_read_physical(session->machine, m->physical_address, found, PAGE_SIZE).code != STATUS_OK) {
        session_fail(session, 0, "loading", "a program lies in memory", "0x%" PRIx64 " leads to 0x%" PRIx64, m->virtual_address,
                     m->physical_address);
        return;
    }
    while (i < PAGE_SIZE && wanted[i] == found[i])
        i++;
    if (i == PAGE_SIZE)
        return;
    uint64_t at = m->virtual_address + i;
    const char *part = at < s->vaddr               ? "before the segment, in its first page"
                       : at < s->vaddr + s->filesz ? "among the bytes from the file"
                       : at < s->vaddr + s->memsz  ? "behind the bytes from the file"
                                                   : "behind the segment, in its last page";
    session_fail(session, 0, "loading", "each byte of a segment is the file's, up to p_filesz, and zero from there on",
                 "the byte at 0x%" PRIx64 ", %s, is 0x%02x instead of 0x%02x (segment 0x%" PRIx64 ", filesz 0x%" PRIx64
                 ", memsz 0x%" PRIx64 "; file: %s)",
                 at, part, found[i], wanted[i], s->vaddr, s->filesz, s->memsz, load->file->what);
}

static void check_frame(struct load *load, const struct x86_mapping *m)
{
    struct world *world = &load->trial->world;
    uint64_t page = m->physical_address / PAGE_SIZE;
    const char *owner = world_owner(world, page);

    if (owner)
        session_fail(world->session, 0, "loading", "segments are loaded into fresh pages from phys_alloc",
                     "0x%" PRIx64 " leads to 0x%" PRIx64 ": %s (file: %s)", m->virtual_address, m->physical_address, owner,
                     load->file->what);
    else if (load->frame[page])
        session_fail(world->session, 0, "loading", "each page of a program has a frame of its own",
                     "0x%" PRIx64 " leads to a frame that "
                     "another page has (file: %s)",
                     m->virtual_address, load->file->what);
    else
        load->frame[page] = true;
}

static bool check_loaded_page(void *context, const struct x86_mapping *m)
{
    struct load *load = context;
    struct session *session = load->trial->world.session;
    const struct elf_segment *s = segment_at(load->plan, m->virtual_address);

    load->pages++;
    if (!s || m->size != PAGE_SIZE) {
        session_fail(session, 0, "loading", "nothing is mapped but the pages that the segments touch",
                     "the page at 0x%" PRIx64 " is (file: %s)", m->virtual_address, load->file->what);
        return false;
    }
    bool write = s->rights & PAGING_WRITE, execute = s->rights & PAGING_EXECUTE;
    if (!m->user)
        session_fail(session, 0, "loading", "a program's pages can be reached from ring 3",
                     "the one at 0x%" PRIx64 " cannot (file: %s)", m->virtual_address, load->file->what);
    if (m->writable != write || m->executable != execute)
        session_fail(session, 0, "paging", "each page has the rights of its segment",
                     "the one at 0x%" PRIx64 " is r%c%c instead of r%c%c (file: %s)", m->virtual_address, m->writable ? 'w' : '-',
                     m->executable ? 'x' : '-', write ? 'w' : '-', execute ? 'x' : '-', load->file->what);
    check_frame(load, m);
    check_contents(load, s, m);
    return !session_decided(session);
}

static unsigned pages_of(const struct elf_plan *plan)
{
    unsigned pages = 0;

    for (unsigned i = 0; i < plan->count; i++)
        pages += (unsigned)((plan->segment[i].vaddr + plan->segment[i].memsz - 1) / PAGE_SIZE -
                            plan->segment[i].vaddr / PAGE_SIZE + 1);
    return pages;
}

static void check_loaded(struct load *load, const struct exam_loaded *l)
{
    struct session *session = load->trial->world.session;
    struct x86_memory memory = machine_memory(session->machine);

    load->pages = 0;
    if (l->fault.vector) {
        session_fail(session, l->fault.rip, "loading", "elf_load loads what the plan says, and reads nothing outside the file",
                     "exception %" PRIu64 " at address 0x%" PRIx64 ", %s (file: %s)", l->fault.vector, l->fault.address,
                     fault_place(load->trial, load->index, l->fault.address), load->file->what);
        return;
    }
    if (!l->good) {
        session_fail(session, 0, "loading", "elf_load loads what the plan says, while there is memory",
                     "it returned false (file: %s)", load->file->what);
        return;
    }
    if (x86_each_mapping(&memory, l->space, 0, USER_END - 1, check_loaded_page, load).code != STATUS_OK)
        session_fail(session, 0, "paging", "page tables lie in memory", "those of a program do not (file: %s)", load->file->what);
    if (load->pages != pages_of(load->plan))
        session_fail(session, 0, "loading", "every page that a segment touches is mapped, with bytes in the file or not",
                     "%u pages instead of %u (file: %s)", load->pages, pages_of(load->plan), load->file->what);
}

static void check_image(struct trial *trial)
{
    const struct world_module *m = &trial->world.module[trial->world.module_count - 1];
    uint8_t *found = malloc(m->length);

    if (found && machine_read_physical(trial->world.session->machine, m->start, found, m->length).code == STATUS_OK &&
        memcmp(found, m->bytes, m->length) != 0)
        session_fail(trial->world.session, 0, "loading", "the image itself is not changed",
                     "a byte of it is another after loading");
    free(found);
}

void probe_boot_load(struct session *session)
{
    struct trial *trial = NULL;
    struct load *load = calloc(1, sizeof *load);

    if (load && open_trial(&trial, session)) {
        for (unsigned i = 0; i < elf_odd_count; i++)
            if (elf_odd[i].load)
                add_case(trial, &elf_odd[i]);
        load->trial = trial;
        if (run_trial(trial, EXAM_LOAD, "loading", "elf_load loads every file that it is given"))
            for (unsigned i = 0; i < trial->count && !session_decided(session); i++) {
                load->index = i;
                load->file = trial->file[i];
                load->draft = trial->draft[i];
                load->plan = &trial->world.orders.plan[trial->world.orders.file[i].plan];
                check_loaded(load, &trial->report->loaded[trial->world.orders.file[i].plan]);
            }
        if (!session_decided(session))
            check_image(trial);
    }
    free(load);
    close_trial(trial);
}

/* ---- Loading when memory runs out ---- */

/* Pages and tables of a program in an empty space. The architecture says how many tables there are. */
static unsigned needed(const struct elf_plan *plan)
{
    static const unsigned shift[] = { 21, 30, 39 };
    uint64_t seen[3][64];
    unsigned count[3] = { 0 }, pages = pages_of(plan);

    for (unsigned i = 0; i < plan->count; i++)
        for (uint64_t at = plan->segment[i].vaddr & -(uint64_t)PAGE_SIZE; at < plan->segment[i].vaddr + plan->segment[i].memsz;
             at += PAGE_SIZE)
            for (unsigned level = 0; level < 3; level++) {
                unsigned k = 0;
                while (k < count[level] && seen[level][k] != at >> shift[level])
                    k++;
                if (k == count[level] && k < 64)
                    seen[level][count[level]++] = at >> shift[level];
            }
    return pages + count[0] + count[1] + count[2];
}

/* The segment of an index to the end of the plan: what comes last meets the end of memory. */
static void put_last(struct elf_plan *plan, const struct elf_segment *segment)
{
    struct elf_segment last = *segment;

    for (unsigned i = 0, k = 0; i < plan->count; i++)
        if (plan->segment[i].vaddr != last.vaddr)
            plan->segment[k++] = plan->segment[i];
    plan->segment[plan->count - 1] = last;
}

static const struct elf_case *case_named(const char *what)
{
    const struct elf_case *c = elf_odd;
    while (strcmp(c->what, what) != 0)
        c++;
    return c;
}

/* One page too few: for a page of its own, when the data comes last, or for a table, when a segment far away does. */
static void load_with_little(struct session *session, bool for_table)
{
    struct trial *trial = NULL;

    if (open_trial(&trial, session)) {
        add_case(trial, case_named("segments are terabytes apart"));
        struct elf_plan plan;
        draft_plan(trial->draft[0], &plan);
        const struct elf_segment *last = &plan.segment[0];
        for (unsigned i = 0; i < plan.count; i++)
            if (plan.segment[i].rights == (for_table ? 0 : PAGING_WRITE))
                last = &plan.segment[i];
        put_last(&plan, last);
        trial->last_plan = &plan;
        trial->world.orders.leave = needed(&plan) - 1;
        if (run_trial(trial, EXAM_LOAD_OUT, "loading", "elf_load says when memory is out")) {
            const struct exam_report *r = trial->report;
            if (r->out_fault.vector)
                session_fail(session, r->out_fault.rip, "loading", "elf_load returns false when memory is out",
                             "exception %" PRIu64 " with address 0x%" PRIx64, r->out_fault.vector, r->out_fault.address);
            else if (!r->out_done)
                session_fail(session, 0, "memory", "phys_alloc gives pages until phys_vacant is empty", "it stopped before");
            else if (r->out_loaded)
                session_fail(session, 0, "loading", "elf_load returns false when memory is out",
                             "it returned true with %u pages left for a program of %u pages, with %s", needed(&plan) - 1,
                             pages_of(&plan), for_table ? "no page for its last table" : "no page for its last page");
        }
    }
    close_trial(trial);
}

void probe_boot_load_out(struct session *session)
{
    load_with_little(session, false);
    if (!session_decided(session))
        load_with_little(session, true);
}
