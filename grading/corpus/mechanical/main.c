/* mechanical: changes the answers of a stage by rule and chance, and grades each change to its first failed test.
 *
 * Exit codes: 0 enough are killed and each survivor has been judged, 1 not so, 2 usage, 5 trouble of ours.
 */
#include "corpus/mechanical/change.h"
#include "corpus/mechanical/judged.h"
#include "corpus/mutant.h"

#include "grader/build.h"
#include "machine/number.h"
#include "machine/sandbox.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GOOD = 0, NOT_GOOD = 1, USAGE = 2, TROUBLE = 5, COUNT_MAX = 10000, JOBS_MAX = 64, RATE = 95 };

static const char usage[] =
    "usage: mechanical --exercise N --count N [--seed S] [-j N] [--list] [--kit DIR] [--build DIR]\n"
    "\n"
    "Makes small changes to the answers of a stage and grades each to its first failed test. A change that does not\n"
    "compile, or gives the same kernel, is not counted. 95 of 100 must be killed, and each survivor must be in\n"
    "grading/mutants/N-stage/survivors with the reason why no test can tell.\n"
    "\n"
    "  --count N    so many that count, up to 10000\n"
    "  --seed S     which ones; default 1\n"
    "  --list       print all possible changes instead\n"
    "  -j N         changes at a time; default: one for each processor\n"
    "  --kit DIR    the kit's source; default: the one it was built from\n"
    "  --build DIR  the grader's build directory; default: this program's\n";

struct options {
    const char *exercise, *kit, *build;
    uint64_t count;
    unsigned jobs;
    bool list;
    struct corpus corpus;
};

struct tally {
    unsigned long counted, killed, judged, no_bugs, not_built, same;
};

static bool read_options(struct options *o, int argc, char **argv)
{
    static const struct option names[] = {
        { "exercise", 1, 0, 'e' }, { "count", 1, 0, 'c' }, { "seed", 1, 0, 's' }, { "list", 0, 0, 'l' },
        { "kit", 1, 0, 'k' },      { "build", 1, 0, 'b' }, { "help", 0, 0, 'h' }, { 0, 0, 0, 0 },
    };
    uint64_t number;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    *o = (struct options){ .jobs = processors > 0 ? processors : 1, .corpus.seed = 1 };
    for (int c; (c = getopt_long(argc, argv, "j:h", names, NULL)) >= 0;)
        switch (c) {
        case 'e':
            o->exercise = optarg;
            break;
        case 'c':
            if (!number_read(optarg, COUNT_MAX, &o->count))
                return false;
            break;
        case 's':
            if (!number_read(optarg, UINT64_MAX, &o->corpus.seed))
                return false;
            break;
        case 'l':
            o->list = true;
            break;
        case 'k':
            o->kit = optarg;
            break;
        case 'b':
            o->build = optarg;
            break;
        case 'j':
            if (!number_read(optarg, JOBS_MAX, &number))
                return false;
            o->jobs = (unsigned)number;
            break;
        case 'h':
            fputs(usage, stdout);
            exit(GOOD);
        default:
            return false;
        }
    return o->exercise && (o->count || o->list) && optind == argc && o->jobs >= 1 && o->jobs <= JOBS_MAX;
}

/* ---- Running ---- */

static bool counts(const struct mutant_result *result)
{
    return result->built && !result->same;
}

/* A file of ring 3 is not in the kernel, so the kernel says nothing about it. */
static void grade(const struct corpus *corpus, const struct change *change, struct mutant_result *result)
{
    struct corpus own = *corpus;
    if (strchr(change->file, '/'))
        own.reference = NULL;
    mutant_grade(&own, &(struct mutant_change){ change_make, change }, result);
}

/* One that ends without a result has died. False when the grader is in trouble, which is no verdict about anybody. */
static bool take(const struct change *change, struct mutant_result *result, const struct judged *judged, const char *folder,
                 struct tally *tally)
{
    if (!result->done)
        snprintf(result->trouble, sizeof result->trouble, "its process has died");
    tally->not_built += result->done && !result->built;
    tally->same += result->same;
    if (result->done && !counts(result))
        return true;
    if (result->trouble[0]) {
        fprintf(stderr, "mechanical: %s:%u: %s\n", change->file, change->line, result->trouble);
        return false;
    }
    const enum judgement known = result->first < 0 ? judged_as(judged, change) : NOT_JUDGED;
    tally->counted++;
    tally->killed += result->first >= 0;
    tally->judged += known != NOT_JUDGED;
    tally->no_bugs += known == JUDGED_NO_BUG;
    if (result->first < 0) {
        printf("%s ", known == JUDGED_NO_BUG ? "survived, no bug:" : known ? "survived, judged:" : "SURVIVED:");
        change_print(change, folder);
        fflush(stdout);
    }
    return true;
}

/* Starts one after the other as long as it is sure that each is among the first `count` that count. Without parallel runs and
 * with them these are the same. */
static bool run_all(const struct options *o, const struct changes *changes, const struct judged *judged, const char *folder,
                    struct tally *tally)
{
    size_t size = sizeof(struct mutant_result) * (changes->count + 1), started = 0, taken = 0;
    struct mutant_result *results = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool good = results != MAP_FAILED;
    unsigned running = 0;

