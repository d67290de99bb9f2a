/*
 * The state of one delivery. It lives on the kernel's stack, and is gone with it.
 */
#pragma once

#include "ipc.h"

struct window {
    uint64_t base, count; /* count 0: closed */
};

enum { OBJECTS, MEMORY, PORTS, WINDOWS };

_Static_assert(TYPE_MEMORY == TYPE_OBJECT + MEMORY && TYPE_PORTS == TYPE_OBJECT + PORTS, "windows in the order of their types");

struct delivery {
    struct ec *from, *to;
    unsigned count; /* of items */
    struct window window[WINDOWS];
    uint32_t admitted, records; /* by the receiver; used so far */
    struct transfer item[ITEM_COUNT];
};
