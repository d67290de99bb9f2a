/*
 * What of a trace is to be shown: a window of time or of records, some PDs and ECs. Everything is read and numbered
 * first, so that names and times are the same whatever is chosen.
 */
#pragma once

#include "cast.h"

struct wish {
    uint64_t first, last, newest; /* numbers of records; how many of the newest */
    const char
        *window; /* FROM..TO: times, or texts of marks; "marks": from the first mark on, if there is one; NULL: all */
    const char *only; /* names, separated by commas; NULL: all */
};

struct choice {
    bool *record, *actor; /* of each, whether it is shown */
    bool all;             /* no PD or EC was asked for: what is nobody's is shown, too */
    size_t shown;         /* how many records are */
    uint64_t begin, end;  /* the time that is shown, in ticks */
};

/*
 * ticks_per_unit: of the times in the window. Ends the program with exit code 4 when nothing is left to be shown or a
 * name is nobody's, and says what there is; with 2 when a wish is not understood.
 */
void choice_find(struct choice *choice, const struct log *log, const struct cast *cast, const struct wish *wish,
                 double ticks_per_unit);

void choice_free(struct choice *choice);
