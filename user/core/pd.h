/*
 * PD: protection domains, their threads, and what core does about their exceptions.
 */
#pragma once

#include "core/account.h"
#include "core/dataspace.h"
#include "core/service.h"
#include "lib/service/pd.h"

enum {
    THREADS_PER_PD = 8,
    REGIONS_PER_PD = 48,
    EVENTS = 32, /* the event table of every PD begins at this number */
};

struct thread_record {
    uint32_t ec, sc; /* 0: free, none */
    struct core_session *cpu; /* the CPU session that made it */
    uint64_t utcb, ip, stack;
};

struct pd {
    struct core_session session;
    struct rpc_object address_space;
    struct list link; /* in pds */
    uint32_t kernel_pd;
    struct capability parent;    /* kept: what the PD was given hangs under core's own */
    struct account *account;     /* that its quota follows; NULL: none yet, or it is gone */
    uint32_t event[EVENT_COUNT]; /* core's portals, by event; 0: none, and such an event kills the thread */
    struct thread_record thread[THREADS_PER_PD];
    struct region region[REGIONS_PER_PD];
};

extern struct list pds;

struct pd *pd_of(struct capability c);

/* The region map that is its address space; see core/region_map.c. */
MUST_USE enum outcome region_map_init(struct rpc_object *map);
void region_map_forget(struct region *region, unsigned count);

/* A page fault where a region allows the access: the page was away because somebody else's was taken (dataspace.c). Then it is
 * there again. */
bool region_map_resolve(struct pd *pd, uint64_t address, uint64_t error);

MUST_USE enum outcome address_space_attach(struct pd *pd, struct dataspace *dataspace, uint64_t offset, uint64_t size,
                                           uint64_t at, uint32_t rights, uint64_t *address);

/* Gives it the capability that it is born with. */
MUST_USE enum outcome pd_give_parent(struct pd *pd, struct capability parent);

/* As pd.set_account, for core itself. */
MUST_USE enum outcome pd_set_account_to(struct pd *pd, struct account *account);

/* Ends a thread: the kernel's objects, and core's places for them. */
void thread_kill(struct thread_record *thread);

/* The PD's exceptions and start-ups arrive here. For core/event.asm. */
uint64_t core_event(uint64_t id, uint64_t descriptor);
