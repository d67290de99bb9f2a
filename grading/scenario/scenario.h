/* A scenario: programs, a configuration, and what the system must and must not say.
 *
 *     scenario_read(&scenario, path, &error)  ->  for each step: step_run() -> judge()  ->  scenario_free()
 *
 * The file's format is told in README.md. A step is a boot of its own: the same programs with another configuration. */
#ifndef CAIRN_SCENARIO_H
#define CAIRN_SCENARIO_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* How a step's machine must end. ENDS_ANY: as it likes, but not by the limit before all expected lines have come. */
enum ends { ENDS_ANY, ENDS_HALT, ENDS_IDLE, ENDS_LIMIT };

/* A list of patterns of lines; `*` in one is any text, also none. The strings belong to the scenario's JSON. */
struct patterns {
    const char **text;
    size_t count;
};

/* A ROM module made for a step: a text, or JSON printed with two spaces of indentation. */
struct rom {
    const char *name;
    char *text;
};

struct step {
    const char *title; /* never NULL; "" if it has none */
    struct rom *roms;
    size_t rom_count;
    struct patterns expect; /* these lines, in this order, with others between them */
    struct patterns exact;  /* a line that matches one of these must be the next expected one */
    struct patterns forbid; /* no line matches one of these */
    enum ends ends;
    unsigned seconds;                /* of guest time */
    unsigned long long instructions; /* at most so many; 0: any number */
    int shift;                       /* an instruction lasts 2^shift ns; -1: as the command says */
};

struct scenario {
    json_t *json;
    const char *title, *text;
    struct patterns shows;    /* rows of the feature table, for people */
    struct patterns programs; /* file names without .elf; the first is the root task */
    struct step *steps;
    size_t step_count;
};

/* One line, with the file and what is wrong where: enough to repair it. */
struct scenario_error {
    char text[512];
};

enum { SECONDS_DEFAULT = 10, SECONDS_MAX = 600, STEPS_MAX = 32, PATTERNS_MAX = 512, ROMS_MAX = 32, SHIFT_MAX = 7 };

/* Reads and checks a file; unknown keys, wrong types and numbers out of range are errors. False: *error says what,
 * and nothing has to be freed. */
bool scenario_read(struct scenario *scenario, const char *path, struct scenario_error *error);
void scenario_free(struct scenario *scenario);

#endif
