/* See deadline.h. */
#include "deadline.h"

struct deadline deadline_make(const struct course_rules *rules, bool extended, const struct when *submitted)
{
    const struct when now = when_now();
    struct deadline deadline = {
        .has_due = rules->has_due,
        .extended = extended,
        .told = submitted != NULL,
        .passed = rules->has_due && now.seconds > rules->due.seconds,
        .due = rules->due,
        .submitted = submitted ? *submitted : now,
        .rule = rules->late,
    };
    if (deadline.has_due)
        deadline.late = late_judge(&deadline.rule, &deadline.due, &deadline.submitted);
    return deadline;
}

json_t *deadline_record(const struct deadline *deadline, unsigned points, unsigned max)
{
    char due[WHEN_TEXT], submitted[WHEN_TEXT];
    if (!deadline->has_due || !deadline->told)
        return NULL;
    when_write(&deadline->due, due);
    when_write(&deadline->submitted, submitted);
    return json_pack("{s:s, s:b, s:s, s:s, s:I, s:i, s:i}", "due", due, "extended", deadline->extended, "submitted", submitted,
                     "kind", late_kind_name(deadline->late.kind), "seconds", (json_int_t)deadline->late.seconds, "percent",
                     (int)deadline->late.percent, "mark", (int)late_mark(&deadline->rule, &deadline->late, points, max));
}
