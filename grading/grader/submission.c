/* What is taken and what is not: see submission.h. */
#include "submission.h"

#include "clean.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A linker script is part of stage 2 and of no other. */
static bool is_source_ending(const char *name, const char *stage)
{
    static const char *const endings[] = { ".c", ".h", ".asm", ".inc" };
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof endings[0]; i++)
        if (strcmp(dot, endings[i]) == 0)
            return true;
    return dot && strcmp(dot, ".ld") == 0 && stage[0] == '2';
}

const char *submission_subfolder(const char *stage)
{
    return strcmp(stage, "3-threads") == 0 ? "user" : NULL;
}

/* "uthread.c" of "user/uthread.c", where the stage has such a folder. */
static const char *without_subfolder(const char *name, const char *stage)
{
    const char *folder = submission_subfolder(stage);
    size_t length = folder ? strlen(folder) : 0;
    return folder && strncmp(name, folder, length) == 0 && name[length] == '/' ? name + length + 1 : name;
}

enum submission_name submission_name(const char *name, const char *stage)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    name = without_subfolder(name, stage);
    for (const unsigned char *c = (const unsigned char *)name; *c; c++)
        if (*c < 0x20 || *c == 0x7f)
            return SUBMISSION_BAD;
    /* Editors and file managers leave dot files: .trap.c.swp, ._trap.c. */
    if (name[0] == '.' || !is_source_ending(name, stage))
        return SUBMISSION_OTHER;
    bool plain = name[0] != '-' && strspn(name, allowed) == strlen(name) && strlen(name) < 64;
    return plain ? SUBMISSION_SOURCE : SUBMISSION_BAD;
}

static struct status grow(void *list, size_t count, size_t size)
{
    void *grown = realloc(*(void **)list, (count + 1) * size);
    if (!grown)
        return status_errno("memory");
    *(void **)list = grown;
    return status_ok();
}

struct status submission_ignore(struct submission *submission, const char *name)
{
    static const char *const expected[] = { "README.md", "HANDOUT.md", ".", ".." };
    char safe[128];
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        if (strcmp(name, expected[i]) == 0)
            return status_ok();
    clean_copy(safe, sizeof safe, name);
    struct status status = grow(&submission->ignored, submission->ignored_count, sizeof *submission->ignored);
    char *copy = status.code == STATUS_OK ? strdup(safe) : NULL;
    if (!copy)
        return status_errno("memory");
    submission->ignored[submission->ignored_count++] = copy;
    return status_ok();
}

static struct status take(struct submission *submission, const char *name, const char *data, size_t length)
{
    struct status status = grow(&submission->file, submission->count, sizeof *submission->file);
    if (status.code != STATUS_OK)
        return status;
    struct submission_file file = { strdup(name), malloc(length + 1), length };
    if (!file.name || !file.data) {
        free(file.name);
        free(file.data);
        return status_errno("memory");
    }
    memcpy(file.data, data, length);
    file.data[length] = '\0';
    submission->file[submission->count++] = file;
    submission->total += length;
    return status_ok();
}

