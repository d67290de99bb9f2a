/*
 * trace: turns a dump of the kernel's trace ring into pictures and lists.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "view.h"

enum { EXIT_DUMP = 1, EXIT_USAGE = 2, EXIT_TROUBLE = 3, /* 4: choice.c */ NAMES_MAX = 256, PROGRAMS_MAX = 32 };

static const struct form {
    const char *name, *file;
    writer *write;
} forms[] = {
    { "text", "trace.txt", write_text },
    { "chart", "chart.msc", write_chart },
    { "tree", "tree.dot", write_tree },
    { "timeline", "timeline.svg", write_timeline },
    { "speedscope", "speedscope.json", write_speedscope },
    { "chrome", "chrome.json", write_chrome },
};
enum { FORMS = sizeof forms / sizeof *forms };

struct options {
    const char *kernel, *output, *form;
    struct wish wish;
    double hz;
    struct given_name name[NAMES_MAX];
    size_t names;
    struct program program[PROGRAMS_MAX];
};

static void usage(FILE *out)
{
    fputs("usage: trace [OPTION...] DUMP\n"
          "\n"
          "DUMP is the kernel's trace ring, as tools/trace-run.sh or `cairn trace save` in GDB has written it.\n"
          "\n"
          "  -f, --format FORM     what to write (default: text)\n"
          "        text            a line for each record\n"
          "        chart           who calls whom, for mscgen\n"
          "        tree            who has which capability from whom, for Graphviz\n"
          "        timeline        what ran when, as SVG\n"
          "        speedscope      the same for https://www.speedscope.app\n"
          "        chrome          the same for https://ui.perfetto.dev\n"
          "        all             all of these, into the folder given by --output\n"
          "  -o, --output PATH     a file (default: standard output); with --format all a folder\n"
          "  -k, --kernel ELF      kernel.elf, for the names of its variables\n"
          "  -p, --program [PD=]ELF  a program, for the names of its functions; only in that PD if one is named\n"
          "  -n, --name ADDRESS=TEXT  call the object at this address so\n"
          "\n"
          "what is shown (names and times stay those of the whole trace)\n"
          "  -w, --window FROM..TO  only from one time to another, counted from the first record on; instead of a time "
          "the text\n"
          "                        of a mark that the program has made (user/lib/trace.h); either can be left out. "
          "\"marks\": from the first mark on, if there is one\n"
          "  -O, --only NAME,...   only these PDs, ECs and objects, and what they do with others\n"
          "      --first N, --until N, --last N   only records from number N on, up to number N, the newest N\n"
          "\n"
          "how\n"
          "      --size slide|a4   chart, tree and timeline for a slide (1280 x 720) or a sheet of A4; what does not "
          "fit is counted\n"
          "      --instructions    a tick is an instruction (QEMU with -icount shift=0): tell times so instead of in "
          "microseconds\n"
          "      --hz N            ticks of the time-stamp counter in a second, where the kernel did not know\n"
          "      --title TEXT      heading of the pictures: what run this is (default: the dump's name)\n"
          "  -h, --help            this text\n"
          "\n"
          "exit codes   0 done   1 DUMP is no trace   2 wrong usage   3 a file cannot be read or written   4 nothing "
          "is left to show\n",
          out);
}

static uint64_t number(const char *option, const char *text)
{
    char *end;
    errno = 0;
    uint64_t value = strtoull(text, &end, 0);
    if (errno || end == text || *end || *text == '-')
        errx(EXIT_USAGE, "%s %s: a number is wanted; --help lists the options", option, text);
    return value;
}

static void add_name(struct options *o, char *text)
{
    char *equals = strchr(text, '=');
    if (!equals || !equals[1])
        errx(EXIT_USAGE, "--name %s: write it as ADDRESS=TEXT, e.g. 0xffff800000123000=client", text);
    if (o->names == NAMES_MAX)
        errx(EXIT_USAGE, "--name: at most %d", NAMES_MAX);
    *equals = 0;
    o->name[o->names++] = (struct given_name){ number("--name", text), equals + 1 };
}

static void add_program(struct options *o, struct view *view, char *text)
{
    char *equals = strchr(text, '=');
    if (view->program_count == PROGRAMS_MAX)
        errx(EXIT_USAGE, "--program: at most %d", PROGRAMS_MAX);
    if (equals)
        *equals = 0;
    struct program *p = &o->program[view->program_count++];
    p->pd = equals ? text : NULL;
    const char *path = equals ? equals + 1 : text, *error = symbols_read(&p->symbols, path);
    if (error)
        errx(EXIT_TROUBLE, "%s: %s", path, error);
}

static enum view_size size(const char *text)
{
    if (strcmp(text, "slide") && strcmp(text, "a4"))
        errx(EXIT_USAGE, "--size %s: there are slide and a4; without it a picture is as large as it must be", text);
    return text[0] == 's' ? SIZE_SLIDE : SIZE_A4;
}

