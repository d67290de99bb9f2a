/* What a replay says has changed: of tests that a course shows, and of no others. */
#include "unit.h"

#include "grader/replay.h"
#include "machine/workdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct workdir dir;

/* The words of a replay with a record in which both tests passed; now both have failed. */
static char *replay(const bool *selected)
{
    static struct test list[] = { { .id = "1.open" }, { .id = "1.secret" } };
    const struct tests tests = { .test = list, .count = 2 };
    const struct result shown = { .tests = &tests, .selected = selected };
    char path[300], *text = NULL;
    size_t size;
    snprintf(path, sizeof path, "%s/record.json", dir.path);
    FILE *file = fopen(path, "w"), *out = open_memstream(&text, &size);
    assert_non_null(file);
    fputs("{\"tests\": [{\"id\": \"1.open\", \"kind\": \"passed\"}, {\"id\": \"1.secret\", \"kind\": \"passed\"}]}", file);
    fclose(file);
    replay_compare(out, path,
                   "{\"tests\": [{\"id\": \"1.open\", \"kind\": \"failed\"}, {\"id\": \"1.secret\", \"kind\": \"failed\"}]}", &shown);
    fclose(out);
    return text;
}

static void what_is_shown_is_compared(void **state)
{
    char *text = replay((const bool[]){ true, true });
    (void)state;
    assert_non_null(strstr(text, "1.open: was passed, is failed"));
    assert_non_null(strstr(text, "1.secret: was passed, is failed"));
    free(text);
}

static void what_is_hidden_is_not(void **state)
{
    char *text = replay((const bool[]){ true, false });
    (void)state;
    assert_non_null(strstr(text, "1.open"));
    assert_null(strstr(text, "1.secret"));
    free(text);
}

static int set_up(void **state)
{
    (void)state;
    return workdir_make(&dir, 65534).code == STATUS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    workdir_remove(&dir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shown_is_compared),
        cmocka_unit_test(what_is_hidden_is_not),
    };
    return cmocka_run_group_tests_name("grader/replay", tests, set_up, tear_down);
}
