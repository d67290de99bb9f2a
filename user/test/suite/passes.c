/*
 * No pass of the kernel is long, however much there is of something: kernel/ABI.md §13.4. Counted in ticks, which are
 * instructions here.
 */
#include "kit/kit.h"
#include "kit/many.h"
#include "suite/suite.h"

#include "lib/print.h"

static const uint64_t sizes[] = { 1, 63, 64, 65, 1000 };

enum { LONGEST = 30000 }; /* 64 times what is done for one, and a little more */

static void destroy_it(uint64_t selector)
{
    CHECK_OK(destroy(selector));
}

/* The end of a semaphore for which so many wait. */
static void passes_sm(void)
{
    if (!option("many"))
        return;
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const uint64_t sm = sm_new();
        many_new(sizes[i], sm, in_us(100000000), 0);
        const uint64_t pass = longest_pass(destroy_it, sm);
        if (option("verbose"))
            print("%lu: %lu\n", sizes[i], pass);
        CHECK_AT_MOST(pass, LONGEST);
        many_drop(sizes[i]);
    }
}

/* So many deadlines that pass at one tick: 64 in a pass, and then the timer fires again. Those who have timed out
 * pause. */
static void passes_deadlines(void)
{
    if (!option("many"))
        return;
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const uint64_t sm = sm_new(), deadline = in_us(sizes[i] * 60 + 20000);
        many_new(sizes[i], sm, deadline, 0);
        const uint64_t before = kernel_counter(SEL_KERNEL, 1).rdx;
        CHECK_STATUS(sm_down(sm, deadline + 1000 * ticks_per_us), TIMEOUT);
        const uint64_t interrupts = kernel_counter(SEL_KERNEL, 1).rdx - before;
        CHECK(interrupts >= (sizes[i] + 63) / 64);
        CHECK_AT_MOST(interrupts, sizes[i] / 64 + 20); /* and ends of turns */
        many_drop(sizes[i]);
    }
}

/* The end of an EC with so many portals. */
static void passes_portals(void)
{
    if (!option("many"))
        return;
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int place;
        const uint64_t ec = server_new(0, &place);
        for (uint64_t n = 0; n < sizes[i]; n++)
            CHECK_OK(create_pt(MANY_FIRST + n, SEL_PD, ec, (uint64_t)portal_entry, 0, 0));
        const uint64_t pass = longest_pass(destroy_it, ec);
        if (option("verbose"))
            print("%lu: %lu\n", sizes[i], pass);
        CHECK_AT_MOST(pass, LONGEST);
        for (uint64_t n = 0; n < sizes[i]; n++)
            CHECK_OK(delete (MANY_FIRST + n));
    }
}

const struct test tests_passes[] = {
    { "passes_sm", passes_sm },
    { "passes_deadlines", passes_deadlines },
    { "passes_portals", passes_portals },
    { 0 },
};
