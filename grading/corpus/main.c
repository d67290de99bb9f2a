/* mutants: grades every mutant of an exercise and says which test catches which, under which family.
 *
 * Exit codes: 0 all caught, 1 some not, or the table of who catches whom is not up to date, 2 usage, 5 trouble of ours.
 */
#include "corpus/caught.h"
#include "corpus/matrix.h"

#include "machine/number.h"

#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ALL_CAUGHT = 0, SOME_NOT = 1, USAGE = 2, TROUBLE = 5, MUTANTS_MAX = 1000, JOBS_MAX = 64 };

struct options {
    const char *exercise, *kit, *build, *only;
    unsigned jobs;
    bool write;
    struct corpus corpus;
};

static const char usage[] =
    "usage: mutants --exercise N [--in-order] [--full] [--write] [--only PREFIX] [--seed S] [-j N] [--kit DIR] [--build DIR]\n"
    "\n"
    "Grades every mutant in grading/mutants/N-stage: it must lose points, and the first test that fails\n"
    "must show the mutant's own family. The test that the table grading/mutants/N-stage/caught names is tried before its turn.\n"
    "\n"
    "  --exercise N   1 or 1-entry\n"
    "  --in-order     try no test before its turn, and compare what is seen with the table\n"
    "  --full         the same with all tests of each mutant, not only up to the first failure\n"
    "  --write        the same as --in-order, and write the table\n"
    "  --only PREFIX  only mutants whose id begins with PREFIX (E05, E05-if)\n"
    "  --seed S       default 1\n"
    "  -j N           mutants at a time; default: one for each processor\n"
    "  --kit DIR      the kit's source; default: the one it was built from\n"
    "  --build DIR    the grader's build directory; default: this program's\n";

static bool read_options(struct options *o, int argc, char **argv)
{
    static const struct option names[] = {
        { "exercise", 1, 0, 'e' }, { "full", 0, 0, 'f' }, { "in-order", 0, 0, 'i' }, { "write", 0, 0, 'w' },
        { "only", 1, 0, 'o' },     { "seed", 1, 0, 's' }, { "kit", 1, 0, 'k' },      { "build", 1, 0, 'b' },
        { "help", 0, 0, 'h' },     { 0, 0, 0, 0 },
    };
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t number;
    *o = (struct options){ .only = "", .jobs = processors > 0 ? processors : 1, .corpus.seed = 1 };
    for (int c; (c = getopt_long(argc, argv, "j:h", names, NULL)) >= 0;)
        switch (c) {
        case 'e':
            o->exercise = optarg;
            break;
        case 'f':
            o->corpus.in_order = o->corpus.full = true;
            break;
        case 'i':
            o->corpus.in_order = true;
            break;
        case 'w':
            o->corpus.in_order = o->write = true;
            break;
        case 'o':
            o->only = optarg;
            break;
        case 's':
            if (!number_read(optarg, UINT64_MAX, &o->corpus.seed))
                return false;
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
            exit(0);
        default:
            return false;
        }
    return o->exercise && optind == argc && o->jobs >= 1;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct mutant *)a)->id, ((const struct mutant *)b)->id);
}

/* All patches of the folder, by id. Returns the number, or -1 after a message. */
static int read_mutants(const char *folder, const struct families *families, struct mutant *mutants)
{
    DIR *dir = opendir(folder);
    int n = 0;

    if (!dir) {
        perror(folder);
        return -1;
    }
    for (struct dirent *e; (e = readdir(dir));) {
        char path[512];
        const char *dot = strrchr(e->d_name, '.');
        if (!dot || strcmp(dot, ".patch") || n == MUTANTS_MAX)
            continue;
        snprintf(path, sizeof path, "%.250s/%.250s", folder, e->d_name);
        struct status status = mutant_read(&mutants[n++], path, families);
        if (status.code != STATUS_OK) {
            fprintf(stderr, "mutants: %s\n", status.message);
            closedir(dir);
            return -1;
        }
    }
    closedir(dir);
    qsort(mutants, n, sizeof *mutants, compare);
    return n;
}

struct tally {
    int caught, stale;
};

static void take(const struct options *o, const struct mutant *mutant, struct mutant_result *result, struct tally *tally)
{
    if (!result->done)
        snprintf(result->trouble, sizeof result->trouble, "its process has died");
    matrix_row(&o->corpus, mutant, result);
    tally->caught += mutant_caught(mutant, result);
    tally->stale += caught_is_stale(mutant, result);
}

/* A process for each, so many at a time; rows are printed in order as soon as they can be. */
static void run_all(const struct options *o, const struct mutant *mutants, struct mutant_result *results, int count,
                    struct tally *tally)
{
    int started = 0, printed = 0;
    unsigned running = 0;

