/* The program's own GS base (FSGSBASE). A system call clears it.
 */
#pragma once

#include <stdint.h>

static inline uint64_t gs_base(void)
{
    uint64_t base;
    __asm__ volatile("rdgsbase %0" : "=r"(base));
    return base;
}

static inline void set_gs_base(uint64_t base)
{
    __asm__ volatile("wrgsbase %0" : : "r"(base));
}
