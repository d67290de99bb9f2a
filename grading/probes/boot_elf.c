/* Stage 2, ELF: files that are wrong in one place and files that only look so, all offered to the student's elf_check; and what
 * elf_load makes of good ones, page by page and byte by byte.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/boot_machines.h"
#include "probes/elf_draft.h"
#include "probes/probes.h"

#define ARCHIVE (24u << 20) /* where the files lie: outside all that is usable, in memory that the direct map shows */

/* One boot with a number of files. */
struct trial {
    struct world world;
    const struct elf_case *file[EXAM_FILES];
    struct draft *draft[EXAM_FILES];
    unsigned count, plans;
    const struct elf_plan *last_plan; /* not NULL: the first file is loaded by this one, and not by its own */
    struct exam_report *report;
};

static void add_case(struct trial *trial, const struct elf_case *c)
{
    struct draft *draft = calloc(1, sizeof *draft);

    if (!draft || trial->count == EXAM_FILES) {
        verdict_trouble(trial->world.session->verdict, "no room for a file");
        free(draft);
        return;
    }
    draft_make(draft, trial->world.session);
    c->change(draft);
    draft_seal(draft);
    trial->file[trial->count] = c;
    trial->draft[trial->count++] = draft;
}

/* Puts the files into the archive, each up to the end of a page, with rubbish before it. */
static void pack(struct trial *trial)
{
    struct exam_orders *orders = &trial->world.orders;
    struct session *session = trial->world.session;
    size_t pages = 0;

    for (unsigned i = 0; i < trial->count; i++) {
        uint32_t n = (trial->draft[i]->size + PAGE_SIZE - 1) / PAGE_SIZE;
        orders->file[i] = (struct exam_file){ (uint32_t)pages, n ? n : 1, trial->draft[i]->size, -1, trial->draft[i]->user_end };
        if (trial->file[i]->load && trial->plans < EXAM_PLANS) {
            orders->file[i].plan = (int32_t)trial->plans;
            draft_plan(trial->draft[i], &orders->plan[trial->plans++]);
        }
        pages += n ? n : 1;
    }
    uint8_t *archive = malloc(pages * PAGE_SIZE + 1);
    if (!archive) {
        verdict_trouble(session->verdict, "no memory for the files");
        return;
    }
    memset(archive, 0xa5, pages * PAGE_SIZE);
    for (unsigned i = 0; i < trial->count; i++) {
        uint8_t *end = archive + (orders->file[i].first_page + orders->file[i].pages) * (size_t)PAGE_SIZE;
        memcpy(end - orders->file[i].size, trial->draft[i]->bytes, orders->file[i].size);
    }
    world_module(&trial->world, ARCHIVE, (uint32_t)(pages * PAGE_SIZE), archive, 20);
    free(archive);
    if (trial->last_plan)
        orders->plan[0] = *trial->last_plan;
    orders->archive = ARCHIVE;
    orders->file_count = trial->count;
    orders->plan_count = trial->plans;
}

/* A check that does not come back is told by the file that it was given. */
static void explain(struct trial *trial, const char *family, const char *expected)
{
    struct session *session = trial->world.session;
    uint64_t at = session_kernel(session, "exam_report") - KERNEL_BASE + offsetof(struct exam_report, at_file);
    uint32_t file = 0;

    if (session->machine && session->outcome.kind == MACHINE_OVER_LIMIT &&
        machine_read_physical(session->machine, at, &file, sizeof file).code == STATUS_OK && file < trial->count)
        session_fail(session, session->outcome.registers.rip, trial->file[file]->family, expected,
                     "it did not come back from a file "
                     "in which %s",
                     trial->file[file]->what);
    world_explain(&trial->world, family, expected);
}