    fflush(stdout); /* or the children would print the heading again */
    while (printed < count) {
        for (; started < count && running < o->jobs; started++, running++)
            if (fork() == 0) {
                mutant_run(&o->corpus, &mutants[started], &results[started]);
                _exit(0);
            }
        if (wait(NULL) > 0)
            running--;
        for (; printed < started && (results[printed].done || running == 0); printed++)
            take(o, &mutants[printed], &results[printed], tally);
    }
}

static int fail(struct status status)
{
    fprintf(stderr, "mutants: %s\n", status.message);
    return TROUBLE;
}

/* They are sorted, so those that begin with the prefix stand side by side. */
static int choose(const char *prefix, struct mutant **mutants, int count)
{
    int n = 0;

    while (count && strncmp((*mutants)->id, prefix, strlen(prefix)) < 0)
        (*mutants)++, count--;
    while (n < count && !strncmp((*mutants)[n].id, prefix, strlen(prefix)))
        n++;
    return n;
}

static struct status write_table(const struct options *o, const char *table, struct mutant *mutants, size_t count,
                                 struct mutant *run, const struct mutant_result *results, int run_count)
{
    for (int i = 0; i < run_count; i++)
        run[i].expected = mutant_caught(&run[i], &results[i]) ? results[i].first : -1;
    return caught_write(table, o->corpus.tests, mutants, count);
}

static int grade_all(const struct options *o, struct mutant *mutants, int all, const char *table)
{
    struct tally tally = { 0 };
    struct mutant *chosen = mutants;
    const int count = choose(o->only, &chosen, all);
    if (!count) {
        fprintf(stderr, "mutants: no mutant of %s has an id that begins with \"%s\"; grading/mutants/%s/ has them\n",
                o->corpus.stage, o->only, o->corpus.stage);
        return USAGE;
    }
    struct mutant_result *results =
        mmap(NULL, sizeof *results * (count + 1), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (results == MAP_FAILED)
        return fail(status_errno("memory"));
    matrix_heading(&o->corpus);
    run_all(o, chosen, results, count, &tally);
    printf("%d of %d mutants caught under their own family\n", tally.caught, count);
    if (o->write) {
        struct status status = write_table(o, table, mutants, all, chosen, results, count);
        if (status.code != STATUS_OK)
            return fail(status);
    } else if (tally.stale) {
        printf("%d of %d by another test than grading/mutants/%s/caught says: make mutants EX=%c WRITE=1\n", tally.stale, count,
               o->corpus.stage, o->corpus.stage[0]);
    }
    return count && tally.caught == count && (!o->corpus.in_order || o->write || !tally.stale) ? ALL_CAUGHT : SOME_NOT;
}

int main(int argc, char **argv)
{
    static struct mutant mutants[MUTANTS_MAX];
    struct options o;
    struct kit kit;
    struct families families;
    struct tests tests;
    char folder[600], table[700], stage[64];

    if (!read_options(&o, argc, argv)) {
        fputs(usage, stderr);
        return USAGE;
    }
    struct status status = kit_open(&kit, o.kit, o.build);
    if (status.code != STATUS_OK)
        return fail(status);
    snprintf(folder, sizeof folder, "%s/grading/tests", kit.source);
    if ((status = kit_stage(folder, o.exercise, stage, sizeof stage)).code != STATUS_OK) {
        fail(status);
        return status.code == STATUS_REFUSED ? USAGE : TROUBLE;
    }
    snprintf(folder, sizeof folder, "%s/grading/families", kit.source);
    if ((status = families_load(&families, folder, stage)).code != STATUS_OK)
        return fail(status);
    snprintf(folder, sizeof folder, "%s/grading/tests", kit.source);
    if ((status = tests_load(&tests, folder, stage, &families)).code != STATUS_OK)
        return fail(status);
    if (tests.count > MUTANT_TESTS)
        return fail(status_error(STATUS_MISUSE, "more than %d tests: raise MUTANT_TESTS", MUTANT_TESTS));

    o.corpus.kit = &kit, o.corpus.tests = &tests, o.corpus.stage = stage;
    snprintf(folder, sizeof folder, "%s/grading/mutants/%s", kit.source, stage);
    int count = read_mutants(folder, &families, mutants);
    if (count < 0)
        return TROUBLE;
    snprintf(table, sizeof table, "%s/caught", folder);
    if ((status = caught_read(table, &tests, mutants, count)).code != STATUS_OK)
        return fail(status);
    return grade_all(&o, mutants, count, table);
}
