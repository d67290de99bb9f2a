/* From a stage to what students get: the skeleton, or one in which some answers are kept. */
#ifndef STAGE_CUT_CUT_H
#define STAGE_CUT_CUT_H

#include <stdbool.h>

#include "folder.h"
#include "stage.h"

struct keep {
    const char *numbers; /* "1.1,1.2", "all", or NULL: none */
};

/* False, after a message, if a number in keep is no answer of the stage. */
bool keep_valid(const struct keep *keep, const struct stage *stage);

/*
 * Makes the files of the skeleton into out, whose path the caller has set. tests is the folder of the test records for
 * the table in the handout, or NULL. False after a message. The stage must be free of errors.
 */
bool cut_stage(const struct stage *stage, const struct keep *keep, const char *tests, struct folder *out);

#endif
