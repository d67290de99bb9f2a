/* Taking in an archive (tar or zip, compressed or not), without ever unpacking it to a disk: see submission.h.
 *
 * Anything that would hurt whoever unpacks it by hand - a link, a device, a path that leads out - refuses the whole
 * archive.
 */
#include "submission.h"

#include "clean.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct member {
    struct archive *archive;
    struct archive_entry *entry;
    const char *path; /* as written in the archive */
    const char *name; /* its last part */
    bool in_folder;   /* its folder is named like the stage */
};

struct walk {
    struct submission *submission;
    const char *stage;
    uint64_t unpacked; /* bytes read so far */
    char top[128];     /* the folder that all source files so far were in */
};

static struct status refuse(const char *path, const char *why)
{
    char safe[120];
    clean_copy(safe, sizeof safe, path);
    return status_error(STATUS_REFUSED, "the archive is refused: \"%s\" %s", safe, why);
}

static struct status check_path(const char *path)
{
    if (path[0] == '/')
        return refuse(path, "is an absolute path");
    for (const char *part = path; *part; part += strcspn(part, "/"), part += *part == '/')
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2]))
            return refuse(path, "leads out of it");
    for (const unsigned char *c = (const unsigned char *)path; *c; c++)
        if (*c < 0x20 || *c == 0x7f || *c == '\\')
            return refuse(path, "is not a name that can be printed");
    return status_ok();
}

static struct status check_kind(struct archive_entry *entry, const char *path)
{
    if (archive_entry_hardlink(entry) || archive_entry_symlink(entry) || archive_entry_filetype(entry) == AE_IFLNK)
        return refuse(path, "is a link");
    if (archive_entry_filetype(entry) != AE_IFREG && archive_entry_filetype(entry) != AE_IFDIR)
        return refuse(path, "is neither a file nor a folder");
    if (archive_entry_is_encrypted(entry))
        return refuse(path, "is encrypted");
    return status_ok();
}

/* Reads the member's data, which may be more or less than its header says; counts it even when it is not wanted. */
static struct status read_data(struct walk *walk, const struct member *member, bool keep, char **data, size_t *length)
{
    static char buffer[65536];
    *length = 0;
    *data = keep ? malloc(SUBMISSION_FILE_MAX + 1) : NULL;
    if (keep && !*data)
        return status_errno("memory");
    la_ssize_t got;
    while ((got = archive_read_data(member->archive, buffer, sizeof buffer)) > 0) {
        walk->unpacked += (uint64_t)got;
        if (walk->unpacked > ARCHIVE_TOTAL_MAX)
            return refuse(member->path, "makes it too large");
        if (keep && *length + (size_t)got > SUBMISSION_FILE_MAX)
            return refuse(member->path, "is too large");
        if (keep)
            memcpy(*data + *length, buffer, (size_t)got);
        *length += (size_t)got;
    }
    return got < 0 ? refuse(member->path, "cannot be unpacked") : status_ok();
}

/* The folder of a member: "1-entry" of "a/1-entry/trap.asm"; with its length. */
static const char *folder_of(const struct member *member, size_t *length)
{
    const char *end = member->name > member->path ? member->name - 1 : member->path;
    while (end > member->path && end[-1] == '/')
        end--;
    const char *start = end;
    while (start > member->path && start[-1] != '/')
        start--;
    *length = (size_t)(end - start);
    return start;
}

/* Source files must lie together: in a folder named like the stage, or else all in one other folder or in none. */
static struct status place(struct walk *walk, const struct member *member, bool *wanted)
{
    size_t length;
    const char *folder = folder_of(member, &length);
    bool named = length == strlen(walk->stage) && strncmp(folder, walk->stage, length) == 0;
    size_t whole = (size_t)(member->name - member->path);
    *wanted = named || !walk->submission->has_folder;
    if (!*wanted)
        return status_ok();
    if (named && !walk->submission->has_folder) {
        submission_forget(walk->submission);
        walk->submission->has_folder = true;
    }
    if (whole >= sizeof walk->top)
        return refuse(member->path, "is too deep");
    bool same = strlen(walk->top) == whole && strncmp(walk->top, member->path, whole) == 0;
    if (walk->submission->count && !same)
        return refuse(member->path, "is not in the folder of the other files");
    memcpy(walk->top, member->path, whole);
    walk->top[whole] = '\0';
    return status_ok();
}

static struct status take_member(struct walk *walk, const struct member *member)
{
    enum submission_name kind = submission_name(member->name, walk->stage);
    bool wanted = true;
    char *data = NULL;
    size_t length = 0;
    struct status status = kind == SUBMISSION_OTHER ? status_ok() : place(walk, member, &wanted);
    if (status.code == STATUS_OK)
        status = read_data(walk, member, wanted && kind == SUBMISSION_SOURCE, &data, &length);
    if (status.code == STATUS_OK && wanted)
        status = submission_add(walk->submission, member->name, data ? data : "", length, walk->stage);
    free(data);
    return status;
}

/* A file in the stage's own folder counts as one of the stage's, under both names together. */
static void enter_subfolder(const struct walk *walk, struct member *member)
{
    const char *wanted = submission_subfolder(walk->stage);
    size_t length;
    const char *folder = folder_of(member, &length);
    if (wanted && member->name > member->path && length == strlen(wanted) && strncmp(folder, wanted, length) == 0)
        member->name = folder;
}

static struct status visit(struct walk *walk, struct archive *archive, struct archive_entry *entry)
{
    struct member member = { .archive = archive, .entry = entry, .path = archive_entry_pathname(entry) };
    if (!member.path || !member.path[0])
        return refuse("?", "has no readable name");
    while (strncmp(member.path, "./", 2) == 0)
        member.path += 2;
    struct status status = check_path(member.path);
    if (status.code == STATUS_OK)
        status = check_kind(entry, member.path);
    if (status.code != STATUS_OK || archive_entry_filetype(entry) == AE_IFDIR)
        return status;
    const char *slash = strrchr(member.path, '/');
    member.name = slash ? slash + 1 : member.path;
    enter_subfolder(walk, &member);
    return take_member(walk, &member);
}

static struct status walk_all(struct walk *walk, struct archive *archive)
{
    struct archive_entry *entry;
    struct status status = status_ok();
    for (unsigned members = 0; status.code == STATUS_OK; members++) {
        int got = archive_read_next_header(archive, &entry);
        if (got == ARCHIVE_EOF)
            return status;
        if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
            return status_error(STATUS_REFUSED, "the archive cannot be read (a tar or zip file, please)");
        if (members == ARCHIVE_MEMBERS)
            return status_error(STATUS_REFUSED, "the archive holds more than %d files", ARCHIVE_MEMBERS);
        status = visit(walk, archive, entry);
    }
    return status;
}

/* Only filters that are part of the library: others would start programs. */
static struct archive *reader(void)
{
    struct archive *archive = archive_read_new();
    if (!archive)
        return NULL;
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_zip(archive);
    return archive;
}

struct status submission_read_archive(struct submission *submission, const char *path, const char *stage)
{
    struct archive *archive = reader();
    if (!archive)
        return status_errno("memory");
    struct walk walk = { .submission = submission, .stage = stage };
    struct status status =
        archive_read_open_filename(archive, path, 65536) == ARCHIVE_OK
            ? walk_all(&walk, archive)
            : status_error(STATUS_REFUSED, "%s is not an archive that can be read (tar or zip)", path);
    archive_read_free(archive);
    return status;
}
