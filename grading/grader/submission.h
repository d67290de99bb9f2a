/* Taking in what a student has handed in: a folder or an archive, of which nothing is believed.
 *
 * Taken are the source files of the stage's folder and nothing else; all of it is read into memory within the
 * limits below, so that nothing can change between the checks and the build.
 */
#ifndef CAIRN_GRADER_SUBMISSION_H
#define CAIRN_GRADER_SUBMISSION_H

#include "machine/status.h"

#include <stdbool.h>
#include <stddef.h>

#define SUBMISSION_FILES     64             /* source files; bounds what a build can write, too */
#define SUBMISSION_FILE_MAX  (1u << 20)     /* bytes in one */
#define SUBMISSION_TOTAL_MAX (4u << 20)     /* bytes in all of them */
#define ARCHIVE_MEMBERS      4096           /* of any kind */
#define ARCHIVE_TOTAL_MAX    (64ull << 20)  /* bytes unpacked, source files or not: beyond it is a bomb */

struct submission_file {
    char *name;
    char *data; /* NUL-terminated for convenience */
    size_t length;
};

struct submission {
    struct submission_file *file; /* sorted by name */
    size_t count;
    size_t total;     /* bytes */
    char **ignored;   /* names, cleaned, sorted; what every skeleton has beside sources is not listed */
    size_t ignored_count;
    bool has_folder;  /* while reading an archive: a folder named like the stage was found */
};

/* Reads path. STATUS_REFUSED says in a student's words what is wrong with the submission; others are the host's trouble. */
struct status submission_read(struct submission *submission, const char *path, const char *stage);
void submission_free(struct submission *submission);

/* Writes the files into an existing directory. */
struct status submission_write(const struct submission *submission, const char *directory);

/* Lists the source files of a skeleton's folder that the submission lacks: "gates.c, trap.asm". False when there are none. */
bool submission_compare(const struct submission *submission, const char *skeleton, const char *stage, char *names, size_t size);

/* The one folder inside a stage's that holds source files too ("user" of 3-threads), or NULL. Their names are "user/uthread.c". */
const char *submission_subfolder(const char *stage);

/* ---- For the readers of folders and archives ---- */

enum submission_name {
    SUBMISSION_SOURCE, /* a plain name with an ending that the stage uses */
    SUBMISSION_OTHER,  /* nothing we want */
    SUBMISSION_BAD,    /* a source file whose name would be taken for something else by a tool, or cannot be printed */
};
enum submission_name submission_name(const char *name, const char *stage);

/* Judges the name and takes a copy of the data if it is a source file; notes it if it is not. */
struct status submission_add(struct submission *submission, const char *name, const char *data, size_t length,
                             const char *stage);
struct status submission_ignore(struct submission *submission, const char *name);
void submission_forget(struct submission *submission); /* drops all that was taken so far */

struct status submission_read_folder(struct submission *submission, const char *path, const char *stage);
struct status submission_read_archive(struct submission *submission, const char *path, const char *stage);

#endif
