/* The pinned machine, recorded once and replayed at will.
 *
 * A RECORD run goes from reset to at most one stop, at a place chosen before the start; after it the
 * machine can be looked at but not continued, because continuing is where determinism ends. A REPLAY
 * of its log runs the same instructions again and may stop as often as it likes. See
 * grading/DETERMINISM.md for the measurements behind both sentences.
 *
 *     machine_open(&m, &config, MACHINE_RECORD);        machine_open(&m, &config, MACHINE_REPLAY);
 *     machine_break(m, checkpoint);                     machine_break(m, sysret);
 *     machine_run(m, &limits, &outcome);                while (machine_run(m, &limits, &outcome),
 *     machine_read_virtual(m, ...);                            outcome.kind == MACHINE_AT_STOP) ...
 *     machine_close(m);  // completes the log           machine_close(m);
 */
#ifndef CAIRN_MACHINE_MACHINE_H
#define CAIRN_MACHINE_MACHINE_H

#include "status.h"
#include "x86.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct machine;

struct machine_module {
    const char *path;    /* the file on the host */
    const char *cmdline; /* all the guest sees: "NAME arguments"; NAME of [A-Za-z0-9_.-], unique */
};

struct machine_config {
    const char *qemu;    /* NULL: PINNED_QEMU */
    const char *kernel;  /* a 32-bit ELF with a Multiboot header */
    const char *cmdline; /* the guest sees "kernel CMDLINE"; NULL: nothing after "kernel " */
    const struct machine_module *modules;
    size_t module_count;
    unsigned memory_mib;        /* 0: PINNED_MEMORY_MIB */
    unsigned shift;             /* one instruction is 2^shift ns of guest time; 0..7 */
    uint32_t beat;              /* instructions after which the emulator answers, at most; 0: 100,000. See metronome.h */
    bool full_bios;             /* SeaBIOS instead of qboot */
    const char *cpu;            /* NULL: PINNED_CPU */
    const char *const *devices; /* NULL-terminated arguments of -device; NULL: none */
    const char *log;            /* written when a RECORD machine is closed; read by REPLAY. NULL in RECORD: not kept */
    bool no_sandbox;            /* run QEMU directly, for debugging the grader */
    uid_t uid;                  /* as struct sandbox */
    uint64_t max_serial;        /* bytes of COM1 kept and allowed; 0: 1 MiB. More ends the run as FLOOD */
    uint64_t max_events;        /* RECORD: bytes of the log, without those of serial output; 0: any. More ends the run as STORM */
};

enum machine_mode { MACHINE_RECORD, MACHINE_REPLAY };

struct machine_limits {
    uint64_t instructions;  /* from reset, firmware included; 0: none */
    uint32_t guest_seconds; /* of guest time since reset, waiting included; 0: none. OVER_LIMIT with an inexact count,
                               or IDLE */
    uint32_t wall_ms;       /* without an instruction, after which the emulator counts as stuck; 0: 60 s */
};

enum machine_outcome_kind {
    MACHINE_AT_STOP,         /* at a breakpoint, within the limit */
    MACHINE_SHUTDOWN,        /* triple fault, reset or power-off; memory and registers still there */
    MACHINE_PANICKED,        /* a pvpanic device was written to */
    MACHINE_DEAD,            /* halted with interrupts off: nothing can ever happen again */
    MACHINE_IDLE,            /* halted with interrupts on, but none comes: the count stands still */
    MACHINE_OVER_LIMIT,      /* count above the limit, however it was found; see machine_run_to */
    MACHINE_FLOOD,           /* more serial output than max_serial; no count, and a log is not promised.
                              * Near its limit a flood may as well be found OVER_LIMIT: treat alike */
    MACHINE_STORM,           /* more events from outside than max_events: interrupts that let the guest do next to nothing;
                              * no count, since the moment at which that is noticed depends on the host */
    MACHINE_AT_COUNT,        /* replay only: machine_run_to reached its instruction */
    MACHINE_END_OF_LOG,      /* replay only: everything recorded has been run; where the recording stopped */
    MACHINE_EMULATOR_STUCK,  /* no instruction for so long: the host's trouble, never the student's; try again */
    MACHINE_EMULATOR_FAILED, /* QEMU ended by itself; `detail` is the end of what it wrote */
};

struct machine_outcome {
    enum machine_outcome_kind kind;
    uint64_t count;                 /* instructions from reset; exact if stopped, else the last one polled */
    uint64_t address;               /* AT_STOP: the breakpoint (RIP) */
    bool exact;                     /* count and registers are the same in every run and may stand in a record */
    bool inspectable;               /* the guest is stopped: registers and memory may be read */
    struct x86_registers registers; /* valid if inspectable */
    char detail[512];               /* SHUTDOWN: "triple-fault", "guest-reset", "guest-shutdown"; EMULATOR_*: what is known */
};

