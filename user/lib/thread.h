/*
 * What the library knows about a thread: it is found from the UTCB, and that from the FS base.
 */
#pragma once

#include <stdbool.h>

#include "cairn/abi.h"

struct thread {
    struct utcb *utcb;
    bool in_handler;       /* it serves a request or a signal, and may not wait for anybody less trusted */
    uint64_t lacking;      /* of the last refusal: bytes that an account lacks */
};

/* Makes utcb (the one its EC was created with) and thread the calling thread's. Comes before everything else it does. */
static inline void thread_init(struct thread *thread, struct utcb *utcb)
{
    thread->utcb = utcb;
    utcb->user[0] = (uint64_t)thread;
    __asm__ volatile("wrfsbase %0" : : "r"(utcb));
}

static inline struct thread *thread_self(void)
{
    uint64_t thread;
    __asm__ volatile("movq %%fs:%c1, %0" : "=r"(thread) : "i"(offsetof(struct utcb, user)));
    return (struct thread *)thread;
}
