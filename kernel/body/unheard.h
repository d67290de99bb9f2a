/*
 * The end of an EC whose event nobody hears.
 */
#pragma once

#include <stdnoreturn.h>

struct ec;

/*
 * ec, whose event will never be answered, is to die: its end begins, and it does not run any more. Returns. Root's EC is
 * everybody's last resort; when that is the one, the kernel stops and says why.
 */
void ec_unheard(struct ec *ec);

/* The same for the current EC, at once and to the end. */
noreturn void event_unheard(struct ec *self);
