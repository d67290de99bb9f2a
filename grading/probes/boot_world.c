#include "probes/boot_world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/boot_plan.h"

#define LOW_END (0x100000 / PAGE_SIZE)

static void find_bounds(struct world *world)
{
    const struct boot_image *image = &world->image;
    uint64_t end = 0;

    for (unsigned i = 0; i < image->segment_count; i++)
        if (image->segment[i].p_memsz && image->segment[i].p_paddr + image->segment[i].p_memsz > end)
            end = image->segment[i].p_paddr + image->segment[i].p_memsz;
    world->image_end = (uint32_t)end;
    world->kernel_first = (uint32_t)((image->start - KERNEL_BASE) / PAGE_SIZE);
    world->kernel_end = (uint32_t)((image->end - KERNEL_BASE) / PAGE_SIZE);
    if (end > PLAN_LOADER / 2 || world->kernel_first < LOW_END || world->kernel_end * (uint64_t)PAGE_SIZE < end)
        session_fail(world->session, 0, "layout", "the image lies behind 1 MiB and is no larger than it was with the skeleton",
                     "its program headers reach to 0x%" PRIx64 ", and kernel_end to 0x%" PRIx64, end, image->end - KERNEL_BASE);
}

bool world_open(struct world *world, struct session *session)
{
    memset(world, 0, sizeof *world);
    world->session = session;
    if (boot_unwritten(session) || !boot_image_open(session, &world->image))
        return false;
    world->key = (uint32_t)session_draw(session);
    world->orders.magic = EXAM_MAGIC;
    snprintf(world->cmdline, sizeof world->cmdline, "kernel timer_hz=1000000000 tsc_hz=1000000000 x=%" PRIx64,
             session_draw(session));
    find_bounds(world);
    return !session_decided(session);
}

void world_close(struct world *world)
{
    for (unsigned i = 0; i < world->module_count; i++)
        free(world->module[i].bytes);
    boot_image_close(&world->image);
}

void world_entry(struct world *world, uint64_t base, uint64_t length, uint32_t type)
{
    if (world->entry_count < WORLD_ENTRIES)
        world->entry[world->entry_count++] = (struct world_entry){ base, length, type, 20 };
}

static void name_module(struct world *world, struct world_module *m, unsigned words)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz ABCDEF=0123456789";

    snprintf(m->cmdline, sizeof m->cmdline, "module%u ", world->module_count);
    for (size_t i = strlen(m->cmdline); i < words && i + 1 < sizeof m->cmdline; i++) {
        m->cmdline[i] = letters[session_draw_below(world->session, sizeof letters - 1)];
        m->cmdline[i + 1] = '\0';
    }
}

struct world_module *world_module(struct world *world, uint32_t start, uint32_t length, const void *bytes, unsigned words)
{
    struct world_module *m = &world->module[world->module_count];

    m->start = start;
    m->length = length;
    m->bytes = malloc(length + 8);
    if (world->module_count == WORLD_MODULES || !m->bytes) {
        verdict_trouble(world->session->verdict, "no room for a module");
        return m;
    }
    for (uint32_t i = 0; i < length && !bytes; i += 8) {
        uint64_t word = session_draw(world->session);
        memcpy(m->bytes + i, &word, 8);
    }
    if (bytes)
        memcpy(m->bytes, bytes, length);
    name_module(world, m, words);
    world->module_count++;
    return m;
}

/* ---- What is expected ---- */

static uint64_t entry_end(const struct world_entry *e)
{
    return e->base + e->length < e->base ? UINT64_MAX : e->base + e->length;
}

/* A page is usable when an entry that says so covers all of it, and none that says otherwise any of it. */
static void find_usable(struct world *world)
{
    for (unsigned i = 0; i < world->entry_count; i++) {
        const struct world_entry *e = &world->entry[i];
        for (uint64_t p = 0; p < WORLD_PAGES; p++)
            if (e->type == 1 && p * PAGE_SIZE >= e->base && (p + 1) * PAGE_SIZE <= entry_end(e))
                world->usable[p] = true;
    }
    for (unsigned i = 0; i < world->entry_count; i++) {
        const struct world_entry *e = &world->entry[i];
        for (uint64_t p = 0; p < WORLD_PAGES; p++)
            if (e->type != 1 && e->length && p * PAGE_SIZE < entry_end(e) && (p + 1) * PAGE_SIZE > e->base)
                world->usable[p] = false;
    }
}

static unsigned module_at(const struct world *world, uint64_t page)
{
    for (unsigned i = 0; i < world->module_count; i++) {
        const struct world_module *m = &world->module[i];
        if (m->length && page >= m->start / PAGE_SIZE && page <= (m->start + m->length - 1) / PAGE_SIZE)
            return i + 1;
    }
    return 0;
}

