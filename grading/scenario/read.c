/* Reading a scenario: strict, because a misspelt key is a test that does not test. */
#include "scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where in the file we are, for errors. */
struct reader {
    const char *path;
    struct scenario_error *error;
};

static bool refuse(struct reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool refuse(struct reader *r, const char *format, ...)
{
    char what[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    snprintf(r->error->text, sizeof r->error->text, "%.100s: %s", r->path, what);
    return false;
}

/* known: names between spaces. */
static bool keys_known(struct reader *r, json_t *object, const char *where, const char *known)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return refuse(r, "%s must be an object", where);
    json_object_foreach(object, key, value)
    {
        char spaced[64];
        snprintf(spaced, sizeof spaced, " %.60s ", key);
        if (!strstr(known, spaced))
            return refuse(r, "%s: unknown key \"%s\"; there are:%s", where, key, known);
    }
    return true;
}

static bool read_text(struct reader *r, json_t *object, const char *where, const char *key, const char **out,
                      bool needed)
{
    json_t *value = json_object_get(object, key);
    *out = "";
    if (!value)
        return !needed || refuse(r, "%s: \"%s\" is missing", where, key);
    if (!json_is_string(value))
        return refuse(r, "%s: \"%s\" must be a text", where, key);
    *out = json_string_value(value);
    return true;
}

static bool read_patterns(struct reader *r, json_t *object, const char *where, const char *key, struct patterns *out)
{
    json_t *list = json_object_get(object, key);
    size_t count = json_array_size(list);
    *out = (struct patterns){ 0 };
    if (!list)
        return true;
    if (!json_is_array(list) || count > PATTERNS_MAX)
        return refuse(r, "%s: \"%s\" must be a list of at most %d texts", where, key, PATTERNS_MAX);
    out->text = calloc(count + 1, sizeof *out->text);
    if (!out->text)
        return refuse(r, "out of memory");
    for (; out->count < count; out->count++) {
        json_t *entry = json_array_get(list, out->count);
        if (!json_is_string(entry) || !*json_string_value(entry))
            return refuse(r, "%s: \"%s\"[%zu] must be a text that is not empty", where, key, out->count);
        out->text[out->count] = json_string_value(entry);
    }
    return true;
}

/* A name that can be a file's, a module's and a word of its command line. */
static bool plain_name(const char *name)
{
    const size_t length = strlen(name);
    return length && length < 48 && name[0] != '.' && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-.") == length;
}

static bool read_roms(struct reader *r, json_t *object, const char *where, struct step *step)
{
    json_t *roms = json_object_get(object, "roms"), *value;
    const char *name;
    if (!roms)
        return true;
    if (!json_is_object(roms) || json_object_size(roms) > ROMS_MAX)
        return refuse(r, "%s: \"roms\" must be an object of at most %d names", where, ROMS_MAX);
    step->roms = calloc(json_object_size(roms) + 1, sizeof *step->roms);
    if (!step->roms)
        return refuse(r, "out of memory");
    json_object_foreach(roms, name, value)
    {
        struct rom *rom = &step->roms[step->rom_count++];
        rom->name = name;
        if (!plain_name(name))
            return refuse(r, "%s: \"%s\" is no name of a ROM: small letters, digits, _ - .", where, name);
        rom->text = json_is_string(value) ? strdup(json_string_value(value))
                                          : json_dumps(value, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_ENCODE_ANY);
        if (!rom->text)
            return refuse(r, "out of memory");
    }
    return true;
}

static bool read_ends(struct reader *r, json_t *object, const char *where, enum ends *ends)
{
    static const char *const names[] = { [ENDS_HALT] = "halt", [ENDS_IDLE] = "idle", [ENDS_LIMIT] = "limit" };
    const char *word;
    *ends = ENDS_ANY;
    if (!read_text(r, object, where, "ends", &word, false))
        return false;
    for (int i = ENDS_HALT; i <= ENDS_LIMIT; i++)
        if (strcmp(word, names[i]) == 0)
            *ends = i;
    return !*word || *ends != ENDS_ANY || refuse(r, "%s: \"ends\" is \"halt\", \"idle\" or \"limit\"", where);
}

static bool read_seconds(struct reader *r, json_t *object, const char *where, unsigned *seconds)
{
    json_t *value = json_object_get(object, "limit");
    *seconds = SECONDS_DEFAULT;
    if (!value)
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > SECONDS_MAX)
        return refuse(r, "%s: \"limit\" must be whole seconds of guest time, 1 to %d", where, SECONDS_MAX);
    *seconds = (unsigned)json_integer_value(value);
    return true;
}