struct status submission_add(struct submission *submission, const char *name, const char *data, size_t length,
                             const char *stage)
{
    char safe[80];
    clean_copy(safe, sizeof safe, name);
    switch (submission_name(name, stage)) {
    case SUBMISSION_OTHER:
        return submission_ignore(submission, name);
    case SUBMISSION_BAD:
        return status_error(
            STATUS_REFUSED,
            "the file name \"%s\" is not allowed: letters, digits, '_', '-' and '.', and first a letter, "
            "digit or '_'",
            safe);
    case SUBMISSION_SOURCE:
        break;
    }
    if (length > SUBMISSION_FILE_MAX)
        return status_error(STATUS_REFUSED, "%s is larger than %u KiB", safe, SUBMISSION_FILE_MAX >> 10);
    if (submission->count == SUBMISSION_FILES)
        return status_error(STATUS_REFUSED, "there are more than %d source files", SUBMISSION_FILES);
    if (submission->total + length > SUBMISSION_TOTAL_MAX)
        return status_error(STATUS_REFUSED, "the source files are larger than %u MiB", SUBMISSION_TOTAL_MAX >> 20);
    for (size_t i = 0; i < submission->count; i++)
        if (strcmp(submission->file[i].name, name) == 0)
            return status_error(STATUS_REFUSED, "%s is there twice", safe);
    return take(submission, name, data, length);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct submission_file *)left)->name, ((const struct submission_file *)right)->name);
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static struct status check_whole(struct submission *submission, const char *path, const char *stage)
{
    bool has_code = false, has_script = false;
    for (size_t i = 0; i < submission->count; i++) {
        const char *dot = strrchr(submission->file[i].name, '.');
        has_code |= strcmp(dot, ".c") == 0 || strcmp(dot, ".asm") == 0;
        has_script |= strcmp(submission->file[i].name, "kernel.ld") == 0;
    }
    if (!has_code)
        return status_error(STATUS_REFUSED, "%s holds no .c or .asm file: is it the folder of %s?", path, stage);
    if (stage[0] == '2' && !has_script)
        return status_error(STATUS_REFUSED, "kernel.ld is missing: it is part of %s", stage);
    return status_ok();
}

struct status submission_read(struct submission *submission, const char *path, const char *stage)
{
    struct stat info;
    *submission = (struct submission){ 0 };
    if (stat(path, &info) < 0)
        return status_error(STATUS_REFUSED, "%s: %s", path, strerror(errno));
    struct status status;
    if (S_ISDIR(info.st_mode))
        status = submission_read_folder(submission, path, stage);
    else if (S_ISREG(info.st_mode))
        status = submission_read_archive(submission, path, stage);
    else
        status = status_error(STATUS_REFUSED, "%s is neither a folder nor an archive", path);
    if (status.code == STATUS_OK)
        status = check_whole(submission, path, stage);
    if (status.code != STATUS_OK) {
        submission_free(submission);
        return status;
    }
    qsort(submission->file, submission->count, sizeof *submission->file, by_name);
    if (submission->ignored_count)
        qsort(submission->ignored, submission->ignored_count, sizeof *submission->ignored, by_text);
    return status;
}

void submission_forget(struct submission *submission)
{
    for (size_t i = 0; i < submission->count; i++) {
        free(submission->file[i].name);
        free(submission->file[i].data);
    }
    for (size_t i = 0; i < submission->ignored_count; i++)
        free(submission->ignored[i]);
    submission->count = submission->ignored_count = submission->total = 0;
}

void submission_free(struct submission *submission)
{
    submission_forget(submission);
    free(submission->file);
    free(submission->ignored);
    *submission = (struct submission){ 0 };
}

static struct status make_subfolder(const char *path)
{
    char folder[256];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    if (mkdir(folder, 0755) < 0 && errno != EEXIST)
        return status_errno(folder);
    return chmod(folder, 0755) < 0 ? status_errno(folder) : status_ok();
}

struct status submission_write(const struct submission *submission, const char *directory)
{
    struct status status = status_ok();
    for (size_t i = 0; i < submission->count && status.code == STATUS_OK; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", directory, submission->file[i].name);
        if (strchr(submission->file[i].name, '/') && (status = make_subfolder(path)).code != STATUS_OK)
            return status;
        FILE *file = fopen(path, "wx");
        if (!file)
            return status_errno(path);
        if (fwrite(submission->file[i].data, 1, submission->file[i].length, file) != submission->file[i].length)
            status = status_errno(path);
        if (fchmod(fileno(file), 0644) < 0 && status.code == STATUS_OK)
            status = status_errno(path);
        if (fclose(file) != 0 && status.code == STATUS_OK)
            status = status_errno(path);
    }
    return status;
}
