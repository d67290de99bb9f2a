/*
 * Tests and their checks. A test is a function; it fails when one of its checks does, and goes on, so that one run shows all that
 * is wrong. Checks may be made in any thread of any PD, because all share the program's data; the lines are printed by root.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct test {
    const char *name;
    void (*run)(void);
};

#define CHECK(condition) check_equal(__FILE__, __LINE__, #condition, (condition) ? 1 : 0, 1)

/* got and expected are evaluated once. */
#define CHECK_EQ(got, expected)   check_equal(__FILE__, __LINE__, #got, (uint64_t)(got), (uint64_t)(expected))
#define CHECK_AT_MOST(got, limit) check_at_most(__FILE__, __LINE__, #got, (uint64_t)(got), (uint64_t)(limit))

/* The same where the text of `got` would not tell which it is, as in a loop: what is a string constant that does. */
#define CHECK_NAMED(what, got, expected) check_equal(__FILE__, __LINE__, what, (uint64_t)(got), (uint64_t)(expected))

/* A call's status alone, and status and rdx together. */
#define CHECK_STATUS(call, status)        check_status(__FILE__, __LINE__, #call, (call).rax, status)
#define CHECK_RESULT(call, status, value) check_result(__FILE__, __LINE__, #call, (call), (status), (value))

/* Not by way of CHECK_STATUS, which would write the macros in it out: a report shows the call as it stands in the source. */
#define CHECK_OK(call) check_status(__FILE__, __LINE__, #call, (call).rax, SUCCESS)

/* A status that somebody has kept: told by its name, as CHECK_STATUS does. */
#define CHECK_IS(got, status) check_status(__FILE__, __LINE__, #got, (uint64_t)(got), (uint64_t)(status))

struct syscall_result;

bool check_equal(const char *file, int line, const char *what, uint64_t got, uint64_t expected);
bool check_at_most(const char *file, int line, const char *what, uint64_t got, uint64_t limit);
bool check_status(const char *file, int line, const char *what, uint64_t got, uint64_t expected);

/* A refused call has changed nothing. changed: what has, CHANGED_… */
bool check_unchanged(const char *file, int line, const char *what, uint64_t changed);

#define CHANGED_WORDS    1u /* of the caller's UTCB */
#define CHANGED_ACCOUNTS 2u /* quota, pages, cells of a PD */
#define CHANGED_NUMBERS  4u /* what a number names, its rights, its pins */

#define check_result(file, line, what, call, status, value)                                                                      \
    ({                                                                                                                           \
        const struct syscall_result check_r = (call);                                                                            \
        check_status(file, line, what, check_r.rax, status) && check_equal(file, line, what " rdx", check_r.rdx, (value));       \
    })

/* How many checks have been made, and how many of them failed, since the program began. */
extern uint32_t checks_made, checks_failed;

/*
 * Runs the tests of a table that ends with a NULL name and prints a line for each: those whose name begins with the program's
 * option only=, and not with without=. After each, everything the test made is destroyed, and the accounts have to be what they
 * were before it.
 */
void run_tests(const struct test *tests);

/* The last two lines: a summary, and the verdict that the scripts wait for. Does not return. */
void finish(void) __attribute__((noreturn));
