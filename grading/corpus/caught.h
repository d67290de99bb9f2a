/* The table mutants/N-stage/caught: which test is the first to fail with each mutant. It only says what to try first, so that a mutant
 * costs one test and not all before it; what it says is made, and compared, by runs in order.
 */
#ifndef CAIRN_CORPUS_CAUGHT_H
#define CAIRN_CORPUS_CAUGHT_H

#include "corpus/mutant.h"

/* Fills `expected` of each mutant. No table, no line for a mutant, a test that there is no more: -1. STATUS_MISUSE: no table of this form. */
struct status caught_read(const char *path, const struct tests *tests, struct mutant *mutants, size_t count);

/* Whether the table does not say what a run in order has seen. */
bool caught_is_stale(const struct mutant *mutant, const struct mutant_result *result);

/* Writes it from what `expected` says. A mutant that no test catches has no line. */
struct status caught_write(const char *path, const struct tests *tests, const struct mutant *mutants, size_t count);

#endif
