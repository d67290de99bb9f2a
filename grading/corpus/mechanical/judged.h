/* Survivors that somebody has looked at: grading/mutants/STAGE/survivors. */
#ifndef CAIRN_MECHANICAL_JUDGED_H
#define CAIRN_MECHANICAL_JUDGED_H

#include "corpus/mechanical/change.h"

/* Paragraphs of three lines; a reason that begins with "no bug:" says that the contract allows it, and it is not counted then:
 *
 *     grant.c: why this is no bug, or why no test can see it
 *     -    if (n < 3)
 *     +    if (n <= 3)
 *
 * Lines before the first paragraph that begin with # are for people. A change is told by its file and both lines, so that it is
 * found again wherever the line stands. */
struct judged;

/* A file that is not there is an empty list. NULL after a message when it makes no sense. */
struct judged *judged_read(const char *path);
enum judgement { NOT_JUDGED, JUDGED, JUDGED_NO_BUG };
enum judgement judged_as(const struct judged *judged, const struct change *change);
void judged_free(struct judged *judged);

#endif
