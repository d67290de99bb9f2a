#include "probes/boot_machines.h"

#define KIB(n) ((uint64_t)(n) << 10)
#define MIB(n) ((uint64_t)(n) << 20)

/* from … to - 1 */
static uint32_t draw(struct world *world, uint32_t from, uint32_t to)
{
    return from + (uint32_t)session_draw_below(world->session, to - from);
}

static void low_memory(struct world *world)
{
    uint64_t end = KIB(639) - draw(world, 0, 3) * 512;

    world_entry(world, 0, end, 1);
    world_entry(world, end, KIB(640) - end, 2);
    world_entry(world, KIB(960), KIB(64), 2);
}

/* The range that the kernel lies in, with so many pages behind it; returns its end. */
static uint64_t kernel_range(struct world *world, uint32_t pages)
{
    uint64_t end = (world->kernel_end + (uint64_t)pages) * PAGE_SIZE;

    world_entry(world, MIB(1), end - MIB(1), 1);
    return end;
}

/* A module somewhere in free memory, of no whole number of pages. */
static void some_module(struct world *world, uint64_t page)
{
    world_module(world, (uint32_t)(page * PAGE_SIZE), draw(world, 3 * PAGE_SIZE, 7 * PAGE_SIZE) | 1, NULL, draw(world, 12, 60));
}

void machine_plain(struct world *world)
{
    low_memory(world);
    uint64_t end = kernel_range(world, draw(world, 0x500, 0x700));
    world_entry(world, end, KIB(128), 2);
    world_entry(world, 0xfd000000, MIB(16), 2);
    some_module(world, world->kernel_end + draw(world, 0x80, 0x300));
}

void machine_without_map(struct world *world)
{
    world->no_map = true;
    world_entry(world, 0, KIB(639), 1);
    world_entry(world, MIB(1), KIB(draw(world, 3000, 6000)), 1);
    some_module(world, world->kernel_end + draw(world, 0x80, 0x180));
}

/* Neither end of a range is a page's. Between them is nothing at all, or something reserved. */
void machine_holes(struct world *world)
{
    low_memory(world);
    uint64_t at = kernel_range(world, draw(world, 0x60, 0xa0));
    for (unsigned i = 0; i < 6; i++) {
        at += draw(world, 2, 30) * PAGE_SIZE + draw(world, 1, PAGE_SIZE);
        uint64_t length = draw(world, 0x20, 0x60) * PAGE_SIZE + draw(world, 1, PAGE_SIZE);
        world_entry(world, at, length, 1);
        at += length;
        if (i % 2)
            world_entry(world, at, draw(world, 1, 2 * PAGE_SIZE), 2 + i);
    }
    world_entry(world, at + 5 * PAGE_SIZE + 100, PAGE_SIZE + draw(world, 0, 3000), 1); /* not one whole page */
    some_module(world, world->kernel_end + draw(world, 0x20, 0x50));
}

static void shuffle(struct world *world)
{
    for (unsigned i = world->entry_count; i-- > 1;) {
        unsigned j = (unsigned)session_draw_below(world->session, i + 1);
        struct world_entry e = world->entry[i];
        world->entry[i] = world->entry[j];
        world->entry[j] = e;
    }
    for (unsigned i = 0; i < world->entry_count; i++)
        world->entry[i].size = 20 + draw(world, 0, 4) * 4;
}

/* Reserved within usable: in the middle, across an end, and a bit of one page. */
static void reserve_within(struct world *world, uint64_t base, uint64_t length)
{
    world_entry(world, base + draw(world, 8, 20) * PAGE_SIZE, draw(world, 1, 4) * PAGE_SIZE, 3);
    world_entry(world, base + draw(world, 30, 40) * PAGE_SIZE + 0x7fc, 8, 2);
    world_entry(world, base + draw(world, 50, 60) * PAGE_SIZE + 0xffc, 8, 5);
    world_entry(world, base + length - 2 * PAGE_SIZE - 0x100, MIB(1) / 2, 4);
}

