/* When a submission was handed in, and what the course makes of that.
 */
#ifndef CAIRN_GRADER_DEADLINE_H
#define CAIRN_GRADER_DEADLINE_H

#include "course.h"

struct deadline {
    bool has_due; /* without one nothing else here means anything */
    bool extended;
    bool told;   /* the time was said, and is not only that of this run: it may stand in a record */
    bool passed; /* by the clock: what is hidden until the due date is shown */
    struct when due, submitted;
    struct late_rule rule;
    struct lateness late;
};

/* submitted: NULL when nobody has said it; then it counts as handed in now, and shows what would be. */
struct deadline deadline_make(const struct course_rules *rules, bool extended, const struct when *submitted);

/* The record's "late", or NULL: then there is nothing of it that a record may hold, since one made twice has to be the same bytes. */
json_t *deadline_record(const struct deadline *deadline, unsigned points, unsigned max);

#endif
