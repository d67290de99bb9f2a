/* See options.h. */
#include "options.h"

#include "exits.h"
#include "machine/number.h"
#include "machine/pinned.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: grade --submission DIR|ARCHIVE --exercise N [OPTION...]\n"
    "\n"
    "Builds a student's stage into the kit's kernel, runs the tests of the exercise on it and says what they show.\n"
    "\n"
    "  --submission PATH    a folder, or a tar or zip archive, with the stage's source files\n"
    "  --exercise N         1, or 1-entry\n"
    "  --only TEST[,TEST]   only these tests, and those they presuppose\n"
    "  --seed S             the run's chance; without it a new one is drawn, and printed\n"
    "  --replay S           as --seed, and says what has changed since the record with this seed\n"
    "  --hint[=LEVEL]       hints for what has failed, and for what is to be written next, up to level 1, 2 or 3; without\n"
    "                       LEVEL one more than last time\n"
    "  -j N                 tests at a time (default: one for each processor)\n"
    "  --format text|json   what goes to the terminal: a report, or the record\n"
    "  --output FILE        where the record goes (complete runs are kept in grades/ of the build directory anyway)\n"
    "  --color WHEN         auto, never or always\n"
    "  --tests DIR          a teacher's own tests: DIR/1-entry/*.json and their programs\n"
    "  --course FILE        what this course decides    (default: the kit's grading/course.json)\n"
    "  --submitted TIME     when it was handed in: 2026-11-02T23:59:00+01:00, or now; then the record says how late it is\n"
    "  --student NAME       who handed in: for an extension that the course gives\n"
    "  --kit DIR            the kit's tree        (default: the one this program was built from)\n"
    "  --build DIR          its build directory   (default: where this program lies)\n"
    "  --help, --version\n"
    "\n"
    "exit codes: 0 all points; 1 points are missing; 2 usage; 3 the submission cannot be read, or there is no such\n"
    "exercise; 4 it does not compile; 5 the grader is in trouble, which says nothing about the submission\n";

enum {
    SUBMISSION = 256,
    EXERCISE,
    ONLY,
    SEED,
    REPLAY,
    HINT,
    FORMAT,
    OUTPUT,
    COLOR,
    TESTS,
    KIT,
    BUILD,
    COURSE,
    STUDENT,
    SUBMITTED,
    HELP,
    VERSION
};

static const struct option known[] = {
    { "submission", required_argument, NULL, SUBMISSION },
    { "exercise", required_argument, NULL, EXERCISE },
    { "only", required_argument, NULL, ONLY },
    { "seed", required_argument, NULL, SEED },
    { "replay", required_argument, NULL, REPLAY },
    { "hint", optional_argument, NULL, HINT },
    { "format", required_argument, NULL, FORMAT },
    { "output", required_argument, NULL, OUTPUT },
    { "color", required_argument, NULL, COLOR },
    { "tests", required_argument, NULL, TESTS },
    { "kit", required_argument, NULL, KIT },
    { "build", required_argument, NULL, BUILD },
    { "course", required_argument, NULL, COURSE },
    { "student", required_argument, NULL, STUDENT },
    { "submitted", required_argument, NULL, SUBMITTED },
    { "help", no_argument, NULL, HELP },
    { "version", no_argument, NULL, VERSION },
    { 0 },
};

/* The index of a word in a NULL-terminated list, or -1. */
static int choice(const char *word, const char *const words[])
{
    for (int i = 0; words[i]; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    return -1;
}

static bool take_time(struct options *options, const char *value)
{
    options->has_submitted = true;
    options->submitted = when_now();
    return strcmp(value, "now") == 0 || when_read(&options->submitted, value);
}

static bool take_number(struct options *options, int option, const char *value)
{
    uint64_t number = 0;
    switch (option) {
    case SEED:
    case REPLAY:
        options->has_seed = number_read(value, UINT64_MAX, &options->seed);
        options->replay = option == REPLAY;
        return options->has_seed;
    case HINT:
        options->hint = HINT_NEXT;
        if (value && (!number_read(value, 3, &number) || !number))
            return false;
        if (value)
            options->hint = (int)number;
        return true;
    default:
        options->jobs = number_read(value, 64, &number) ? (unsigned)number : 0;
        return options->jobs > 0;
    }
}

static bool take_word(struct options *options, int option, const char *value)
{
    static const char *const formats[] = { "text", "json", NULL }, *const colors[] = { "auto", "never", "always", NULL };
    const char **const to[] = {
        [SUBMISSION - SUBMISSION] = &options->submission,
        [EXERCISE - SUBMISSION] = &options->exercise,
        [ONLY - SUBMISSION] = &options->only,
        [OUTPUT - SUBMISSION] = &options->output,
        [TESTS - SUBMISSION] = &options->tests,
        [KIT - SUBMISSION] = &options->kit,
        [BUILD - SUBMISSION] = &options->build,
        [COURSE - SUBMISSION] = &options->course,
        [STUDENT - SUBMISSION] = &options->student,
    };
    int chosen;
    switch (option) {
    case FORMAT:
        chosen = choice(value, formats);
        options->json = chosen == 1;
        return chosen >= 0;
    case COLOR:
        chosen = choice(value, colors);
        options->color = chosen < 0 ? COLOR_AUTO : (unsigned)chosen;
        return chosen >= 0;
    default:
        *to[option - SUBMISSION] = value;
        return value[0] != '\0';
    }
}

/* What was to stand there; %s is what did. */
static const char *number_wanted(int option)
{
    switch (option) {
    case HINT:
        return "hints have levels 1, 2 and 3, and there is no level \"%s\"";
    case 'j':
        return "-j is a number from 1 to 64, not \"%s\"";
    default:
        return "a seed is a whole number, such as 7 or 0x7, not \"%s\"";
    }
}

static int usage(const char *format, const char *word)
{
    fprintf(stderr, "grade: ");
    fprintf(stderr, format, word);
    fprintf(stderr, "\ngrade: 'grade --help' says how it is called\n");
    return GRADE_USAGE;
}

static int take(struct options *options, int option, const char *value, const char *argument)
{
    switch (option) {
    case HELP:
        fputs(help, stdout);
        return 0;
    case VERSION:
        printf("grade %s, %s\n", CAIRN_VERSION, PINNED_NAME);
        return 0;
    case '?':
    case ':':
        return usage("%s: not an option, or its value is missing", argument);
    case SUBMITTED:
        return take_time(options, value) ? -1 : usage("--submitted %s: no such time. Write now, or " WHEN_FORM, value);
    case SEED:
    case REPLAY:
    case HINT:
    case 'j':
        return take_number(options, option, value) ? -1 : usage(number_wanted(option), value ? value : "");
    default:
        return take_word(options, option, value) ? -1 : usage("\"%s\" is not a value this option takes", value);
    }
}

int options_read(struct options *options, int argc, char **argv)
{
    int option;
    *options = (struct options){ 0 };
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":j:", known, NULL)) != -1) {
        int end = take(options, option, optarg, argv[optind - 1]);
        if (end >= 0)
            return end;
    }
    if (optind < argc)
        return usage("\"%s\" is not an option", argv[optind]);
    if (!options->submission)
        return usage("%s says what to grade", "--submission");
    if (!options->exercise)
        return usage("%s says which exercise", "--exercise");
    return -1;
}
