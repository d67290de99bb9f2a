/*
 * Doubly linked lists, the link inside the element. A list is a circle through its head; an element that is in none is a
 * circle of its own, so list_remove may be called twice.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *next, *previous;
};

#define CONTAINER(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))
#define LIST_HEAD(name)                  { &(name), &(name) }

static inline void list_init(struct list *l)
{
    l->next = l->previous = l;
}

static inline bool list_empty(const struct list *l)
{
    return l->next == l;
}

static inline void list_append(struct list *head, struct list *element)
{
    element->next = head;
    element->previous = head->previous;
    head->previous->next = element;
    head->previous = element;
}

static inline void list_remove(struct list *element)
{
    element->previous->next = element->next;
    element->next->previous = element->previous;
    list_init(element);
}

/* for (LIST_EACH(link, &head)): link may be removed, but not the one behind it. */
#define LIST_EACH(link, head)                                                                                                    \
    struct list *link = (head)->next, *link##_next = link->next;                                                                 \
    link != (head);                                                                                                              \
    link = link##_next, link##_next = link->next
