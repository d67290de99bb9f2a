/*
 * The interrupt descriptor table: one gate for every vector (SDM vol. 3A §6.10, §6.14).
 *
 * Every gate is an interrupt gate, which switches interrupts off on the way in; a trap gate would let a second interrupt
 * strike before the first has changed stacks.
 */
#include <stdbool.h>

#include "entry.h"
#include "panic.h"

static struct gate idt[VECTOR_COUNT] __attribute__((aligned(16)));

//! answer 1.2 begin
/* Which interrupt stack a vector uses; 0: the current EC's frame, or from ring 0 the stack in use. */ //! skeleton: nothing
static const uint8_t ist_of[VECTOR_COUNT] = {
    [VECTOR_DOUBLE_FAULT] = IST_DOUBLE_FAULT,
    [VECTOR_NMI] = IST_NMI,
    [VECTOR_MACHINE_CHECK] = IST_MACHINE_CHECK,
};
//! answer 1.2 end

static void gate_fill(struct gate *gate, unsigned vector)
{
    //! answer 1.2 begin
    uint64_t target = trap_stubs[vector]; //! skeleton: not_implemented("1.2 interrupt gates");
    bool for_user = vector == VECTOR_BREAKPOINT || vector == VECTOR_OVERFLOW;

    gate->offset_low = target & 0xffff;
    gate->offset_middle = target >> 16 & 0xffff;
    gate->offset_high = target >> 32;
    gate->selector = SEL_KERNEL_CODE;
    gate->ist = ist_of[vector];
    gate->type = GATE_INTERRUPT | (for_user ? GATE_USER : 0);
    gate->reserved = 0;
    //! answer 1.2 end
}

void gates_load(void)
{
    struct table_register idtr = {sizeof idt - 1, (uint64_t)idt};

    for (unsigned vector = 0; vector < VECTOR_COUNT; vector++)
        gate_fill(&idt[vector], vector);
    __asm__ volatile("lidt %0" : : "m"(idtr));
}
