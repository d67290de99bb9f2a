/*
 * How long the kernel is at a call without letting anybody in: the most urgent thread wakes in the middle of it, and looks how late it is.
 */
#pragma once

#include "kit/many.h"
#include "told/told.h"

#define LATE_PAGES 0x100000000 /* from here on many_settle has touched the page tables, and the selectors from MANY_FIRST */

/*
 * In instructions, at most. 64 links are followed without a preemption point (ABI.md §13.4), in a student's kernel with 30 instructions
 * each; the reference takes seven. Who follows some hundred of them in one piece is several thousand late.
 */
enum { LATE_MOST = 2000 };

/* A server without a stack: calls the portal whose number is in rax, its own one's id, and answers. A thread: the same, and pauses. */
void relay_entry(void);
__asm__(".pushsection .text\n"
        ".globl relay_entry\n"
        "relay_entry:\n"
        "  mov %rax, %rsi; xor %edx, %edx; xor %eax, %eax; syscall\n"
        "  mov $1, %eax; xor %edx, %edx; syscall\n"
        "1: mov $9, %eax; xor %esi, %esi; mov $1, %edx; syscall\n"
        "  jmp 1b\n"
        ".popsection\n");

_Static_assert(CALL_CALL == 0 && CALL_REPLY == 1 && CALL_EC_CONTROL == 9 && EC_PAUSE == 1, "what relay_entry calls");

void told_prepare(void)
{
    many_settle();
}

static struct late {
    uint64_t portal; /* 0: nobody is called */
    uint64_t go, nap, after;
    volatile uint64_t begin;
    struct thread *caller, *watcher;
} late_now;

static uint64_t late_watch(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    sm_down(late_now.go, DEADLINE_NEVER);
    const uint64_t deadline = late_now.begin + late_now.after;
    sm_down(late_now.nap, deadline);
    return ticks() - deadline;
}

/* The watcher is asleep again before the call begins. */
static uint64_t late_call(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    late_now.begin = ticks() + 20000;
    sm_up(late_now.go);
    for (const uint64_t until = late_now.begin + (late_now.portal ? 0 : 20000); ticks() < until;)
        ;
    return late_now.portal ? portal_call(late_now.portal, 0).rax : SUCCESS;
}

static uint64_t late_once(uint64_t portal, uint64_t after)
{
    late_now = (struct late){ .portal = portal, .go = selector_new(), .nap = selector_new(), .after = after };
    CHECK_OK(create_sm(late_now.go, SEL_PD, 0));
    CHECK_OK(create_sm(late_now.nap, SEL_PD, 0));
    late_now.watcher = thread_new(0, late_watch, 0, 0, PRIORITY_MAX, 20000);
    late_now.caller = thread_new(0, late_call, 0, 0, PRIORITY_MAX - 1, 20000);
    CHECK(thread_join(late_now.watcher));
    return late_now.watcher->result;
}

/* Somebody calls, and so many instructions later the most urgent thread is to run. How late it is, more than it always is. */
static uint64_t late_in_call(uint64_t portal, uint64_t after)
{
    const uint64_t usual = late_once(0, after);
    CHECK(thread_join(late_now.caller));
    const uint64_t late = late_once(portal, after);

    return late > usual ? late - usual : 0;
}

/* What has become of that call. */
static void late_caller_has(enum status status)
{
    CHECK(thread_join(late_now.caller));
    CHECK_IS(late_now.caller->result, status);
}
