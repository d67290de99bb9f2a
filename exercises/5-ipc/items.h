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
    uint64_t objects, memory, ports; /* the windows, as they stood in the receiver's UTCB; two of them pairs of base and count */
    uint32_t admitted, records; /* by the receiver's window; used so far */
    unsigned first_short;       /* the first item for which the receiver's account is too small, or ITEM_COUNT */
    struct bill bill;
    struct transfer *item;
};
