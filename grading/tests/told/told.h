/*
 * Test programs that tell the host: the tests of user/test/suite and own ones, with families, for stages 3 to 5.
 *
 * A program is a table, in which a name stands for the test of exactly that name in a group of tests:
 *
 *     const struct told_test told_tests[] = {
 *         { "grant_union", tests_grants, "names" },
 *         { "my_own", tests_mine, "pins" },
 *         { NULL, NULL, NULL },
 *     };
 *
 * The tests run in this order. The first check that fails ends the program at once, wherever it is made.
 */
#pragma once

#include "kit/kit.h"
#include "suite/suite.h"
#include "told/told_words.h"

struct told_test {
    const char *name;
    const struct test *group; /* a table that ends with a NULL name */
    const char *family;       /* when it fails, or when the run ends badly in it */
};

extern const struct told_test told_tests[];

/* From here to the end of the running test the family is this one. A string constant; in any thread. */
void told_family(const char *family);

/* The next random number: a function of the challenge, and so of the run's seed. In any thread. */
uint64_t told_random(void);

/* 0 … bound - 1 */
static inline uint64_t told_random_below(uint64_t bound)
{
    return told_random() % bound;
}

/*
 * A program may define this as true: it is for kernels that cannot take anything back yet. What its tests make stays, so there can be few of
 * them, and nobody looks whether all has been returned.
 */
bool told_bare(void);

/* A program may define this: the family of what a test has left behind, when everything that it made has ended. Otherwise: the test's. */
const char *told_left_behind(void);

/*
 * The running test, which is the last one, ends here and has passed; in any thread of any PD. Nothing is destroyed behind it: for what is to
 * be seen before a stage can reply, or can end anything.
 */
void told_enough(void) __attribute__((noreturn));

/*
 * For what is to be seen before a call can do all that belongs to it: makes a call that has to reach its server, which then calls
 * told_arrived, and the running test, the last one, has passed. It has also passed when the kernel comes to an answer of a later task
 * on the way. When the call comes back, so does this.
 */
void told_reaches(uint64_t portal, uint64_t descriptor);
void told_arrived(void) __attribute__((noreturn));

/* A program may define this: it is called before the first test, when the kit is ready. */
void told_prepare(void);
