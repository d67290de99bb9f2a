/*
 * PD: protection domains, their threads, and what core does about their exceptions.
 */
#pragma once

#include "lib/entrypoint.h"
#include "lib/list.h"
#include "lib/service/pd.h"

enum {
    THREADS_PER_PD = 8,
    EVENTS = 32, /* the event table of every PD begins at this number */
};

struct thread_record {
    uint32_t ec; /* 0: free */
    uint64_t utcb, ip, stack;
};

struct pd {
    struct rpc_object object;
    uint32_t kernel_pd;
    bool has_parent;
    char label[128];
    uint32_t event[EVENT_COUNT]; /* core's portals, by event; 0: none, and such an event kills the thread */
    struct thread_record thread[THREADS_PER_PD];
};

/* A PD with pages of kernel memory of its own. *pd is one page of core's memory. */
MUST_USE enum outcome pd_create(const char *label, uint32_t pages, struct pd **pd);

/* Gives it the capability that it is born with. */
MUST_USE enum outcome pd_give_parent(struct pd *pd, struct capability parent);

struct pd *pd_of(struct capability c);

/* The PD's exceptions and start-ups arrive here. For core/event.asm. */
uint64_t core_event(uint64_t id, uint64_t descriptor);
