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

/* Answer 1.2 (place 1 of 2) goes here: interrupt gates */

static void gate_fill(struct gate *gate, unsigned vector)
{
    /* Answer 1.2 (place 2 of 2) goes here: interrupt gates */
    not_implemented("1.2 interrupt gates");
}

void gates_load(void)
{
    struct table_register idtr = {sizeof idt - 1, (uint64_t)idt};

    for (unsigned vector = 0; vector < VECTOR_COUNT; vector++)
        gate_fill(&idt[vector], vector);
    __asm__ volatile("lidt %0" : : "m"(idtr));
}