static bool run_trial(struct trial *trial, uint32_t work, const char *family, const char *expected)
{
    struct session *session = trial->world.session;

    pack(trial);
    trial->world.orders.work = work;
    if (session_decided(session))
        return false;
    if (!world_boot(&trial->world, 0) || session->outcome.address != session_kernel(session, "exam_done")) {
        explain(trial, family, expected);
        return false;
    }
    trial->report = world_report(&trial->world);
    if (trial->report && trial->report->window_failed)
        session_fail(session, 0, "paging", "paging_map maps a free page of the kernel's half",
                     "it refused one, or had no memory");
    return trial->report && !session_decided(session);
}

static bool open_trial(struct trial **trial, struct session *session)
{
    *trial = calloc(1, sizeof **trial);
    if (!*trial || !world_open(&(*trial)->world, session))
        return false;
    machine_plain(&(*trial)->world);
    return true;
}

static void close_trial(struct trial *trial)
{
    for (unsigned i = 0; trial && i < trial->count; i++)
        free(trial->draft[i]);
    if (trial) {
        free(trial->report);
        world_close(&trial->world);
    }
    free(trial);
}

/* ---- Verdicts on files ---- */

static void clean_text(char *text)
{
    text[EXAM_TEXT - 1] = '\0';
    for (char *c = text; *c; c++)
        *c = *c < ' ' || *c > '~' ? '?' : *c;
}

/* What lies at an address at which a function has faulted that was given file i. */
static const char *fault_place(const struct trial *trial, unsigned i, uint64_t address)
{
    uint64_t start = EXAM_WINDOW, end;

    for (unsigned k = 0; k < i; k++)
        start += (trial->world.orders.file[k].pages + 1) * (uint64_t)PAGE_SIZE;
    end = start + trial->world.orders.file[i].pages * (uint64_t)PAGE_SIZE;
    if (address >= end && address < end + PAGE_SIZE)
        return "right behind the file";
    return address >= start && address < end ? "in the file, which must not be written" : "not in the file";
}

static bool survived(struct trial *trial, unsigned i)
{
    const struct exam_fault *fault = &trial->report->checked[i].fault;

    if (fault->vector)
        session_fail(trial->world.session, fault->rip, trial->file[i]->family,
                     "elf_check reads nothing outside the file and writes nothing in it, whatever the file says",
                     "exception %" PRIu64 " at address 0x%" PRIx64 ", %s (file: %s)", fault->vector, fault->address,
                     fault_place(trial, i, fault->address), trial->file[i]->what);
    return !fault->vector;
}

static bool same_segment(const struct elf_segment *a, const struct elf_segment *b)
{
    return a->vaddr == b->vaddr && a->offset == b->offset && a->filesz == b->filesz && a->memsz == b->memsz &&
           a->rights == b->rights;
}

static bool has_segment(const struct elf_plan *plan, const struct elf_segment *s)
{
    for (unsigned i = 0; i < plan->count && i < ELF_SEGMENTS; i++)
        if (same_segment(&plan->segment[i], s))
            return true;
    return false;
}

/* In whatever order. */
static void check_plan(struct trial *trial, unsigned i)
{
    struct session *session = trial->world.session;
    const struct elf_plan *found = &trial->report->checked[i].plan;
    const char *what = trial->file[i]->what, *expected = "the plan says what the file says: entry, and each segment to be loaded";
    struct elf_plan wanted;

    draft_plan(trial->draft[i], &wanted);
    if (found->entry != wanted.entry)
        session_fail(session, 0, "elf-file", expected, "the entry is 0x%" PRIx64 " instead of 0x%" PRIx64 " (file: %s)",
                     found->entry, wanted.entry, what);
    if (found->count != wanted.count)
        session_fail(session, 0, trial->file[i]->family, expected, "%u segments instead of %u (file: %s)", found->count,
                     wanted.count, what);
    for (unsigned k = 0; k < wanted.count && !session_decided(session); k++)
        if (!has_segment(found, &wanted.segment[k]))
            session_fail(session, 0, trial->file[i]->family, expected,
                         "the segment at 0x%" PRIx64 " is missing, or another one (file: %s)", wanted.segment[k].vaddr, what);
}

