/* Everything that is sent has arrived already. */
#include "caps.h"

enum status cap_prepare(struct transfer t[], unsigned n, struct bill *bill)
{
    t[n].records = 0;
    return SUCCESS;
}

struct item cap_commit(struct transfer *t, bool pin)
{
    return (struct item){ t->range, t->how };
}
