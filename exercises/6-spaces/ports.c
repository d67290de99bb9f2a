/*
 * I/O ports: the bitmap of a PD, and how it gets to the processor.
 *
 * The processor reads the bitmap in its TSS. It holds that of the PD which used a port last; it is out of reach
 * (PORTS_CLOSED) until the PD that runs turns out to be that one, or another one's is copied. Only bytes with open ports
 * are copied.
 */
#include "spaces.h"

#include "panic.h"
#include "string.h"

enum { PORTS_OPEN = offsetof(struct tss, io_bitmap), BITMAP_BYTES = 8192, CHUNK_PORTS = 256 };

/* What is in the TSS of each CPU. */
static struct loaded {
    struct pd *pd;
    uint32_t first, end; /* bytes that may have open ports */
} loaded[CPU_MAX];

unsigned bitmap_cost(const struct pd *pd)
{
    return spaces_of(pd)->bitmap[0] ? 0 : COST_PORTS;
}

static inline uint8_t *byte_of(struct spaces *s, uint32_t byte)
{
    return &s->bitmap[byte / PAGE_SIZE][byte % PAGE_SIZE];
}

static inline void bitmap_make(struct pd *pd)
{
    struct spaces *s = spaces_of(pd);

    for (unsigned i = 0; i < COST_PORTS; i++)
        s->bitmap[i] = memset(page_alloc(pd), 0xff, PAGE_SIZE);
    s->open_first = BITMAP_BYTES;
    s->open_end = 0;
}

/* pd's bitmap has changed: the copy is not used any more. */
static void unload(const struct pd *pd)
{
    for (unsigned i = 0; i < CPU_MAX; i++) {
        if (loaded[i].pd != pd)
            continue;
        loaded[i].pd = NULL;
        ports_close(&cpus[i]);
    }
}

static inline void set_run(struct pd *pd, uint64_t base, uint64_t size, bool closed)
{
    struct spaces *s = spaces_of(pd);

    for (uint64_t port = base; port < base + size;) {
        uint8_t *byte = byte_of(s, port / 8);
        const unsigned count = size >= 8 ? 8 : size;
        const uint8_t bits = ((1u << count) - 1) << port % 8;
        *byte = closed ? *byte | bits : *byte & ~bits;
        port += count;
    }
}

void ports_open(struct pd *pd, uint64_t base, unsigned order)
{
    /* Answer 6.6 (place 1 of 4) goes here: ports */
    not_implemented("6.6 ports");
}

static inline bool is_covered(const struct pd *pd, uint64_t base, unsigned order)
{
    for (unsigned o = order; o <= 16; o++)
        if (space_grants(pd, TYPE_PORTS, base & ~(ORDER_PAGES(o) - 1), o))
            return true;
    return false;
}

/* Of the last grant that has gone: what may have to be closed. Before the next one goes it is done. */
static struct {
    struct pd *pd;
    uint64_t base, end;
} closing;

void ports_closing(struct pd *pd, uint64_t base, unsigned order)
{
    unload(pd);
    closing.pd = pd;
    closing.base = base;
    closing.end = base + ORDER_PAGES(order);
}

/* One chunk at most, so that a run of all ports is not one long pass; other grants in it open again what is theirs. */
bool space_settle(void)
{
    /* Answer 6.6 (place 2 of 4) goes here: ports */
    (void)is_covered; not_implemented("6.6 ports");
}

void bitmap_free(struct pd *pd)
{
    struct spaces *s = spaces_of(pd);

    unload(pd);
    for (unsigned i = 0; i < COST_PORTS && s->bitmap[i]; i++) {
        page_free(pd, s->bitmap[i]);
        s->bitmap[i] = NULL;
    }
}

/* Copies what may be open, and closes what the last PD had open. */
static inline void load(struct loaded *l, struct tss *tss, struct pd *pd)
{
    /* Answer 6.6 (place 3 of 4) goes here: ports */
    not_implemented("6.6 ports");
}

bool ports_trap(struct ec *self)
{
    /* Answer 6.6 (place 4 of 4) goes here: ports */
    not_implemented("6.6 ports");
}
