/* Putting one exercise's state together: see state.h. */
#include "progress/state.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Tests that the course hides are as if they were not there. */
static void keep_shown(struct tests *tests, bool passed)
{
    size_t kept = 0;
    for (size_t i = 0; i < tests->count; i++)
        if (course_shows(&tests->test[i], passed))
            tests->test[kept++] = tests->test[i];
        else
            test_release(&tests->test[i]);
    tests->count = kept;
}

/* Points, what is hidden, when it is due: grading/course.json, if the tree has one. */
static struct status take_course(struct stage_state *state, const struct places *places)
{
    char path[600], families[600];
    struct course course;
    snprintf(path, sizeof path, "%.500s/grading/course.json", places->source);
    snprintf(families, sizeof families, "%.500s/grading/families", places->source);
    if (access(path, F_OK) < 0)
        return status_ok();
    struct status status = course_open(&course, path, families);
    if (status.code == STATUS_OK)
        status = course_apply(&course, state->name, &state->tests);
    if (status.code == STATUS_OK) {
        const struct course_rules rules = course_rules(&course, state->name, NULL);
        state->deadline = deadline_make(&rules, false, NULL);
        keep_shown(&state->tests, state->deadline.passed);
    }
    course_close(&course);
    return status;
}

struct status state_read(struct stage_state *state, const struct places *places, const char *name)
{
    char path[1000], skeleton[1000];
    *state = (struct stage_state){ .compiled = true };
    snprintf(state->name, sizeof state->name, "%s", name);

    snprintf(skeleton, sizeof skeleton, "%s/exercises/%s", places->source, name);
    snprintf(path, sizeof path, "%s/work/%s", places->source, name);
    state->begun = access(path, R_OK) == 0;
    time_t changed = answers_read(state, skeleton, path);

    snprintf(path, sizeof path, "%s/grading/tests/%s", places->source, name);
    if (access(path, R_OK) < 0)
        return status_ok(); /* not graded yet */
    snprintf(path, sizeof path, "%s/grading/families", places->source);
    struct status status = families_load(&state->families, path, name);
    snprintf(path, sizeof path, "%s/grading/tests", places->source);
    if (status.code == STATUS_OK)
        status = tests_load(&state->tests, path, name, &state->families);
    if (status.code == STATUS_OK)
        status = take_course(state, places);
    if (status.code != STATUS_OK)
        return status;
    snprintf(path, sizeof path, "%s/%s", places->history, name);
    history_read(state, path, changed);
    return status_ok();
}

size_t state_written(const struct stage_state *state)
{
    size_t written = 0;
    for (size_t i = 0; i < state->answers; i++)
        written += state->begun && !state->answer[i].missing;
    return written;
}

size_t state_passed(const struct stage_state *state, unsigned *points)
{
    size_t passed = 0;
    *points = 0;
    for (size_t i = 0; i < state->tests.count && i < TESTS_MAX; i++)
        if (state->outcome[i].now == OUTCOME_PASSED) {
            passed++;
            *points += state->tests.test[i].points;
        }
    return passed;
}

bool state_regressed(const struct stage_state *state, size_t test)
{
    const struct outcome_of *o = &state->outcome[test];
    return state->compiled && o->passed[0] && o->now != OUTCOME_PASSED && o->now != OUTCOME_NONE;
}

bool state_complete(const struct stage_state *state)
{
    unsigned points;
    return state->begun && state_written(state) == state->answers && state->compiled && !state->stale &&
           state_passed(state, &points) == state->tests.count;
}
