/* One boot with a number of files: see boot_trial.h. */
#include "probes/boot_trial.h"

#include <stdlib.h>
#include <string.h>

#include "probes/boot_machines.h"
#include "probes/probes.h"

#define ARCHIVE (24u << 20) /* where the files lie: outside all that is usable, in memory that the direct map shows */

void add_case(struct trial *trial, const struct elf_case *c)
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

bool run_trial(struct trial *trial, uint32_t work, const char *family, const char *expected)
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

bool open_trial(struct trial **trial, struct session *session)
{
    *trial = calloc(1, sizeof **trial);
    if (!*trial || !world_open(&(*trial)->world, session))
        return false;
    machine_plain(&(*trial)->world);
    return true;
}

void close_trial(struct trial *trial)
{
    for (unsigned i = 0; trial && i < trial->count; i++)
        free(trial->draft[i]);
    if (trial) {
        free(trial->report);
        world_close(&trial->world);
    }
    free(trial);
}

/* What lies at an address at which a function has faulted that was given file i. */
const char *fault_place(const struct trial *trial, unsigned i, uint64_t address)
{
    uint64_t start = EXAM_WINDOW, end;

    for (unsigned k = 0; k < i; k++)
        start += (trial->world.orders.file[k].pages + 1) * (uint64_t)PAGE_SIZE;
    end = start + trial->world.orders.file[i].pages * (uint64_t)PAGE_SIZE;
    if (address >= end && address < end + PAGE_SIZE)
        return "right behind the file";
    return address >= start && address < end ? "in the file, which must not be written" : "not in the file";
}
