/*
 * The frames that the kernel keeps: its image, its pool, the local APIC, and what else boot names. A list of runs that
 * neither touch nor overlap.
 */
#include "spaces.h"

#include "contract/2-boot.h"
#include "panic.h"

enum { RUNS_MAX = 64 };

struct run {
    uint64_t base, end; /* frames */
};

static struct run runs[RUNS_MAX];
static unsigned run_count;

void space_exclude(uint64_t base, uint64_t size)
{
    struct run new = {base / PAGE_SIZE, (base + size + PAGE_SIZE - 1) / PAGE_SIZE};
    unsigned kept = 0;

    for (unsigned i = 0; i < run_count; i++) {
        if (runs[i].end < new.base || runs[i].base > new.end) {
            runs[kept++] = runs[i];
            continue;
        }
        new.base = runs[i].base < new.base ? runs[i].base : new.base;
        new.end = runs[i].end > new.end ? runs[i].end : new.end;
    }
    if (kept == RUNS_MAX)
        panic("the kernel's frames are in more than %u pieces", RUNS_MAX);
    runs[kept++] = new;
    run_count = kept;
}

bool frames_allowed(uint64_t frame, uint64_t count)
{
    if (frame + count > frame_limit())
        return false;
    for (unsigned i = 0; i < run_count; i++)
        if (frame < runs[i].end && runs[i].base < frame + count)
            return false;
    return true;
}
