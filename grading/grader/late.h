/* What a due date and a late rule make of a submission. */
#ifndef CAIRN_GRADER_LATE_H
#define CAIRN_GRADER_LATE_H

#include "when.h"

/* All zero: being late costs nothing and there is no last day. */
struct late_rule {
    unsigned percent; /* taken off for each unit begun */
    int64_t unit;     /* SPAN_HOUR or SPAN_DAY; only with a percentage */
    unsigned most;    /* per cent, however late */
    bool of_max;      /* the percentage is of all points there are, not of those earned */
    int64_t grace;    /* who is no later than this is not late at all; who is later is late since the due date */
    bool has_last;
    int64_t last; /* after the due date: later than this nothing is taken */
};

enum late_kind { LATE_IN_TIME, LATE_IN_GRACE, LATE_LATE, LATE_TOO_LATE };

struct lateness {
    enum late_kind kind;
    int64_t seconds;  /* after the due date; not positive when in time */
    unsigned percent; /* that is taken off; 100 when too late */
};

/* Exactly at the due date is in time, exactly at the end of the grace period is in it, exactly at the last moment is still taken. */
struct lateness late_judge(const struct late_rule *rule, const struct when *due, const struct when *submitted);

/* Units begun since the due date, which are what is paid for. Only of a rule with a percentage, only who is late. */
int64_t late_begun(const struct late_rule *rule, const struct lateness *late);

/* What remains of the points; a fraction is rounded up, in favour of the student. */
unsigned late_mark(const struct late_rule *rule, const struct lateness *late, unsigned points, unsigned max);

/* "in-time", "grace", "late", "too-late": for records. */
const char *late_kind_name(enum late_kind kind);

#endif
