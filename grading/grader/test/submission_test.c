/* What a submission may hold, and each way in which one may try to hold more. */
#include "unit.h"

#include "grader/submission.h"
#include "machine/workdir.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAGE "1-entry"

struct entry {
    const char *path;
    const char *data; /* NULL: `size` bytes of zero */
    size_t size;
    unsigned type; /* 0: a plain file */
    const char *symlink, *hardlink;
};

static struct workdir dir;
static char path[128];

static void write_entry(struct archive *archive, const struct entry *from)
{
    size_t size = from->data ? strlen(from->data) : from->size;
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, from->path);
    archive_entry_set_filetype(entry, from->type ? from->type : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, from->type || from->hardlink ? 0 : (la_int64_t)size);
    if (from->symlink)
        archive_entry_set_symlink(entry, from->symlink);
    if (from->hardlink)
        archive_entry_set_hardlink(entry, from->hardlink);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    char *zeros = calloc(1, size + 1);
    if (!from->type && !from->hardlink)
        archive_write_data(archive, from->data ? from->data : zeros, size);
    free(zeros);
    archive_entry_free(entry);
}

/* A compressed archive with one good source file and what the test adds. */
static struct status read_archive(struct submission *submission, const struct entry *extra, size_t count, bool zip)
{
    static const struct entry good = { .path = STAGE "/entry.c", .data = "int x;\n" };
    struct archive *archive = archive_write_new();
    if (zip) {
        archive_write_set_format_zip(archive);
    } else {
        archive_write_add_filter_gzip(archive);
        archive_write_set_format_pax_restricted(archive);
    }
    assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
    write_entry(archive, &good);
    for (size_t i = 0; i < count; i++)
        write_entry(archive, &extra[i]);
    archive_write_free(archive);
    return submission_read(submission, path, STAGE);
}

static void expect_refusal(const struct entry *extra, size_t count, const char *why)
{
    struct submission submission;
    struct status status = read_archive(&submission, extra, count, false);
    assert_int_equal(status.code, STATUS_REFUSED);
    if (!strstr(status.message, why))
        fail_msg("\"%s\" does not say \"%s\"", status.message, why);
    assert_null(submission.file);
}

static void expect_one_refused(struct entry entry, const char *why)
{
    expect_refusal(&entry, 1, why);
}

static void archives_are_read(void **state)
{
    const struct entry more[] = { { .path = STAGE "/trap.asm", .data = "; x" },
                                  { .path = STAGE "/Makefile", .data = "all:" },
                                  { .path = STAGE "/README.md", .data = "" } };
    (void)state;
    for (int zip = 0; zip < 2; zip++) {
        struct submission submission;
        assert_int_equal(read_archive(&submission, more, 3, zip).code, STATUS_OK);
        assert_int_equal(submission.count, 2);
        assert_string_equal(submission.file[0].name, "entry.c");
        assert_string_equal(submission.file[1].data, "; x");
        assert_int_equal(submission.ignored_count, 1);
        assert_string_equal(submission.ignored[0], "Makefile");
        submission_free(&submission);
    }
}

static void archives_may_hold_a_whole_tree(void **state)
{
    const struct entry more[] = { { .path = "kernel/cpu.h", .data = "x" },
                                  { .path = "solutions/2-boot/boot.c", .data = "x" } };
    struct submission submission;
    (void)state;
    assert_int_equal(read_archive(&submission, more, 2, false).code, STATUS_OK);
    assert_int_equal(submission.count, 1);
    submission_free(&submission);
}

static void paths_that_lead_out_are_refused(void **state)
{
    (void)state;
    expect_one_refused((struct entry){ .path = "/etc/x.c", .data = "x" }, "absolute");
    expect_one_refused((struct entry){ .path = "../x.c", .data = "x" }, "leads out");
    expect_one_refused((struct entry){ .path = STAGE "/../../x.txt", .data = "x" }, "leads out");
    expect_one_refused((struct entry){ .path = STAGE "/..", .type = AE_IFDIR }, "leads out");
}

static void links_and_devices_are_refused(void **state)
{
    (void)state;
    expect_one_refused((struct entry){ .path = STAGE "/x.h", .type = AE_IFLNK, .symlink = "/etc/shadow" }, "link");
    expect_one_refused((struct entry){ .path = STAGE "/x.txt", .type = AE_IFLNK, .symlink = "entry.c" }, "link");
    expect_one_refused((struct entry){ .path = STAGE "/x.c", .hardlink = STAGE "/entry.c" }, "link");
    expect_one_refused((struct entry){ .path = STAGE "/x.c", .type = AE_IFCHR }, "neither");
    expect_one_refused((struct entry){ .path = STAGE "/x.c", .type = AE_IFIFO }, "neither");
}

static void names_that_tools_misread_are_refused(void **state)
{
    (void)state;
    expect_one_refused((struct entry){ .path = STAGE "/@x.c", .data = "x" }, "not allowed");
    expect_one_refused((struct entry){ .path = STAGE "/-x.c", .data = "x" }, "not allowed");
    expect_one_refused((struct entry){ .path = STAGE "/a b.c", .data = "x" }, "not allowed");
    expect_one_refused((struct entry){ .path = STAGE "/$(id).c", .data = "x" }, "not allowed");
    expect_one_refused((struct entry){ .path = STAGE "/a\nb.c", .data = "x" }, "printed");
    expect_one_refused((struct entry){ .path = STAGE "/a\033[31m.txt", .data = "x" }, "printed");
}

