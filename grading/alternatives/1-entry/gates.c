/*
 * The interrupt descriptor table: first 256 gates alike, then the five that differ.
 *
 * A gate is put together as two numbers of 64 bits: the pieces of the address have their places in the first one by two shifts.
 */
#include "entry.h"

static struct {
    uint64_t low, high;
} idt[VECTOR_COUNT] __attribute__((aligned(16)));

_Static_assert(sizeof idt == VECTOR_COUNT * sizeof(struct gate), "SDM vol. 3A figure 6-8");

enum { IST_SHIFT = 32, TYPE_SHIFT = 40 };

static void gate_make(unsigned vector, uint64_t target)
{
    idt[vector].low = (target & 0xffff) | (uint64_t)SEL_KERNEL_CODE << 16 | (uint64_t)GATE_INTERRUPT << TYPE_SHIFT |
                      (target & 0xffff0000) << 32;
    idt[vector].high = target >> 32;
}

static void gate_open(unsigned vector)
{
    idt[vector].low |= (uint64_t)GATE_USER << TYPE_SHIFT;
}

static void gate_stack(unsigned vector, unsigned ist)
{
    idt[vector].low |= (uint64_t)ist << IST_SHIFT;
}

void gates_load(void)
{
    struct table_register idtr = { sizeof idt - 1, (uint64_t)idt };

    for (unsigned vector = 0; vector < VECTOR_COUNT; vector++)
        gate_make(vector, (uint64_t)trap_slots[vector]);
    gate_open(VECTOR_BREAKPOINT);
    gate_open(VECTOR_OVERFLOW);
    gate_stack(VECTOR_DOUBLE_FAULT, IST_DOUBLE_FAULT);
    gate_stack(VECTOR_NMI, IST_NMI);
    gate_stack(VECTOR_MACHINE_CHECK, IST_MACHINE_CHECK);
    __asm__ volatile("lidt %0" : : "m"(idtr));
}
