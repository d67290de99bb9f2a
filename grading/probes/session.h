/* One test's boots: the kernel, its programs, what the host decided for the run, and the recording.
 */
#ifndef CAIRN_PROBES_SESSION_H
#define CAIRN_PROBES_SESSION_H

#include "probes/probe.h"

#include "grading/standin/standin.h"

#include <stdbool.h>

#define SESSION_STOPS 40

struct session {
    const struct probe_input *input;
    struct verdict *verdict;
    struct image *kernel;
    struct image *program; /* NULL when the test has none */
    struct image *partner;
    uint64_t random;              /* state of session_draw */
    struct standin_run run;       /* written as the last module by session_record, for the stand-in */
    unsigned boots;               /* recordings so far; names their files */
    struct machine_config config; /* of the last recording, for its replays */
    char kernel_log[256], run_path[256];
    char program_path[256], partner_path[256]; /* patched copies, or the originals */
    const char *options;          /* more words for the kernel's command line, or NULL */
    char cmdline[160];
    const char *program_cmdline; /* what the program's module is called, and its options: "program rounds" */
    unsigned shift;              /* as struct machine_config */
    uint32_t beat;               /* as struct machine_config */
    const char *cpu;             /* likewise */
    char plan_path[256];         /* not empty: the next recording boots through the kit's loader, with this plan */
    bool no_stop_unwritten;      /* not_implemented leads somewhere that the test will stop at */
    struct machine_module modules[3];
    uint64_t stop[SESSION_STOPS];
    unsigned stop_count;
    struct machine *machine;        /* of the last recording while it may be inspected */
    struct machine_outcome outcome; /* of the last recording */
};

/* Opens images and draws the key. False when that fails: the verdict is then TROUBLE. */
bool session_open(struct session *session, const struct probe_input *input, struct verdict *verdict);
void session_close(struct session *session);

/* The next random number of this test: a function of the seed alone. */
uint64_t session_draw(struct session *session);
uint64_t session_draw_below(struct session *session, uint64_t bound); /* 0 … bound - 1 */

/* The address of a kit symbol in the kernel or the program. Trouble (and 0) when it does not exist. */
uint64_t session_kernel(struct session *session, const char *symbol);
uint64_t session_program(struct session *session, const char *symbol);
uint64_t session_partner(struct session *session, const char *symbol);

/* Where the handler of a system call is: an entry of the kit's own table. */
uint64_t session_handler(struct session *session, unsigned number);

/* Puts data at a symbol of the program's (or partner's) data section, in a private copy of its file. */
bool session_patch(struct session *session, bool partner, const char *symbol, const void *data, size_t length);

/* Chooses where the next recording stops; several are alternatives. */
void session_stop_at(struct session *session, uint64_t address);

/*
 * Boots and runs to one of the stops. Returns true when it was reached (the session's outcome says which). The
 * skeleton's NOT_IMPLEMENTED is always a stop: it ends in NOT_WRITTEN. Any other end leaves the verdict open and
 * returns false: the probe, or witness_explain (witness.h), says what it means.
 */
bool session_record(struct session *session);

/* As session_record, but a NOT_IMPLEMENTED of a later task than the test's counts as reached. */
bool session_record_tables(struct session *session);

/* Where a later one has been reached, but does not count after all. */
void session_not_written(struct session *session);

/* The title of the NOT_IMPLEMENTED at which the recording has stopped. */
void session_unwritten(struct session *session, char *title, size_t size);

/* Whether the verdict has been found, i.e. there is nothing left to do. */
bool session_decided(const struct session *session);

/* Reads of the stopped machine; trouble when they fail, false then. */
bool session_read(struct session *session, uint64_t address, void *data, size_t length);

/* Fails the test, adding the source place of address when that is not 0. */
void session_fail(struct session *session, uint64_t address, const char *family, const char *expected, const char *seen,
                  ...) __attribute__((format(printf, 5, 6)));

/* Says how the last recording ended, for `seen`. Returns text. */
const char *session_end_text(const struct session *session, char *text, size_t size);

/* What the kernel said last, when it panicked: text for people, and no more believed than any other of its output. Else "". */
void session_last_words(const struct session *session, char *text, size_t size);

#endif
