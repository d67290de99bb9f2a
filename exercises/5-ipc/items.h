/*
 * The state of one delivery. It lives on the kernel's stack, and is gone with it.
 */
#pragma once

#include "ipc.h"

struct window {
    uint64_t base, count; /* count 0: closed */
};

/* One item on its way. */
struct arrival {
    uint64_t range, how; /* as the sender wrote them, read once */
    uint32_t index;      /* of its transfer, for delegations */
    uint32_t place;      /* the receiver's number, for translations; 0: none */
    struct bill bill;    /* of all items up to this one */
};

struct delivery {
    struct ec *from, *to;
    struct window objects, memory, ports;
    uint32_t admitted, records; /* by the receiver's window; used so far */
    struct bill bill;
    unsigned object_count, area_count;
    struct transfer object[ITEM_COUNT];
    struct space_transfer area[ITEM_COUNT];
    struct arrival arrival[ITEM_COUNT];
};