/* "at-stop", "shutdown", ... as written into records. */
const char *machine_outcome_name(enum machine_outcome_kind kind);

/* Starts QEMU, stopped before its first instruction, and connects to it. On failure *out is NULL and
 * nothing is left behind. STATUS_NO_SANDBOX, STATUS_SYSTEM, STATUS_MISUSE (a bad config). */
struct status machine_open(struct machine **out, const struct machine_config *config, enum machine_mode mode);

/* Ends QEMU, completes and keeps the log, removes every trace. NULL is allowed. The status concerns
 * the log only: a recording whose emulator had failed has none (STATUS_CLOSED). */
struct status machine_close(struct machine *machine);

/* Adds or removes a hardware breakpoint on a linear address, in any address space. In RECORD only before
 * machine_run, and several are alternatives: the first one reached ends the run. */
struct status machine_break(struct machine *machine, uint64_t address);
struct status machine_unbreak(struct machine *machine, uint64_t address);

/* Runs to an outcome. Once per RECORD (STATUS_MISUSE after that); again and again in REPLAY, where it goes
 * on after AT_STOP without stopping twice for the same reason. (A stop comes before an interrupt due at the
 * same instruction: the interrupt's return then reaches the breakpoint again, at a higher count.) STATUS_OK with any
 * outcome; an error status means the library or its connection failed. */
struct status machine_run(struct machine *machine, const struct machine_limits *limits, struct machine_outcome *outcome);

/* REPLAY: runs to exactly instruction `count` (AT_COUNT), or to a breakpoint or the end before it. */
struct status machine_run_to(struct machine *machine, uint64_t count, const struct machine_limits *limits,
                             struct machine_outcome *outcome);

/* REPLAY: executes one instruction, or delivers one interrupt: then the count stays and RIP changes.
 * About 0.6 ms. Kind AT_STOP, with or without a breakpoint there, or END_OF_LOG. */
struct status machine_step(struct machine *machine, struct machine_outcome *outcome);

/* Looking at a stopped machine. Addresses need no alignment; lengths are in bytes. */
struct status machine_registers(struct machine *machine, struct x86_registers *registers);
struct status machine_hidden(struct machine *machine, struct x86_hidden *hidden);
struct status machine_read_virtual(struct machine *machine, uint64_t address, void *data, size_t length);
struct status machine_read_physical(struct machine *machine, uint64_t address, void *data, size_t length);
struct status machine_count(struct machine *machine, uint64_t *count);     /* also while it runs */
struct status machine_seconds(struct machine *machine, uint64_t *seconds); /* of guest time since reset; also while it runs */
struct x86_memory machine_memory(struct machine *machine);                 /* for the decoders of x86.h */

/* Reads a model-specific register by executing a planted `rdmsr`, from any privilege level; everything is put back.
 * The one instruction executed is not the guest's: in RECORD only after the terminal stop, in REPLAY
 * it ends the replay (further runs are STATUS_MISUSE). */
struct status machine_msr(struct machine *machine, uint32_t msr, uint64_t *value);

/* Writing, for challenges patched in before the start or autopsies after the end. A RECORD whose
 * memory was changed needs the same change at the same count in its REPLAY. */
struct status machine_write_physical(struct machine *machine, uint64_t address, const void *data, size_t length);

/* What the guest has sent to COM1 so far, at most max_serial bytes; malloc'ed, NUL-terminated. */
struct status machine_serial(struct machine *machine, char **data, size_t *length);

/* One line of the human monitor ("info lapic"), for text shown to people. */
struct status machine_monitor(struct machine *machine, const char *line, char *text, size_t size);

/* The QEMU command line as one string, for records and for people; lives as long as the machine. */
const char *machine_command(const struct machine *machine);

/* ---- Replays with a callback per stop ---- */

/* May read memory, step, add and remove breakpoints. Returns false to end the replay. */
typedef bool (*machine_stop_fn)(void *context, struct machine *machine, const struct machine_outcome *stop);

/* Opens a REPLAY of `config`, sets the breakpoints, calls `at_stop` for each stop and closes.
 * *last is the outcome that ended it (AT_STOP if the callback did). */
struct status machine_replay(const struct machine_config *config, const uint64_t *breakpoints, size_t breakpoint_count,
                             const struct machine_limits *limits, machine_stop_fn at_stop, void *context,
                             struct machine_outcome *last);

#endif
