/*
 * A second thread of the witness, with one portal and no library: for comparison.
 */
#include "test/witness/bare.h"

#include "lib/calls.h"
#include "lib/service/cpu.h"

#define BARE_UTCB (UTCB_AREA + 6 * UTCB_SIZE)

extern char bare_entry[];

enum outcome bare_portal(struct env *env, struct capability *portal)
{
    static struct capability made;
    struct capability ec;

    *portal = made;
    if (capability_valid(made))
        return OK;
    const uint32_t number = capability_number_new();
    const enum outcome outcome = cpu_create_thread(env->cpu, EC_LOCAL, 0, BARE_UTCB, 0, 0, env->pd, &ec);
    if (outcome != OK || !number)
        return outcome == OK ? OUT_OF_CAPS : outcome;
    const result r = create_pt(number, capability_own_pd().selector, ec.selector, (uint64_t)bare_entry, 0, 0);
    if (r.rax == SUCCESS)
        *portal = made = (struct capability){ number, PT_RIGHT_CALL };
    return outcome_of_status(r.rax);
}
