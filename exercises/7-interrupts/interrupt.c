/*
 * Interrupts as semaphores: what arrives from a device is an up, and the next down says that its driver is ready for another one.
 *
 * Between the two the interrupt is masked. A level can be masked at its source: the line stays up, and fires when it is
 * opened. An edge would be lost there, so it is masked here only: it arrives, and is kept.
 */
#include "waiting.h"

#include "cpu.h"
#include "panic.h"
#include "trace.h"
#include "x86/ioapic.h"
#include "x86/lapic.h"
#include "x86/paging.h"
#include "x86/registers.h"
#include "x86/vectors.h"

enum {
    INTERRUPTS = VECTOR_TIMER - VECTOR_DEVICES,
    CPUID_FEATURES = 1,
    CPUID_1_EBX_APIC_SHIFT = 24,
    MESSAGE_ADDRESS = 0xfee00000, /* SDM vol. 3A §11.11: where a device writes its message, and for which CPU */
    MESSAGE_CPU_SHIFT = 12,
};

/* One for each vector. A line has the vector of its number, messages take what is no line's, from the top. */
struct interrupt {
    struct sm *sm;     /* NULL: free */
    uint32_t line;     /* IOAPIC_NO_LINE: by message */
    bool is_level;
    bool is_masked;    /* nobody is ready for it */
    bool has_come;     /* while it was masked; edges and messages only */
};

static struct interrupt interrupts[INTERRUPTS];
static uint32_t apic_of[CPU_MAX];

void interrupt_init(void)
{
    ioapic_init();
    apic_of[this_cpu()->id] = cpuid(CPUID_FEATURES, 0).ebx >> CPUID_1_EBX_APIC_SHIFT;
}

/* ---- Arriving and going on ------------------------------------------------------------------------------------------ */

void interrupt_arrived(unsigned vector)
{
    /* Answer 7.4 (place 1 of 2) goes here: interrupts as semaphores */
    not_implemented("7.4 interrupts as semaphores");
}

void interrupt_unmask(struct interrupt *i)
{
    /* Answer 7.4 (place 2 of 2) goes here: interrupts as semaphores */
    not_implemented("7.4 interrupts as semaphores");
}

/* ---- Binding -------------------------------------------------------------------------------------------------------- */

void interrupt_release(struct interrupt *i)
{
    if (i->line != IOAPIC_NO_LINE)
        ioapic_mask(i->line);
    i->sm->interrupt = NULL;
    *i = (struct interrupt){0};
}

static struct interrupt *free_for_message(void)
{
    for (unsigned i = INTERRUPTS; i-- > 0;)
        if (!interrupts[i].sm && !ioapic_has(i))
            return &interrupts[i];
    return NULL;
}

static void bind(struct interrupt *i, struct sm *sm, uint32_t line, bool is_level)
{
    *i = (struct interrupt){.sm = sm, .line = line, .is_level = is_level, .is_masked = true};
    sm->interrupt = i;
}

static inline enum status bind_message(struct sm *sm, uint32_t cpu, uint64_t *value)
{
    struct interrupt *i = free_for_message();

    if (!i)
        return TOO_MANY;
    bind(i, sm, IOAPIC_NO_LINE, false);
    *value = PAIR(i - interrupts + VECTOR_DEVICES, MESSAGE_ADDRESS | apic_of[cpu] << MESSAGE_CPU_SHIFT);
    return SUCCESS;
}

static inline void bind_line(struct sm *sm, uint32_t line, uint32_t cpu, struct ioapic_wiring wiring)
{
    struct interrupt *i = &interrupts[line];

    bind(i, sm, line, wiring.is_level);
    ioapic_route(line, VECTOR_DEVICES + line, apic_of[cpu], wiring);
    if (!wiring.is_level)
        ioapic_unmask(line);
}

enum status interrupt_bind(struct sm *sm, uint64_t what, uint64_t *value)
{
    /* Answer 7.5 goes here: binding */
    not_implemented("7.5 binding");
}