    while (good) {
        size_t counted = running;
        for (size_t i = 0; i < started; i++)
            counted += results[i].done && counts(&results[i]);
        for (; running < o->jobs && started < changes->count && counted < o->count; running++, counted++) {
            if (fork() == 0) {
                grade(&o->corpus, &changes->list[started], &results[started]);
                _exit(0);
            }
            started++;
        }
        if (running && wait(NULL) > 0)
            running--;
        for (; good && taken < started && (results[taken].done || !running); taken++)
            good = take(&changes->list[taken], &results[taken], judged, folder, tally);
        if (!running && (started == changes->count || tally->counted == o->count))
            break;
    }
    while (running && wait(NULL) > 0)
        running--;
    if (results != MAP_FAILED)
        munmap(results, size);
    return good;
}

static int say(const struct options *o, const struct tally *t)
{
    unsigned long missed = t->counted - t->killed, bugs = t->counted - t->no_bugs;
    if (t->counted < o->count)
        printf("only %lu changes count: there are no more\n", t->counted);
    printf("%lu of %lu mechanical mutants of %s killed (%.1f %%), %lu survived, of which %lu are judged; seed %llu; not counted: "
           "%lu that do not compile, %lu that make the same kernel\n",
           t->killed, t->counted, o->corpus.stage, t->counted ? 100.0 * t->killed / t->counted : 0.0, missed, t->judged,
           (unsigned long long)o->corpus.seed, t->not_built, t->same);
    if (t->no_bugs)
        printf("%lu of them are judged to be no bugs: %lu of %lu bugs killed (%.1f %%)\n", t->no_bugs, t->killed, bugs,
               bugs ? 100.0 * t->killed / bugs : 0.0);
    return t->counted && t->judged == missed && 100 * t->killed >= RATE * bugs ? GOOD : NOT_GOOD;
}

/* ---- Beginning ---- */

static int fail(struct status status)
{
    fprintf(stderr, "mechanical: %s\n", status.message);
    return TROUBLE;
}

/* Everything that changes are compared with: the reference's kernel. */
static int compare_and_run(struct options *o, const struct changes *changes, const char *folder)
{
    struct workdir dir = { 0 };
    struct build build = { 0 };
    struct tally tally = { 0 };
    char path[700];
    int result = TROUBLE;

    snprintf(path, sizeof path, "%s/grading/mutants/%s/survivors", o->corpus.kit->source, o->corpus.stage);
    struct judged *judged = judged_read(path);
    if (!judged)
        return TROUBLE;
    struct status status = workdir_make(&dir, SANDBOX_NOBODY);
    if (status.code == STATUS_OK) {
        status = mutant_build(&o->corpus, &(struct mutant_change){ 0 }, &dir, &build);
        o->corpus.reference = build.kernel.boot;
        fflush(stdout);
        if (status.code != STATUS_OK)
            fail(status);
        else if (run_all(o, changes, judged, folder, &tally))
            result = say(o, &tally);
        workdir_remove(&dir);
    }
    build_free(&build);
    judged_free(judged);
    return result;
}

static struct status open_all(struct options *o, struct kit *kit, struct families *families, struct tests *tests, char *stage,
                              size_t size)
{
    char folder[600];
    struct status status = kit_open(kit, o->kit, o->build);
    if (status.code != STATUS_OK)
        return status;
    snprintf(folder, sizeof folder, "%s/grading/tests", kit->source);
    if ((status = kit_stage(folder, o->exercise, stage, size)).code != STATUS_OK)
        return status;
    snprintf(folder, sizeof folder, "%s/grading/families", kit->source);
    if ((status = families_load(families, folder, stage)).code != STATUS_OK)
        return status;
    snprintf(folder, sizeof folder, "%s/grading/tests", kit->source);
    if ((status = tests_load(tests, folder, stage, families)).code != STATUS_OK)
        return status;
    if (tests->count > MUTANT_TESTS)
        return status_error(STATUS_MISUSE, "more than %d tests: raise MUTANT_TESTS", MUTANT_TESTS);
    return status_ok();
}

int main(int argc, char **argv)
{
    struct options o;
    struct kit kit;
    struct families families;
    struct tests tests;
    struct changes changes = { 0 };
    char stage[64], folder[600];
    int result = GOOD;

    if (!read_options(&o, argc, argv)) {
        fputs(usage, stderr);
        return USAGE;
    }
    struct status status = open_all(&o, &kit, &families, &tests, stage, sizeof stage);
    if (status.code != STATUS_OK)
        return fail(status);
    o.corpus.kit = &kit, o.corpus.tests = &tests, o.corpus.stage = stage;
    snprintf(folder, sizeof folder, "%s/solutions/%s", kit.source, stage);
    if ((status = changes_read(&changes, folder)).code != STATUS_OK)
        return fail(status);
    if (o.list) {
        for (size_t i = 0; i < changes.count; i++)
            change_print(&changes.list[i], folder);
    } else {
        changes_shuffle(&changes, o.corpus.seed);
        result = compare_and_run(&o, &changes, folder);
    }
    free(changes.list);
    kit_close(&kit);
    return result;
}
