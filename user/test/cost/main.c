/*
 * One service, "count one more", in three places: a function of the program, the kernel, and a server in a protection domain
 * of its own. What does it cost to ask for it?
 *
 * Prints lines `cost NAME VALUE`, guest instructions by the time-stamp counter (-icount shift=0), and asks once between
 * watch_begin and watch_end, so that whoever watches the machine can count what happens there. tools/demo/cost.sh does.
 */
#include "kit/kit.h"

#include "lib/print.h"
#include "lib/trace.h"

void main(const void *given);
void watch_begin(void);
void watch_end(void);

enum { ROUNDS = 1000 };

static volatile uint64_t counter;
static uint64_t semaphore, portal;

//! slide: three-services begin
static void ask_function(void) /* 1. a function of the program */
{
    counter++;
}

static void ask_kernel(void) /* 2. the kernel: semaphores count */
{
    sm_up(semaphore);
}

static void ask_server(void) /* 3. a program elsewhere */
{
    portal_call(portal, 0);
}
//! slide: three-services end

//! slide: three-services-server begin
static uint64_t serve(struct portal *self, uint64_t descriptor)
{
    (void)self, (void)descriptor;
    counter++;
    return DESCRIPTOR(0, 0); /* an empty reply */
}
//! slide: three-services-server end

//! slide: cost-measure begin
static uint64_t cost(void (*ask)(void))
{
    const uint64_t start = ticks();
    for (int i = 0; i < ROUNDS; i++)
        ask();
    return (ticks() - start) / ROUNDS;
}
//! slide: cost-measure end

/* The loop of cost without anything in it: a counter, a comparison, a jump. */
static uint64_t cost_of_loop(void)
{
    const uint64_t start = ticks();
    for (int i = 0; i < ROUNDS; i++)
        __asm__ volatile("");
    return (ticks() - start) / ROUNDS;
}

/* Where the watched part begins and ends. Only their addresses matter. */
__attribute__((noinline)) void watch_begin(void)
{
    __asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) void watch_end(void)
{
    __asm__ volatile("nop" ::: "memory");
}

static void watched(void (*ask)(void))
{
    watch_begin();
    ask();
    watch_end();
}

static void measure(const char *name, void (*volatile ask)(void))
{
    ask(); /* whatever only the first has to do */
    print("cost %s %lu\n", name, cost(ask) - cost_of_loop());
    watched(ask);
}

/* One question to each, for a picture: `make trace`, from the mark "one each" on. */
static void one_each(const struct domain *other)
{
    trace_call_it(ROOT_SEL_EC, "program");
    trace_call_it(SEL_PD, "root");
    trace_call_it((uint32_t)semaphore, "counter");
    trace_call_it((uint32_t)portal, "service");
    trace_call_it((uint32_t)other->ec, "serve");
    trace_call_it((uint32_t)other->pd, "server");
    trace_mark("one each");
    ask_function();
    ask_kernel();
    ask_server();
    trace_mark("done");
}

static void three_services(void)
{
    static struct portal service = { serve };
    struct domain *other = domain_new(DOMAIN_QUOTA);

    semaphore = selector_new();
    CHECK_OK(create_sm(semaphore, SEL_PD, 0));
    portal = portal_new(other->ec, portal_entry, &service, 0);

    measure("function", ask_function);
    CHECK_EQ(counter, ROUNDS + 2);
    measure("kernel", ask_kernel);
    for (int i = 0; i < ROUNDS + 2; i++) /* what was counted can be taken out again, */
        CHECK_OK(sm_down(semaphore, 1));
    CHECK_EQ(sm_down(semaphore, 1).rax, TIMEOUT); /* and no more */
    counter = 0;
    const uint64_t before = kernel_counter(SEL_KERNEL, 2).rdx;
    measure("server", ask_server);
    CHECK_EQ(counter, ROUNDS + 2);
    print("cost delivered %lu\n", kernel_counter(SEL_KERNEL, 2).rdx - before);
    print("cost asked %u\n", ROUNDS + 2);
    one_each(other);
}

void main(const void *given)
{
    kit_init(given);
    kit_run(three_services);
    kit_clean();
    finish();
}