static void judge(struct trial *trial, unsigned i)
{
    struct session *session = trial->world.session;
    struct exam_checked *c = &trial->report->checked[i];
    const struct elf_case *f = trial->file[i];

    clean_text(c->text);
    if (!survived(trial, i))
        return;
    if (f->fields && !c->refused)
        session_fail(session, 0, f->family, "elf_check refuses what cannot be loaded", "it accepted a file in which %s%s",
                     "this is wrong: ", f->what);
    else if (!f->fields && c->refused)
        session_fail(session, 0, f->family, "elf_check accepts what can be loaded, however odd it looks",
                     "it refused this: %s (\"%s\")", f->what, c->text);
    else if (!f->fields)
        check_plan(trial, i);
}

static void try_cases(struct session *session, const struct elf_case *cases, unsigned count, unsigned rounds)
{
    struct trial *trial = NULL;

    if (open_trial(&trial, session)) {
        for (unsigned round = 0; round < rounds; round++)
            add_case(trial, &elf_odd[0]); /* who refuses everything has understood nothing */
        for (unsigned i = 0; i < count * rounds; i++)
            add_case(trial, &cases[i % count]);
        if (run_trial(trial, EXAM_CHECK, cases[0].family, "elf_check comes to a verdict on every file"))
            for (unsigned i = 0; i < trial->count && !session_decided(session); i++)
                judge(trial, i);
    }
    close_trial(trial);
}

void probe_boot_elf_headers(struct session *session)
{
    try_cases(session, elf_bad, elf_bad_count, 2);
}

void probe_boot_elf_segments(struct session *session)
{
    try_cases(session, elf_bad_segments, elf_bad_segments_count, 2);
}

void probe_boot_elf_odd(struct session *session)
{
    try_cases(session, elf_odd, elf_odd_count, 3);
}

/* ---- Messages ---- */

/* Whether text begins with one of the names, as a whole word. */
static bool names_field(const char *text, const char *fields)
{
    for (size_t length; *fields; fields += length + (fields[length] == ' ')) {
        length = strcspn(fields, " ");
        if (strncmp(text, fields, length) == 0 && !isalnum((unsigned char)text[length]) && text[length] != '_')
            return true;
    }
    return false;
}

static void judge_message(struct trial *trial, unsigned i)
{
    struct session *session = trial->world.session;
    struct exam_checked *c = &trial->report->checked[i];
    int fault = trial->draft[i]->fault;

    clean_text(c->text);
    if (!survived(trial, i) || !trial->file[i]->fields || !c->refused)
        return;
    if (!names_field(c->text, trial->file[i]->fields))
        session_fail(session, 0, "elf-file", "a refusal begins with the name of the field at fault",
                     "\"%s\" for a file in which this is wrong: %s", c->text, trial->file[i]->what);
    if (fault >= -1 && c->plan.header != fault)
        session_fail(session, 0, "elf-file", "plan->header tells which program header is at fault, -1 the file's own",
                     "it is %d instead of %d for: %s", c->plan.header, fault, trial->file[i]->what);
}

void probe_boot_elf_messages(struct session *session)
{
    struct trial *trial = NULL;

    if (open_trial(&trial, session)) {
        for (unsigned i = 0; i < elf_bad_count; i++)
            add_case(trial, &elf_bad[i]);
        for (unsigned i = 0; i < elf_bad_segments_count; i++)
            add_case(trial, &elf_bad_segments[i]);
        if (run_trial(trial, EXAM_CHECK, "elf-file", "elf_check comes to a verdict on every file"))
            for (unsigned i = 0; i < trial->count && !session_decided(session); i++)
                judge_message(trial, i);
    }
    close_trial(trial);
}

/* ---- Loading ---- */

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
