#include "probes/boot_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 512

enum { HAS_MEMORY = 1 << 0, HAS_CMDLINE = 1 << 2, HAS_MODULES = 1 << 3, HAS_MEMORY_MAP = 1 << 6 };

/* Multiboot 0.6.96 §3.3, as far as a kernel of this kit reads it. */
struct information {
    uint32_t flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods_addr, syms[4], mmap_length, mmap_addr;
    uint32_t rest[16]; /* to the end of what version 0.6.96 knows */
};

struct writer {
    struct world *world;
    struct plan plan;
    struct plan_step step[STEPS];
    char *bytes; /* what the steps copy */
    size_t length;
    bool used[WORLD_PAGES]; /* pages into which something was put */
};

static void add_step(struct writer *w, uint32_t kind, uint32_t to, uint32_t length, uint32_t offset)
{
    if (w->plan.step_count == STEPS)
        verdict_trouble(w->world->session->verdict, "the plan has too many steps");
    else
        w->step[w->plan.step_count++] = (struct plan_step){ kind, to, length, offset };
}

static void put(struct writer *w, uint32_t to, const void *data, size_t length)
{
    char *grown = realloc(w->bytes, w->length + length + 1);

    if (!grown) {
        verdict_trouble(w->world->session->verdict, "no memory for the plan");
        return;
    }
    w->bytes = grown;
    memcpy(grown + w->length, data, length);
    add_step(w, PLAN_COPY, to, (uint32_t)length, (uint32_t)w->length);
    w->length += length;
    for (uint64_t p = to / PAGE_SIZE; length && p <= (to + length - 1) / PAGE_SIZE && p < WORLD_PAGES; p++)
        w->used[p] = true;
}

/* Rubbish in all that may be given away, densely where the image lies and behind it. */
static void add_dirt(struct writer *w)
{
    const struct world *world = w->world;
    uint32_t first = world->kernel_first * PAGE_SIZE;

    for (uint32_t p = 1, run; p < PLAN_LOADER / PAGE_SIZE; p += run) {
        for (run = 0; p + run < PLAN_LOADER / PAGE_SIZE && world->usable[p + run] && (p + run < 0xa0 || p + run >= 0x100);)
            run++;
        if (run)
            add_step(w, PLAN_SPRINKLE, p * PAGE_SIZE, run * PAGE_SIZE, 0);
        run += !run;
    }
    add_step(w, PLAN_DIRTY, first, (world->kernel_end + 2) * PAGE_SIZE - first, 0);
}

static void add_kernel(struct writer *w)
{
    const struct boot_image *image = &w->world->image;

    for (unsigned i = 0; i < image->segment_count; i++) {
        const Elf64_Phdr *p = &image->segment[i];
        put(w, (uint32_t)p->p_paddr, image->bytes + p->p_offset, p->p_filesz);
        if (image->entry >= p->p_vaddr && image->entry - p->p_vaddr < p->p_filesz)
            w->plan.registers.eip = (uint32_t)(image->entry - p->p_vaddr + p->p_paddr);
    }
}

/*
 * A place for `length` bytes of boot information in memory that is free: alternately the first one and the last one, which an
 * allocator is likely to give away at once. Nothing else is put into that page.
 */
static uint32_t place(struct writer *w, size_t length, bool last)
{
    struct world *world = w->world;
    unsigned pages = (unsigned)((length + 2 * PAGE_SIZE - 1) / PAGE_SIZE);

    for (uint32_t i = 0; i < PLAN_LOADER / PAGE_SIZE - pages; i++) {
        uint32_t p = last ? PLAN_LOADER / PAGE_SIZE - pages - i : i, n = 0;
        while (n < pages && world->free[p + n] && !w->used[p + n])
            n++;
        if (n < pages)
            continue;
        for (n = 0; n < pages; n++)
            w->used[p + n] = world->info[p + n] = true;
        return p * PAGE_SIZE + (uint32_t)session_draw_below(world->session, PAGE_SIZE / 4) * 4;
    }
    verdict_trouble(world->session->verdict, "no place for the boot information");
    return 0;
}

static uint32_t put_string(struct writer *w, const char *string, bool last)
{
    uint32_t at = place(w, strlen(string) + 1, last) | 1; /* strings need not be aligned */
    put(w, at, string, strlen(string) + 1);
    return at;
}

