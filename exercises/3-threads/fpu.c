/*
 * The FPU's registers: x87, MMX and SSE, saved and loaded as one area of 512 bytes (SDM vol. 1 §10.5).
 *
 * Most ECs never use them, so the first use is found out: until then the EC runs with CR0.TS set, and its first such
 * instruction raises #NM (SDM vol. 3A §2.5). From then on its values go in and out with it, at once and not only when somebody else uses
 * the FPU: values that are left behind a set TS have been read by speculation (CVE-2018-3665).
 *
 * Invariant, when ring 3 runs: either the current EC is fpu_owner, its values are in the registers and TS is clear; or fpu_owner is NULL,
 * the registers are in their initial state and TS is set.
 */
#include "panic.h"
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
static const struct fpu_area initial = {.control = 0x37f, .mxcsr = 0x1f80};

/* fxrstor leaves the last x87 instruction's and operand's addresses alone on AMD (APM vol. 2 §11.4.4.3); fninit clears them. */
static void fpu_load(const void *area)
{
    __asm__ volatile("fninit; fxrstor64 %0" : : "m"(*(const struct fpu_area *)area));
}

static inline void fpu_save(void *area)
{
    __asm__ volatile("fxsave64 %0" : "=m"(*(struct fpu_area *)area));
}

static void switch_on(void)
{
    __asm__ volatile("clts");
}

static void switch_off(void)
{
    write_cr0(read_cr0() | CR0_TS);
}

void fpu_init(void)
{
    switch_on();
    fpu_load(&initial);
    switch_off();
}

void fpu_switch(struct cpu *cpu, struct ec *ec)
{
    /* Answer 3.6 (place 7 of 7) goes here: the change and the way out */
    not_implemented("3.6 the change and the way out (fpu_switch)");
}

void fpu_forget(struct cpu *cpu, struct ec *ec)
{
    if (cpu->run.fpu_owner != ec)
        return;
    fpu_load(&initial);
    switch_off();
    cpu->run.fpu_owner = NULL;
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
