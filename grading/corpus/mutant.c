#include "corpus/mutant.h"

#include "grader/build.h"
#include "grader/run.h"
#include "grader/submission.h"
#include "machine/sandbox.h"
#include "machine/workdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KERNEL_MAX (16u << 20)

static void take(const char *line, const char *key, char *value, size_t size)
{
    size_t n = strlen(key);
    if (!strncmp(line, key, n))
        snprintf(value, size, "%.*s", (int)strcspn(line + n, "\r\n"), line + n);
}

struct status mutant_read(struct mutant *mutant, const char *path, const struct families *families)
{
    char line[512];
    FILE *file = fopen(path, "r");
    const char *name = strrchr(path, '/') + 1;

    *mutant = (struct mutant){ .expected = -1 };
    snprintf(mutant->path, sizeof mutant->path, "%s", path);
    if (!file)
        return status_errno(path);
    while (fgets(line, sizeof line, file) && line[0] != '\n') {
        take(line, "id: ", mutant->id, sizeof mutant->id);
        take(line, "what: ", mutant->what, sizeof mutant->what);
        take(line, "family: ", mutant->family, sizeof mutant->family);
    }
    fclose(file);
    if (strncmp(mutant->id, name, strlen(mutant->id)) || strcmp(name + strlen(mutant->id), ".patch"))
        return status_error(STATUS_MISUSE, "%s: its id is \"%s\", not the file's name", name, mutant->id);
    if (!mutant->what[0])
        return status_error(STATUS_MISUSE, "%s: no line \"what: …\" in the header", name);
    if (!families_find(families, mutant->family))
        return status_error(STATUS_MISUSE, "%s: the family \"%s\" does not exist", name, mutant->family);
    return status_ok();
}

bool mutant_caught(const struct mutant *mutant, const struct mutant_result *result)
{
    return !result->trouble[0] && result->first >= 0 && !strcmp(result->family, mutant->family);
}

/* ---- From the patch to a kernel ---- */

/* Runs one of the host's own tools on the kit's own files. */
static struct status run_tool(const char *const argv[])
{
    int result = 0;
    pid_t pid = fork();
    if (pid < 0)
        return status_errno("fork");
    if (pid == 0) {
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    if (waitpid(pid, &result, 0) < 0)
        return status_errno("waitpid");
    if (!WIFEXITED(result) || WEXITSTATUS(result) != 0)
        return status_error(STATUS_SYSTEM, "%s %s: failed%s", argv[0], argv[1],
                            WIFEXITED(result) && WEXITSTATUS(result) == 127 ? " (is it installed?)" : "");
    return status_ok();
}

static struct status copy_reference(const struct corpus *corpus, const char *folder)
{
    char from[600];
    snprintf(from, sizeof from, "%.500s/solutions/%.60s", corpus->kit->source, corpus->stage);
    const char *copy[] = { "cp", "-r", "--", from, folder, NULL };
    return run_tool(copy);
}

/* Fuzz is not allowed: a patch that no longer fits is to be made again. */
static struct status apply_patch(const char *folder, const void *path)
{
    const char *patch[] = { "patch", "--silent", "--fuzz=0", "--no-backup-if-mismatch", "-p3", "-d", folder, "-i", path, NULL };
    return run_tool(patch);
}

struct status mutant_build(const struct corpus *corpus, const struct mutant_change *change, const struct workdir *dir,
                           struct build *build)
{
    char folder[160];
    struct submission submission = { 0 };
    const struct build_input input = {
        .kit = corpus->kit, .submission = &submission, .stage = corpus->stage, .dir = dir, .jobs = 1
    };

    snprintf(folder, sizeof folder, "%s/source", dir->path);
    struct status status = copy_reference(corpus, folder);
    if (status.code == STATUS_OK && change->make)
        status = change->make(folder, change->what);
    if (status.code == STATUS_OK)
        status = submission_read(&submission, folder, corpus->stage);
    if (status.code == STATUS_OK)
        status = build_kernel(build, &input);
    if (status.code == STATUS_OK && !build->good)
        status = status_error(STATUS_MISUSE, "does not build: %.200s", build->messages ? build->messages : "");
    submission_free(&submission);
    return status;
}

/* ---- Verdicts ---- */

struct progress {
    const struct corpus *corpus;
    struct mutant_result *result;
    volatile bool enough;
};

static void on_verdict(void *context, size_t index, const struct verdict *verdict)
{
    struct progress *p = context;
    struct mutant_result *r = p->result;

    r->run[index] = true;
    r->kind[index] = verdict->kind;
    if (verdict->kind == VERDICT_PASSED)
        r->points += p->corpus->tests->test[index].points;
    if (verdict->kind != VERDICT_FAILED || r->first >= 0)
        return;
    r->first = (int)index;
    snprintf(r->family, sizeof r->family, "%s", verdict->family);
    p->enough = !p->corpus->full;
}

static void on_progress(void *context, size_t finished, size_t running)
{
    (void)context, (void)finished, (void)running;
}

static struct status run(const struct corpus *corpus, const struct tests *tests, const bool *selected, const struct build *build,
                         const struct workdir *dir, struct progress *progress)
{
    struct verdict *verdicts = calloc(tests->count, sizeof *verdicts);
    char programs[600];
    const struct run_events events = { on_verdict, on_progress, progress };

    if (!verdicts)
        return status_errno("memory");
    snprintf(programs, sizeof programs, "%s/tests", corpus->kit->build);
    const struct run_input input = {
        .tests = tests,
        .selected = selected,
        .build = build,
        .stage = corpus->stage,
        .programs = { programs, NULL },
        .dir = dir,
        .seed = corpus->seed,
        .jobs = 1,
        .interrupted = &progress->enough,
    };
    struct status status = run_tests(&input, verdicts, &events);
    free(verdicts);
    return progress->enough ? status_ok() : status;
}

static struct status run_in_order(const struct corpus *corpus, const struct build *build, const struct workdir *dir,
                                  struct mutant_result *result)
{
    bool selected[MUTANT_TESTS];
    struct progress progress = { corpus, result, false };

