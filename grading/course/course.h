/* Looking at a course file without grading anything. */
#ifndef CAIRN_COURSE_COURSE_H
#define CAIRN_COURSE_COURSE_H

#include "grader/course.h"

/* One exercise with its tests, as the course wants it. */
struct subject {
    char stage[64];
    struct tests tests;
    struct course_rules rules;
    size_t extensions;
};

/* `tests` is a folder of records; STATUS_MISUSE as in course_apply. */
struct status subject_read(struct subject *subject, const struct course *course, const char *tests, const char *stage);
void subject_free(struct subject *subject);

/* A few lines for people. */
void subject_say(const struct subject *subject);

/* Takes what is not for students out of the file: other exercises, who has an extension, tests that are hidden for good.
 * subjects: those exercises that stay. */
void publish(struct course *course, const struct subject *subjects, size_t count);

#endif
