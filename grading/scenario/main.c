/* scenario: boots the system as a file says, and compares what it says with what the file expects. */
#include "judge.h"
#include "run.h"
#include "scenario.h"

#include "machine/number.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PASSED = 0, FAILED = 1, TROUBLE = 2, USAGE = 64, SHIFT_DEFAULT = 4 };

static const char usage_text[] =
    "usage: scenario --kernel FILE --programs DIR [OPTION...] SCENARIO.json...\n"
    "       scenario --list SCENARIO.json...\n"
    "\n"
    "  --kernel FILE    a kernel that QEMU can load\n"
    "  --programs DIR   where PROGRAM.elf of each program is\n"
    "  --cmdline TEXT   for the kernel\n"
    "  --shift N        an instruction lasts 2^N ns of guest time, 0 to 7 (default 4)\n"
    "  --step N         only this step of each scenario\n"
    "  --output         print all that the system said, also when it was right\n"
    "  --list           print what the scenarios show, run nothing\n"
    "\n"
    "exit codes   0 all passed   1 some failed   2 could not be run   64 wrong usage or a wrong file\n";

struct options {
    struct system_files system;
    uint64_t step;
    bool output, list;
};

static int usage(const char *wrong)
{
    fprintf(stderr, "scenario: %s\n\n%s", wrong, usage_text);
    return USAGE;
}

/* Returns a code to exit with, or -1 to go on. */
static int options_read(struct options *o, int argc, char **argv)
{
    static const struct option known[] = {
        { "kernel", required_argument, NULL, 'k' },
        { "programs", required_argument, NULL, 'p' },
        { "cmdline", required_argument, NULL, 'c' },
        { "shift", required_argument, NULL, 's' },
        { "step", required_argument, NULL, 'n' },
        { "output", no_argument, NULL, 'o' },
        { "list", no_argument, NULL, 'l' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    uint64_t number;
    int c;
    *o = (struct options){ .system = { .shift = SHIFT_DEFAULT } };
    while ((c = getopt_long(argc, argv, "", known, NULL)) >= 0) {
        switch (c) {
        case 'k':
            o->system.kernel = optarg;
            break;
        case 'p':
            o->system.programs = optarg;
            break;
        case 'c':
            o->system.cmdline = optarg;
            break;
        case 's':
            if (!number_read(optarg, SHIFT_MAX, &number))
                return usage("--shift is 0 to 7");
            o->system.shift = (unsigned)number;
            break;
        case 'n':
            if (!number_read(optarg, STEPS_MAX, &o->step) || !o->step)
                return usage("--step counts from 1");
            break;
        case 'o':
            o->output = true;
            break;
        case 'l':
            o->list = true;
            break;
        case 'h':
            fputs(usage_text, stdout);
            return PASSED;
        default:
            fputs(usage_text, stderr);
            return USAGE;
        }
    }
    if (optind == argc)
        return usage("no scenario");
    if (!o->list && (!o->system.kernel || !o->system.programs))
        return usage("--kernel and --programs are needed");
    return -1;
}

/* Every line with its number, as the verdicts name them. */
static void print_output(const char *text)
{
    size_t number = 0;
    while (*text) {
        const size_t length = strcspn(text, "\n");
        printf("    %4zu  %.*s\n", ++number, (int)(length && text[length - 1] == '\r' ? length - 1 : length), text);
        text += length + (text[length] == '\n');
    }
}

static void print_indented(const char *text)
{
    while (*text) {
        const size_t length = strcspn(text, "\n");
        printf("        %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static int run_step(const struct options *o, const struct scenario *scenario, size_t number)
{
    const struct step *step = &scenario->steps[number];
    struct step_result result;
    struct status status = step_run(scenario, step, &o->system, &result);
    if (status.code != STATUS_OK) {
        printf("  not run  step %zu: %s\n", number + 1, status.message);
        free(result.output);
        return TROUBLE;
    }
    struct verdict verdict = judge(step, result.output, result.ending);
    judge_work(&verdict, step, result.instructions);
    printf("  %s step %zu%s%s (%zu of %zu lines, %.1f million instructions)\n", verdict.passed ? "ok    " : "FAILED", number + 1,
           *step->title ? ": " : "", step->title, verdict.matched, step->expect.count, (double)result.instructions / 1e6);
    if (!verdict.passed)
        print_indented(verdict.reason);
    if (!verdict.passed && result.detail[0])
        printf("        %s\n", result.detail);
    if (!verdict.passed || o->output)
        print_output(result.output);
    free(result.output);
    return verdict.passed ? PASSED : FAILED;
}

static int run_scenario(const struct options *o, const struct scenario *scenario)
{
    int worst = PASSED;
    for (size_t i = 0; i < scenario->step_count; i++) {
        if (o->step && o->step != i + 1)
            continue;
        const int code = run_step(o, scenario, i);
        worst = code > worst ? code : worst;
        fflush(stdout);
    }
    return worst;
}

static void print_scenario(const struct scenario *scenario)
{
    printf("  %s\n  shows:", scenario->text);
    for (size_t i = 0; i < scenario->shows.count; i++)
        printf(" %s", scenario->shows.text[i]);
    printf("\n");
}

int main(int argc, char **argv)
{
    struct options options;
    int worst = options_read(&options, argc, argv);
    if (worst >= 0)
        return worst;
    worst = PASSED;
    for (int i = optind; i < argc; i++) {
        struct scenario scenario;
        struct scenario_error error;
        if (!scenario_read(&scenario, argv[i], &error)) {
            fprintf(stderr, "scenario: %s\n", error.text);
            return USAGE;
        }
        printf("%s\n", scenario.title);
        fflush(stdout);
        if (options.list)
            print_scenario(&scenario);
        const int code = options.list ? PASSED : run_scenario(&options, &scenario);
        worst = code > worst ? code : worst;
        scenario_free(&scenario);
    }
    return worst;
}
