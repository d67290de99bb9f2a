/* What the whole grader rests on: a run is the same run every time, and so is its replay.
 *
 * The guest (clock.asm) takes 700 timer interrupts and mixes every interrupted RIP and time-stamp
 * into a hash; one instruction or one tick of difference anywhere shows. */
#include "support.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define GUEST  GUESTS "/clock.img"
#define LOG    GUESTS "/test_determinism.log"
#define RUNS   20
#define LOADED 6 /* the last so many of them */
#define SWEEP  300

enum { FINISH, TIMER };
static uint32_t labels[2];
static const struct machine_limits limits = { .instructions = 20000000, .wall_ms = 60000 };

/* A run's whole visible result; compared as bytes. */
struct record {
    struct x86_registers registers;
    uint64_t count;
    uint64_t hash, interrupts, tsc;
    uint32_t sweep[SWEEP];
};

static void look(struct machine *machine, const struct machine_outcome *outcome, struct record *record)
{
    memset(record, 0, sizeof *record);
    record->registers = outcome->registers;
    record->count = outcome->count;
    assert_ok(machine_read_physical(machine, 0x200000, &record->hash, 24 + 4 * SWEEP));
}

static struct machine_config config_at(unsigned shift)
{
    return (struct machine_config){ .kernel = GUEST, .shift = shift, .log = LOG };
}

static void record_once(unsigned shift, struct record *record)
{
    struct machine *machine;
    struct machine_outcome outcome;
    struct machine_config config = config_at(shift);
    assert_ok(machine_open(&machine, &config, MACHINE_RECORD));
    assert_ok(machine_break(machine, labels[FINISH]));
    assert_ok(machine_run(machine, &limits, &outcome));
    assert_outcome(outcome, MACHINE_AT_STOP);
    look(machine, &outcome, record);
    assert_ok(machine_close(machine));
    assert_int_equal(record->interrupts, 400);
}

static pid_t busy_loop(void)
{
    pid_t pid = fork();
    if (pid == 0)
        for (volatile unsigned i = 0;; i++)
            ;
    return pid;
}

static void identical_runs(unsigned shift)
{
    struct record first, other;
    pid_t load[4] = { 0 };
    for (int i = 0; i < RUNS; i++) {
        for (int j = 0; i == RUNS - LOADED && j < 4; j++)
            load[j] = busy_loop();
        record_once(shift, i ? &other : &first);
        if (i && memcmp(&first, &other, sizeof first) != 0)
            print_error("run %d: count %llu, not %llu\n", i, (unsigned long long)other.count,
                        (unsigned long long)first.count);
        assert_true(i == 0 || memcmp(&first, &other, sizeof first) == 0);
    }
    for (int j = 0; j < 4; j++) {
        kill(load[j], SIGKILL);
        waitpid(load[j], NULL, 0);
    }
}

static void twenty_runs_at_shift_0(void **state)
{
    (void)state;
    identical_runs(0);
}

static void twenty_runs_at_shift_4(void **state)
{
    (void)state;
    identical_runs(4);
}

/* A deadline of n ticks strikes before instruction n of the sled: every offset, none left out. */
static void deadlines_land_exactly_at_shift_0(void **state)
{
    (void)state;
    struct record record;
    record_once(0, &record);
    for (unsigned i = 0; i < SWEEP; i++)
        assert_int_equal(record.sweep[i], i + 1);
}

/* At shift s a tick is 1/2^s of an instruction. */
static void deadlines_scale_with_the_shift(void **state)
{
    (void)state;
    struct record record;
    for (unsigned shift = 1; shift <= 4; shift++) {
        record_once(shift, &record);
        for (unsigned ticks = 1; ticks <= SWEEP; ticks++) {
            unsigned whole = ticks >> shift;
            assert_int_equal(record.sweep[ticks - 1], whole ? whole : 1);
        }
    }
}

struct stops {
    unsigned count;
    uint64_t mix;
    bool step;
};

static bool at_interrupt(void *context, struct machine *machine, const struct machine_outcome *stop)
{
    struct stops *stops = context;
    struct machine_outcome after;
    if (stop->address != labels[TIMER])
        return false;
    stops->mix = stops->mix * 1000003 + stop->count + stop->registers.rsp + stop->registers.r15;
    if (stops->step) {
        assert_ok(machine_step(machine, &after));
        assert_int_equal(after.count, stop->count + 1);
    }
    if (++stops->count == 100)
        assert_ok(machine_unbreak(machine, labels[TIMER]));
    return true;
}

/* Stops, looks and steps leave a replay what it was, to its last instruction. */
static void replays_are_the_recording(void **state)
{
    (void)state;
    struct record recorded, replayed;
    record_once(0, &recorded);
    uint64_t mix = 0;
    for (int i = 0; i < 4; i++) {
        struct machine *machine;
        struct machine_outcome outcome;
        struct machine_config config = config_at(0);
        struct stops stops = { .step = i & 1 };
        assert_ok(machine_open(&machine, &config, MACHINE_REPLAY));
        assert_ok(machine_break(machine, labels[FINISH]));
        if (i)
            assert_ok(machine_break(machine, labels[TIMER]));
        do
            assert_ok(machine_run(machine, &limits, &outcome));
        while (outcome.kind == MACHINE_AT_STOP && at_interrupt(&stops, machine, &outcome));
        assert_outcome(outcome, MACHINE_AT_STOP);
        look(machine, &outcome, &replayed);
        assert_memory_equal(&recorded, &replayed, sizeof recorded);
        assert_int_equal(stops.count, i ? 100 : 0);
        assert_true(i < 2 || stops.mix == mix);
        mix = stops.mix;
        assert_ok(machine_run(machine, &limits, &outcome));
        assert_outcome(outcome, MACHINE_END_OF_LOG);
        assert_int_equal(outcome.count, recorded.count);
        assert_ok(machine_close(machine));
    }
}

/* A place far inside is reached to the instruction, again and again. */
static void replays_stop_at_any_count(void **state)
{
    (void)state;
    struct record recorded;
    record_once(0, &recorded);
    struct x86_registers first = { 0 };
    for (int i = 0; i < 3; i++) {
        struct machine *machine;
        struct machine_outcome outcome;
        struct machine_config config = config_at(0);
        assert_ok(machine_open(&machine, &config, MACHINE_REPLAY));
        assert_ok(machine_run_to(machine, 2000000, &limits, &outcome));
        assert_outcome(outcome, MACHINE_AT_COUNT);
        assert_int_equal(outcome.count, 2000000);
        if (i)
            assert_memory_equal(&first, &outcome.registers, sizeof first);
        first = outcome.registers;
        assert_ok(machine_run_to(machine, recorded.count, &limits, &outcome));
        assert_int_equal(outcome.count, recorded.count);
        assert_memory_equal(&recorded.registers, &outcome.registers, sizeof first);
        assert_ok(machine_close(machine));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twenty_runs_at_shift_0),
        cmocka_unit_test(twenty_runs_at_shift_4),
        cmocka_unit_test(deadlines_land_exactly_at_shift_0),
        cmocka_unit_test(deadlines_scale_with_the_shift),
        cmocka_unit_test(replays_are_the_recording),
        cmocka_unit_test(replays_stop_at_any_count),
    };
    read_labels(GUEST, labels, 2);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(LOG);
    return failed;
}
