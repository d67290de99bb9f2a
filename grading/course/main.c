/* course: looks at a course file before a term depends on it, and makes the one that students get.
 *
 * Exit codes: 0 done, 2 usage, or something is wrong in the file, 5 trouble of ours.
 */
#include "course/course.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOOD = 0, WRONG = 2, TROUBLE = 5, SUBJECTS_MAX = 16 };

static const char usage[] =
    "usage: course check   KIT FILE [TESTS]      is everything in it right? Says what it means for each exercise\n"
    "       course publish KIT FILE STAGE...     prints it as students get it: these exercises only, without the names\n"
    "                                            of those who have extensions, without tests that are hidden for good\n"
    "       course hidden  KIT FILE STAGE        prints the ids of the tests that are hidden for good\n"
    "\n"
    "  KIT     the kit's tree\n"
    "  FILE    as described in grading/TEACHING.md, \"course.json\"\n"
    "  TESTS   a teacher's own tests (default: KIT/grading/tests)\n"
    "  STAGE   1-entry and so on\n"
    "\n"
    "exit codes: 0 done; 2 usage, or something is wrong in FILE; 5 trouble of ours\n";

static struct {
    struct course course;
    struct subject subject[SUBJECTS_MAX];
    size_t count;
    char tests[600];
} all;

/* A file that cannot be read is the caller's mistake as well; records and families that cannot are ours. */
static int complain(struct status status, bool readable)
{
    fprintf(stderr, "course: %s\n", status.message);
    return !readable || status.code == STATUS_MISUSE ? WRONG : TROUBLE;
}

static struct status add(const char *stage)
{
    if (all.count == SUBJECTS_MAX)
        return status_error(STATUS_SYSTEM, "more than %d exercises", SUBJECTS_MAX);
    return subject_read(&all.subject[all.count++], &all.course, all.tests, stage);
}

static int is_stage(const struct dirent *entry)
{
    return entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && entry->d_name[1] == '-';
}

/* Every exercise that has tests. */
static struct status add_all(void)
{
    struct dirent **entries = NULL;
    int found = scandir(all.tests, &entries, is_stage, alphasort);
    struct status status = found < 0 ? status_errno(all.tests) : status_ok();
    for (int i = 0; i < found; i++) {
        if (status.code == STATUS_OK)
            status = add(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return status;
}

static struct status say_hidden(void)
{
    const struct tests *tests = &all.subject[0].tests;
    for (size_t i = 0; i < tests->count; i++)
        if (tests->test[i].visibility == VISIBILITY_HIDDEN)
            printf("%s\n", tests->test[i].id);
    return status_ok();
}

static struct status say_published(void)
{
    publish(&all.course, all.subject, all.count);
    json_dumpf(all.course.json, stdout, JSON_INDENT(2));
    printf("\n");
    return status_ok();
}

static struct status do_it(const char *what, char **stages, int count)
{
    struct status status = status_ok();
    if (strcmp(what, "check") == 0) {
        status = add_all();
        for (size_t i = 0; i < all.count && status.code == STATUS_OK; i++)
            subject_say(&all.subject[i]);
        return status;
    }
    for (int i = 0; i < count && status.code == STATUS_OK; i++)
        status = add(stages[i]);
    if (status.code != STATUS_OK)
        return status;
    return strcmp(what, "hidden") == 0 ? say_hidden() : say_published();
}

static bool makes_sense(int argc, char **argv)
{
    if (argc < 4)
        return false;
    return strcmp(argv[1], "check") == 0    ? argc <= 5
           : strcmp(argv[1], "hidden") == 0 ? argc == 5
                                            : strcmp(argv[1], "publish") == 0 && argc >= 5;
}

int main(int argc, char **argv)
{
    char families[600];
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return GOOD;
    }
    if (!makes_sense(argc, argv)) {
        fputs(usage, stderr);
        return WRONG;
    }
    snprintf(families, sizeof families, "%.500s/grading/families", argv[2]);
    snprintf(all.tests, sizeof all.tests, "%.500s/grading/tests", argv[2]);
    if (argc == 5 && strcmp(argv[1], "check") == 0)
        snprintf(all.tests, sizeof all.tests, "%.500s", argv[4]);
    struct status status = course_open(&all.course, argv[3], families);
    bool readable = status.code == STATUS_OK;
    if (readable)
        status = do_it(argv[1], argv + 4, argc - 4);
    for (size_t i = 0; i < all.count; i++)
        subject_free(&all.subject[i]);
    course_close(&all.course);
    return status.code == STATUS_OK ? GOOD : complain(status, readable);
}