static void sizes_are_limited(void **state)
{
    struct entry bomb[9];
    (void)state;
    expect_one_refused((struct entry){ .path = STAGE "/x.c", .size = SUBMISSION_FILE_MAX + 1 }, "too large");
    for (size_t i = 0; i < 9; i++)
        bomb[i] = (struct entry){ .path = STAGE "/x.bin", .size = 8u << 20 };
    expect_refusal(bomb, 9, "too large");
    expect_one_refused((struct entry){ .path = STAGE "/entry.c", .data = "again" }, "twice");

    static char names[SUBMISSION_FILES][32];
    struct entry many[SUBMISSION_FILES];
    for (size_t i = 0; i < SUBMISSION_FILES; i++) {
        snprintf(names[i], sizeof names[i], STAGE "/f%zu.c", i);
        many[i] = (struct entry){ .path = names[i], .data = "" };
    }
    expect_refusal(many, SUBMISSION_FILES, "more than");
}

static void what_is_no_archive_is_refused(void **state)
{
    struct submission submission;
    FILE *file = fopen(path, "w");
    (void)state;
    fputs("hello", file);
    fclose(file);
    assert_int_equal(submission_read(&submission, path, STAGE).code, STATUS_REFUSED);
    assert_int_equal(submission_read(&submission, "/nonexistent", STAGE).code, STATUS_REFUSED);
    assert_int_equal(submission_read(&submission, "/dev/null", STAGE).code, STATUS_REFUSED);
}

/* ---- Folders ---- */

static void put(const char *name, const char *text)
{
    char file[256];
    snprintf(file, sizeof file, "%s/folder/%s", dir.path, name);
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static struct status read_folder(struct submission *submission)
{
    char folder[128];
    snprintf(folder, sizeof folder, "%s/folder", dir.path);
    return submission_read(submission, folder, STAGE);
}

static void expect_bad_folder(const char *why)
{
    struct submission submission;
    struct status status = read_folder(&submission);
    assert_int_equal(status.code, STATUS_REFUSED);
    if (!strstr(status.message, why))
        fail_msg("\"%s\" does not say \"%s\"", status.message, why);
}

static void folders_are_read(void **state)
{
    struct submission submission;
    (void)state;
    expect_bad_folder("no .c or .asm");
    put("b.asm", "x");
    put("a.c", "y");
    put("kernel.ld", "no script belongs to this stage");
    put(".a.c.swp", "");
    put("notes.txt", "");
    assert_int_equal(read_folder(&submission).code, STATUS_OK);
    assert_int_equal(submission.count, 2);
    assert_string_equal(submission.file[0].name, "a.c");
    assert_int_equal(submission.ignored_count, 3);
    submission_free(&submission);
}

static void folders_with_traps_are_refused(void **state)
{
    char file[256];
    (void)state;
    put("a.c", "y");
    snprintf(file, sizeof file, "%s/folder/x.h", dir.path);
    assert_int_equal(symlink("/etc/shadow", file), 0);
    expect_bad_folder("symbolic link");
    unlink(file);
    assert_int_equal(mkfifo(file, 0644), 0);
    expect_bad_folder("not a plain file");
    unlink(file);
    assert_int_equal(mkdir(file, 0755), 0);
    expect_bad_folder("folder");
    rmdir(file);
    put("@x.c", "");
    expect_bad_folder("not allowed");
}

static void written_files_are_what_was_read(void **state)
{
    struct submission submission;
    char target[128], file[160], *data;
    size_t length;
    (void)state;
    put("a.c", "text");
    assert_int_equal(read_folder(&submission).code, STATUS_OK);
    snprintf(target, sizeof target, "%s/in", dir.path);
    assert_int_equal(submission_write(&submission, target).code, STATUS_OK);
    snprintf(file, sizeof file, "%s/a.c", target);
    assert_int_equal(read_capped(file, 100, &data, &length).code, STATUS_OK);
    assert_string_equal(data, "text");
    free(data);
    submission_free(&submission);
}

static int set_up(void **state)
{
    char folder[128];
    (void)state;
    if (workdir_make(&dir, 65534).code != STATUS_OK)
        return -1;
    snprintf(path, sizeof path, "%s/archive", dir.path);
    snprintf(folder, sizeof folder, "%s/folder", dir.path);
    return mkdir(folder, 0755);
}

static int tear_down(void **state)
{
    (void)state;
    workdir_remove(&dir);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(archives_are_read),
        TEST(archives_may_hold_a_whole_tree),
        TEST(paths_that_lead_out_are_refused),
        TEST(links_and_devices_are_refused),
        TEST(names_that_tools_misread_are_refused),
        TEST(sizes_are_limited),
        TEST(what_is_no_archive_is_refused),
        TEST(folders_are_read),
        TEST(folders_with_traps_are_refused),
        TEST(written_files_are_what_was_read),
    };
    return cmocka_run_group_tests_name("grader/submission", tests, NULL, NULL);
}
