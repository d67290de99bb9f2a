/*
 * Lists of SCs: circular, doubly linked, the head a link like the others. Everything is O(1).
 *
 *     head <-> oldest <-> ... <-> youngest <-> head
 *
 * Taking an SC out needs no head, so nobody has to know in which list it is. A head of zeros is an empty list too.
 */
#pragma once

#include <stddef.h>

#include "contract/3-threads.h"

static inline struct sc *list_sc(struct sc_link *link)
{
    return (struct sc *)((char *)link - offsetof(struct sc, link));
}

static inline bool list_empty(const struct sc_link *head)
{
    return !head->next || head->next == head;
}

/* Puts link behind at, which may be a head. */
static inline void list_insert(struct sc_link *at, struct sc_link *link)
{
    if (!at->next)
        at->next = at->prev = at;
    link->next = at->next;
    link->prev = at;
    at->next->prev = link;
    at->next = link;
}

static inline void list_append(struct sc_link *head, struct sc_link *link)
{
    if (!head->next)
        head->next = head->prev = head;
    list_insert(head->prev, link);
}

static inline void list_remove(struct sc_link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->next = link->prev = NULL;
}

/* All of from goes behind the youngest of head, in its order. */
static inline void list_splice(struct sc_link *head, struct sc_link *from)
{
    if (list_empty(from))
        return;
    if (!head->next)
        head->next = head->prev = head;
    from->next->prev = head->prev;
    from->prev->next = head;
    head->prev->next = from->next;
    head->prev = from->prev;
    from->next = from->prev = from;
}
