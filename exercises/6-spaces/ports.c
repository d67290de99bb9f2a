/*
 * I/O ports: how a PD's runs get to the processor.
 *
 * The processor reads the bitmap in its TSS. Open in it are the runs of the PD which used a port last; it is out of reach
 * (PORTS_CLOSED) until the PD that runs turns out to be that one. No PD has a bitmap of its own: what is open is computed from
 * the grants, some of them with each fault, so that no pass is long.
 */
#include "spaces.h"

#include "panic.h"
#include "string.h"

enum { PORTS_OPEN = offsetof(struct tss, io_bitmap), RUNS_AT_ONCE = 64 };

/* What is in the TSS of each CPU. */
static struct shown {
    struct pd *pd;     /* whose runs, or NULL */
    uint64_t position; /* from here on they are still to be opened */
} shown[CPU_MAX];

void ports_changed(const struct pd *pd)
{
    for (unsigned i = 0; i < CPU_MAX; i++) {
        if (shown[i].pd != pd)
            continue;
        shown[i].pd = NULL;
        ports_close(&cpus[i]);
    }
}

static inline void open_run(uint8_t *bitmap, const struct grant *g)
{
    const uint64_t size = ORDER_PAGES(g->order);

    if (size < 8)
        bitmap[g->place / 8] &= ~(((1u << size) - 1) << g->place % 8);
    else
        memset(&bitmap[g->place / 8], 0, size / 8);
}

bool ports_trap(struct ec *self)
{
    /* Answer 6.6 goes here: ports */
    (void)open_run; not_implemented("6.6 ports");
}
