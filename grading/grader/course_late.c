/* The late rule in a course file. See course_private.h, and late.h for what it means. */
#include "course_private.h"

#include <string.h>

static const char *take_percent(unsigned *percent, const json_t *value)
{
    json_int_t number = json_is_integer(value) ? json_integer_value(value) : 0;
    if (number < 1 || number > 100)
        return "must be a whole number from 1 to 100";
    *percent = (unsigned)number;
    return NULL;
}

static const char *take_span(int64_t *seconds, const json_t *value)
{
    const char *text = json_string_value(value);
    return text && span_read(seconds, text) ? NULL : "must be " SPAN_FORM;
}

/* NULL, or what is wrong. */
static const char *take(struct late_rule *rule, const char *key, const json_t *value)
{
    static const char *const units[] = { "hour", "day", NULL }, *const of[] = { "earned", "max", NULL };
    int word;
    if (strcmp(key, "percent") == 0)
        return take_percent(&rule->percent, value);
    if (strcmp(key, "most") == 0)
        return take_percent(&rule->most, value);
    if (strcmp(key, "each") == 0) {
        word = course_word(value, units);
        rule->unit = word ? SPAN_DAY : SPAN_HOUR;
        return word < 0 ? "must be \"hour\" or \"day\"" : NULL;
    }
    if (strcmp(key, "of") == 0) {
        word = course_word(value, of);
        rule->of_max = word == 1;
        return word < 0 ? "must be \"earned\" or \"max\"" : NULL;
    }
    if (strcmp(key, "grace") == 0)
        return take_span(&rule->grace, value);
    if (strcmp(key, "last") == 0) {
        rule->has_last = true;
        return take_span(&rule->last, value);
    }
    return "unknown key. A late rule has \"percent\", \"each\", \"most\", \"of\", \"grace\", \"last\"";
}

/* What must not stand without something else. */
static struct status together(const struct course_place *place, const struct late_rule *rule, const json_t *value)
{
    static const char *const need_percent[] = { "each", "most", "of" };
    if (rule->percent && !rule->unit)
        return course_wrong(place, "\"percent\" for what? Say \"each\": \"day\" or \"each\": \"hour\"");
    for (size_t i = 0; !rule->percent && i < sizeof need_percent / sizeof need_percent[0]; i++)
        if (json_object_get(value, need_percent[i]))
            return course_wrong(place, "\"%s\" means nothing without \"percent\"", need_percent[i]);
    if (rule->has_last && rule->last < rule->grace) {
        const struct course_place at = course_inside(place, "last");
        return course_wrong(&at, "is before the grace period ends; make it longer, or \"grace\" shorter");
    }
    return status_ok();
}

struct status course_take_late(const struct course_place *place, const json_t *value, struct course_rules *rules)
{
    const char *key;
    json_t *member;
    struct late_rule rule = { .most = 100 };
    if (json_is_null(value)) {
        rules->late = rule;
        return status_ok();
    }
    if (!json_is_object(value))
        return course_wrong(place, "must be an object, or null for no rule: {\"percent\": 10, \"each\": \"day\"}");
    json_object_foreach((json_t *)value, key, member)
    {
        const struct course_place at = course_inside(place, key);
        const char *what = take(&rule, key, member);
        if (what)
            return course_wrong(&at, "%s", what);
    }
    rules->late = rule;
    return together(place, &rule, value);
}
