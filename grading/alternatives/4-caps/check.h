/* The checker of a debug build: what does not fit stops the kernel. */
#pragma once

#include "panic.h"

#define CHECK(condition, what, of)                           \
    do {                                                     \
        if (!(condition))                                    \
            panic("caps: " what " (%p)", (const void *)(of)); \
    } while (0)

/* check_grants.c */
void check_grants(void);
