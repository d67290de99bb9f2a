/*
 * In place of kit/check.c: nothing is printed. What is to be told stands in `told`, and each check passes a place where the host may
 * have stopped.
 */
#include "told/told.h"

#include <stddef.h>

#include "kit/private.h"

void told_check(uint64_t got, uint64_t expected, uint64_t kind, uint64_t ticket, const char *file, const char *what);
void told_begins(uint64_t index, const char *family);
void told_ends(uint64_t index, uint64_t checks);
void told_end(void) __attribute__((noreturn));
void told_failure(const char *file, int line, const char *what, uint64_t kind, uint64_t got, uint64_t expected);
void main(const void *given);

_Static_assert(offsetof(struct told, family) == 24 && TOLD_DOORS == 1024 && TOLD_DOOR_BYTES == 4, "places.asm has these numbers");

/* Not all zero, so that it lies in the file, where the host patches the challenge. */
struct told told = { .challenge = 1 };

uint32_t checks_made, checks_failed;

/* For the host: what a status is called. */
const uint64_t told_status_count = STATUS_COUNT;
const char *const told_status[STATUS_COUNT] = {
    "SUCCESS",   "BAD_CALL", "BAD_CAP", "BAD_PAR", "BAD_CPU", "OCCUPIED", "CONFLICT", "NO_QUOTA",
    "NO_WINDOW", "NO_TIME",  "PINNED",  "CYCLE",   "TIMEOUT", "ABORTED",  "TOO_MANY", "ITEMS_LOST",
};

/* ---- Random numbers ---- */

/* splitmix64, as the host's (probes/session.c). */
uint64_t told_random(void)
{
    static uint64_t steps;
    uint64_t z = told.challenge + 0x9e3779b97f4a7c15 * __atomic_add_fetch(&steps, 1, __ATOMIC_RELAXED);

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* ---- Checks ---- */

/*
 * Only one check can be the first; another one that fails at the same moment goes on for some instructions. A function of its own: the host
 * stops where it begins, whatever the state says. It begins the last page of the program's code, in which only it and the host's other
 * stops (places.asm) lie: a replay executes a page that has stops one instruction at a time, and `syscall` lies nearby.
 */
__attribute__((noipa, section(".text.stops"), aligned(4096))) void told_failure(const char *file, int line, const char *what,
                                                                                uint64_t kind, uint64_t got, uint64_t expected)
{
    uint64_t running = TOLD_RUNNING;

    if (!__atomic_compare_exchange_n(&told.state, &running, TOLD_FAILED, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        return;
    told.file = (uint64_t)file;
    told.line = (uint64_t)line;
    told.what = (uint64_t)what;
    told.kind = kind;
    told.got = got;
    told.expected = expected;
    told_end();
}

/* In each of these, which have a frame pointer (told.mk) and are not called by copies of their code: so the host finds on the stack
 * where a check stands. */
#define WAY __attribute__((noipa))

static inline __attribute__((always_inline)) bool note(bool good, const char *file, int line, const char *what, uint64_t kind,
                                                       uint64_t got, uint64_t expected)
{
    const uint64_t ticket = __atomic_fetch_add(&told.checks, 1, __ATOMIC_SEQ_CST);

    told_check(got, expected, kind, ticket, file, what);
    if (!good)
        told_failure(file, line, what, kind, got, expected);
    return good;
}

WAY bool check_equal(const char *file, int line, const char *what, uint64_t got, uint64_t expected)
{
    return note(got == expected, file, line, what, '=', got, expected);
}

WAY bool check_at_most(const char *file, int line, const char *what, uint64_t got, uint64_t limit)
{
    return note(got <= limit, file, line, what, '<', got, limit);
}

WAY bool check_status(const char *file, int line, const char *what, uint64_t got, uint64_t expected)
{
    return note(got == expected, file, line, what, 's', got, expected);
}

WAY bool check_unchanged(const char *file, int line, const char *what, uint64_t changed)
{
    return note(!changed, file, line, what, 'u', changed, 0);
}

/* The kit asks for this when root faults outside of a test, behind a check that has failed. */
void finish(void)
{
    told_end();
}

/* ---- Tests ---- */

static bool same(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static const struct test *find(const struct told_test *line)
{
    for (const struct test *t = line->group; t->name; t++)
        if (same(t->name, line->name))
            return t;
    told.what = (uint64_t)line->name;
    told.state = TOLD_UNKNOWN;
    told_end();
}

/* As kit/check.c: everything that the test has made is destroyed, and the accounts have to be what they were. */
static void run_one(void (*run)(void))
{
    struct snapshot before, after;

    round_wait();
    if (told_bare()) {
        kit_run(run);
        return;
    }
    snapshot_take(&before);
    kit_run(run);
    kit_clean();
    snapshot_take(&after);
    if (told_left_behind())
        told_family(told_left_behind());
    check_left_behind(&before, &after);
}

__attribute__((weak)) bool told_bare(void)
{
    return false;
}

__attribute__((weak)) const char *told_left_behind(void)
{
    return NULL;
}

void told_enough(void)
{
    told_ends(told.index, told.checks);
    told.state = TOLD_PASSED;
    told_end();
}

void told_reaches(uint64_t portal, uint64_t descriptor)
{
    told_ends(told.index, told.checks);
    told.state = TOLD_REACHES;
    portal_call(portal, descriptor);
    told.state = TOLD_RUNNING;
}

void told_arrived(void)
{
    told.state = TOLD_PASSED;
    told_end();
}

__attribute__((weak)) void told_prepare(void)
{
}

void main(const void *given)
{
    told.index = ~0ull;
    told_family(told_tests[0].family);
    for (const struct told_test *line = told_tests; line->name; line++)
        find(line);
    (told_bare() ? kit_init_bare : kit_init)(given);
    told_prepare();
    for (uint64_t i = 0; told_tests[i].name; i++) {
        told.index = i;
        told_begins(i, told_tests[i].family);
        run_one(find(&told_tests[i])->run);
        told_ends(i, told.checks);
    }
    told.state = TOLD_PASSED;
    told_end();
}
