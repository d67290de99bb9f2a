/* The same in a second address space, without end: it runs whenever an interrupt changes over to it.
 */
#include "lib/pattern.h"
#include "place.h"

enum { ROUNDS = 20 };

volatile uint64_t seed PATCHED = 2;
volatile uint64_t changed;

void main(const void *given);

void main(const void *given)
{
    (void)given;
    while (!changed)
        changed = pattern_loop(seed, ROUNDS);
    PLACE(partner_failed);
}
