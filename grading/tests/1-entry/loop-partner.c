/* The same in a second address space, without end: it runs whenever an interrupt changes over to it. Now and then it leaves by itself,
 * in a system call: then it comes back by exit_sysret, from an interrupt of the other program.
 */
#include "gs_base.h"
#include "lib/pattern.h"
#include "lib/stand_in.h"
#include "place.h"

enum { ROUNDS = 20, GS_CHANGED = 16, GS_LEFT = 17, SWITCH_EVERY = 8 };

volatile uint64_t seed PATCHED = 2;
volatile uint64_t changed;

void main(const void *given);

static void leave(void)
{
    control(STANDIN_SWITCH, 0);
    if (gs_base() != 0)
        changed = GS_LEFT;
    set_gs_base(seed >> 17);
}

void main(const void *given)
{
    (void)given;
    set_gs_base(seed >> 17);
    for (uint64_t round = 1; !changed; round++) {
        changed = pattern_loop(seed, ROUNDS);
        if (gs_base() != seed >> 17)
            changed = GS_CHANGED;
        if (!changed && round % SWITCH_EVERY == 0)
            leave();
    }
    PLACE(partner_failed);
}
