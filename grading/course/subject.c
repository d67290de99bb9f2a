/* One exercise as a course wants it: see course.h. */
#include "course/course.h"

#include <stdio.h>
#include <string.h>

struct status subject_read(struct subject *subject, const struct course *course, const char *tests, const char *stage)
{
    *subject = (struct subject){ 0 };
    snprintf(subject->stage, sizeof subject->stage, "%s", stage);
    struct status status = tests_load(&subject->tests, tests, stage, NULL);
    if (status.code == STATUS_OK)
        status = course_apply(course, stage, &subject->tests);
    subject->rules = course_rules(course, stage, NULL);
    subject->extensions =
        json_object_size(json_object_get(json_object_get(json_object_get(course->json, "exercises"), stage), "extensions"));
    return status;
}

void subject_free(struct subject *subject)
{
    tests_free(&subject->tests);
}

static void say_tests(const struct tests *tests)
{
    static const char *const words[] = { "", ", shown when due", ", hidden" };
    unsigned points = 0;
    for (size_t i = 0; i < tests->count; i++)
        points += tests->test[i].points;
    printf("%zu tests, %u points", tests->count, points);
    for (enum visibility seen = VISIBILITY_UNTIL_DUE; seen <= VISIBILITY_HIDDEN; seen++) {
        bool any = false;
        for (size_t i = 0; i < tests->count; i++)
            if (tests->test[i].visibility == seen) {
                printf("%s %s", any ? "," : words[seen], tests->test[i].id);
                any = true;
            }
    }
    printf("\n");
}

static void say_late(const struct late_rule *rule)
{
    char span[SPAN_TEXT];
    span_say(rule->grace, span);
    if (rule->grace)
        printf(", %s of grace", span);
    if (rule->percent)
        printf(", then %u %% of %s points for each %s", rule->percent, rule->of_max ? "all" : "the earned",
               rule->unit == SPAN_DAY ? "day" : "hour");
    if (rule->percent && rule->most < 100)
        printf(", at most %u %%", rule->most);
    span_say(rule->last, span);
    if (rule->has_last && rule->last)
        printf(", nothing later than %s", span);
    else
        printf(rule->has_last ? ", nothing later" : rule->percent ? "" : ", being late costs nothing");
}

void subject_say(const struct subject *subject)
{
    static const char *const levels[] = { "points only", "the family", "what was expected and seen", "hints" };
    const struct course_rules *rules = &subject->rules;
    char due[WHEN_TEXT];
    printf("%-12s ", subject->stage);
    say_tests(&subject->tests);
    when_say(&rules->due, due);
    printf("%13s%s%s", "", rules->has_due ? "due " : "never due", rules->has_due ? due : "");
    if (rules->has_due)
        say_late(&rules->late);
    if (subject->extensions)
        printf("; %zu extension%s", subject->extensions, subject->extensions == 1 ? "" : "s");
    printf("\n%13stells of a failure: %s", "", levels[rules->feedback]);
    if (rules->hints)
        printf(" up to level %d", rules->hints);
    printf("\n");
}
