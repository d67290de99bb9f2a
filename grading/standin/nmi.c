/*
 * Non-maskable interrupts, when a test wants them: the kernel itself has no use for any.
 */
#include "private.h"

#include "contract/1-entry.h"
#include "x86/lapic.h"
#include "x86/paging.h"

/* Registers of the local APIC (SDM vol. 3A table 10-1), mapped by lapic_init. */
enum {
    LAPIC_COMMAND_LOW = 0x300,
    LAPIC_TIMER = 0x320,
    COMMAND_SELF = 0x40000,
    COMMAND_ASSERT = 0x4000,
    DELIVER_NMI = 0x400, /* in both */
};

static uint32_t nmi_count;

static volatile uint32_t *lapic_register(unsigned offset)
{
    return (volatile uint32_t *)(DEVICE_AREA + offset);
}

void nmi_arrived(void)
{
    nmi_count++;
    *lapic_register(LAPIC_TIMER) = VECTOR_TIMER;
}

uint32_t nmi_after(uint32_t ticks)
{
    *lapic_register(LAPIC_TIMER) = DELIVER_NMI;
    lapic_timer_arm(ticks);
    return nmi_count;
}

uint32_t nmi_now(void)
{
    uint32_t before = nmi_count;

    *lapic_register(LAPIC_COMMAND_LOW) = COMMAND_SELF | COMMAND_ASSERT | DELIVER_NMI;
    while (*(volatile uint32_t *)&nmi_count == before)
        __builtin_ia32_pause();
    return nmi_count;
}
