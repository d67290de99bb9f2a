/*
 * See standin.h. The whole of it is meant to be read in five minutes: it is what a student's stage 1 is tried with.
 */
#include "standin.h"

#include "body.h"
#include "contract/1-entry.h"
#include "info.h"
#include "panic.h"
#include "private.h"
#include "string.h"
#include "trace.h"
#include "x86/lapic.h"
#include "x86/paging.h"

struct standin_ec {
    struct ec ec;
    uint64_t space; /* its root page table */
    bool exists;
    bool in_syscall; /* left by SWITCH: goes on behind its call */
    uint64_t handler;
    struct frame trapped; /* the frame at its last exception */
    uint64_t address;
};

struct standin_ec standin_ecs[STANDIN_ECS]; /* the grader finds them by name */

static struct standin_run run;
static uint32_t timer_next;
static uint64_t timer_ticks;
static struct standin_ec *idle_caller;

static struct standin_ec *current(void)
{
    return (struct standin_ec *)this_cpu()->current;
}

static struct standin_ec *other(void)
{
    struct standin_ec *o = &standin_ecs[current() == &standin_ecs[0]];
    return o->exists ? o : current();
}

static noreturn void leave_to(struct standin_ec *e)
{
    if (e != current()) {
        trace(TRACE_SWITCH, &e->ec, 0, 0, 0);
        write_cr3(e->space);
        entry_activate(&e->ec);
    }
    if (e->in_syscall) {
        e->in_syscall = false;
        trace(TRACE_EXIT, NULL, e->ec.state.frame.rdx, 0, 0);
        exit_sysret(&e->ec);
    }
    trace(TRACE_RESUME, NULL, e->ec.state.frame.rip, 0, 0);
    exit_iret(&e->ec);
}

static noreturn void return_value(struct ec *self, uint64_t rax, uint64_t rdx)
{
    self->state.frame.rax = rax;
    self->state.frame.rdx = rdx;
    trace(TRACE_EXIT, NULL, rdx, 0, rax);
    exit_sysret(self);
}

/* ---- Interrupts and exceptions ---- */

static void timer_rearm(void)
{
    if (timer_next < run.timer_count)
        lapic_timer_arm(run.timer[timer_next++]);
}

noreturn void standin_timer(struct ec *self)
{
    trace(TRACE_TIMER, NULL, 0, 0, 0);
    timer_ticks++;
    timer_rearm();
    leave_to(run.alternate ? other() : (struct standin_ec *)self);
}

noreturn void standin_wake(void)
{
    struct standin_ec *e = idle_caller;
    idle_caller = NULL;
    timer_ticks++;
    if (!e)
        panic("a timer interrupt struck the kernel outside the idle loop");
    trace(TRACE_BUSY, NULL, 0, 0, VECTOR_TIMER);
    return_value(&e->ec, 0, timer_ticks);
}

noreturn void standin_exception(struct ec *self, uint64_t address)
{
    struct standin_ec *e = (struct standin_ec *)self;

    if (!e->handler)
        panic_frame(&self->state.frame, "a program raised an exception, and has no handler for it");
    e->trapped = self->state.frame;
    e->address = address;
    self->state.frame.rip = e->handler;
    trace(TRACE_RESUME, NULL, e->handler, 0, 0);
    exit_iret(self);
}

/* ---- Calls ---- */

static noreturn void idle(struct ec *self)
{
    idle_caller = (struct standin_ec *)self;
    trace(TRACE_IDLE, NULL, 0, 0, 0);
    for (;;) /* sti holds interrupts back for one more instruction, so none can come between it and hlt */
        __asm__ volatile("sti; hlt; cli");
}

/* What a recursion without end does: takes the stack page by page, until the guard page below it is hit. */
static noreturn void overflow(void)
{
    for (;;)
        __asm__ volatile("push $0" : : : "memory");
}

static noreturn void leave_by_frame(struct ec *self, uint64_t index, bool sysret)
{
    memcpy(&self->state.frame, run.frame[index % STANDIN_FRAMES], sizeof self->state.frame);
    if (sysret)
        exit_sysret(self);
    exit_iret(self);
}

