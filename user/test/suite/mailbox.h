/*
 * Capabilities in messages with open windows: from root to a domain (send), between domains (send_from). And what a domain does with
 * what it has got. For grants.c, pins.c and gone.c.
 */
#pragma once

#include "kit/kit.h"

/* A domain's numbers: under SERVICE it has a portal into the next one; what is sent to it arrives in the window. */
enum { SERVICE = 220, WINDOW = 230, WINDOW_SIZE = 8 };

/* A portal into d at root, whose receiver is ready to take items, one with each call. */
uint64_t mailbox(struct domain *d);

extern uint64_t arrived; /* the selector of the last item's object, as the receiver of a mailbox saw it */

result send(uint64_t portal, uint64_t selector, uint64_t rights);

/* The same from a domain; portal and selector are its own. Returns the status. */
uint64_t send_from(struct domain *from, uint64_t portal, uint64_t selector, uint64_t rights);

/* As a domain's function: its window, until it takes the next item. */
uint64_t open_window(uint64_t base, uint64_t count, uint64_t records, uint64_t d);

/* What d does with its own number: a semaphore's for up and down, which return the status. Look-up returns the word. */
uint64_t up_in(struct domain *d, uint64_t selector);
uint64_t down_in(struct domain *d, uint64_t selector);
uint64_t lookup_in(struct domain *d, uint64_t selector);
result remove_in(struct domain *d, uint64_t operation, uint64_t selector, uint64_t rights);
result ack_in(struct domain *d, uint64_t selector, uint64_t count);

/* Cells that d's account has in use. */
uint64_t cells_of(struct domain *d);
