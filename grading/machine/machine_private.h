/* What the files behind machine.h share. */
#ifndef CAIRN_MACHINE_PRIVATE_H
#define CAIRN_MACHINE_PRIVATE_H

#include "arguments.h"
#include "machine.h"
#include "qmp.h"
#include "rsp.h"
#include "sandbox.h"
#include "workdir.h"

#define MACHINE_POLL_MS        3
#define MACHINE_DEFAULT_SERIAL (1u << 20)

struct machine {
    enum machine_mode mode;
    struct workdir dir;
    struct sandbox_process process;
    struct qmp *qmp;
    struct rsp *rsp;
    char *command; /* for people */
    char *log;     /* where the recording goes; NULL: nowhere */
    uint64_t max_serial, max_events;
    uint32_t beat; /* instructions: as often the emulator listens, and completes its log */
    bool no_sandbox;
    bool used;           /* RECORD: has had its run. REPLAY: foreign code was run in it */
    bool on_breakpoint;  /* stopped before an instruction that has already been reported */
    uint64_t last_count; /* where it stopped last */
    uint64_t last_address;
    bool at_end;  /* REPLAY: the log is used up, the last stop was reported */
    bool stopped; /* the guest stands still and the gdbstub knows it */
    uint64_t *breakpoints;
    size_t breakpoint_count;
};

/* The command line, and copies of its input files in the private directory. */
struct status machine_command_line(struct machine *machine, const struct machine_config *config,
                                   struct arguments *args);

/* QEMU's word for its state: "running", "debug", "shutdown"... cut to `size`. */
struct status machine_state(struct machine *machine, char *state, size_t size);

/* Waits for the outcome of what has just been set going by the gdbstub. */
struct status machine_watch(struct machine *machine, const struct machine_limits *limits,
                            struct machine_outcome *outcome);

bool machine_is_breakpoint(const struct machine *machine, uint64_t address);

/* STATUS_MISUSE unless the guest is stopped. */
struct status machine_need_stop(const struct machine *machine);

/* STATUS_MISUSE unless this is a replay that may go on. */
struct status machine_need_replay(const struct machine *machine);

#endif