const char *world_owner(const struct world *world, uint64_t page)
{
    static char text[64];

    if (page < LOW_END)
        return "below 1 MiB";
    if (page >= world->kernel_first && page < world->kernel_end)
        return "the kernel's own image";
    if (module_at(world, page)) {
        snprintf(text, sizeof text, "module %u's", module_at(world, page) - 1);
        return text;
    }
    if (page >= WORLD_PAGES)
        return "beyond all memory";
    return world->usable[page] ? NULL : "not usable, says the memory map";
}

static void find_free(struct world *world)
{
    find_usable(world);
    for (uint64_t p = 0; p < WORLD_PAGES; p++)
        world->free[p] = !world_owner(world, p);
}

/* ---- Running ---- */

static void patch(struct world *world, const char *symbol, const void *data, size_t length)
{
    char *place = boot_image_at(&world->image, session_kernel(world->session, symbol), length);

    if (place)
        memcpy(place, data, length);
    else if (!session_decided(world->session))
        session_fail(world->session, 0, "layout", "the parts' data lies in the file", "the kit's variable %s does not", symbol);
}

/* jmp TO, over the first instruction of FROM. */
static void divert(struct world *world, const char *from_name, const char *to_name)
{
    uint8_t jump[5] = { 0xe9 };
    uint64_t from = session_kernel(world->session, from_name), to = session_kernel(world->session, to_name);
    int32_t distance = (int32_t)(to - (from + sizeof jump));

    memcpy(jump + 1, &distance, sizeof distance);
    patch(world, from_name, jump, sizeof jump);
}

static void keep_first_bytes(struct world *world)
{
    const char *place =
        boot_image_at(&world->image, session_kernel(world->session, "phys_alloc"), sizeof world->orders.first_bytes);

    if (place)
        memcpy(world->orders.first_bytes, place, sizeof world->orders.first_bytes);
}

bool world_boot(struct world *world, uint64_t stop)
{
    struct session *session = world->session;

    find_free(world);
    if (world->first_page)
        keep_first_bytes(world);
    patch(world, "exam_orders", &world->orders, sizeof world->orders);
    if (world->catches)
        divert(world, "not_implemented", "exam_unwritten");
    if (world->first_page)
        divert(world, "phys_alloc", "exam_first_page");
    if (session_decided(session) || !plan_write(world))
        return false;
    session_stop_at(session, session_kernel(session, "exam_done"));
    session_stop_at(session, stop);
    return session_record_tables(session);
}

struct exam_report *world_report(struct world *world)
{
    struct exam_report *report = malloc(sizeof *report);

    if (report && session_read(world->session, session_kernel(world->session, "exam_report"), report, sizeof *report))
        return report;
    free(report);
    return NULL;
}

struct exam_report *world_remains(struct world *world)
{
    struct exam_report *report = malloc(sizeof *report);
    struct session *session = world->session;

    if (report && session->machine && session->outcome.inspectable &&
        machine_read_physical(session->machine, session_kernel(session, "exam_report") - KERNEL_BASE, report, sizeof *report)
                .code == STATUS_OK &&
        report->page_count <= EXAM_PAGES)
        return report;
    free(report);
    return NULL;
}

uint64_t world_memory_end(const struct world *world)
{
    uint64_t end = (uint64_t)world->kernel_end * PAGE_SIZE;

    for (uint64_t p = 0; p < WORLD_PAGES; p++)
        if (world->usable[p] && (p + 1) * PAGE_SIZE > end)
            end = (p + 1) * PAGE_SIZE;
    for (unsigned i = 0; i < world->module_count; i++)
        if ((uint64_t)world->module[i].start + world->module[i].length > end)
            end = (uint64_t)world->module[i].start + world->module[i].length;
    return end;
}

/* The line that a kernel prints before it stops; it explains, and is evidence of nothing. */
static bool panic_text(struct world *world, char *text, size_t size)
{
    char *serial = NULL;
    size_t length;

    text[0] = '\0';
    if (!world->session->machine || machine_serial(world->session->machine, &serial, &length).code != STATUS_OK)
        return false;
    char *line = strstr(serial, "panic: ");
    if (line)
        snprintf(text, size, "%.*s", (int)strcspn(line, "\r\n"), line);
    for (char *c = text; *c; c++)
        *c = *c < ' ' || *c > '~' ? '?' : *c;
    free(serial);
    return line;
}

void world_explain(struct world *world, const char *family, const char *expected)
{
    struct session *session = world->session;
    const struct machine_outcome *o = &session->outcome;
    char end[120], panic[160];

    if (session_decided(session))
        return;
    session_end_text(session, end, sizeof end);
    uint64_t rip = o->inspectable ? o->registers.rip : 0;
    if (panic_text(world, panic, sizeof panic))
        session_fail(session, 0, family, expected, "the kernel stopped itself: %s", panic);
    else if (rip)
        session_fail(session, rip < KERNEL_BASE ? rip + KERNEL_BASE : rip, family, expected,
                     "%s; rip 0x%" PRIx64 ", cr2 0x%" PRIx64, end, rip, o->registers.cr2);
    else
        session_fail(session, 0, family, expected, "%s", end);
}
