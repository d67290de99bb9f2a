/* Stage 2, memory: what is handed out is free, zero, handed out once, and all of it; what the kernel was told is remembered.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/task.h"
#include "probes/boot_machines.h"
#include "probes/probes.h"

#define SLACK 96 /* pages that a kernel may take for itself while it starts: stacks, tables */

/* ---- The pages that the examiner was given ---- */

static void check_page(struct world *world, const struct exam_report *report, unsigned i, bool *given)
{
    uint64_t address = report->page[i], page = address / PAGE_SIZE;
    const char *owner = world_owner(world, page);

    if (address % PAGE_SIZE)
        session_fail(world->session, 0, "memory", "phys_alloc gives whole pages", "it gave 0x%" PRIx64, address);
    if (owner)
        session_fail(world->session, 0, "memory",
                     "phys_alloc gives only what is free: usable, from 1 MiB up, not the kernel's and no "
                     "module's",
                     "it gave the page at 0x%" PRIx64 ": %s", address, owner);
    else if (given[page])
        session_fail(world->session, 0, "memory", "no page is given twice", "the one at 0x%" PRIx64 " was", address);
    if (report->page_dirty[i])
        session_fail(world->session, 0, "memory", "a page is full of zeros when it is given", "the one at 0x%" PRIx64 " was not",
                     address);
    if (!owner)
        given[page] = true;
}

static void check_complete(struct world *world, const struct exam_report *report, const bool *given)
{
    unsigned missing = 0, first = 0;

    for (unsigned p = WORLD_PAGES; p-- > 0;)
        if (world->free[p] && !given[p]) {
            missing++;
            first = p;
        }
    if (missing > SLACK)
        session_fail(world->session, 0, "memory", "phys_alloc gives all that is free before it says that nothing is left",
                     "%u free pages were never given, the first at 0x%x", missing, first * PAGE_SIZE);
    if (report->left.count)
        session_fail(world->session, 0, "memory", "when phys_alloc gives nothing more, phys_vacant is empty",
                     "it has %u ranges, the first from 0x%" PRIx64, report->left.count, report->left.region[0].base);
}

static void check_vacant(struct world *world, const struct exam_report *report)
{
    for (unsigned i = 0; i < report->vacant.count && i < REGION_MAX; i++) {
        const struct info_region *r = &report->vacant.region[i];
        for (uint64_t at = r->base; at < r->base + r->size && !session_decided(world->session); at += PAGE_SIZE) {
            const char *owner = world_owner(world, at / PAGE_SIZE);
            if (owner)
                session_fail(world->session, 0, "memory", "phys_vacant lists what phys_alloc may still give",
                             "it has the page at 0x%" PRIx64 ": %s", at, owner);
        }
    }
}

static void check_pages(struct world *world, const struct exam_report *report)
{
    bool *given = calloc(WORLD_PAGES, sizeof *given);

    if (report->fault.vector)
        session_fail(world->session, report->fault.rip, "memory", "phys_alloc gives pages that the kernel can reach",
                     "exception %" PRIu64 " after %u pages, at address 0x%" PRIx64, report->fault.vector, report->page_count,
                     report->fault.address);
    if (!report->page_count)
        session_fail(world->session, 0, "memory", "there is memory to give", "phys_alloc returned 0 at once");
    check_vacant(world, report);
    for (unsigned i = 0; given && i < report->page_count && i < EXAM_PAGES && !session_decided(world->session); i++)
        check_page(world, report, i, given);
    if (given)
        check_complete(world, report, given);
    free(given);
}

static void check_direct(struct world *world, const struct exam_report *report)
{
    if (report->direct_size % PAGE_LARGE || report->direct_size < world_memory_end(world))
        session_fail(world->session, 0, "memory",
                     "direct_size is the end of all memory that is usable or in use, modules too, in whole large pages",
                     "it is 0x%" PRIx64 ", and the last byte that counts is at 0x%" PRIx64, report->direct_size,
                     world_memory_end(world) - 1);
}

