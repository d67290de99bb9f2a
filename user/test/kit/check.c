#include "kit/check.h"

#include "kit/kit.h"
#include "kit/private.h"
#include "lib/print.h"

enum { KEPT = 6 }; /* failures of one test whose text is kept */

struct failure {
    const char *file, *what;
    int line;
    char kind; /* '=', '<', 's' or 'u' */
    uint64_t got, expected;
};

uint32_t checks_made, checks_failed;

static struct failure failure[KEPT];
static uint32_t failures; /* of the present test */
static uint32_t tests_run, tests_failed;

static bool note(bool good, struct failure f)
{
    __atomic_add_fetch(&checks_made, 1, __ATOMIC_RELAXED);
    if (good)
        return true;
    const uint32_t n = __atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&checks_failed, 1, __ATOMIC_RELAXED);
    if (n < KEPT)
        failure[n] = f;
    return false;
}

bool check_equal(const char *file, int line, const char *what, uint64_t got, uint64_t expected)
{
    return note(got == expected, (struct failure){ file, what, line, '=', got, expected });
}

bool check_at_most(const char *file, int line, const char *what, uint64_t got, uint64_t limit)
{
    return note(got <= limit, (struct failure){ file, what, line, '<', got, limit });
}

bool check_status(const char *file, int line, const char *what, uint64_t got, uint64_t expected)
{
    return note(got == expected, (struct failure){ file, what, line, 's', got, expected });
}

bool check_unchanged(const char *file, int line, const char *what, uint64_t changed)
{
    return note(!changed, (struct failure){ file, what, line, 'u', changed, 0 });
}

static const char *status_name(uint64_t status)
{
    static const char *const name[STATUS_COUNT] = {
        "SUCCESS",   "BAD_CALL", "BAD_CAP", "BAD_PAR", "BAD_CPU", "OCCUPIED", "CONFLICT", "NO_QUOTA",
        "NO_WINDOW", "NO_TIME",  "PINNED",  "CYCLE",   "TIMEOUT", "ABORTED",  "TOO_MANY", "ITEMS_LOST",
    };
    return status < STATUS_COUNT ? name[status] : "no status";
}

static const char *base_name(const char *path)
{
    const char *base = path;
    for (; *path; path++)
        if (*path == '/')
            base = path + 1;
    return base;
}

static void print_failure(const char *test, const struct failure *f)
{
    print("FAILED %s: %s:%d: %s: expected ", test, base_name(f->file), f->line, f->what);
    if (f->kind == 'u')
        print("nothing changed, got other%s%s%s", f->got & CHANGED_WORDS ? " words" : "",
              f->got & CHANGED_ACCOUNTS ? " accounts" : "", f->got & CHANGED_NUMBERS ? " numbers" : "");
    else if (f->kind == 's')
        print("%s, got %s", status_name(f->expected), status_name(f->got));
    else
        print("%s0x%lx (%ld), got 0x%lx (%ld)", f->kind == '<' ? "at most " : "", f->expected, (int64_t)f->expected, f->got,
              (int64_t)f->got);
    print("\n");
}

static bool begins_with(const char *text, const char *start)
{
    while (*start && *start != ' ' && *text == *start)
        text++, start++;
    return !*start || *start == ' ';
}

static void run_one(const struct test *test)
{
    struct snapshot before, after;

    if (option("verbose"))
        print("run %s\n", test->name);
    failures = 0;
    round_wait();
    snapshot_take(&before);
    kit_run(test->run);
    kit_clean();
    snapshot_take(&after);
    check_left_behind(&before, &after);
    tests_run++;
    if (!failures) {
        print("ok %s\n", test->name);
        return;
    }
    tests_failed++;
    for (uint32_t i = 0; i < failures && i < KEPT; i++)
        print_failure(test->name, &failure[i]);
    if (failures > KEPT)
        print("FAILED %s: and %u more\n", test->name, failures - KEPT);
}

void run_tests(const struct test *tests)
{
    const char *only = option("only"), *without = option("without");

    for (; tests->name; tests++)
        if ((!only || begins_with(tests->name, only)) && (!without || !begins_with(tests->name, without)))
            run_one(tests);
}

void finish(void)
{
    if (!tests_run) /* a program without tests, that only checks */
        for (uint32_t i = 0; i < failures && i < KEPT; i++)
            print_failure("check", &failure[i]);
    print("\n%u tests, %u failed; %u checks, %u failed\n", tests_run, tests_failed, checks_made, checks_failed);
    print("verdict: %s\n", checks_failed || !checks_made ? "fail" : "pass");
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}
