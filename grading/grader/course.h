/* What a course decides: grading/course.json, or another file of that form. grading/TEACHING.md tells teachers what each key means.
 */
#ifndef CAIRN_GRADER_COURSE_H
#define CAIRN_GRADER_COURSE_H

#include "late.h"
#include "test.h"
#include "when.h"

#include <jansson.h>

/* How much the report says of a test that has failed: each says what the one before does, and more. */
enum feedback {
    FEEDBACK_POINTS, /* that it has failed */
    FEEDBACK_FAMILY, /* what kind of mistake it is, and what to read */
    FEEDBACK_SEEN,   /* expected, seen, where; the autopsy */
    FEEDBACK_HINTS,  /* hints, for those who ask */
};

/* What holds for one exercise. */
struct course_rules {
    bool has_due;
    struct when due;
    struct late_rule late;
    enum feedback feedback;
    int hints; /* levels; what `feedback` does not allow is already taken off */
};

struct course {
    char path[600];
    char *text;
    json_t *json;
};

/* Reads and checks the whole file, all exercises of it; `families` is grading/families, which has a file for each exercise there is.
 * STATUS_MISUSE names file, line and key and says what would be right: a key that is unknown, or twice there; a value of a wrong
 * kind; rules that contradict each other. Whether tests exist is looked at when they are known: course_apply. */
struct status course_open(struct course *course, const char *path, const char *families);
void course_close(struct course *course);

/* The rules for an exercise ("1-entry"). student: who handed in, or NULL; an extension of theirs moves the due date. */
struct course_rules course_rules(const struct course *course, const char *stage, const char *student);

/* Whether this student has an extension. */
bool course_extended(const struct course *course, const char *stage, const char *student);

/* Whether students may see this test, before or after it was due. */
bool course_shows(const struct test *test, bool passed);

/* Puts the course's points and visibilities of tests in place of the records'. STATUS_MISUSE: a test that does not exist; one that can be
 * seen but presupposes one that cannot. Then nothing is changed. */
struct status course_apply(const struct course *course, const char *stage, struct tests *tests);

#endif
