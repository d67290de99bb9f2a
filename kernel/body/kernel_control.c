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

static noreturn void take_memory(struct ec *self, uint64_t frames, uint64_t page, uint64_t rights)
{
    uint32_t lacking = 0;
    enum status status = space_take_memory(self->ipc.pd, frames, page, rights, &lacking);

    finish(self, status, status == NO_QUOTA ? REFUSAL(lacking, ACCOUNT_CALLER, NO_ITEM, NO_QUOTA) : 0);
}

static noreturn void take_ports(struct ec *self, uint64_t ports)
{
    uint32_t lacking = 0;
    enum status status = space_take_ports(self->ipc.pd, ports, &lacking);

    finish(self, status, status == NO_QUOTA ? REFUSAL(lacking, ACCOUNT_CALLER, NO_ITEM, NO_QUOTA) : 0);
}

static noreturn void bind_interrupt(struct ec *self, uint64_t selector, uint64_t what)
{
    uint64_t value = 0;
    struct sm *sm = lookup_sm(self, selector, SM_RIGHT_ASSIGN);

    if (!sm)
        finish(self, BAD_CAP, 0);
    enum status status = interrupt_bind(sm, what, &value);
    finish(self, status, status == SUCCESS ? value : 0);
}

#ifdef CAIRN_CHECK
void check_threads(void);
void check_caps(void);
void check_ipc(void);
void check_spaces(void);

/*
 * What the stages say is always true; they panic where it is not. Capabilities are only in order when no removal and no end has
 * begun: a program that knows that asks for counter 0.
 */
static void check_all(uint64_t number)
{
    check_threads();
    check_ipc();
    check_spaces();
    if (number == COUNT_EXCEPTIONS)
        check_caps();
}
#else
static void check_all(uint64_t number)
{
}
#endif

/* In a kernel built with CHECK, the place where programs have its structures looked at: in the middle of all they are doing. */
static noreturn void tell_counter(struct ec *self, uint64_t number)
{
    check_all(number);
    finish(self, SUCCESS, this_cpu()->count[number]);
}

static noreturn void stop(uint64_t how)
{
    if (how == STOP_RESET) {
        outb(PORT_RESET, RESET_HARD);
        outb(PORT_RESET, RESET_HARD | RESET_NOW);
    }
    halt_forever();
}

static bool is_kernel_form(uint64_t operation, uint64_t a3, uint64_t a4)
{
    switch (operation) {
    case KERNEL_INTERRUPT:
        return interrupt_form_ok(a4);
    case KERNEL_COUNTER:
        return a3 < COUNTERS;
    case KERNEL_STOP:
        return a3 < STOPS;
    default:
        return true; /* memory and ports: their stage looks */
    }
}

static const uint32_t right_for[] = {
    [KERNEL_MEMORY] = KERNEL_RIGHT_MEMORY,       [KERNEL_PORTS] = KERNEL_RIGHT_PORTS,
    [KERNEL_INTERRUPT] = KERNEL_RIGHT_INTERRUPT, [KERNEL_COUNTER] = KERNEL_RIGHT_COUNTER,
    [KERNEL_STOP] = KERNEL_RIGHT_STOP,
};

/* a1 kernel object; a2 operation; a3 to a5 as it says */
HANDLER(sys_kernel_control)
{
    trace_entry(CALL_KERNEL_CONTROL);
    if (a2 > KERNEL_STOP)
        finish(self, BAD_CALL, 0);
    if (!lookup_kernel(self, a1, right_for[a2]))
        finish(self, BAD_CAP, 0);
    if (!is_kernel_form(a2, a3, a4))
        finish(self, BAD_PAR, 0);

    switch (a2) {
    case KERNEL_MEMORY:
        take_memory(self, a3, a4, a5);
    case KERNEL_PORTS:
        take_ports(self, a3);
    case KERNEL_INTERRUPT:
        bind_interrupt(self, a3, a4);
    case KERNEL_COUNTER:
        tell_counter(self, a3);
    default:
        stop(a3);
    }
}
