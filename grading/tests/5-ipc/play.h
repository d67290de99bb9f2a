/*
 * What stories about waiting and dying begin with: servers that wait in the middle of their work until somebody lets them go on.
 */
#pragma once

#include "told/told.h"

enum { NEXT = 200, GATE = 201 }; /* in a server's PD: the portal that it calls on, and the semaphore that it waits on */

struct actor {
    struct portal portal;
    bool calls_on; /* calls NEXT before it waits */
    bool waits;    /* on GATE */
    volatile uint64_t began, ended;
    volatile uint64_t inner; /* status of its own call */
    uint64_t answer;         /* its reply's word */
    struct domain *domain;
    uint64_t ec, way, gate; /* root's numbers: its EC, the portal into it, the semaphore */
};

static uint64_t act(struct portal *portal, uint64_t descriptor)
{
    struct actor *a = (struct actor *)portal;

    (void)descriptor;
    a->began++;
    if (a->calls_on)
        a->inner = portal_call(NEXT, 0).rax;
    if (a->waits)
        sm_down(GATE, 0);
    utcb()->word[0] = a->answer;
    a->ended++;
    return 1;
}

static inline void actor_new(struct actor *a, bool waits)
{
    *a = (struct actor){ .portal = { act }, .waits = waits, .answer = told_random(), .domain = domain_new(DOMAIN_QUOTA) };
    a->ec = a->domain->ec;
    a->inner = STATUS_COUNT;
    a->gate = selector_new();
    CHECK_OK(create_sm(a->gate, SEL_PD, 0));
    give(a->domain, a->gate, SM_RIGHT_DOWN, GATE);
    a->way = portal_new(a->ec, portal_entry, &a->portal, 0);
}

static inline void actor_calls(struct actor *a, const struct actor *next)
{
    a->calls_on = true;
    give(a->domain, next->way, PT_RIGHT_CALL, NEXT);
}

/* A client's thread: the status of its call, and in `word` what has come back with it. */
struct client {
    struct thread *thread;
    uint64_t word, descriptor;
};

static uint64_t call_and_note(uint64_t portal, uint64_t client, uint64_t c, uint64_t d)
{
    struct client *k = (struct client *)client;

    (void)c, (void)d;
    const result r = portal_call(portal, 0);
    k->descriptor = r.rdx;
    k->word = utcb()->word[0];
    return r.rax;
}

/* A client of its own PD, or root's: it calls the actor, and waits in the call when this returns. */
static inline void client_calls(struct client *k, const struct actor *a, unsigned priority)
{
    *k = (struct client){ .descriptor = ~0ull };
    k->thread = thread_new(0, call_and_note, a->way, (uint64_t)k, priority, 20000);
    thread_rests(k->thread);
}

/* It has come back, with this status; and when that is SUCCESS, with this actor's word. A failure is told with the caller's line. */
#define client_has(k, status, a) client_has_at(__FILE__, __LINE__, k, status, a)
static inline void client_has_at(const char *file, int line, struct client *k, enum status status, const struct actor *a)
{
    if (!thread_join_at(file, line, k->thread))
        return;
    check_status(file, line, "the client's call", k->thread->result, status);
    check_equal(file, line, "the client's call rdx", k->descriptor, status == SUCCESS ? 1 : 0);
    if (status == SUCCESS)
        check_equal(file, line, "the word that has come back", k->word, a->answer);
}
