/*
 * The ways out, as far as C can say them: what must be looked at before an EC is left to. The rest is in leave.asm.
 *
 * While the kernel runs, the base that swapgs will give to ring 3 is 0: every way in clears it (syscall.asm, trap.asm). So behind
 * a system call there is nothing to do about it, and only leave_by_iret sets it.
 */
#include "entry.h"

/* iretq and sysretq load rip as it is, and what is not canonical faults in ring 0: bits 47 to 63 must be zero. */
static bool in_user_half(uint64_t rip)
{
    return rip >> 47 == 0;
}

static noreturn void raise_general(struct ec *ec)
{
    ec->state.frame.vector = VECTOR_GENERAL;
    ec->state.frame.error = 0;
    leave_by_trap(ec);
}

noreturn void exit_iret(struct ec *ec)
{
    struct frame *f = &ec->state.frame;

    f->cs = SEL_USER_CODE;
    f->ss = SEL_USER_DATA;
    f->rflags = (f->rflags & RFLAGS_USER) | RFLAGS_FIXED | RFLAGS_IF;
    if (!in_user_half(f->rip))
        raise_general(ec);
    leave_by_iret(ec);
}

/* What sysretq would have left behind, had it faulted in ring 3. */
static void complete(struct ec *ec)
{
    const struct frame f = ec->state.frame;

    ec->state.gs_base = 0;
    ec->state.frame = (struct frame){
        .rax = f.rax,
        .rdx = f.rdx,
        .rcx = f.rip,
        .r11 = f.rflags,
        .rip = f.rip,
        .cs = SEL_USER_CODE,
        .rflags = f.rflags,
        .rsp = f.rsp,
        .ss = SEL_USER_DATA,
    };
}

noreturn void exit_sysret(struct ec *ec)
{
    if (in_user_half(ec->state.frame.rip))
        leave_by_sysret(ec);
    complete(ec);
    raise_general(ec);
}
