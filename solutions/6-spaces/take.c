/*
 * Grants made of nothing: what whoever holds the kernel object takes for himself. Everybody else's memory and ports derive from
 * these.
 */
#include "spaces.h"

#include "body/frames.h"

enum { SMALL_ORDER_MAX = 6, LARGE_ORDER_MAX = 15 };

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
    if (order > SMALL_ORDER_MAX && (order < LARGE_ORDER || order > LARGE_ORDER_MAX))
        return false;
    if ((RANGE_BASE(frames) | page) & (ORDER_PAGES(order) - 1))
        return false;
    return page && page < SPACE_PAGES && page + ORDER_PAGES(order) < SPACE_PAGES;
}

/* Frames that the kernel uses, or that do not exist. */
static bool is_kernels(uint64_t frame, uint64_t count)
{
    return frame + count > frame_limit() || frames_excluded(frame * PAGE_SIZE, count * PAGE_SIZE);
}

static struct offer memory_offer(uint64_t frames, uint64_t page, uint64_t rights, uint64_t i)
{
    const unsigned order = place_order(TYPE_MEMORY, RANGE_ORDER(frames));

    return (struct offer){
        .place = page + (i << order),
        .what = (RANGE_BASE(frames) + (i << order)) | (rights & MEMORY_DEVICE ? FRAME_DEVICE : 0),
        .type = TYPE_MEMORY,
        .order = order,
        .rights = rights & ~(uint64_t)MEMORY_DEVICE,
    };
}

enum status space_take_memory(struct pd *pd, uint64_t frames, uint64_t page, uint64_t rights, uint32_t *lacking)
{
    const unsigned item_order = RANGE_ORDER(frames);
    struct bill bill = {.account = pd};
    struct standing s;

    if (!is_memory_form(frames, page, rights) || is_kernels(RANGE_BASE(frames), ORDER_PAGES(item_order)))
        return BAD_PAR;
    const unsigned places = 1u << (item_order - place_order(TYPE_MEMORY, item_order));
    for (unsigned i = 0; i < places; i++) {
        const struct offer offer = memory_offer(frames, page, rights, i);
        enum status status = target_check(pd, &offer, NULL, 0, &s);
        if (status != SUCCESS)
            return status;
        bill.cells += !s.derived;
    }
    bill.pages = table_count(s.missing); /* the same for all: a run never crosses a table */
    if (!account_covers(&bill, lacking))
        return NO_QUOTA;
    for (unsigned i = 0; i < places; i++) {
        const struct offer offer = memory_offer(frames, page, rights, i);
        grant_give(pd, &offer);
    }
    return SUCCESS;
}

enum status space_take_ports(struct pd *pd, uint64_t ports, uint32_t *lacking)
{
    const uint64_t base = RANGE_BASE(ports), end = base + ORDER_PAGES(RANGE_ORDER(ports) & 63);
    const struct offer offer = {
        .place = base, .what = base, .type = TYPE_PORTS, .order = RANGE_ORDER(ports), .rights = PORTS_ACCESS,
    };
    struct bill bill = {.account = pd, .pages = bitmap_cost(pd)};
    struct standing s;

    if (!space_range_ok(TYPE_PORTS, ports))
        return BAD_PAR;
    for (unsigned i = 0; i < sizeof kernel_ports / sizeof kernel_ports[0]; i++)
        if (base <= kernel_ports[i].last && kernel_ports[i].first < end)
            return BAD_PAR;
    enum status status = target_check(pd, &offer, NULL, 0, &s);
    if (status != SUCCESS)
        return status;
    bill.cells = !s.derived;
    if (!account_covers(&bill, lacking))
        return NO_QUOTA;
    grant_give(pd, &offer);
    return SUCCESS;
}
