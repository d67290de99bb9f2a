#include "suite/interrupt.h"

result bind(uint64_t sm, uint64_t what)
{
    return syscall(CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_INTERRUPT, sm, what, ANY);
}

uint64_t interrupts(void)
{
    return kernel_counter(SEL_KERNEL, 1).rdx;
}

void check_interrupts(uint64_t before, uint64_t count)
{
    const uint64_t come = interrupts() - before;

    CHECK(come >= count);
    CHECK_AT_MOST(come, count + 1);
}

void spin_us(uint64_t us)
{
    for (const uint64_t end = in_us(us); ticks() < end;)
        ;
}

void check_quiet(uint64_t sm)
{
    CHECK_RESULT(sm_down(sm, in_us(300)), TIMEOUT, 0);
}

void check_comes(uint64_t sm)
{
    CHECK_RESULT(sm_down(sm, in_us(1000)), SUCCESS, 1);
}

volatile uint64_t handled;

uint64_t handle(uint64_t sm, uint64_t rounds, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    for (; handled < rounds; handled++)
        if (sm_down(sm, 0).rax != SUCCESS)
            return 1;
    return 0;
}
