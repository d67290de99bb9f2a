#include "suite/slow.h"

volatile uint64_t serving, served;

static uint64_t serve_slowly(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    serving++;
    sm_down(201, in_us(500000));
    served++;
    return 0;
}

struct portal slow = { serve_slowly };

uint64_t call_once(uint64_t portal, uint64_t descriptor, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    return portal_call(portal, descriptor).rax;
}
