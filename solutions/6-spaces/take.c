/*
 * Grants made of nothing: what whoever holds the kernel object takes for himself. Everybody else's memory and ports derive from
 * these.
 */
#include "spaces.h"

#include "frames.h"

/* Interrupt controllers and their trigger modes. The timer chip is free: with it the kernel measures while it boots, no more. */
static const struct {
    uint16_t first, last;
} kernel_ports[] = {{0x20, 0x21}, {0xa0, 0xa1}, {0x4d0, 0x4d1}};

static bool is_memory_form(uint64_t frames, uint64_t page, uint64_t rights)
{
    const unsigned order = RANGE_ORDER(frames);
    const uint64_t allowed = rights & ~(uint64_t)MEMORY_DEVICE;

    if (allowed != MEMORY_READ && allowed != (MEMORY_READ | MEMORY_WRITE) && allowed != (MEMORY_READ | MEMORY_EXECUTE))
        return false;
    if (!is_memory_order(order) || (RANGE_BASE(frames) | page) & (ORDER_PAGES(order) - 1))
        return false;
    return page && page < SPACE_PAGES && page + ORDER_PAGES(order) < SPACE_PAGES;
}

/* Frames that the kernel uses, or that do not exist. */
static bool is_kernels(uint64_t frame, uint64_t count)
{
    return frame + count > frame_limit() || frames_excluded(frame * PAGE_SIZE, count * PAGE_SIZE);
}

/* An item that comes from nobody. */
static enum status take(struct pd *pd, enum cap_type type, uint64_t range, uint64_t rights, uint64_t base, uint32_t *lacking)
{
    struct transfer t = {
        .to = pd, .range = range, .window_base = base, .window_count = ORDER_PAGES(RANGE_ORDER(range)),
        .offer.what = RANGE_BASE(range) | (rights & MEMORY_DEVICE ? FRAME_DEVICE : 0),
        .offer.type = type,
        .offer.rights = rights & ~(uint64_t)MEMORY_DEVICE,
    };
    struct bill bill = {.account = pd};

    const enum status status = space_prepare(&t, 0, &bill);
    if (status != SUCCESS)
        return status;
    if (!account_covers(&bill, lacking))
        return NO_QUOTA;
    space_commit(&t);
    return SUCCESS;
}

enum status space_take_memory(struct pd *pd, uint64_t frames, uint64_t page, uint64_t rights, uint32_t *lacking)
{
    if (!is_memory_form(frames, page, rights) || is_kernels(RANGE_BASE(frames), ORDER_PAGES(RANGE_ORDER(frames))))
        return BAD_PAR;
    return take(pd, TYPE_MEMORY, frames, rights, page, lacking);
}

enum status space_take_ports(struct pd *pd, uint64_t ports, uint32_t *lacking)
{
    const uint64_t base = RANGE_BASE(ports), end = base + ORDER_PAGES(RANGE_ORDER(ports) & 63);

    if (!space_range_ok(TYPE_PORTS, ports))
        return BAD_PAR;
    for (unsigned i = 0; i < sizeof kernel_ports / sizeof kernel_ports[0]; i++)
        if (base <= kernel_ports[i].last && kernel_ports[i].first < end)
            return BAD_PAR;
    return take(pd, TYPE_PORTS, ports, PORTS_ACCESS, base, lacking);
}