    memset(selected, true, sizeof selected);
    return run(corpus, corpus->tests, selected, build, dir, &progress);
}

/* What a run has left would be in the next one's way. */
static struct status put_away(const struct workdir *dir)
{
    char tests[160], away[160];
    snprintf(tests, sizeof tests, "%s/tests", dir->path);
    snprintf(away, sizeof away, "%s/tests.expected", dir->path);
    return rename(tests, away) < 0 ? status_errno(tests) : status_ok();
}

/* The one test, without what it presupposes: the full matrix has shown that it passes. */
static struct status run_expected(const struct corpus *corpus, int expected, const struct build *build, const struct workdir *dir,
                                  struct mutant_result *result)
{
    static const char *nothing[] = { NULL };
    struct test test[MUTANT_TESTS];
    bool selected[MUTANT_TESTS] = { false };
    struct progress progress = { corpus, result, false };

    memcpy(test, corpus->tests->test, sizeof *test * corpus->tests->count);
    test[expected].presupposes = nothing;
    selected[expected] = true;
    return run(corpus, &(struct tests){ .test = test, .count = corpus->tests->count }, selected, build, dir, &progress);
}

/* A test that does not do what is expected of it may be in trouble, too: it gets its turn again. */
static struct status run_tests_of(const struct corpus *corpus, const struct mutant *mutant, const struct build *build,
                                  const struct workdir *dir, struct mutant_result *result)
{
    struct status status = status_ok();

    if (mutant && mutant->expected >= 0 && !corpus->in_order && !corpus->full) {
        run_expected(corpus, mutant->expected, build, dir, result);
        if (result->first >= 0 && !strcmp(result->family, mutant->family))
            return status;
        *result = (struct mutant_result){ .built = true, .first = -1 };
        status = put_away(dir);
    }
    return status.code == STATUS_OK ? run_in_order(corpus, build, dir, result) : status;
}

/* Whether the kernel has the very bytes that corpus->reference has: then there is nothing to be found out. */
static bool same_kernel(const struct corpus *corpus, const struct build *build)
{
    char *mine = NULL, *other = NULL;
    size_t length = 0, other_length = 0;
    bool same = corpus->reference && read_capped(build->kernel.boot, KERNEL_MAX, &mine, &length).code == STATUS_OK &&
                read_capped(corpus->reference, KERNEL_MAX, &other, &other_length).code == STATUS_OK && length == other_length &&
                !memcmp(mine, other, length);
    free(mine);
    free(other);
    return same;
}

static void grade(const struct corpus *corpus, const struct mutant_change *change, const struct mutant *mutant,
                  struct mutant_result *result)
{
    struct workdir dir = { 0 };
    struct build build = { 0 };

    result->first = -1;
    struct status status = workdir_make(&dir, SANDBOX_NOBODY);
    if (status.code == STATUS_OK) {
        status = mutant_build(corpus, change, &dir, &build);
        result->built = build.good;
        result->same = build.good && same_kernel(corpus, &build);
        if (status.code == STATUS_OK && !result->same)
            status = run_tests_of(corpus, mutant, &build, &dir, result);
        workdir_remove(&dir);
    }
    build_free(&build);
    snprintf(result->trouble, sizeof result->trouble, "%s", status.message);
    result->done = true;
}

void mutant_grade(const struct corpus *corpus, const struct mutant_change *change, struct mutant_result *result)
{
    grade(corpus, change, NULL, result);
}

void mutant_run(const struct corpus *corpus, const struct mutant *mutant, struct mutant_result *result)
{
    grade(corpus, &(struct mutant_change){ apply_patch, mutant->path }, mutant, result);
}
