/*
 * The table of system calls, and what is refused before any of them.
 */
#include "calls.h"

/* 14 and 15 */
static HANDLER(sys_none)
{
    finish(self, BAD_CALL, 0);
}

syscall_handler *const syscall_table[SYSCALL_COUNT] = {
    [CALL_CALL] = sys_call,
    [CALL_REPLY] = sys_reply,
    [CALL_CREATE_PD] = sys_create_pd,
    [CALL_CREATE_EC] = sys_create_ec,
    [CALL_CREATE_SC] = sys_create_sc,
    [CALL_CREATE_PT] = sys_create_pt,
    [CALL_CREATE_SM] = sys_create_sm,
    [CALL_REMOVE] = sys_remove,
    [CALL_PD_CONTROL] = sys_pd_control,
    [CALL_EC_CONTROL] = sys_ec_control,
    [CALL_SC_CONTROL] = sys_sc_control,
    [CALL_PT_CONTROL] = sys_pt_control,
    [CALL_SM_CONTROL] = sys_sm_control,
    [CALL_KERNEL_CONTROL] = sys_kernel_control,
    [CALL_KERNEL_CONTROL + 1 ... SYSCALL_COUNT - 1] = sys_none,
};

_Static_assert(SYSCALL_COUNT == CALL_COUNT, "the interface's and the entry's");

PATH noreturn void syscall_unknown(struct ec *self)
{
    finish(self, BAD_CALL, 0);
}
