/*
 * Lists of SCs: circular, doubly linked, the head a link like the others. Everything is O(1).
 *
 *     head <-> oldest <-> ... <-> youngest <-> head
 *
 * Taking an SC out needs no head, so nobody has to know in which list it is.
 */
#pragma once

#include <stddef.h>

#include "contract/3-threads.h"

static inline struct sc *list_sc(struct sc_link *link)
{
    return (struct sc *)((char *)link - offsetof(struct sc, link));
}

static inline void list_init(struct sc_link *head)
{
    head->next = head->prev = head;
}

static inline bool list_empty(const struct sc_link *head)
{
    return head->next == head;
}

/* Puts link behind at, which may be a head. */
static inline void list_insert(struct sc_link *at, struct sc_link *link)
{
    link->next = at->next;
    link->prev = at;
    at->next->prev = link;
    at->next = link;
}

static inline void list_remove(struct sc_link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
}

/* All of from, which is not empty, goes behind the youngest of head, in its order. */
static inline void list_splice(struct sc_link *head, struct sc_link *from)
{
    from->next->prev = head->prev;
    from->prev->next = head;
    head->prev->next = from->next;
    head->prev = from->prev;
    list_init(from);
}
