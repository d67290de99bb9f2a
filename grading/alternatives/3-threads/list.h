/*
 * Lists of SCs: circular, doubly linked, the head a link like the others. Everything takes the same time, however long they are.
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

/* Takes those from first to last, neighbours in this order, out of their list. What they are among themselves stays. */
static inline void list_cut(struct sc_link *first, struct sc_link *last)
{
    first->prev->next = last->next;
    last->next->prev = first->prev;
}

static inline void list_remove(struct sc_link *link)
{
    list_cut(link, link);
}

/* Those from first to last, which are in some list, become the youngest of head, in their order. */
static inline void list_move(struct sc_link *head, struct sc_link *first, struct sc_link *last)
{
    list_cut(first, last);
    first->prev = head->prev;
    last->next = head;
    head->prev->next = first;
    head->prev = last;
}