static noreturn void control(struct ec *self, uint64_t operation, uint64_t argument)
{
    struct standin_ec *e = (struct standin_ec *)self;
    uint64_t result = 0;

    switch (operation) {
    case STANDIN_HANDLER:
        e->handler = argument;
        break;
    case STANDIN_FIELD:
        result = argument < STANDIN_WORDS ? ((uint64_t *)&e->trapped)[argument] : e->address;
        break;
    case STANDIN_RESUME:
        self->state.frame = e->trapped;
        if (argument)
            self->state.frame.rip = argument;
        exit_iret(self);
    case STANDIN_TIMER:
        if (argument)
            lapic_timer_arm(argument);
        else
            timer_rearm();
        break;
    case STANDIN_TICKS:
        result = timer_ticks;
        break;
    case STANDIN_SWITCH:
        self->state.frame.rax = self->state.frame.rdx = 0;
        e->in_syscall = true;
        leave_to(other());
    case STANDIN_IDLE:
        idle(self);
    case STANDIN_FRAME:
    case STANDIN_SYSRET:
        leave_by_frame(self, argument, operation == STANDIN_SYSRET);
    case STANDIN_NMI:
        result = argument ? nmi_after(argument) : nmi_now();
        break;
    case STANDIN_OVERFLOW:
        overflow();
    case STANDIN_RING0:
        result = ring0_sweep();
        break;
    }
    return_value(self, 0, result);
}

static noreturn void answer(struct ec *self, uint64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
    trace(TRACE_ENTRY, NULL, a1, a2, number);
    uint64_t h = standin_answer(run.key, number, a1, a2, a3, a4, a5);
    return_value(self, h, standin_mix(h, 0));
}

noreturn void syscall_unknown(struct ec *self)
{
    return_value(self, STANDIN_UNKNOWN, 0);
}

#define CALL(n)                                                                                                        \
    static noreturn void call_##n(struct ec *self, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)    \
    {                                                                                                                  \
        answer(self, n, a1, a2, a3, a4, a5);                                                                           \
    }
CALL(0) CALL(1) CALL(2) CALL(3) CALL(4) CALL(5) CALL(6) CALL(7) CALL(8) CALL(9) CALL(10) CALL(11) CALL(12) CALL(13) CALL(14)

static noreturn void call_control(struct ec *self, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
    (void)a3, (void)a4, (void)a5;
    trace(TRACE_ENTRY, NULL, a1, a2, STANDIN_CONTROL);
    control(self, a1, a2);
}

syscall_handler *const syscall_table[SYSCALL_COUNT] = {
    call_0, call_1, call_2, call_3, call_4, call_5, call_6, call_7, call_8, call_9, call_10, call_11, call_12, call_13, call_14,
    call_control,
};

/* ---- Start ---- */

static void make_ec(struct standin_ec *e, const struct boot_info *boot, unsigned index)
{
    const struct info_module *m = &boot->module[index];
    const void *image = phys_to_virt(m->base);
    struct elf_plan plan;
    const char *error = elf_check(image, m->size, INFO_ADDRESS, &plan);
    if (error && plan.header >= 0)
        panic("module %u (%s): program header %d: %s", index, m->cmdline, plan.header, error);
    if (error)
        panic("module %u (%s): %s", index, m->cmdline, error);

    uint64_t page = phys_alloc();
    e->space = paging_new_space();
    if (!page || !e->space || !elf_load(e->space, image, &plan) ||
        !paging_map(e->space, INFO_ADDRESS, page, PAGING_USER))
        panic("module %u (%s): not enough memory to load it", index, m->cmdline);
    info_fill(phys_to_virt(page), boot);
    e->ec.state.frame.rip = plan.entry;
    e->ec.state.frame.rdi = INFO_ADDRESS;
    e->exists = true;
}

noreturn void body_start(const struct boot_info *boot)
{
    unsigned programs = boot->module_count;
    const struct info_module *last = &boot->module[programs - 1];

    if (!programs)
        panic("no boot module: the first one must be the root task");
    if (!memcmp(last->cmdline, "run", 4) && last->size >= sizeof run) {
        memcpy(&run, phys_to_virt(last->base), sizeof run);
        programs--;
    }
    for (unsigned i = 0; i < programs && i < STANDIN_ECS; i++)
        make_ec(&standin_ecs[i], boot, i);
    write_cr3(standin_ecs[0].space);
    entry_activate(&standin_ecs[0].ec);
    if (run.start != STANDIN_START_ENTRY)
        leave_by_frame(&standin_ecs[0].ec, 0, run.start == STANDIN_START_SYSRET);
    exit_iret(&standin_ecs[0].ec);
}
