/*
 * stage-cut: makes what students get from the one place where a stage is written.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cut.h"
#include "stage.h"

enum { GOOD = 0, DIFFERENT = 1, WRONG_MARKS = 2, TROUBLE = 3, USAGE = 64 };

static const char usage_text[] =
    "usage: stage-cut cut [--tests DIR] [--keep NUMBERS] [--prune] STAGE TO\n"
    "       stage-cut check [--tests DIR] [--keep NUMBERS] STAGE TO\n"
    "       stage-cut answers [--json] STAGE\n"
    "\n"
    "  cut       write the skeleton of STAGE (a folder N-name with answer marks) to the folder TO\n"
    "  check     compare TO, byte for byte, with what 'cut' would write\n"
    "  answers   list the answers of STAGE: number, title, places, lines of code\n"
    "\n"
    "  --tests DIR      test records (*.json) for the table in the handout\n"
    "  --keep NUMBERS   keep these answers, as in 1.1,1.3; 'all' gives the reference without marks\n"
    "  --prune          remove files in TO that do not come from STAGE\n"
    "  --json           for programs\n"
    "\n"
    "tools/README.md says how marks are written.\n"
    "exit codes   0 good   1 check: something differs   2 a mark is wrong (file:line: error)\n"
    "             3 a file cannot be read, written or understood   64 wrong usage\n";

struct arguments {
    const char *mode, *stage, *to, *tests;
    struct keep keep;
    bool prune, json;
};

static void usage_error(const char *what)
{
    fprintf(stderr, "stage-cut: %s\n\n%s", what, usage_text);
    exit(USAGE);
}

static struct arguments parse(int argc, char **argv)
{
    struct arguments arguments = { 0 };
    const char **places[] = { &arguments.mode, &arguments.stage, &arguments.to };
    size_t count = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage_text, stdout);
            exit(GOOD);
        }
        if (strcmp(argv[i], "--tests") == 0 && i + 1 < argc)
            arguments.tests = argv[++i];
        else if (strcmp(argv[i], "--keep") == 0 && i + 1 < argc)
            arguments.keep.numbers = argv[++i];
        else if (strcmp(argv[i], "--prune") == 0)
            arguments.prune = true;
        else if (strcmp(argv[i], "--json") == 0)
            arguments.json = true;
        else if (argv[i][0] == '-' || count == 3)
            usage_error("unknown option or too many arguments");
        else
            *places[count++] = argv[i];
    }
    if (!arguments.stage || (strcmp(arguments.mode, "answers") == 0) != !arguments.to)
        usage_error("the arguments do not fit");
    return arguments;
}

static void print_answers(const struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        const struct answer *answer = &stage->answers[i];
        printf("%s  %s\n", answer->number, answer->title);
        for (size_t j = 0; j < answer->count; j++) {
            const struct place *place = &answer->places[j];
            printf("     %s/%s:%u-%u (%u lines)\n", stage->folder.path, place->path, place->begin, place->end,
                   place->lines);
        }
    }
}

static void print_answers_json(const struct stage *stage)
{
    json_t *list = json_array();
    for (size_t i = 0; i < stage->count; i++) {
        const struct answer *answer = &stage->answers[i];
        json_t *places = json_array();
        for (size_t j = 0; j < answer->count; j++) {
            const struct place *place = &answer->places[j];
            json_array_append_new(places,
                                  json_pack("{s:s, s:i, s:i, s:i}", "file", place->path, "begin", (int)place->begin,
                                            "end", (int)place->end, "lines", (int)place->lines));
        }
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:o}", "number", answer->number, "title", answer->title, "places", places));
    }
    json_dumpf(list, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(list);
}

static int check(const struct folder *wanted)
{
    struct folder found = { 0 };
    int result = TROUBLE;
    if (folder_read(&found, wanted->path))
        result = folder_compare(wanted, &found) ? DIFFERENT : GOOD;
    folder_free(&found);
    return result;
}

static int run(const struct arguments *arguments, const struct stage *stage)
{
    if (strcmp(arguments->mode, "answers") == 0) {
        (arguments->json ? print_answers_json : print_answers)(stage);
        return GOOD;
    }
    const bool writing = strcmp(arguments->mode, "cut") == 0;
    if (!writing && strcmp(arguments->mode, "check") != 0)
        usage_error("say cut, check or answers");
    if (!keep_valid(&arguments->keep, stage))
        return USAGE;

    struct folder out = { .path = memory_copy(arguments->to, strlen(arguments->to)) };
    int result = TROUBLE;
    if (cut_stage(stage, &arguments->keep, arguments->tests, &out)) {
        if (!writing)
            result = check(&out);
        else if (folder_write(&out, arguments->prune))
            result = GOOD;
    }
    folder_free(&out);
    return result;
}

int main(int argc, char **argv)
{
    const struct arguments arguments = parse(argc, argv);
    struct stage stage;
    int result = TROUBLE;

    if (stage_read(&stage, arguments.stage))
        result = stage.errors ? WRONG_MARKS : run(&arguments, &stage);
    stage_free(&stage);
    return result;
}
