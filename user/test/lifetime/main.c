/*
 * Two threads get the same capability again and again, use it, and give it back. One object has one number in a
 * component, however often it arrives: whoever gives back last deletes the number, and must not delete it under the
 * other's feet, who has just got it. A third thread would be a third of the same.
 */
#include "lib/calls.h"
#include "lib/log.h"
#include "lib/service/cpu.h"
#include "lib/service/pd.h"
#include "lib/service/rm.h"
#include "lib/thread.h"

enum { ROUNDS = 10000, STACK = 8192 };

#define SECOND_UTCB (UTCB_AREA + 6 * UTCB_SIZE)

static struct env *own;
static struct thread second;
static char stack[STACK] __attribute__((aligned(16)));
static volatile uint64_t rounds[2], lost[2];
static volatile bool over;

/* The region map's capability comes, is asked something harmless, and goes. */
static void get_and_give_back(unsigned who)
{
    struct capability c;

    if (pd_address_space(own->pd, &c) != OK || region_map_detach(c, 1) != INVALID)
        lost[who]++;
    capability_release(c);
    rounds[who]++;
}

static void run_second(struct utcb *utcb)
{
    thread_init(&second, utcb);
    while (!over)
        get_and_give_back(1);
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

void construct(struct env *env)
{
    struct capability thread;

    own = env;
    capability_release(env->address_space); /* the only one that is kept: from now on it comes and goes */
    const enum outcome outcome = cpu_create_thread(env->cpu, EC_GLOBAL, 0, SECOND_UTCB, (uint64_t)run_second,
                                                   (uint64_t)stack + STACK - 8, env->pd, &thread);
    if (outcome != OK) {
        log_line(env, "no second thread: %s", outcome_name(outcome));
        env_exit(env, 1);
    }
    while (rounds[0] < ROUNDS || rounds[1] < ROUNDS)
        get_and_give_back(0);
    over = true;
    log_line(env, "%u rounds and more of both, %lu and %lu times it was not there", ROUNDS, lost[0], lost[1]);
    env_exit(env, lost[0] + lost[1] != 0);
}