static void check_modules(struct world *world)
{
    for (unsigned i = 0; i < world->module_count && !session_decided(world->session); i++) {
        const struct world_module *m = &world->module[i];
        uint8_t *found = malloc(m->length + 1);
        uint32_t at = 0;
        if (!found || machine_read_physical(world->session->machine, m->start, found, m->length).code != STATUS_OK) {
            verdict_trouble(world->session->verdict, "module %u cannot be read", i);
        } else {
            while (at < m->length && found[at] == m->bytes[at])
                at++;
            if (at < m->length)
                session_fail(world->session, 0, "memory", "modules stay as the loader left them",
                             "module %u is another from its byte 0x%x on, at 0x%x", i, at, m->start + at);
        }
        free(found);
    }
}

/* ---- Runs ---- */

/* A missing answer, noticed by the examiner: of this task or an earlier one, it is the end. */
static bool is_unwritten(struct session *session, const struct exam_report *report)
{
    char title[64] = "";

    for (size_t i = 0; report->unwritten && i + 1 < sizeof title; i++)
        if (!session_read(session, (uint64_t)(uintptr_t)report->unwritten + i, &title[i], 1) || !title[i])
            break;
    if (!report->unwritten || task_order(title, session->input->test->task) > 0)
        return false;
    session->verdict->kind = VERDICT_NOT_WRITTEN;
    snprintf(session->verdict->seen, sizeof session->verdict->seen, "%s", title);
    return true;
}

typedef void draw_function(struct world *world);

/* As far as a run got that has ended badly. */
static void check_remains(struct world *world)
{
    struct exam_report *report = world_remains(world);
    bool *given = calloc(WORLD_PAGES, sizeof *given);

    for (unsigned i = 0; report && given && i < report->page_count && !session_decided(world->session); i++)
        check_page(world, report, i, given);
    free(given);
    free(report);
}

/*
 * Runs until all memory is given. A kernel that dies before it gets there, or cannot reach what it gives, may have a mistake in its page
 * tables, which is another task's: it is tried again, with the examiner at work before there are any.
 */
static struct exam_report *run_machine(struct world *world)
{
    struct session *session = world->session;
    struct exam_report *report = NULL;

    world->orders.work = EXAM_MEMORY;
    world->catches = session->no_stop_unwritten = true;
    if (world_boot(world, 0))
        report = world_report(world);
    if (session_decided(session) || (report && !report->fault.vector))
        return report;
    free(report);
    world->first_page = true;
    if (world_boot(world, 0)) {
        session->verdict->has_end = false;
        return world_report(world);
    }
    check_remains(world);
    world_explain(world, "memory", "the kernel reads the memory map, and phys_alloc gives pages");
    return NULL;
}

/* On a machine that `draw` makes. */
static void try_machine(struct session *session, draw_function *draw)
{
    struct world world;
    struct exam_report *report = NULL;

    if (world_open(&world, session)) {
        draw(&world);
        report = run_machine(&world);
        if (report && !is_unwritten(session, report)) {
            check_direct(&world, report);
            check_pages(&world, report);
            check_modules(&world);
        }
    }
    free(report);
    world_close(&world);
}

static void try_machines(struct session *session, draw_function *const draw[], unsigned count)
{
    for (unsigned i = 0; i < count && !session_decided(session); i++)
        try_machine(session, draw[i]);
}

void probe_boot_free(struct session *session)
{
    static draw_function *const draw[] = { machine_plain, machine_without_map };
    try_machines(session, draw, 2);
}

void probe_boot_maps(struct session *session)
{
    static draw_function *const draw[] = { machine_holes, machine_overlapping, machine_endless };
    try_machines(session, draw, 3);
}

void probe_boot_modules(struct session *session)
{
    static draw_function *const draw[] = { machine_modules_behind, machine_modules_scattered };
    try_machines(session, draw, 2);
}

/* ---- What the kernel was told ---- */

