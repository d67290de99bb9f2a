/* Taking in a folder: see submission.h. */
#include "submission.h"

#include "clean.h"
#include "machine/workdir.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct status refuse_kind(const char *name, mode_t mode)
{
    char safe[80];
    clean_copy(safe, sizeof safe, name);
    return status_error(STATUS_REFUSED, "%s is %s: only plain files are taken", safe,
                        S_ISLNK(mode)   ? "a symbolic link"
                        : S_ISDIR(mode) ? "a folder"
                                        : "not a plain file");
}

static struct status take(struct submission *submission, const char *folder, const char *name, const char *stage)
{
    char path[4096];
    struct stat info;
    if (submission_name(name, stage) == SUBMISSION_OTHER)
        return submission_ignore(submission, name);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (lstat(path, &info) < 0)
        return status_error(STATUS_REFUSED, "%s: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return refuse_kind(name, info.st_mode);

    char *data = NULL;
    size_t length = 0;
    struct status status = read_capped(path, SUBMISSION_FILE_MAX + 1, &data, &length);
    if (status.code != STATUS_OK)
        return status_error(STATUS_REFUSED, "%.240s", status.message);
    status = submission_add(submission, name, data, length, stage);
    free(data);
    return status;
}

static bool is_subfolder(const char *folder, const char *name, const char *stage)
{
    char path[4096];
    struct stat info;
    const char *wanted = submission_subfolder(stage);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return wanted && strcmp(name, wanted) == 0 && lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* All of folder/prefix; prefix is empty, or that of the stage's own folder with its slash. */
static struct status read_one(struct submission *submission, const char *folder, const char *prefix, const char *stage)
{
    char path[4096], name[512];
    struct status status = status_ok();
    unsigned entries = 0;
    snprintf(path, sizeof path, "%s%s%s", folder, prefix[0] ? "/" : "", prefix);
    DIR *stream = opendir(path);
    if (!stream)
        return status_error(STATUS_REFUSED, "%s: %s", path, strerror(errno));
    for (struct dirent *entry; status.code == STATUS_OK && (entry = readdir(stream));) {
        bool plain = entry->d_name[0] != '.' || !prefix[0];
        snprintf(name, sizeof name, "%s%s", prefix, entry->d_name);
        if (is_subfolder(folder, name, stage)) {
            strcat(name, "/");
            status = read_one(submission, folder, name, stage);
        } else if (plain)
            status = take(submission, folder, name, stage);
        if (++entries > ARCHIVE_MEMBERS && status.code == STATUS_OK)
            status = status_error(STATUS_REFUSED, "%s holds more than %d files", path, ARCHIVE_MEMBERS);
    }
    closedir(stream);
    return status;
}

/* A whole tree may be handed in: then the stage's folder in it counts. */
static void enter(char *folder, size_t size, const char *path, const char *stage)
{
    struct stat info;
    snprintf(folder, size, "%s/%s", path, stage);
    if (lstat(folder, &info) < 0 || !S_ISDIR(info.st_mode))
        snprintf(folder, size, "%s", path);
}

struct status submission_read_folder(struct submission *submission, const char *path, const char *stage)
{
    char folder[2048];
    enter(folder, sizeof folder, path, stage);
    return read_one(submission, folder, "", stage);
}

static bool holds(const struct submission *submission, const char *name)
{
    for (size_t i = 0; i < submission->count; i++)
        if (strcmp(submission->file[i].name, name) == 0)
            return true;
    return false;
}

bool submission_compare(const struct submission *submission, const char *skeleton, const char *stage, char *names,
                        size_t size)
{
    struct dirent **entries = NULL;
    int count = scandir(skeleton, &entries, NULL, alphasort);
    names[0] = '\0';
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        size_t used = strlen(names);
        if (submission_name(name, stage) == SUBMISSION_SOURCE && !holds(submission, name))
            snprintf(names + used, size - used, "%s%s", used ? ", " : "", name);
        free(entries[i]);
    }
    free(entries);
    return names[0] != '\0';
}
