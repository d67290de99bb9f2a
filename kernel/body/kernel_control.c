/*
 * What only the holder of the kernel object may do: §7.13 of kernel/ABI.md.
 */
#include "calls.h"
#include "panic.h"
#include "x86/registers.h"

enum stop { STOP_HALT, STOP_RESET, STOPS };

enum {
    PORT_RESET = 0xcf9, /* the chipset's reset register (Intel PCH data sheets, RST_CNT) */
    RESET_HARD = 0x02,
    RESET_NOW = 0x04,
};

static const uint32_t right_for[] = {
    [KERNEL_MEMORY] = KERNEL_RIGHT_MEMORY,       [KERNEL_PORTS] = KERNEL_RIGHT_PORTS,
    [KERNEL_INTERRUPT] = KERNEL_RIGHT_INTERRUPT, [KERNEL_COUNTER] = KERNEL_RIGHT_COUNTER,
    [KERNEL_STOP] = KERNEL_RIGHT_STOP,
};

static enum status bind_interrupt(struct ec *self, uint64_t selector, uint64_t what, uint64_t *value)
{
    refuse_if(self, !interrupt_form_ok(what), BAD_PAR);
    return interrupt_bind(lookup_sm(self, selector, SM_RIGHT_ASSIGN), what, value);
}

static noreturn void tell_counter(struct ec *self, uint64_t number)
{
    refuse_if(self, number >= COUNTERS, BAD_PAR);
    if (check_structures)
        check_structures(number);
    finish(self, SUCCESS, this_cpu()->count[number]);
}

static noreturn void stop(struct ec *self, uint64_t how)
{
    refuse_if(self, how >= STOPS, BAD_PAR);
    if (how == STOP_RESET) {
        outb(PORT_RESET, RESET_HARD);
        outb(PORT_RESET, RESET_HARD | RESET_NOW);
    }
    halt_forever();
}

/* a1 kernel object; a2 operation; a3 to a5 as it says */
HANDLER(sys_kernel_control)
{
    enum status status;
    uint32_t lacking = 0;
    uint64_t value = 0;

    trace_entry(CALL_KERNEL_CONTROL);
    refuse_if(self, a2 > KERNEL_STOP, BAD_CALL);
    lookup(self, a1, TYPE_KERNEL, right_for[a2]);

    switch (a2) {
    case KERNEL_MEMORY:
        status = space_take_memory(self->ipc.pd, a3, a4, a5, &lacking);
        break;
    case KERNEL_PORTS:
        status = space_take_ports(self->ipc.pd, a3, &lacking);
        break;
    case KERNEL_INTERRUPT:
        status = bind_interrupt(self, a3, a4, &value);
        break;
    case KERNEL_COUNTER:
        tell_counter(self, a3);
    default:
        stop(self, a3);
    }
    if (status == NO_QUOTA)
        value = REFUSAL(lacking, ACCOUNT_CALLER, NO_ITEM, NO_QUOTA);
    finish(self, status, value);
}
