/* NMIs at every instruction from one call into the kernel to well behind the next one.
 */
#include "gs_base.h"
#include "lib/pattern.h"
#include "place.h"
#include "lib/stand_in.h"

volatile uint64_t seed PATCHED = 1;
volatile uint64_t sweep PATCHED = 100; /* the NMIs strike after 1 … sweep ticks */
volatile uint64_t changed;
volatile uint64_t gs_lost; /* ticks after which the GS base was not the program's any more */
volatile uint64_t count;   /* NMIs taken */

void main(const void *given);

void main(const void *given)
{
    (void)given;
    count = control(STANDIN_NMI, 0);
    for (uint64_t ticks = 1; ticks <= sweep; ticks++) {
        control(STANDIN_NMI, ticks);
        uint64_t base = ticks & 1 ? seed >> 17 : ~(seed >> 17); /* a base may well look like the kernel's */
        set_gs_base(base);
        changed = pattern_loop(seed, 1);
        if (gs_base() != base)
            gs_lost = ticks;
        control(STANDIN_TICKS, 0); /* the window between syscall and swapgs */
        if (changed || gs_lost)
            PLACE(failed);
    }
    pattern_loop(seed, 50); /* lets the last one strike */
    count = control(STANDIN_NMI, 0);
    PLACE(checkpoint);
}
