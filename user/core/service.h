/*
 * Core's services: what they have in common. A session is one run of pages, paid with what the client sends along; what is
 * left of that is the session's own, for what it makes later.
 */
#pragma once

#include "lib/entrypoint.h"
#include "lib/list.h"
#include "lib/service/parent.h"

struct core_session;

struct service {
    const char *name;
    uint64_t ram, caps; /* what a session costs at least */
    uint32_t pages;     /* of its structure */
    /* label, object's memory and quota are there. What is half made when it fails is taken apart by close. */
    MUST_USE enum outcome (*create)(struct core_session *session, const char *args);
    void (*close)(struct core_session *session);
};

/* The beginning of every session's structure. */
struct core_session {
    struct rpc_object object;
    const struct service *service;
    uint64_t ram, caps; /* left of what came with it */
    struct list open;   /* in sessions_open */
    char label[LABEL_SIZE];
};

/* Takes from what is left. INSUFFICIENT_*: upgrade the session by rpc_lacking() bytes. */
MUST_USE enum outcome session_take(struct core_session *session, uint64_t ram, uint64_t caps);
void session_give_back(struct core_session *session, uint64_t ram, uint64_t caps);

/* A session of the named service; its capability is (*session)->object.capability. DENIED: there is no such service. */
MUST_USE enum outcome service_open(const char *name, const char *label, const char *args, uint64_t ram, uint64_t caps,
                                   struct core_session **session);
void service_close(struct core_session *session);

/* All that are open. */
extern struct list sessions_open;

extern const struct service cap_service, cpu_service, io_mem_service, io_port_service, irq_service, log_service, pd_service,
    ram_service, rom_service, signal_service;
