/* How many hints a student sees. Asking again shows one more, so what was shown is kept in the build directory.
 */
#ifndef CAIRN_GRADER_HINTS_H
#define CAIRN_GRADER_HINTS_H

#include <jansson.h>

struct hints {
    int asked;      /* 0: none; 1 ... 3: up to this level; HINT_NEXT of options.h */
    int most;       /* what the course allows */
    json_t *shown;  /* test id: level shown last */
    char path[700];
};

/* A missing or unreadable file means that nothing was shown yet. */
void hints_open(struct hints *hints, int asked, int most, const char *directory, const char *stage);

/* The level to show for a test that needs repair; with HINT_NEXT one more than the last time. */
int hints_level(struct hints *hints, const char *id);

/* Keeps what was shown; failing to is not worth a word. */
void hints_close(struct hints *hints);

#endif
