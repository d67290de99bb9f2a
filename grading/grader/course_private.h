/* Reading a course file: what its parts share. Private to course*.c. */
#ifndef CAIRN_GRADER_COURSE_PRIVATE_H
#define CAIRN_GRADER_COURSE_PRIVATE_H

#include "course.h"

#define COURSE_DEPTH 4 /* exercises, 1-entry, late, percent */

/* A place in the file: the keys that lead to it. */
struct course_place {
    const struct course *course;
    const char *keys[COURSE_DEPTH + 1];
};

struct course_place course_inside(const struct course_place *outer, const char *key);

/* "FILE:LINE: exercises.1-entry.due: WHAT", WHAT being a remedy wherever there is one. */
struct status course_wrong(const struct course_place *place, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The index of a word in a NULL-terminated list, or -1. */
int course_word(const json_t *value, const char *const *words);

/* The value of one key; what it says goes into the rules. */
struct status course_take_due(const struct course_place *place, const json_t *value, struct course_rules *rules);
struct status course_take_late(const struct course_place *place, const json_t *value, struct course_rules *rules);
struct status course_take_feedback(const struct course_place *place, const json_t *value, struct course_rules *rules);
struct status course_take_hints(const struct course_place *place, const json_t *value, struct course_rules *rules);

/* Tables of an exercise, from tests or students to values: only checked. */
struct status course_take_points(const struct course_place *place, const json_t *value, struct course_rules *rules);
struct status course_take_visibility(const struct course_place *place, const json_t *value, struct course_rules *rules);
struct status course_take_extensions(const struct course_place *place, const json_t *value, struct course_rules *rules);

extern const char *const course_visibilities[]; /* in the order of enum visibility */

#endif
