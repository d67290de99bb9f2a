/*
 * Tries the user-level threads of exercise 3, part A: a root task, on any kernel.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lib/print.h"
#include "not_implemented.h"
#include "uthread.h"

enum { THREADS = 3, SIZE = 4096, ROUNDS = 1000, POISON = 0xcc };

void main(const void *given);
void thread_main(void *argument);
void thread_entry(void *argument);
uint64_t keeps_registers(uint64_t seed, void (*yield)(void));
extern uint64_t entry_rsp;

static char stacks[THREADS][SIZE] __attribute__((aligned(16)));
static char visitor_stack[SIZE];
static struct uthread threads[THREADS], visitor;
static void *home;
static uint64_t changed;
static unsigned turns[THREADS], order[2 * THREADS], ordered, misaligned, wrong_argument;
static bool good = true;

static noreturn void end(bool passed)
{
    print("\nverdict: %s\n", passed ? "pass" : "fail");
    for (;;)
        ;
}

noreturn void not_implemented(const char *title)
{
    print("not implemented: %s\n", title);
    end(false);
}

static void say(bool ok, const char *what)
{
    print("%s %s\n", ok ? "  ok    " : "  FAILED", what);
    good = good && ok;
}

/* argument: the number of the thread, and a bit by which a wrong pointer shows. */
void thread_main(void *argument)
{
    uint64_t n = (uint64_t)argument ^ 0x5500;

    misaligned += entry_rsp % 16 != 8;
    wrong_argument += n >= THREADS;
    if (n >= THREADS)
        return;
    if (ordered < 2 * THREADS)
        order[ordered++] = n;
    uthread_yield();
    if (ordered < 2 * THREADS)
        order[ordered++] = n;
    for (unsigned i = 0; i < ROUNDS; i++) {
        changed |= keeps_registers(n * 0x9e3779b97f4a7c15 + i, uthread_yield);
        turns[n]++;
    }
}

/* An odd size and an odd address: the library has to align what it is given. */
static void make(unsigned n)
{
    uthread_create(&threads[n], stacks[n] + 3, SIZE - 8, thread_entry, (void *)(uint64_t)(n ^ 0x5500));
}

/* Everybody has ended who will: the first thread is alone when a yield returns with nothing done. */
static bool all_done(void)
{
    for (unsigned n = 0; n < THREADS; n++)
        if (turns[n] < ROUNDS)
            return false;
    return true;
}

static bool in_turn(void)
{
    for (unsigned i = 0; i < 2 * THREADS; i++)
        if (order[i] != i % THREADS)
            return false;
    return ordered == 2 * THREADS;
}

static bool left_alone(unsigned n)
{
    for (unsigned i = 0; i < SIZE; i++)
        if ((uint8_t)stacks[n][i] != POISON)
            return false;
    return true;
}

/* There and back again, without anybody who chooses. */
static void visited(void *argument)
{
    *(bool *)argument = true;
    uthread_switch(&visitor.rsp, home);
}

static void leave_home(void)
{
    uthread_switch(&home, visitor.rsp);
}

static void by_hand(void)
{
    bool was_there = false;

    uthread_create(&visitor, visitor_stack, SIZE, visited, &was_there);
    uint64_t bits = keeps_registers(0x1234567890, leave_home);
    say(was_there, "a switch to a new thread, and back");
    say(bits == 0, "six registers are as before");
}

void main(const void *given)
{
    (void)given;
    print("\nUser-level threads, %u of them.\n", THREADS);
    by_hand();
    uthread_yield();
    for (unsigned n = 0; n < THREADS; n++)
        make(n);
    for (unsigned i = 0; i < 2 * ROUNDS && !all_done(); i++)
        changed |= keeps_registers(~0ull - i, uthread_yield);
    say(wrong_argument == 0, "a new thread gets its argument");
    say(misaligned == 0, "its stack is aligned as C expects it");
    say(in_turn(), "everybody has his turn, in order");
    say(all_done() && changed == 0, "1000 switches of each of 3 threads changed no register");
    if (changed)
        print("         bits of rbx, rbp, r12 to r15: %lx\n", changed);

    /* All have returned now: their stacks may be anything, and the first thread is alone. */
    uthread_yield();
    for (unsigned i = 0; i < SIZE; i++)
        stacks[0][i] = POISON;
    turns[1] = 0;
    ordered = 0;
    make(1);
    for (unsigned i = 0; i < 2 * ROUNDS && turns[1] < ROUNDS; i++)
        uthread_yield();
    uthread_yield();
    say(turns[1] == ROUNDS, "a thread that returns has ended, and another can be made");
    say(left_alone(0), "the stack of one that has ended is not touched again");
    end(good);
}
