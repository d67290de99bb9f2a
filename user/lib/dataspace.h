/*
 * Memory of one's own: a dataspace from the RAM account of the environment, attached.
 */
#pragma once

#include <stddef.h>

#include "lib/env.h"
#include "lib/session.h"

struct memory {
    struct capability dataspace;
    void *address;
    size_t size; /* whole pages */
};

/* Zeroed. OUT_OF_RAM, OUT_OF_CAPS: the account lacks rpc_lacking() bytes; nothing was taken. */
MUST_USE enum outcome memory_allocate(struct env *env, size_t size, struct memory *memory);

void memory_free(struct env *env, struct memory *memory);

/* A ROM session, opened and attached, to read. size: of the file. In construct, as session_open. */
struct rom {
    struct session session;
    struct capability dataspace;
    const char *text;
    size_t size;
};

MUST_USE enum outcome rom_open(struct env *env, const char *name, struct rom *rom);
void rom_close(struct env *env, struct rom *rom);
