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

bool charge_covered(struct charge *charge, uint64_t *refusal)
{
    for (unsigned i = 0; i < ACCOUNT_RECEIVER; i++) {
        struct bill sum = charge->bill[i];
        uint32_t lacking;

        if (!sum.account)
            continue;
        for (unsigned j = i + 1; j < ACCOUNT_RECEIVER; j++)
            if (charge->bill[j].account == sum.account) {
                sum.pages += charge->bill[j].pages;
                sum.cells += charge->bill[j].cells;
                charge->bill[j].account = NULL; /* it has been asked */
            }
        if (!account_covers(&sum, &lacking)) {
            trace(TRACE_REFUSED, sum.account, lacking, 0, sum.account->quota - sum.account->used);
            *refusal = REFUSAL(lacking, i + 1, NO_ITEM, NO_QUOTA);
            return false;
        }
    }
    return true;
}