static bool read_shift(struct reader *r, json_t *object, const char *where, int *shift)
{
    json_t *value = json_object_get(object, "shift");
    *shift = value ? (int)json_integer_value(value) : -1;
    return !value || (json_is_integer(value) && *shift >= 0 && *shift <= SHIFT_MAX) ||
           refuse(r, "%s: \"shift\" must be 0 to %d", where, SHIFT_MAX);
}

static bool read_instructions(struct reader *r, json_t *object, const char *where, unsigned long long *instructions)
{
    json_t *value = json_object_get(object, "instructions");
    *instructions = 0;
    if (!value)
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < 1)
        return refuse(r, "%s: \"instructions\" must be a whole number, 1 or more", where);
    *instructions = (unsigned long long)json_integer_value(value);
    return true;
}

static bool read_step(struct reader *r, json_t *object, size_t number, struct step *step)
{
    char where[32];
    snprintf(where, sizeof where, "step %zu", number);
    if (!keys_known(r, object, where, " title roms expect exact forbid ends limit instructions shift "))
        return false;
    if (!read_text(r, object, where, "title", &step->title, false) || !read_roms(r, object, where, step) ||
        !read_patterns(r, object, where, "expect", &step->expect) ||
        !read_patterns(r, object, where, "exact", &step->exact) ||
        !read_patterns(r, object, where, "forbid", &step->forbid) || !read_ends(r, object, where, &step->ends) ||
        !read_seconds(r, object, where, &step->seconds) || !read_instructions(r, object, where, &step->instructions) ||
        !read_shift(r, object, where, &step->shift))
        return false;
    return step->expect.count ||
           refuse(r, "%s: \"expect\" has no line: a step that expects nothing passes always", where);
}

static bool read_steps(struct reader *r, struct scenario *scenario)
{
    json_t *steps = json_object_get(scenario->json, "steps");
    size_t count = json_array_size(steps);
    if (!json_is_array(steps) || !count || count > STEPS_MAX)
        return refuse(r, "\"steps\" must be a list of 1 to %d steps", STEPS_MAX);
    scenario->steps = calloc(count, sizeof *scenario->steps);
    if (!scenario->steps)
        return refuse(r, "out of memory");
    for (; scenario->step_count < count; scenario->step_count++)
        if (!read_step(r, json_array_get(steps, scenario->step_count), scenario->step_count + 1,
                       &scenario->steps[scenario->step_count])) {
            scenario->step_count++; /* what it has read so far is freed with the others */
            return false;
        }
    return true;
}

static bool read_all(struct reader *r, struct scenario *scenario)
{
    if (!keys_known(r, scenario->json, "the file", " title text shows programs steps ") ||
        !read_text(r, scenario->json, "the file", "title", &scenario->title, true) ||
        !read_text(r, scenario->json, "the file", "text", &scenario->text, true) ||
        !read_patterns(r, scenario->json, "the file", "shows", &scenario->shows) ||
        !read_patterns(r, scenario->json, "the file", "programs", &scenario->programs))
        return false;
    if (!scenario->programs.count)
        return refuse(r, "\"programs\" must name at least the root task");
    for (size_t i = 0; i < scenario->programs.count; i++)
        if (!plain_name(scenario->programs.text[i]))
            return refuse(r, "\"%s\" is no name of a program: small letters, digits, _ - .",
                          scenario->programs.text[i]);
    return read_steps(r, scenario);
}

bool scenario_read(struct scenario *scenario, const char *path, struct scenario_error *error)
{
    struct reader r = { path, error };
    json_error_t wrong;
    *scenario = (struct scenario){ .json = json_load_file(path, JSON_REJECT_DUPLICATES, &wrong) };
    if (!scenario->json) {
        if (wrong.line > 0)
            refuse(&r, "line %d, column %d: %s", wrong.line, wrong.column, wrong.text);
        else
            refuse(&r, "%s", wrong.text);
        return false;
    }
    if (read_all(&r, scenario))
        return true;
    scenario_free(scenario);
    return false;
}

void scenario_free(struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->step_count; i++) {
        struct step *step = &scenario->steps[i];
        for (size_t j = 0; j < step->rom_count; j++)
            free(step->roms[j].text);
        free(step->roms);
        free(step->expect.text);
        free(step->exact.text);
        free(step->forbid.text);
    }
    free(scenario->steps);
    free(scenario->shows.text);
    free(scenario->programs.text);
    json_decref(scenario->json);
    *scenario = (struct scenario){ 0 };
}
