#include "lapic.h"

#include <stdbool.h>

#include "contract/2-boot.h"
#include "frames.h"
#include "panic.h"
#include "registers.h"
#include "vectors.h"

enum {
    LAPIC_EOI = 0x0b0,
    LAPIC_SPURIOUS = 0x0f0,
    LAPIC_TIMER = 0x320,
    LAPIC_LINT0 = 0x350,
    LAPIC_TIMER_INITIAL = 0x380,
    LAPIC_TIMER_CURRENT = 0x390,
    LAPIC_TIMER_DIVIDE = 0x3e0,

    SPURIOUS_ENABLE = 0x100,
    LVT_MASKED = 0x10000,
    DIVIDE_BY_1 = 0x0b,

    APIC_BASE_ENABLE = 0x800,

    PIC1_DATA = 0x21,
    PIC2_DATA = 0xa1,
    PIT_CHANNEL2 = 0x42,
    PIT_COMMAND = 0x43,
    PIT_MODE0_CHANNEL2 = 0xb0, /* count down once, low byte first */
    PIT_GATE = 0x61,           /* bit 0 runs channel 2, bit 1 the speaker, bit 5 shows the output */
    PIT_GATE_RUN = 0x01,
    PIT_GATE_SPEAKER = 0x02,
    PIT_GATE_OUTPUT = 0x20,
    PIT_HZ = 1193182,
    CALIBRATION_PER_SECOND = 100,
};

uint64_t lapic_timer_hz, lapic_tsc_hz;

static volatile uint32_t *lapic_register(unsigned offset)
{
    return (volatile uint32_t *)(DEVICE_AREA + offset);
}

void lapic_init(void)
{
    static bool mapped;
    uint64_t base = rdmsr(MSR_APIC_BASE);
    if (!mapped && !paging_map(kernel_space, DEVICE_AREA, base & PTE_ADDRESS, PAGING_WRITE | PAGING_DEVICE))
        panic("no memory to map the local APIC");
    mapped = true;
    frames_exclude(base & PTE_ADDRESS, PAGE_SIZE);

    outb(PIC1_DATA, 0xff);
    outb(PIC2_DATA, 0xff);
    wrmsr(MSR_APIC_BASE, base | APIC_BASE_ENABLE);
    *lapic_register(LAPIC_SPURIOUS) = SPURIOUS_ENABLE | VECTOR_SPURIOUS;
    *lapic_register(LAPIC_LINT0) = LVT_MASKED;
    *lapic_register(LAPIC_TIMER) = VECTOR_TIMER;
    *lapic_register(LAPIC_TIMER_DIVIDE) = DIVIDE_BY_1;
    lapic_timer_arm(0);
}

void lapic_eoi(void)
{
    *lapic_register(LAPIC_EOI) = 0;
}

void lapic_timer_arm(uint32_t ticks)
{
    *lapic_register(LAPIC_TIMER_INITIAL) = ticks;
}

/* Against the PIT, for 10 ms. */
static void measure(uint64_t *timer, uint64_t *tsc)
{
    uint16_t count = PIT_HZ / CALIBRATION_PER_SECOND;
    uint8_t gate = inb(PIT_GATE) & ~(PIT_GATE_SPEAKER | PIT_GATE_RUN);

    outb(PIT_GATE, gate);
    outb(PIT_COMMAND, PIT_MODE0_CHANNEL2);
    outb(PIT_CHANNEL2, count & 0xff);
    outb(PIT_CHANNEL2, count >> 8);
    outb(PIT_GATE, gate | PIT_GATE_RUN);
    lapic_timer_arm(UINT32_MAX); /* 4 s at 1 GHz: does not fire within the 10 ms */
    uint64_t start = read_tsc();
    while (!(inb(PIT_GATE) & PIT_GATE_OUTPUT))
        __builtin_ia32_pause();
    *timer = (uint64_t)(UINT32_MAX - *lapic_register(LAPIC_TIMER_CURRENT)) * CALIBRATION_PER_SECOND;
    *tsc = (read_tsc() - start) * CALIBRATION_PER_SECOND;
    lapic_timer_arm(0);
    outb(PIT_GATE, gate);
}

void lapic_frequencies(uint64_t timer, uint64_t tsc)
{
    if (!timer || !tsc)
        measure(&lapic_timer_hz, &lapic_tsc_hz);
    lapic_timer_hz = timer ? timer : lapic_timer_hz;
    lapic_tsc_hz = tsc ? tsc : lapic_tsc_hz;
}
