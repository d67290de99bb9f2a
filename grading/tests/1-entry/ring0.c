/* Interrupts that strike the kernel, one of every vector, and one that wakes it from its idle loop.
 */
#include "place.h"
#include "lib/stand_in.h"

volatile uint64_t changed = ~0ull; /* what the first ones did: standin/private.h */
volatile uint64_t woken;           /* timer interrupts by then */

void main(const void *given);

void main(const void *given)
{
    (void)given;
    changed = control(STANDIN_RING0, 0);
    control(STANDIN_TIMER, 5000);
    control(STANDIN_IDLE, 0);
    woken = control(STANDIN_TICKS, 0);
    PLACE(checkpoint);
}
