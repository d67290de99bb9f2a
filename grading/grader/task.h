/* The numbers of tasks: "1.6", and "3.A1" in a part that comes before the numbered ones. */
#ifndef CAIRN_GRADER_TASK_H
#define CAIRN_GRADER_TASK_H

/*
 * The order in which a handout has them: below 0 when a comes before b, 0 for the same task. Titles that begin with the number will do
 * ("3.A1 user-level threads"), and so will any other text: it has some place.
 */
int task_order(const char *a, const char *b);

#endif
