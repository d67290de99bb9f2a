/*
 * The execution context. Its user-visible state comes first: all that stage 1 looks at.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "contract/5-ipc.h"
#include "contract/6-spaces.h"
#include "contract/7-interrupts.h"
#include "frame.h"

/*
 * The whole EC: one page. Who owns which part is said in the contracts of stages 3 to 7.
 */
struct ec {
    struct user_state state;
    struct ec_run run;
    struct ec_ipc ipc;
    struct ec_caps caps;
    struct ec_wait wait;
    struct object object; /* not first, because assembly takes a pointer to an EC for a pointer to its frame: see ec_of */
};

_Static_assert(offsetof(struct ec, state) == 0, "assembly takes a pointer to an EC for a pointer to its frame");

/* The EC whose object this is. */
static inline struct ec *ec_of(struct object *object)
{
    return (struct ec *)((char *)object - offsetof(struct ec, object));
}
