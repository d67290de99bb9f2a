/* Runs one command in bubblewrap: the only door through which hostile input meets a program.
 *
 * The command sees: /usr read-only, a private /tmp of limited size, /proc of its own process
 * namespace, a minimal /dev, and the binds listed. It has no network, no capabilities, no
 * environment but PATH, HOME, LC_ALL and what is listed, and the limits below.
 *
 * RLIMIT_NPROC does not bind root, not even root inside a user namespace whose outer user is root.
 * So a grader started as root drops to `uid` before it starts bubblewrap; everything bound must be
 * readable by that user, and writable binds are best made with workdir.h.
 */
#ifndef CAIRN_MACHINE_SANDBOX_H
#define CAIRN_MACHINE_SANDBOX_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SANDBOX_NOBODY 65534u /* the user a root grader drops to unless told otherwise */

struct sandbox_bind {
    const char *outside; /* absolute path on the host; must exist */
    const char *inside;  /* absolute path in the sandbox; parents are made */
    bool writable;
};

struct sandbox_limits {
    uint64_t address_space; /* bytes of virtual memory per process */
    uint64_t file_size;     /* bytes of any one file written */
    uint64_t tmp_size;      /* bytes of the private /tmp, all files together */
    uint32_t cpu_seconds;   /* processor time per process */
    uint32_t processes;     /* processes and threads of this user, on the whole host */
    uint32_t open_files;    /* per process */
    uint32_t wall_ms;       /* the whole command; 0: no limit (sandbox_spawn's caller watches) */
    size_t output_cap;      /* bytes of stdout and stderr together that are kept */
};

struct sandbox {
    const struct sandbox_bind *binds;
    size_t bind_count;
    const char *directory;          /* working directory, as seen inside; NULL: /tmp */
    const char *const *environment; /* "NAME", "value", ..., NULL in pairs; NULL: nothing more */
    struct sandbox_limits limits;
    uid_t uid; /* for a grader run as root, the user and group to become; 0: SANDBOX_NOBODY */
    bool off;  /* run without bubblewrap, limits still set: `inside` paths then do not exist */
};

struct sandbox_result {
    bool timed_out;       /* killed because wall_ms had passed */
    bool output_cut;      /* more was written than output_cap; the rest was read and dropped */
    int exit_code;        /* 0..128, or -1 if a signal ended it */
    int signal;           /* the signal that ended it (as a shell, bubblewrap says 128 + signal), or 0 */
    char *output;         /* stdout and stderr as written; may hold NULs; a NUL follows the last byte */
    size_t output_length; /* bytes, without that last NUL */
};

/* Limits that fit a compiler run over a student's files: 4 GiB, 30 s CPU, 60 s wall, 64 MiB files. */
struct sandbox_limits sandbox_default_limits(void);

/* Asks once whether the sandbox works here, by running /usr/bin/true in it.
 * STATUS_NO_SANDBOX with bubblewrap's own words if it does not. Costs about 10 ms. */
struct status sandbox_probe(void);

/* Runs argv[0..] (NULL-terminated, argv[0] an absolute path inside) to its end and fills *result,
 * which the caller gives to sandbox_result_free. A command that fails, is killed or floods is
 * STATUS_OK with the facts in *result; STATUS_NO_SANDBOX if bubblewrap itself could not start it. */
struct status sandbox_run(const struct sandbox *box, const char *const argv[], struct sandbox_result *result);

void sandbox_result_free(struct sandbox_result *result);

/* A command left running, for the emulator. Treat as opaque; end it with sandbox_end. */
struct sandbox_process {
    pid_t pid;            /* bubblewrap; it dies with us and takes everything inside with it */
    int pid_fd;           /* becomes readable when it ends */
    int output_fd;        /* read end of its stdout and stderr, non-blocking */
    int report_fd;        /* bubblewrap's own report (--json-status-fd), out of the command's reach */
    bool ended;           /* reaped; exit facts are in `result` */
    bool sandboxed;       /* bubblewrap stands between us and the command */
    bool killed;          /* by us */
    bool set_up;          /* bubblewrap has said that the command itself was started */
    size_t cap;           /* of the output kept */
    uint64_t deadline_ms; /* on the monotonic clock; 0: none */
    struct sandbox_result result;
};

/* Starts the command and returns at once. Errors as sandbox_run, except that bubblewrap's own
 * failures show up as an early end of the process: see sandbox_verdict. */
struct status sandbox_spawn(const struct sandbox *box, const char *const argv[], struct sandbox_process *process);

/* Reads what there is of its output, reaps it if it has ended, kills it if its wall time is over.
 * Waits up to `wait_ms` milliseconds for any of these. Returns true while it runs. */
bool sandbox_poll(struct sandbox_process *process, int wait_ms);

/* STATUS_NO_SANDBOX if the process ended because bubblewrap could not set the sandbox up, else OK.
 * Only meaningful after sandbox_poll returned false. */
struct status sandbox_verdict(const struct sandbox_process *process);

/* Kills it if it still runs, with everything inside, reaps it, closes the pipe. The result stays
 * valid and is the caller's to free. Safe to call twice. */
void sandbox_end(struct sandbox_process *process);

#endif