static void put_map(struct writer *w, struct information *information)
{
    const struct world *world = w->world;
    char map[WORLD_ENTRIES * 64];
    size_t length = 0;

    for (unsigned i = 0; i < world->entry_count; i++) {
        const struct world_entry *e = &world->entry[i];
        memset(map + length, 0xa5, e->size + 4);
        memcpy(map + length, &e->size, 4);
        memcpy(map + length + 4, &e->base, 8);
        memcpy(map + length + 12, &e->length, 8);
        memcpy(map + length + 20, &e->type, 4);
        length += e->size + 4;
    }
    information->mmap_addr = place(w, length, true);
    information->mmap_length = (uint32_t)length;
    put(w, information->mmap_addr, map, length);
}

static void put_modules(struct writer *w, struct information *information)
{
    const struct world *world = w->world;
    uint32_t list[WORLD_MODULES][4];

    for (unsigned i = 0; i < world->module_count; i++) {
        const struct world_module *m = &world->module[i];
        put(w, m->start, m->bytes, m->length);
        list[i][0] = m->start;
        list[i][1] = m->start + m->length;
        list[i][2] = put_string(w, m->cmdline, i % 2);
        list[i][3] = 0;
    }
    information->mods_count = world->module_count;
    information->mods_addr = place(w, sizeof list, false);
    put(w, information->mods_addr, list, sizeof list[0] * world->module_count);
}

/*
 * Right behind the BSS, at an address that would be no good flags (no memory map): a kernel that pushes something has its flags damaged,
 * because that is where the loader's stack pointer points to.
 */
static uint32_t behind_image(const struct world *world)
{
    uint32_t at = (world->image_end + 3) & ~3u;

    return at & HAS_MEMORY_MAP ? (at + HAS_MEMORY_MAP) & -(uint32_t)HAS_MEMORY_MAP : at;
}

static void put_information(struct writer *w)
{
    struct world *world = w->world;
    struct information information;

    memset(&information, 0xa5, sizeof information);
    information.flags = HAS_CMDLINE | HAS_MEMORY;
    information.cmdline = put_string(w, world->cmdline, true);
    information.mem_lower = 639;
    information.mem_upper = world->no_map ? (uint32_t)(world->entry[1].length / 1024) : 0x5a5a;
    /* Without the flag the fields mean nothing: what they hold looks like a map, and is a module's contents. */
    information.mmap_length = 96;
    information.mmap_addr = world->module_count ? world->module[0].start : 0;
    if (!world->no_map) {
        information.flags |= HAS_MEMORY_MAP;
        put_map(w, &information);
    }
    if (!world->no_modules) {
        information.flags |= HAS_MODULES;
        put_modules(w, &information);
    }
    uint32_t at = world->tight ? behind_image(world) : place(w, sizeof information, false);
    put(w, at, &information, sizeof information);
    w->plan.registers.ebx = at;
}

static void set_registers(struct writer *w)
{
    struct plan_registers *r = &w->plan.registers;
    struct session *session = w->world->session;

    r->eax = 0x2badb002;
    r->esp = 0;
    r->eflags = 2;
    if (!w->world->wild)
        return;
    r->ecx = (uint32_t)session_draw(session);
    r->edx = (uint32_t)session_draw(session);
    r->esi = (uint32_t)session_draw(session);
    r->edi = (uint32_t)session_draw(session);
    r->ebp = (uint32_t)session_draw(session);
    r->esp = r->ebx + sizeof(uint32_t);
    r->eflags = 2 | 0x400 | (uint32_t)(session_draw(session) & 0x8d5); /* DF, and the arithmetic flags */
}

static bool write_plan(struct writer *w, const char *path)
{
    uint32_t before = (uint32_t)(sizeof w->plan + w->plan.step_count * sizeof w->step[0]);
    FILE *file = fopen(path, "wb");

    for (unsigned i = 0; i < w->plan.step_count; i++)
        w->step[i].offset += before;
    bool good = file && fwrite(&w->plan, sizeof w->plan, 1, file) == 1 &&
                fwrite(w->step, sizeof w->step[0], w->plan.step_count, file) == w->plan.step_count &&
                fwrite(w->bytes, 1, w->length, file) == w->length;
    return file && !fclose(file) && good;
}

bool plan_write(struct world *world)
{
    struct session *session = world->session;
    struct writer *w = calloc(1, sizeof *w);

    if (!w) {
        verdict_trouble(session->verdict, "no memory for the plan");
        return false;
    }
    w->world = world;
    w->plan.magic = PLAN_MAGIC;
    w->plan.key = world->key;
    add_dirt(w);
    add_kernel(w);
    put_information(w);
    set_registers(w);
    snprintf(session->plan_path, sizeof session->plan_path, "%s/plan-%u", session->input->directory, session->boots);
    if (!session_decided(session) && !write_plan(w, session->plan_path))
        verdict_trouble(session->verdict, "cannot write %s", session->plan_path);
    free(w->bytes);
    free(w);
    return !session_decided(session);
}
