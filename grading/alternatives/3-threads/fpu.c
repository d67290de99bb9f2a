/*
 * The FPU's registers: x87, MMX and SSE, saved and loaded as one area of 512 bytes (SDM vol. 1 §10.5).
 *
 * Most ECs never use them, so the first use is found out: until then the EC runs with CR0.TS set, and its first such
 * instruction raises #NM (SDM vol. 3A §2.5). From then on its values go in and out with it, at once and not only when somebody
 * else uses the FPU: values that are left behind a set TS have been read by speculation (CVE-2018-3665).
 *
 * Invariant, when ring 3 runs: either the current EC is fpu_owner, its values are in the registers and TS is clear; or fpu_owner
 * is NULL, the registers are in their initial state and TS is set.
 */
#include "sched.h"
#include "trace.h"
#include "x86/registers.h"

struct fpu_area {
    uint16_t control;
    uint8_t x87[22];
    uint32_t mxcsr;
    uint8_t rest[484];
} __attribute__((aligned(16)));

_Static_assert(sizeof(struct fpu_area) == 512, "SDM vol. 1 table 10-2");

/* As after reset: all exceptions masked, 64 bits of precision (SDM vol. 1 §8.1.5, §10.2.3). */
static const struct fpu_area initial = { .control = 0x37f, .mxcsr = 0x1f80 };

static void keep(struct ec *owner)
{
    if (owner)
        __asm__ volatile("fxsave64 %0" : "=m"(*(struct fpu_area *)owner->run.fpu));
}

/* fxrstor leaves the last x87 instruction's and operand's addresses alone on AMD (APM vol. 2 §11.4.4.3); fninit clears them. */
static void load(const struct fpu_area *area)
{
    __asm__ volatile("fninit; fxrstor64 %0" : : "m"(*area));
}

/* The registers, which are switched on, become next's, or nobody's. */
static void give(struct cpu *cpu, struct ec *next)
{
    cpu->run.fpu_owner = next;
    load(next ? next->run.fpu : &initial);
    if (!next)
        write_cr0(read_cr0() | CR0_TS);
}

static void switch_on(void)
{
    __asm__ volatile("clts");
}

void fpu_init(void)
{
    switch_on();
    give(this_cpu(), NULL);
}

void fpu_switch(struct cpu *cpu, struct ec *ec)
{
    struct ec *owner = cpu->run.fpu_owner, *next = ec->run.fpu_used ? ec : NULL;

    if (next == owner)
        return;
    switch_on();
    keep(owner);
    give(cpu, next);
}

void fpu_forget(struct cpu *cpu, struct ec *ec)
{
    if (cpu->run.fpu_owner == ec)
        give(cpu, NULL);
}

/* Its first FPU instruction: nobody's values are in the registers, and what is there is the initial state that it may expect. */
void fpu_trap(struct ec *self)
{
    if (!self->run.fpu || self->run.fpu_used)
        return;
    self->run.fpu_used = 1;
    this_cpu()->run.fpu_owner = self;
    switch_on();
    trace(TRACE_RESUME, NULL, self->state.frame.rip, 0, 0);
    ec_leave_trap(self);
}