static const char *parse(struct options *o, struct view *view, int argc, char **argv)
{
    enum { FIRST = 256, UNTIL, LAST, HZ, TITLE, SIZE, INSTRUCTIONS };
    static const struct option list[] = {
        { "format", required_argument, NULL, 'f' },  { "output", required_argument, NULL, 'o' },
        { "kernel", required_argument, NULL, 'k' },  { "program", required_argument, NULL, 'p' },
        { "name", required_argument, NULL, 'n' },    { "first", required_argument, NULL, FIRST },
        { "until", required_argument, NULL, UNTIL }, { "last", required_argument, NULL, LAST },
        { "hz", required_argument, NULL, HZ },       { "title", required_argument, NULL, TITLE },
        { "window", required_argument, NULL, 'w' },  { "only", required_argument, NULL, 'O' },
        { "size", required_argument, NULL, SIZE },   { "instructions", no_argument, NULL, INSTRUCTIONS },
        { "help", no_argument, NULL, 'h' },          { 0 },
    };
    for (int c; (c = getopt_long(argc, argv, "f:o:k:p:n:w:O:h", list, NULL)) != -1;)
        switch (c) {
        case 'f':
            o->form = optarg;
            break;
        case 'o':
            o->output = optarg;
            break;
        case 'k':
            o->kernel = optarg;
            break;
        case 'p':
            add_program(o, view, optarg);
            break;
        case 'n':
            add_name(o, optarg);
            break;
        case FIRST:
            o->wish.first = number("--first", optarg);
            break;
        case UNTIL:
            o->wish.last = number("--until", optarg);
            break;
        case LAST:
            o->wish.newest = number("--last", optarg);
            break;
        case HZ:
            o->hz = number("--hz", optarg);
            break;
        case TITLE:
            view->title = optarg;
            break;
        case 'w':
            o->wish.window = optarg;
            break;
        case 'O':
            o->wish.only = optarg;
            break;
        case SIZE:
            view->size = size(optarg);
            break;
        case INSTRUCTIONS:
            view->instructions = true;
            break;
        case 'h':
            usage(stdout);
            exit(0);
        default:
            usage(stderr);
            exit(EXIT_USAGE);
        }
    if (optind + 1 != argc) {
        usage(stderr);
        exit(EXIT_USAGE);
    }
    return argv[optind];
}

static void write_form(const struct view *view, const struct form *form, const char *path)
{
    FILE *out = path ? fopen(path, "w") : stdout;

    if (!out)
        err(EXIT_TROUBLE, "%s", path);
    form->write(view, out);
    if (fflush(out) || ferror(out) || (path && fclose(out)))
        err(EXIT_TROUBLE, "%s: not everything could be written", path ? path : "standard output");
}

static void write_all(const struct view *view, const char *folder)
{
    char path[4096];

    if (!folder)
        errx(EXIT_USAGE, "--format all: say with --output into which folder");
    if (mkdir(folder, 0777) && errno != EEXIST)
        err(EXIT_TROUBLE, "%s", folder);
    for (unsigned i = 0; i < FORMS; i++) {
        if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, forms[i].file) >= sizeof path)
            errx(EXIT_TROUBLE, "%s: the name is too long", folder);
        write_form(view, &forms[i], path);
    }
}

static void load(struct view *view, struct options *o, const char *path)
{
    static struct symbols kernel;
    const char *error = log_read(&view->log, path);

    if (error)
        errx(EXIT_DUMP, "%s: %s", path, error);
    if (o->kernel && (error = symbols_read(&kernel, o->kernel)))
        errx(EXIT_TROUBLE, "%s: %s", o->kernel, error);
    double hz = o->hz > 0 ? o->hz : (double)view->log.ring.tsc_hz;
    if (hz <= 0 && !view->instructions)
        warnx("the kernel did not know how fast its time-stamp counter is; a tick is taken for a nanosecond (--hz says "
              "better)");
    view->ticks_per_us = hz > 0 ? hz / 1e6 : 1e3;
    cast_find(&view->cast, &view->log, &kernel, o->name, o->names);
    spans_find(&view->spans, &view->log, &view->cast);
    choice_find(&view->choice, &view->log, &view->cast, &o->wish, view->instructions ? 1 : view->ticks_per_us);
    symbols_free(&kernel);
}

int main(int argc, char **argv)
{
    static struct options o = { .form = "text", .wish = { .last = UINT64_MAX, .newest = UINT64_MAX } };
    struct view view = { .program = o.program };
    const char *path = parse(&o, &view, argc, argv);
    const struct form *form = NULL;

    for (unsigned i = 0; i < FORMS; i++)
        if (!strcmp(o.form, forms[i].name))
            form = &forms[i];
    if (!form && strcmp(o.form, "all"))
        errx(EXIT_USAGE, "--format %s: there are text, chart, tree, timeline, speedscope, chrome and all", o.form);
    if (!view.title)
        view.title = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    load(&view, &o, path);
    if (form)
        write_form(&view, form, o.output);
    else
        write_all(&view, o.output);

    for (size_t i = 0; i < view.program_count; i++)
        symbols_free(&o.program[i].symbols);
    choice_free(&view.choice);
    spans_free(&view.spans);
    cast_free(&view.cast);
    log_free(&view.log);
    return 0;
}
