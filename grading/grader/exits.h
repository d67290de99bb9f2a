/* What `grade` says to whoever called it. A zero is only ever printed with GRADE_POINTS_MISSING. */
#ifndef CAIRN_GRADER_EXITS_H
#define CAIRN_GRADER_EXITS_H

enum grade_exit {
    GRADE_ALL_POINTS = 0,
    GRADE_POINTS_MISSING = 1, /* graded; the record says what is missing */
    GRADE_USAGE = 2,          /* the command line, or a record of a test, makes no sense */
    GRADE_SUBMISSION = 3,     /* unreadable, refused, without files, or for an exercise that does not exist */
    GRADE_COMPILE = 4,        /* the student's files do not make a kernel */
    GRADE_TROUBLE = 5,        /* the grader or its host failed: no statement about the submission */
};

#endif
