/*
 * Who takes part in a trace: every kernel object that a record names, with a name for people.
 *
 * Addresses are used again: an object that is created where another one was is somebody else. So each record has its
 * own references, instead of one table of addresses.
 */
#pragma once

#include "log.h"
#include "symbols.h"

#define NOBODY (-1)

struct actor {
    uint64_t address;
    unsigned type; /* enum cap_type; TYPE_MEMORY, TYPE_PORTS: a frame or port that was delegated */
    char name[64]; /* "EC 1", a symbol of the kernel, or what the user said */
};

/* What a record's fields refer to: indices of actors, or NOBODY. */
struct parts {
    int ec, pd, object, a, b;
};

struct cast {
    struct actor *actor;
    size_t count;
    struct parts *parts; /* one for each record */
};

/* A name given on the command line. */
struct given_name {
    uint64_t address;
    const char *name;
};

/* kernel: for objects that are variables of the kernel; may be empty. Ends the program when memory is out. */
void cast_find(struct cast *cast, const struct log *log, const struct symbols *kernel, const struct given_name *given,
               size_t given_count);

/* "nobody" for NOBODY. */
const char *cast_name(const struct cast *cast, int actor);

void cast_free(struct cast *cast);
