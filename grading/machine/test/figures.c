/* Prints the figures of grading/DETERMINISM.md as measured on this host. */
#include "support.h"

#include <time.h>
#include <unistd.h>

#define LOG   GUESTS "/figures.log"
#define TRIES 9

enum { FINISH, TIMER };
static uint32_t labels[2];
static const struct machine_limits limits = { .wall_ms = 60000 };
static uint64_t stop_count;
static unsigned steps_per_stop;

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void insist(struct status status)
{
    if (status.code == STATUS_OK)
        return;
    fprintf(stderr, "%s: %s\n", status_name(status.code), status.message);
    exit(1);
}

static void record(const struct machine_config *config)
{
    struct machine *machine;
    struct machine_outcome outcome;
    insist(machine_open(&machine, config, MACHINE_RECORD));
    insist(machine_break(machine, labels[FINISH]));
    insist(machine_run(machine, &limits, &outcome));
    stop_count = outcome.count;
    insist(machine_close(machine));
}

static bool next_stop(void *context, struct machine *machine, const struct machine_outcome *stop)
{
    unsigned *left = context;
    struct machine_outcome after;
    for (unsigned i = 0; i < steps_per_stop && stop->address == labels[TIMER]; i++)
        insist(machine_step(machine, &after));
    if (*left && --*left == 0)
        insist(machine_unbreak(machine, labels[TIMER]));
    return stop->address != labels[FINISH];
}

static void replay(const struct machine_config *config, unsigned stops)
{
    uint64_t places[] = { labels[FINISH], labels[TIMER] };
    struct machine_outcome last;
    unsigned left = stops;
    insist(machine_replay(config, places, stops ? 2 : 1, &limits, next_stop, &left, &last));
    if (last.count != stop_count)
        printf("! the replay ended at %llu, the recording at %llu\n", (unsigned long long)last.count,
               (unsigned long long)stop_count);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median and range of the wall time of recording (stops < 0) or of replaying. */
static void measure(const char *what, const struct machine_config *config, int stops)
{
    double ms[TRIES];
    for (int i = 0; i < TRIES; i++) {
        double start = now_ms();
        if (stops < 0)
            record(config);
        else
            replay(config, (unsigned)stops);
        ms[i] = now_ms() - start;
    }
    qsort(ms, TRIES, sizeof ms[0], by_value);
    printf("%-52s %6.0f ms  (%.0f to %.0f)\n", what, ms[TRIES / 2], ms[0], ms[TRIES - 1]);
}

/* A guest that loops, to its limit and in the replay that shows it there: what a stuck run costs. */
static void measure_loop(void)
{
    static const struct machine_limits loop = { .instructions = 400000000 };
    const struct machine_config config = { .kernel = GUESTS "/rings.img", .cmdline = "l", .log = LOG };
    struct machine *machine;
    struct machine_outcome outcome;
    for (enum machine_mode mode = MACHINE_RECORD; mode <= MACHINE_REPLAY; mode++) {
        const double start = now_ms();
        insist(machine_open(&machine, &config, mode));
        if (mode == MACHINE_RECORD)
            insist(machine_run(machine, &loop, &outcome));
        else
            insist(machine_run_to(machine, loop.instructions, &loop, &outcome));
        insist(machine_close(machine));
        printf("a loop, %s: %.0f million instructions in a second\n", mode == MACHINE_RECORD ? "recorded" : "replayed",
               (double)loop.instructions / 1e3 / (now_ms() - start));
    }
}

int main(void)
{
    measure_loop();
    const char *image = GUESTS "/clock.img";
    read_labels(image, labels, 2);
    for (unsigned shift = 0; shift <= 4; shift += 2) {
        char what[64];
        struct machine_config config = { .kernel = image, .log = LOG, .shift = shift };
        snprintf(what, sizeof what, "shift %u: boot, record, stop, complete the log", shift);
        measure(what, &config, -1);
        printf("    (%llu instructions, 700 timer interrupts)\n", (unsigned long long)stop_count);
    }
    struct machine_config config = { .kernel = image, .log = LOG };
    config.full_bios = true;
    measure("the same at shift 0 with SeaBIOS", &config, -1);
    config.full_bios = false;
    config.no_sandbox = true;
    measure("the same at shift 0 without the sandbox", &config, -1);
    config.no_sandbox = false;
    record(&config);
    measure("replay, no stop on the way", &config, 0);
    measure("replay, 100 stops with registers", &config, 100);
    steps_per_stop = 10;
    measure("replay, 100 stops with 10 single steps each", &config, 100);
    unlink(LOG);
    return 0;
}
