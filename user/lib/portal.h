/*
 * The server's side of a portal, and the message page.
 */
#pragma once

#include "cairn/abi.h"

/*
 * The entry for portals whose id is the address of a C function: it is called with the descriptor of the message, and what it
 * returns is the descriptor of the reply. The local EC's stack must be 16-byte aligned; between two calls it is as it was at
 * the first.
 */
typedef uint64_t portal_function(uint64_t descriptor);

extern char portal_entry[];

/* The id for create_pt with entry portal_entry. */
static inline uint64_t portal_id(portal_function *function)
{
    return (uint64_t)function;
}

/* Nothing can arrive but words. */
static inline void utcb_close(struct utcb *utcb)
{
    utcb->object_count = utcb->port_count = utcb->records = 0;
    utcb->memory_window = 0;
}

/* Up to records capabilities can arrive, under numbers of this window or those that they have already. */
static inline void utcb_admit(struct utcb *utcb, uint32_t base, uint32_t count, uint32_t records)
{
    utcb->object_base = base;
    utcb->object_count = count;
    utcb->records = records;
}

/* An item that gives an object on. */
static inline struct item item_object(uint32_t selector, uint32_t rights)
{
    return (struct item){RANGE(selector, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights, 0)};
}
