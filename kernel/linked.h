/*
 * Lists whose head is a pointer to the newest member, NULL when there is none. Each member knows both neighbours, so it is
 * taken out without a walk.
 *
 *     head ─> newest <─> ... <─> oldest
 *
 * Macros, because members are of many types: next and prev are the names of the two fields, as they stand behind `->`.
 */
#pragma once

#define LINKED_PUSH(head, member, next, prev)                                                                                    \
    do {                                                                                                                         \
        (member)->prev = NULL;                                                                                                   \
        (member)->next = (head);                                                                                                 \
        if (head)                                                                                                                \
            (head)->prev = (member);                                                                                             \
        (head) = (member);                                                                                                       \
    } while (0)

#define LINKED_TAKE(head, member, next, prev)                                                                                    \
    do {                                                                                                                         \
        if ((member)->next)                                                                                                      \
            (member)->next->prev = (member)->prev;                                                                               \
        if ((member)->prev)                                                                                                      \
            (member)->prev->next = (member)->next;                                                                               \
        else                                                                                                                     \
            (head) = (member)->next;                                                                                             \
    } while (0)
