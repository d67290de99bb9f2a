/* The kill matrix: a row for each mutant, a column for each test.
 */
#ifndef CAIRN_CORPUS_MATRIX_H
#define CAIRN_CORPUS_MATRIX_H

#include "corpus/mutant.h"

/* Heading: which column is which test. */
void matrix_heading(const struct corpus *corpus);

/* One row: . passed, X failed, - presupposition failed, blank not run; then points and the family shown. */
void matrix_row(const struct corpus *corpus, const struct mutant *mutant, const struct mutant_result *result);

#endif
