/*
 * A thread that raises events, and a handler in root that keeps the message and answers what the test wants. For events.c and
 * faults.c.
 */
#pragma once

#include "kit/kit.h"

struct catcher {
    struct portal portal;
    uint64_t descriptor, word[EVENT_WORDS];
    uint64_t reply, reply_word[EVENT_WORDS];
    uint64_t count;
};

uint64_t catch_event(struct portal *portal, uint64_t descriptor);

/* A thread in a domain of its own, with a handler in root. */
struct scene {
    struct domain *d;
    uint64_t handler;
    struct thread *t;
    struct catcher catcher;
};

/* There is one at a time. Its thread runs f(a, 0, 0, 0), but not before root sleeps; what it tells of `event` goes to the catcher. */
extern struct scene scene;
struct scene *scene_new(unsigned event, uint64_t transfer, function *f, uint64_t a);

/* The answer: go on there. */
void reply_rip(struct catcher *c, void (*to)(void));

/* Where the scene's thread goes on that cannot go on where it was: it ends with 4711. */
void thread_out(void);

/* As a thread's function: registers with a pattern, then int3, then all of them to event_registers: rax, rcx, rdx, rbx, rbp, rsi,
 * rdi, r8 … r15, rflags; rsp before and behind it to event_rsp. */
uint64_t run_pattern(uint64_t a, uint64_t b, uint64_t c, uint64_t d);
void event_pattern(void);
void event_int3_after(void);
extern uint64_t event_registers[16], event_rsp[2];
