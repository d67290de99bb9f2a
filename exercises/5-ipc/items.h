/*
 * The state of one delivery. It lives on the kernel's stack, and is gone with it.
 */
#pragma once

#include "ipc.h"

struct window {
    uint64_t base, count; /* count 0: closed */
};

struct delivery {
    struct ec *from, *to;
    struct window objects, memory, ports;
    uint32_t admitted, records; /* by the receiver's window; used so far */
    struct bill bill[ITEM_COUNT]; /* of all items up to each */
    struct transfer item[ITEM_COUNT];
};
