/* The same in a second address space, without end: it runs whenever an interrupt changes over to it.
 */
#include "gs_base.h"
#include "lib/pattern.h"
#include "place.h"

enum { ROUNDS = 20, GS_CHANGED = 16 };

volatile uint64_t seed PATCHED = 2;
volatile uint64_t changed;

void main(const void *given);

void main(const void *given)
{
    (void)given;
    set_gs_base(seed >> 17);
    while (!changed) {
        changed = pattern_loop(seed, ROUNDS);
        if (gs_base() != seed >> 17)
            changed = GS_CHANGED;
    }
    PLACE(partner_failed);
}
