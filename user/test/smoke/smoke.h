/*
 * What the files of the smoke test share.
 */
#pragma once

#include <stdbool.h>

#include "cairn/info.h"
#include "lib/calls.h"
#include "lib/portal.h"
#include "lib/print.h"

enum {
    ROUNDS = 1000,
    STACK_SIZE = 4096,
    UTCBS = 0x10000000, /* where the UTCBs of this domain are */
};

static struct utcb *const root_utcb = (struct utcb *)ROOT_UTCB;

extern bool good; /* nothing has failed so far */

/* Each says what has failed, with a number, and returns whether nothing has. */
bool check(bool ok, const char *what, uint64_t number);
bool success(result r, const char *what);
bool status(result r, enum status expected, const char *what);

/* A local EC of this domain, with the n-th UTCB and stack. */
result make_local(uint32_t new, unsigned n);
struct utcb *utcb_of(unsigned n);

/*
 * A thread of this domain that begins at function, which must not return, with the n-th UTCB and stack. It gets selectors new (EC) and
 * new + 1 (SC).
 */
void make_thread(uint32_t new, unsigned n, void (*function)(void));

/* conversations.c: circles, helping, deaths, lost items, faults, recalls. Selectors from first on. */
void try_conversations(uint32_t first);
