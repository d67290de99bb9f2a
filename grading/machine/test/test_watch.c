/* Watching on a busy host: the guest goes on while it is asked. What else comes about by chance and seldom is made here, by what
 * stands between the watcher and his questions (machine.mk: WRAPPED). */
#include "support.h"

#include <unistd.h>

#define GUEST GUESTS "/rings.img"
#define LOG   GUESTS "/test_watch.log"
#define BEAT  100000u

struct status __real_machine_count(struct machine *machine, uint64_t *count);
struct status __real_machine_seconds(struct machine *machine, uint64_t *seconds);
struct status __wrap_machine_count(struct machine *machine, uint64_t *count);
struct status __wrap_machine_seconds(struct machine *machine, uint64_t *seconds);

static uint64_t noticed_from, noticed;  /* above the first, each look finds only a little more than the one before; 0: all */
static useconds_t pause_before_seconds; /* µs, once */
static struct machine_outcome outcome;

/* As many looks as a quick host has. The guest is further by then, and its log at least as far as this says. */
struct status __wrap_machine_count(struct machine *machine, uint64_t *count)
{
    struct status status = __real_machine_count(machine, count);
    if (noticed_from && *count > noticed_from)
        *count = noticed += 10000;
    return status;
}

struct status __wrap_machine_seconds(struct machine *machine, uint64_t *seconds)
{
    usleep(pause_before_seconds);
    pause_before_seconds = 0;
    return __real_machine_seconds(machine, seconds);
}

static void record(struct machine_config config, const struct machine_limits *limits, enum machine_outcome_kind kind)
{
    struct machine *machine;
    config.kernel = GUEST;
    assert_ok(machine_open(&machine, &config, MACHINE_RECORD));
    assert_ok(machine_run(machine, limits, &outcome));
    noticed_from = 0;
    assert_outcome(outcome, kind);
    assert_ok(machine_close(machine));
}

/* The emulator completes its log once in a beat, so a log that ends within one beat behind the limit may end before the limit. */
static void a_cut_run_is_recorded_to_its_limit(void **state)
{
    (void)state;
    static const struct machine_limits limits = { .instructions = 3000000, .wall_ms = 20000 };
    noticed = noticed_from = limits.instructions;
    record((struct machine_config){ .cmdline = "l", .log = LOG }, &limits, MACHINE_OVER_LIMIT);
    assert_in_range(noticed, limits.instructions + BEAT + 1, limits.instructions + BEAT + 10000);
    assert_int_equal(outcome.count, limits.instructions);
}

/* A slow beat: as many instructions more. */
static void a_slow_beat_takes_longer(void **state)
{
    (void)state;
    static const struct machine_limits limits = { .instructions = 3000000, .wall_ms = 20000 };
    noticed = noticed_from = limits.instructions;
    record((struct machine_config){ .cmdline = "l", .log = LOG, .beat = 3 * BEAT }, &limits, MACHINE_OVER_LIMIT);
    assert_in_range(noticed, limits.instructions + 3 * BEAT + 1, limits.instructions + 3 * BEAT + 10000);
}

/* Between the two questions the guest does the rest of its work, and then waits beyond the limit. */
static void who_has_done_his_work_is_idle(void **state)
{
    (void)state;
    static const struct machine_limits limits = { .guest_seconds = 5, .wall_ms = 60000 };
    pause_before_seconds = 2000000;
    record((struct machine_config){ .cmdline = "w", .shift = 7 }, &limits, MACHINE_IDLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_run_is_recorded_to_its_limit),
        cmocka_unit_test(a_slow_beat_takes_longer),
        cmocka_unit_test(who_has_done_his_work_is_idle),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(LOG);
    return failed;
}
