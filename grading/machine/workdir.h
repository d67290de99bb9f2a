/* A private directory for one run: sockets, logs and copies of inputs live and die in it.
 *
 *     WORKDIR/      0755, the caller's
 *       in/         what the sandboxed program may read: copies with names of our choosing
 *       run/        what it may write: sockets, serial output, log; belongs to the sandbox user
 *
 * Inputs are copied rather than bound so that the names a guest sees never depend on where a
 * course keeps its files, and so that files below a private home can be used at all.
 */
#ifndef CAIRN_MACHINE_WORKDIR_H
#define CAIRN_MACHINE_WORKDIR_H

#include "status.h"

#include <stddef.h>
#include <sys/types.h>

struct workdir {
    char path[64]; /* short on purpose: a unix socket's path holds at most 107 characters */
};

/* Makes the directory under $TMPDIR (if short enough) or /tmp. `owner` is the user that `run/` is given to when
 * the caller is root; ignored otherwise. */
struct status workdir_make(struct workdir *dir, uid_t owner);

/* Removes it with all it holds. Symbolic links are removed, never followed. */
void workdir_remove(struct workdir *dir);

/* Writes "DIR/part/name" to `out`; `part` is "in" or "run". Fails if it does not fit. */
struct status workdir_path(const struct workdir *dir, const char *part, const char *name, char *out, size_t size);

/* Copies a regular file; the copy is world-readable. The source is opened without following a
 * symbolic link in its last part if `nofollow` is set (for files a sandboxed program wrote). */
struct status copy_file(const char *from, const char *to, int nofollow);

/* Reads at most `cap` bytes of a regular file that a sandboxed program wrote (never through a
 * symbolic link). *data is malloc'ed, NUL-terminated, the caller's. A missing file reads as empty. */
struct status read_capped(const char *path, size_t cap, char **data, size_t *length);

#endif
