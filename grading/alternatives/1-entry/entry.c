/*
 * The start of stage 1, and whose turn it is.
 */
#include "entry.h"

void entry_init(struct cpu *cpu)
{
    segments_load(cpu);
    gates_load();
    syscall_enable();
}

void entry_activate(struct ec *ec)
{
    struct cpu *cpu = this_cpu();

    cpu->current = ec;
    cpu->tss->rsp0 = (uint64_t)ec + offsetof(struct ec, state.frame) + sizeof(struct frame);
}
