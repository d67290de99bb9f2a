/*
 * The boot allocator: a bit for each page of memory, set while the page is free. The bits lie in free memory themselves, so their
 * number follows the machine's memory: 4 KiB of them for each 128 MiB.
 *
 * Pages are given from the highest below 4 GiB down to the lowest, then those above: more than 4 GiB cannot be touched before the
 * final page tables are in use, and these take no more than the first few.
 */
#include "frames.h"

#include "boot.h"
#include "panic.h"
#include "string.h"

enum { BITS = 64 };

static uint64_t *bitmap;
static uint64_t page_count; /* pages from 0 that the bitmap knows */
static uint64_t next;       /* all below it have not been looked at in this round */
static bool first_round = true;

static uint64_t page_of(uint64_t phys)
{
    return phys / PAGE_SIZE;
}

static bool is_free(uint64_t page)
{
    return bitmap[page / BITS] >> page % BITS & 1;
}

static void set_free(uint64_t page, bool free)
{
    uint64_t bit = 1ull << page % BITS;
    bitmap[page / BITS] = free ? bitmap[page / BITS] | bit : bitmap[page / BITS] & ~bit;
}

static void mark(uint64_t base, uint64_t size, bool free)
{
    for (uint64_t page = page_of(base); page < page_of(base + size); page++)
        set_free(page, free);
}

/* The first place that is large enough, and can be touched already. */
static uint64_t place_for(const struct region_list *free, uint64_t bytes)
{
    for (unsigned i = 0; i < free->count; i++)
        if (free->region[i].size >= bytes && free->region[i].base + bytes <= BOOT_REACH)
            return free->region[i].base;
    panic("no place for %lu bytes of bookkeeping", bytes);
}

void frames_init(const struct region_list *free)
{
    uint64_t bytes, place;

    if (!free->count)
        panic("no free memory");
    page_count = page_of(free->region[free->count - 1].base + free->region[free->count - 1].size);
    bytes = (page_count / BITS + 1) * sizeof *bitmap;
    bytes = (bytes + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
    place = place_for(free, bytes);
    bitmap = phys_to_virt(place);
    memset(bitmap, 0, bytes);
    for (unsigned i = 0; i < free->count; i++)
        mark(free->region[i].base, free->region[i].size, true);
    mark(place, bytes, false);
    next = page_count < page_of(BOOT_REACH) ? page_count : page_of(BOOT_REACH);
}

/* The page to be given next, or 0: page 0 is never free. */
static uint64_t find_free(void)
{
    for (;;) {
        while (next > 0)
            if (is_free(--next))
                return next;
        if (!first_round)
            return 0;
        first_round = false;
        next = page_count;
    }
}

uint64_t phys_alloc(void)
{
    uint64_t page = bitmap ? find_free() : 0;

    if (!page)
        return 0;
    set_free(page, false);
    memset(phys_to_virt(page * PAGE_SIZE), 0, PAGE_SIZE);
    return page * PAGE_SIZE;
}

/* Made anew from the bits each time: only at the end of booting somebody asks. */
const struct region_list *phys_vacant(void)
{
    static struct region_list vacant;
    uint64_t start = 0;

    vacant.count = 0;
    for (uint64_t page = 0; page <= page_count; page++) {
        bool free = page < page_count && is_free(page);
        if (free && !start)
            start = page;
        if (!free && start) {
            region_add(&vacant, start * PAGE_SIZE, page * PAGE_SIZE);
            start = 0;
        }
    }
    return &vacant;
}