void machine_overlapping(struct world *world)
{
    uint64_t across = MIB(16) - draw(world, 0x40, 0x80) * PAGE_SIZE;

    low_memory(world);
    uint64_t end = kernel_range(world, draw(world, 0x100, 0x180));
    world_entry(world, end - 0x80 * PAGE_SIZE, 0x100 * PAGE_SIZE, 1); /* some of it twice */
    reserve_within(world, end - 0x80 * PAGE_SIZE, 0x100 * PAGE_SIZE);
    world_entry(world, across, 0x100 * PAGE_SIZE, 1);
    world_entry(world, across + 0x100 * PAGE_SIZE, 0x40 * PAGE_SIZE, 1); /* touches it */
    reserve_within(world, across, 0x140 * PAGE_SIZE);
    world_entry(world, MIB(24), 0, 1);
    world_entry(world, MIB(25), 0x20 * PAGE_SIZE, 0x12345);
    shuffle(world);
    some_module(world, across / PAGE_SIZE + 0x90);
}

/*
 * From somewhere on everything is reserved: base + length is beyond 2^64. There, right behind the last memory, a module has a large page
 * of its own: what the direct map shows is not only what is usable.
 */
void machine_endless(struct world *world)
{
    uint64_t from = MIB(20) + draw(world, 0, 3) * MIB(2);

    low_memory(world);
    kernel_range(world, draw(world, 0x100, 0x180));
    world_entry(world, from - 0x80 * PAGE_SIZE, 0x100 * PAGE_SIZE, 1);
    world_entry(world, from, UINT64_MAX - draw(world, 0, 0x1000), 2);
    world_entry(world, 0xfd00000000, MIB(0x3000), 2);
    shuffle(world);
    some_module(world, world->kernel_end + draw(world, 0x20, 0x60));
    some_module(world, from / PAGE_SIZE);
}

void machine_modules_behind(struct world *world)
{
    uint32_t page = world->kernel_end, start[4], length[4];

    low_memory(world);
    kernel_range(world, draw(world, 0x300, 0x400));
    for (unsigned i = 0; i < 4; i++) {
        start[i] = page * PAGE_SIZE;
        length[i] = draw(world, 1, 12 * PAGE_SIZE);
        length[i] = i == 2 ? (length[i] / PAGE_SIZE + 1) * PAGE_SIZE : length[i]; /* one ends where a page ends */
        page += (length[i] + PAGE_SIZE - 1) / PAGE_SIZE;
    }
    for (unsigned i = 4; i-- > 0;)
        world_module(world, start[i], length[i], NULL, draw(world, 8, INFO_CMDLINE - 2));
}

void machine_modules_scattered(struct world *world)
{
    uint64_t end;

    low_memory(world);
    end = kernel_range(world, draw(world, 0x100, 0x180));
    world_entry(world, MIB(15) + PAGE_SIZE / 2, MIB(2), 1);
    world_entry(world, MIB(30), MIB(1), 1);
    some_module(world, end / PAGE_SIZE - 2);         /* begins in a range, ends in none */
    some_module(world, MIB(46) / PAGE_SIZE);         /* above everything */
    some_module(world, 0x20 + draw(world, 0, 0x20)); /* below 1 MiB */
    world_module(world, (uint32_t)MIB(16) - 3 * PAGE_SIZE, 5 * PAGE_SIZE + 1, NULL,
                 WORLD_STRING - 2);                                                     /* its last byte has a page of its own */
    some_module(world, MIB(20) / PAGE_SIZE);                                            /* between two ranges */
    some_module(world, MIB(30) / PAGE_SIZE - 1);                                        /* begins in none, ends in a range */
    world_module(world, (uint32_t)(end - 0x40 * PAGE_SIZE), 1, NULL, INFO_CMDLINE - 1); /* one byte; its text just fits */
    world_module(world, (uint32_t)(end - 0x50 * PAGE_SIZE), PAGE_SIZE, NULL, INFO_CMDLINE); /* a page; its text is one too long */
    for (unsigned i = world->module_count; i < INFO_MODULES; i++)
        world_module(world, (uint32_t)(MIB(16) + (0x20 + 2 * i) * PAGE_SIZE), draw(world, 1, PAGE_SIZE), NULL,
                     draw(world, 8, 40));
}

void machine_no_modules(struct world *world)
{
    low_memory(world);
    kernel_range(world, draw(world, 0x100, 0x200));
    world->no_modules = true;
}
