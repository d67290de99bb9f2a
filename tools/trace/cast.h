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
    int pd;        /* of an EC: where it ran, or NOBODY */
    char name[64]; /* what the user or the program says, a symbol of the kernel, or "EC 1" */
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

/*
 * Whether the record is a word of the program's to whoever reads the trace (user/lib/trace.h): its text.
 * "130=client" has named the object that was under selector 130 of its PD; see cast_is_naming.
 */
bool cast_mark(const struct trace_record *r, char text[16]);
bool cast_is_naming(const char *mark);

/* "nobody" for NOBODY. */
const char *cast_name(const struct cast *cast, int actor);

void cast_free(struct cast *cast);
