#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool trouble(const char *what, const char *path)
{
    fprintf(stderr, "%s: cannot %s: %s\n", path, what, strerror(errno));
    return false;
}

static char *join(const char *folder, const char *name)
{
    struct text path = { 0 };
    text_print(&path, "%s/%s", folder, name);
    return path.bytes;
}

struct file *folder_add(struct folder *folder, const char *path)
{
    folder->files = memory_resize(folder->files, (folder->count + 1) * sizeof *folder->files);
    struct file *file = &folder->files[folder->count++];
    *file = (struct file){ .path = memory_copy(path, strlen(path)) };
    return file;
}

static bool read_file(struct file *file, const char *path)
{
    char buffer[8192];
    size_t count;

    FILE *stream = fopen(path, "rb");
    if (!stream)
        return trouble("read", path);
    while ((count = fread(buffer, 1, sizeof buffer, stream)) > 0)
        text_add(&file->content, buffer, count);
    bool good = !ferror(stream) || trouble("read", path);
    fclose(stream);
    return good;
}

/* Reads what is at folder->path/below; below is "" for the folder itself. */
static bool read_below(struct folder *folder, const char *below)
{
    char *path = *below ? join(folder->path, below) : memory_copy(folder->path, strlen(folder->path));
    struct stat status;
    bool good = true;

    if (lstat(path, &status) < 0) {
        good = trouble("read", path);
    } else if (S_ISREG(status.st_mode)) {
        struct file *file = folder_add(folder, below);
        file->executable = status.st_mode & S_IXUSR;
        good = read_file(file, path);
    } else if (S_ISDIR(status.st_mode)) {
        DIR *directory = opendir(path);
        good = directory || trouble("read", path);
        for (struct dirent *entry; good && (entry = readdir(directory));) {
            const char *name = entry->d_name;
            if (name[0] == '.' || name[strlen(name) - 1] == '~')
                continue;
            char *deeper = *below ? join(below, name) : memory_copy(name, strlen(name));
            good = read_below(folder, deeper);
            free(deeper);
        }
        if (directory)
            closedir(directory);
    } else {
        fprintf(stderr, "%s: neither a file nor a folder; a stage has nothing else in it\n", path);
        good = false;
    }
    free(path);
    return good;
}

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct file *)left)->path, ((const struct file *)right)->path);
}

void folder_sort(struct folder *folder)
{
    if (folder->count)
        qsort(folder->files, folder->count, sizeof *folder->files, by_path);
}

bool folder_read(struct folder *folder, const char *path)
{
    struct stat status;

    *folder = (struct folder){ .path = memory_copy(path, strlen(path)) };
    if (stat(path, &status) == 0 && !S_ISDIR(status.st_mode)) {
        errno = ENOTDIR;
        return trouble("read", path);
    }
    if (!read_below(folder, ""))
        return false;
    folder_sort(folder);
    return true;
}

const struct file *folder_find(const struct folder *folder, const char *path)
{
    for (size_t i = 0; i < folder->count; i++)
        if (strcmp(folder->files[i].path, path) == 0)
            return &folder->files[i];
    return NULL;
}

static bool make_folders(char *path)
{
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        bool good = mkdir(path, 0777) == 0 || errno == EEXIST || trouble("make", path);
        *slash = '/';
        if (!good)
            return false;
    }
    return true;
}

static bool write_file(const struct file *file, char *path)
{
    if (!make_folders(path))
        return false;
    FILE *stream = fopen(path, "wb");
    if (!stream)
        return trouble("write", path);
    bool good = fwrite(file->content.bytes, 1, file->content.length, stream) == file->content.length;
    good = fclose(stream) == 0 && good;
    return (good && chmod(path, file->executable ? 0755 : 0644) == 0) || trouble("write", path);
}

/* Removes, or refuses, what is in found and not in folder. */
static bool clear_extras(const struct folder *folder, const struct folder *found, bool prune)
{
    bool good = true;
    for (size_t i = 0; i < found->count; i++) {
        if (folder_find(folder, found->files[i].path))
            continue;
        char *path = join(folder->path, found->files[i].path);
        if (!prune) {
            fprintf(stderr, "%s: is not made from the stage; remove it, or say --prune\n", path);
            good = false;
        } else if (remove(path) < 0) {
            good = trouble("remove", path);
        } else { /* and the folders this leaves empty; rmdir refuses the others */
            for (char *slash; (slash = strrchr(path, '/')) && (size_t)(slash - path) > strlen(folder->path);) {
                *slash = '\0';
                if (rmdir(path) < 0)
                    break;
            }
        }
        free(path);
    }
    return good;
}

bool folder_write(const struct folder *folder, bool prune)
{
    struct folder found = { 0 };
    bool good = access(folder->path, F_OK) < 0 || folder_read(&found, folder->path);

    good = good && clear_extras(folder, &found, prune);
    for (size_t i = 0; good && i < folder->count; i++) {
        const struct file *file = &folder->files[i];
        const struct file *old = folder_find(&found, file->path);
        if (old && old->executable == file->executable && text_equal(&old->content, &file->content))
            continue;
        char *path = join(folder->path, file->path);
        good = write_file(file, path);
        free(path);
    }
    folder_free(&found);
    return good;
}

/* The number, from 1, of the first line that differs. */
static unsigned first_difference(const struct text *left, const struct text *right)
{
    unsigned line = 1;
    for (size_t i = 0; i < left->length && i < right->length && left->bytes[i] == right->bytes[i]; i++)
        line += left->bytes[i] == '\n';
    return line;
}

static void show_line(const char *label, const struct text *text, unsigned number)
{
    const char *line = text->length ? text->bytes : "";
    for (; number > 1 && (line = strchr(line, '\n')); number--)
        line++;
    if (line && *line)
        printf("    %s %.*s\n", label, (int)strcspn(line, "\n"), line);
    else
        printf("    %s (end of file)\n", label);
}

unsigned folder_compare(const struct folder *wanted, const struct folder *found)
{
    unsigned different = 0;
    for (size_t i = 0; i < wanted->count; i++) {
        const struct file *file = &wanted->files[i];
        const struct file *other = folder_find(found, file->path);
        if (other && other->executable == file->executable && text_equal(&file->content, &other->content))
            continue;
        different++;
        if (!other) {
            printf("%s/%s: is missing\n", found->path, file->path);
        } else if (text_equal(&file->content, &other->content)) {
            printf("%s/%s: must %sbe executable\n", found->path, file->path, file->executable ? "" : "not ");
        } else {
            unsigned line = first_difference(&file->content, &other->content);
            printf("%s/%s:%u: differs\n", found->path, file->path, line);
            show_line("should be:", &file->content, line);
            show_line("is:       ", &other->content, line);
        }
    }
    for (size_t i = 0; i < found->count; i++)
        if (!folder_find(wanted, found->files[i].path)) {
            printf("%s/%s: is extra\n", found->path, found->files[i].path);
            different++;
        }
    return different;
}

void folder_free(struct folder *folder)
{
    for (size_t i = 0; i < folder->count; i++) {
        free(folder->files[i].path);
        text_free(&folder->files[i].content);
    }
    free(folder->files);
    free(folder->path);
    *folder = (struct folder){ 0 };
}
