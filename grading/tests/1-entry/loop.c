/* Registers watched under timer interrupts, at the deadlines of the run.
 */
#include "gs_base.h"
#include "lib/pattern.h"
#include "place.h"
#include "lib/stand_in.h"

enum { ROUNDS = 20, GS_CHANGED = 16 };

volatile uint64_t seed PATCHED = 1;
volatile uint64_t interrupts PATCHED = 1; /* how many there will be */
volatile uint64_t changed;                /* the first register found changed, or GS_CHANGED */

void main(const void *given);

void main(const void *given)
{
    (void)given;
    control(STANDIN_TIMER, 0);
    while (!changed && control(STANDIN_TICKS, 0) < interrupts) {
        set_gs_base(seed >> 17);
        changed = pattern_loop(seed, ROUNDS);
        if (gs_base() != seed >> 17)
            changed = GS_CHANGED;
    }
    if (changed)
        PLACE(failed);
    PLACE(checkpoint);
}
