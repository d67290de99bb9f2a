/* See hints.h. */
#include "hints.h"

#include "options.h"
#include "test.h"

#include <stdio.h>

void hints_open(struct hints *hints, int asked, int most, const char *directory, const char *stage)
{
    *hints = (struct hints){ .asked = asked, .most = most };
    snprintf(hints->path, sizeof hints->path, "%s/%s.hints.json", directory, stage);
    if (asked == HINT_NEXT)
        hints->shown = json_load_file(hints->path, JSON_REJECT_DUPLICATES, NULL);
    if (asked == HINT_NEXT && !json_is_object(hints->shown)) {
        json_decref(hints->shown);
        hints->shown = json_object();
    }
}

int hints_level(struct hints *hints, const char *id)
{
    int level = hints->asked;
    if (hints->asked == HINT_NEXT) {
        json_int_t last = json_integer_value(json_object_get(hints->shown, id));
        level = last < 0 ? 1 : last >= TEST_HINTS ? TEST_HINTS : (int)last + 1;
        json_object_set_new(hints->shown, id, json_integer(level));
    }
    return level < hints->most ? level : hints->most;
}

void hints_close(struct hints *hints)
{
    if (hints->shown)
        json_dump_file(hints->shown, hints->path, JSON_INDENT(2) | JSON_SORT_KEYS);
    json_decref(hints->shown);
    hints->shown = NULL;
}
