/* A folder in memory: every file under it, with its path below the folder, in the order of the paths. */
#ifndef STAGE_CUT_FOLDER_H
#define STAGE_CUT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

struct file {
    char *path;
    struct text content;
    bool executable;
};

struct folder {
    char *path; /* as the caller named it; for messages */
    struct file *files;
    size_t count;
};

/*
 * Reads a folder. Editor backups (`name~`) and files whose name begins with a dot are not part of it.
 * Returns false, after a message on standard error, if something cannot be read or is neither file nor folder.
 */
bool folder_read(struct folder *folder, const char *path);

/* Adds an empty file and returns it; the pointer holds until the next one is added. */
struct file *folder_add(struct folder *folder, const char *path);
void folder_sort(struct folder *folder);
const struct file *folder_find(const struct folder *folder, const char *path);

/*
 * Writes a folder where folder->path says, touching only files whose content differs. Files that are there and not in
 * the folder are removed if prune says so, and refused otherwise, before anything is written. False after a message.
 */
bool folder_write(const struct folder *folder, bool prune);

/*
 * Compares what should be there with what is there. Says, on standard output, for every file that differs the first
 * different line, and which files are missing or extra. Returns how many files differ.
 */
unsigned folder_compare(const struct folder *wanted, const struct folder *found);

void folder_free(struct folder *folder);

#endif
