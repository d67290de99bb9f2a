/* Scheduling tests: see run.h. One worker: worker.c. */
#include "run.h"

#include "worker.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ATTEMPTS = 2 };
enum progress { WAITING, RUNNING, DONE };

struct run {
    const struct run_input *input;
    const struct run_events *events;
    struct verdict *verdicts;
    struct worker *worker; /* one for each test; running ones are started */
    enum progress *progress;
    unsigned *attempts;
    size_t running, finished;
    size_t reported; /* verdicts below this index have been handed out */
    struct status trouble;
};

static size_t index_of(const struct tests *tests, const char *id)
{
    size_t i = 0;
    while (strcmp(tests->test[i].id, id) != 0)
        i++;
    return i;
}

/* Hands out what has become the next in order. */
static void report(struct run *run)
{
    const struct run_input *input = run->input;
    for (; run->reported < input->tests->count; run->reported++) {
        size_t i = run->reported;
        if (!input->selected[i])
            continue;
        if (run->progress[i] != DONE)
            return;
        run->events->verdict(run->events->context, i, &run->verdicts[i]);
    }
}

static void finish(struct run *run, size_t index)
{
    run->progress[index] = DONE;
    run->finished++;
    report(run);
}

/* Whether a test may start; settles it when something it presupposes has not passed. */
static bool ready(struct run *run, size_t index)
{
    struct verdict *verdict = &run->verdicts[index];
    for (const char **id = run->input->tests->test[index].presupposes; *id; id++) {
        size_t other = index_of(run->input->tests, *id);
        if (run->progress[other] != DONE)
            return false;
        if (run->verdicts[other].kind != VERDICT_PASSED) {
            *verdict = (struct verdict){ .kind = VERDICT_NOT_RUN };
            snprintf(verdict->seen, sizeof verdict->seen, "%s", *id);
            finish(run, index);
            return false;
        }
    }
    return true;
}

static void start(struct run *run, size_t index)
{
    struct status status = worker_start(&run->worker[index], run->input, index, run->attempts[index]++);
    if (status.code != STATUS_OK) {
        run->trouble = status;
        return;
    }
    run->progress[index] = RUNNING;
    run->running++;
}

static void start_what_can(struct run *run)
{
    for (size_t i = 0; i < run->input->tests->count; i++) {
        if (run->running >= run->input->jobs || run->trouble.code != STATUS_OK)
            return;
        if (run->input->selected[i] && run->progress[i] == WAITING && ready(run, i))
            start(run, i);
    }
}

static void settle(struct run *run, size_t index)
{
    struct verdict *verdict = &run->verdicts[index];
    worker_end(&run->worker[index], verdict);
    run->running--;
    if (verdict->kind != VERDICT_TROUBLE) {
        finish(run, index);
    } else if (run->attempts[index] < ATTEMPTS) {
        run->progress[index] = WAITING;
    } else {
        run->trouble = status_error(STATUS_SYSTEM, "%s: %.200s", run->input->tests->test[index].id, verdict->seen);
    }
}

/* Waits until a worker has something to say, or for a tenth of a second. */
static void wait_for_some(struct run *run)
{
    struct pollfd fds[64];
    size_t which[64], count = 0;
    for (size_t i = 0; i < run->input->tests->count && count < 64; i++)
        if (run->progress[i] == RUNNING) {
            which[count] = i;
            fds[count++] = (struct pollfd){ .fd = run->worker[i].fd, .events = POLLIN };
        }
    if (poll(fds, count, 100) < 0 && errno != EINTR)
        run->trouble = status_errno("poll");
    for (size_t k = 0; k < count; k++)
        if (worker_read(&run->worker[which[k]]))
            settle(run, which[k]);
}

static void loop(struct run *run)
{
    for (;;) {
        if (*run->input->interrupted)
            run->trouble = status_error(STATUS_SYSTEM, "interrupted");
        if (run->trouble.code == STATUS_OK)
            start_what_can(run);
        if (!run->running || run->trouble.code != STATUS_OK)
            break;
        run->events->progress(run->events->context, run->finished, run->running);
        wait_for_some(run);
    }
    for (size_t i = 0; i < run->input->tests->count; i++)
        if (run->progress[i] == RUNNING)
            worker_kill(&run->worker[i]);
}

struct status run_tests(const struct run_input *input, struct verdict *verdicts, const struct run_events *events)
{
    size_t count = input->tests->count;
    char path[128];
    struct run run = { .input = input, .events = events, .verdicts = verdicts };
    run.worker = calloc(count, sizeof *run.worker);
    run.progress = calloc(count, sizeof *run.progress);
    run.attempts = calloc(count, sizeof *run.attempts);
    snprintf(path, sizeof path, "%s/tests", input->dir->path);
    if (!run.worker || !run.progress || !run.attempts)
        run.trouble = status_errno("memory");
    else if (mkdir(path, 0755) < 0)
        run.trouble = status_errno(path);
    else
        loop(&run);
    free(run.worker);
    free(run.progress);
    free(run.attempts);
    return run.trouble;
}
