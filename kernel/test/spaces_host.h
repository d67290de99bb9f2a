/*
 * What stage 6 stands on, for the host: accounts that check that every page and cell taken was on a bill, and a processor
 * without TLB.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "caps.h"
#include "check.h"
#include "frames.h"
#include "linked.h"
#include "spaces.h"
#include "string.h"

enum { PDS = 4 };

extern struct pd pds[PDS];
extern uint64_t cells_used[PDS];
extern uint64_t budget_pages, budget_cells; /* what bills have covered and nobody has taken yet */

void host_start(void);

unsigned pd_index(const struct pd *pd);
void pd_start(struct pd *pd);
void pd_stop(struct pd *pd); /* it has nothing any more, its tables neither */

void *pages_new(void); /* one, zeroed, on nobody's bill */

/* Calls that do not return: true when it has been completed, else it goes on with go_on. */
bool call_remove(struct ec *self, struct pd *pd, enum remove_operation operation, enum cap_type type, uint64_t range,
                 uint32_t rights);
bool call_go_on(struct ec *self, continuation *cont);
extern continuation *go_on;
extern unsigned preempt_one_in; /* points; 0: never */

/* What stage 4 does for an EC that dies: what it has begun is finished. */
void remover_end(struct ec *self);
