/*
 * Tries user-level threads, on the stand-in kernel. It says nothing: the host stops at its places and compares.
 *
 * `mode` and `seed` are patched by the host. mode 1: two stacks, to and fro by hand. mode 2: three threads that yield and end.
 */
#include "uthread.h"

#include <stdint.h>

#include "not_implemented.h"

enum { THREADS = 3, SIZE = 4096, POISON = 0xcc, TRIPS = 8, ROUNDS = 10 };

void main(const void *given);
void switch_kept(uint64_t seed, void (*yield)(void));
void thread_entry(void *argument);
void thread_main(void *argument);
noreturn void checkpoint(void);

/* Where a thread's structure lies there is room for more than the reference's needs. */
union place {
    struct uthread thread;
    char room[256];
};

uint64_t mode = 1, seed = 1;
uint64_t poisoned = 1; /* what the host compares at the end: the stack of one that has ended */
char stacks[THREADS][SIZE] __attribute__((aligned(16))) = { { 1 } };

static union place places[THREADS];
static void *home;
static uint64_t steps;

static uint64_t next_seed(void)
{
    return seed + ++steps;
}

noreturn void not_implemented(const char *title)
{
    (void)title;
    for (;;)
        ;
}

/* ---- By hand ---- */

static void go_home(void)
{
    uthread_switch(&places[0].thread.rsp, home);
}

static void go_there(void)
{
    uthread_switch(&home, places[0].thread.rsp);
}

static void by_hand(void)
{
    /* An odd size and an odd address: the library has to align what it is given. */
    const uint64_t odd = seed % 15 + 1;

    uthread_create(&places[0].thread, stacks[0] + odd, SIZE - 2 * odd, thread_entry, (void *)(seed * 3));
    for (unsigned i = 0; i < TRIPS; i++)
        switch_kept(next_seed(), go_there);
}

/* ---- In a ring ---- */

static unsigned ended;

static void work(void)
{
    for (unsigned i = 0; i < ROUNDS; i++)
        switch_kept(next_seed(), uthread_yield);
    ended++;
}

static void make(unsigned n)
{
    const uint64_t odd = (seed >> 8 * n) % 15 + 1;

    uthread_create(&places[n].thread, stacks[n] + odd, SIZE - 2 * odd, thread_entry, (void *)(seed * 3 + n));
}

static void ring(void)
{
    uthread_yield(); /* alone: it comes back */
    for (unsigned n = 0; n < THREADS; n++)
        make(n);
    while (ended < THREADS)
        switch_kept(next_seed(), uthread_yield);
    for (unsigned i = 0; i < SIZE; i++)
        stacks[0][i] = (char)POISON;
    make(1);
    while (ended < THREADS + 1)
        switch_kept(next_seed(), uthread_yield);
    uthread_yield();
}

void thread_main(void *argument)
{
    (void)argument;
    if (mode == 1)
        for (;;)
            switch_kept(next_seed(), go_home);
    work();
    if (seed & 1 && ended == 2)
        uthread_exit(); /* the others return */
}

void main(const void *given)
{
    (void)given;
    if (mode == 1)
        by_hand();
    else
        ring();
    checkpoint();
}