static void check_module_info(struct world *world, const struct boot_info *boot)
{
    struct session *session = world->session;

    if (boot->module_count != world->module_count)
        session_fail(session, 0, "memory", "boot->module has every module", "it has %u of %u", boot->module_count,
                     world->module_count);
    for (unsigned i = 0; i < world->module_count && !session_decided(session); i++) {
        const struct world_module *m = &world->module[i];
        const struct info_module *b = &boot->module[i];
        if (b->base != m->start || b->size != m->length)
            session_fail(session, 0, "memory", "base and size of each module are the loader's, in bytes",
                         "module %u: 0x%" PRIx64 " bytes at 0x%" PRIx64 " instead of 0x%x at 0x%x", i, b->size, b->base,
                         m->length, m->start);
        if (b->cmdline[INFO_CMDLINE - 1] || strncmp(b->cmdline, m->cmdline, INFO_CMDLINE - 1) != 0)
            session_fail(session, 0, "memory",
                         "the command line of each module is copied before memory is given away, cut to fit",
                         "that of module %u is another%s", i, b->cmdline[INFO_CMDLINE - 1] ? ", and does not end" : "");
    }
}

static void check_region_info(struct world *world, const struct boot_info *boot)
{
    struct session *session = world->session;
    const char *expected = "boot->region has all usable memory in whole pages, in order, with what kernel and modules take";
    uint64_t last = 0;
    bool listed[WORLD_PAGES] = { false };

    for (unsigned i = 0; i < boot->region_count && i < INFO_REGIONS; i++) {
        const struct info_region *r = &boot->region[i];
        if (!r->size || r->base % PAGE_SIZE || r->size % PAGE_SIZE || (i && r->base < last))
            session_fail(session, 0, "memory", expected, "range %u is 0x%" PRIx64 " bytes at 0x%" PRIx64, i, r->size, r->base);
        last = r->base + r->size;
        for (uint64_t p = r->base / PAGE_SIZE; p < last / PAGE_SIZE && p < WORLD_PAGES; p++)
            listed[p] = true;
    }
    if (boot->region_count > INFO_REGIONS || last > PLAN_MEMORY)
        session_fail(session, 0, "memory", expected, "%u ranges, the last to 0x%" PRIx64, boot->region_count, last);
    for (unsigned p = 0; p < WORLD_PAGES && !session_decided(session); p++)
        if (listed[p] != world->usable[p])
            session_fail(session, 0, "memory", expected, "the page at 0x%x is %s", p * PAGE_SIZE,
                         listed[p] ? "listed, and not usable" : "usable, and not listed");
}

static void check_info(struct world *world, const struct exam_report *report)
{
    struct session *session = world->session;
    struct boot_info boot;

    if (!report->boot) {
        session_fail(session, 0, "memory", "kernel_main is called with the boot information",
                     "it was called with a null pointer");
        return;
    }
    if (!session_read(session, (uint64_t)(uintptr_t)report->boot, &boot, sizeof boot))
        return;
    check_module_info(world, &boot);
    check_region_info(world, &boot);
    if (boot.cmdline[INFO_CMDLINE - 1] || strncmp(boot.cmdline, world->cmdline, INFO_CMDLINE - 1) != 0)
        session_fail(session, 0, "memory", "boot->cmdline is the kernel's command line", "it is another");
}

/* Looked at when every free page has been given away and written to. */
static void try_info(struct session *session, draw_function *draw)
{
    struct world world;
    struct exam_report *report = NULL;

    if (world_open(&world, session)) {
        draw(&world);
        world.orders.work = EXAM_MEMORY;
        if (world_boot(&world, 0) && session->outcome.address == session_kernel(session, "exam_done"))
            report = world_report(&world);
        else
            world_explain(&world, "memory", "the kernel starts, and boot information lies anywhere in free memory");
        if (report) {
            check_info(&world, report);
            check_pages(&world, report);
        }
    }
    free(report);
    world_close(&world);
}

void probe_boot_info(struct session *session)
{
    static draw_function *const draw[] = { machine_overlapping, machine_modules_scattered, machine_no_modules };
    for (unsigned i = 0; i < 3 && !session_decided(session); i++)
        try_info(session, draw[i]);
}
