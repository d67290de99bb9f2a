/* See late.h. */
#include "late.h"

int64_t late_begun(const struct late_rule *rule, const struct lateness *late)
{
    return (late->seconds + rule->unit - 1) / rule->unit; /* a second late is a day begun */
}

static unsigned percent_for(const struct late_rule *rule, const struct lateness *late)
{
    if (!rule->percent)
        return 0;
    uint64_t percent = (uint64_t)late_begun(rule, late) * rule->percent;
    return percent < rule->most ? (unsigned)percent : rule->most;
}

struct lateness late_judge(const struct late_rule *rule, const struct when *due, const struct when *submitted)
{
    struct lateness late = { .kind = LATE_IN_TIME, .seconds = submitted->seconds - due->seconds };
    if (late.seconds <= 0)
        return late;
    if (rule->has_last && late.seconds > rule->last) {
        late.kind = LATE_TOO_LATE;
        late.percent = 100;
    } else if (late.seconds <= rule->grace) {
        late.kind = LATE_IN_GRACE;
    } else {
        late.kind = LATE_LATE;
        late.percent = percent_for(rule, &late);
    }
    return late;
}

unsigned late_mark(const struct late_rule *rule, const struct lateness *late, unsigned points, unsigned max)
{
    uint64_t of = rule->of_max ? max : points;
    if (late->kind == LATE_TOO_LATE)
        return 0;
    uint64_t off = of * late->percent / 100;
    return off < points ? points - (unsigned)off : 0;
}

const char *late_kind_name(enum late_kind kind)
{
    static const char *const names[] = { "in-time", "grace", "late", "too-late" };
    return names[kind];
}
