/*
 * Interrupts and exceptions in ring 0, one for every vector.
 *
 * They are made by hand: the words that the processor would push, then a jump to where the vector's gate leads. An int
 * instruction would not do, because it pushes no error code.
 */
#include <stdbool.h>

#include "contract/1-entry.h"
#include "private.h"

#define ERROR_CODE 0x5a5a

/* ring0.asm: returns the set of registers that changed. */
uint64_t ring0_strike(uint64_t gate, uint64_t has_error, uint64_t error);
void ring0_behind(void);

static struct {
    bool expected;
    uint64_t vector, error;
    uint64_t trouble;
} strike;

bool ring0_expects(const struct frame *frame)
{
    bool shifted = frame->error == (uint64_t)ring0_behind || frame->cs == (uint64_t)ring0_behind;

    if (!strike.expected || (frame->rip != (uint64_t)ring0_behind && !shifted))
        return false;
    strike.expected = false;
    if (frame->vector != strike.vector)
        strike.trouble |= RING0_VECTOR;
    if (frame->error != strike.error || shifted)
        strike.trouble |= RING0_ERROR;
    return true;
}

static uint64_t gate_target(unsigned vector)
{
    struct table_register idtr;
    __asm__("sidt %0" : "=m"(idtr));
    const struct gate *g = (const struct gate *)idtr.base + vector;
    return g->offset_low | (uint64_t)g->offset_middle << 16 | (uint64_t)g->offset_high << 32;
}

static uint64_t strike_with(unsigned vector)
{
    bool has_error = vector < VECTOR_EXCEPTIONS && VECTOR_ERROR_CODES >> vector & 1;

    strike.expected = true;
    strike.vector = vector;
    strike.error = has_error ? ERROR_CODE : 0;
    strike.trouble = 0;
    uint64_t changed = ring0_strike(gate_target(vector), has_error, ERROR_CODE);
    uint64_t trouble = strike.trouble | changed * RING0_REGISTERS;
    return trouble ? trouble | vector : 0;
}

uint64_t ring0_sweep(void)
{
    for (unsigned vector = 0; vector < VECTOR_COUNT; vector++) {
        if (vector == VECTOR_NMI || vector == VECTOR_DOUBLE_FAULT || vector == VECTOR_MACHINE_CHECK)
            continue;
        uint64_t trouble = strike_with(vector);
        if (trouble)
            return trouble;
    }
    return 0;
}
