/*
 * The trace: what the kernel has done, as records in a ring in its memory, for somebody who looks from outside.
 *
 * Off, a trace point is one test of a byte and a jump that is not taken: two instructions. It is switched on by the kernel's
 * command line: trace=N keeps the last N records, a power of two. With trace_wait=1 as well there is a ring, but nothing is
 * recorded before somebody outside writes 1 to the byte trace_on (in GDB: `cairn trace on`). Nothing in the kernel ever
 * reads the ring.
 *
 * Shared by the kernel and by the host's tool (tools/trace), which takes the format from here and nothing else.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define TRACE_MAGIC   0x0065636172744e43ull /* the bytes "CNtrace" */
#define TRACE_VERSION 1                     /* of the layout and of the list of events */

#define TRACE_RECORDS_MIN 64
#define TRACE_RECORDS_MAX 1048576

/*
 * The events: number, name, then what the record's object, a, b and detail are (a dash: nothing, 0). An EC is named by the
 * address of its struct ec, every other object by that of its own structure; 0 is nobody. The record's ec and pd are those
 * that were current. Numbers once given keep their meaning.
 *
 *                              object        a                  b                 detail
 */
#define TRACE_EVENTS(X)                                                                                                        \
    X(1,  ENTRY,     "entry",     "-",        "first argument",  "second argument", "number of the system call")             \
    X(2,  EXIT,      "exit",      "-",        "rdx",             "-",               "status")                                \
    X(3,  TRAP,      "trap",      "-",        "rip",             "error code",      "vector")                                \
    X(4,  RESUME,    "resume",    "-",        "rip",             "-",               "-")                                     \
    X(5,  CALL,      "call",      "portal",   "callee",          "descriptor",      "-")                                     \
    X(6,  REPLY,     "reply",     "client",   "descriptor",      "who runs next",   "status of the client")                  \
    X(7,  HELP,      "help",      "portal",   "callee, at work", "who runs",        "-")                                     \
    X(8,  EVENT,     "event",     "portal",   "handler",         "rip",             "number of the event")                   \
    X(9,  SWITCH,    "switch",    "next EC",  "its PD",          "-",               "-")                                     \
    X(10, CHOSEN,    "chosen",    "SC",       "its EC",          "claim",           "priority")                              \
    X(11, PARKED,    "parked",    "SC",       "blocked EC",      "-",               "BLOCKED_...")                           \
    X(12, READY,     "ready",     "SC",       "its EC",          "claim",           "priority")                              \
    X(13, TIMER,     "timer",     "-",        "-",               "-",               "-")                                     \
    X(14, INTERRUPT, "interrupt", "SM",       "-",               "-",               "vector")                                \
    X(15, SM_UP,     "up",        "SM",       "count before",    "-",               "-")                                     \
    X(16, SM_DOWN,   "down",      "SM",       "taken",           "deadline",        "1: nothing is there to take")           \
    X(17, SM_WAKE,   "wake",      "SM",       "EC",              "-",               "status of the EC")                      \
    X(18, CREATE,    "create",    "object",   "payer",           "place",           "type")                                  \
    X(19, DELEGATE,  "delegate",  "object",   "receiving PD",    "place there",     "rights, type << 8, order << 12")        \
    X(20, REVOKE,    "revoke",    "object",   "-",               "place",           "rights, type << 8, order << 12")        \
    X(21, DELETE,    "delete",    "object",   "-",               "place",           "rights, type << 8, order << 12")        \
    X(22, GONE,      "gone",      "object",   "PD that had it",  "place there",     "rights, type << 8, order << 12")        \
    X(23, DESTROY,   "destroy",   "object",   "-",               "-",               "type")                                  \
    X(24, REFUSED,   "refused",   "PD",       "pages lacking",   "-",               "pages that were free")                  \
    X(25, IDLE,      "idle",      "-",        "-",               "-",               "-")                                     \
    X(26, BUSY,      "busy",      "-",        "-",               "-",               "vector that ended the idle loop")

enum trace_event {
#define X(number, name, ...) TRACE_##name = number,
    TRACE_EVENTS(X)
#undef X
    TRACE_EVENT_END
};

/* One cache line. Memory and ports have no object of their own: there it is the frame's address, or the port. */
struct trace_record {
    uint64_t sequence; /* 1 for the first record ever; record n lies at (n - 1) modulo the ring's size. Written last: 0 is none */
    uint64_t time;     /* the time-stamp counter */
    uint16_t event, cpu;
    uint32_t detail;
    uint64_t ec, pd, object, a, b;
};

/* Where the ring is: the kernel's symbol trace_ring. A dump is this, then all records as they lie in memory. */
struct trace_ring {
    uint64_t magic;
    uint32_t version, record_size;
    uint64_t capacity;            /* records; 0: there is no ring */
    uint64_t written;             /* records ever begun */
    uint64_t tsc_hz;              /* ticks of `time` in a second; 0: not known */
    struct trace_record *records; /* where the kernel has them, contiguous */
    uint64_t reserved[2];
};

_Static_assert(sizeof(struct trace_record) == 64, "a cache line, and the format's version 1");
_Static_assert(sizeof(struct trace_ring) == 64, "the format's version 1");

#define TRACE_PLACE(rights, type, order) ((uint32_t)(rights) | (uint32_t)(type) << 8 | (uint32_t)(order) << 12)
#define TRACE_PLACE_RIGHTS(detail)       ((detail) & 0xff)
#define TRACE_PLACE_TYPE(detail)         ((detail) >> 8 & 0xf)
#define TRACE_PLACE_ORDER(detail)        ((detail) >> 12 & 0x3f)

#if !__STDC_HOSTED__

#include "ec.h"

extern struct trace_ring trace_ring;
extern uint8_t trace_on; /* whoever looks from outside may write it at any time */

/* Makes a ring of so many records; 0: none. on: starts at once. While booting; panics when it cannot be. */
void trace_init(uint64_t records, bool on);

/*
 * Writes a record. Only for trace points: its arguments are on the stack, where a call with more than six has them (psABI
 * §3.2.3), because the surroundings of a trace point need their registers; and it preserves every register.
 */
void trace_write(long, long, long, long, long, long, uint64_t event, uint64_t detail, uint64_t object, uint64_t a, uint64_t b);

/* How a record names an object that is alive: an EC by its beginning, where its object is not. */
static inline const void *trace_name(const struct object *object)
{
    return object->type == TYPE_EC ? (const char *)object - offsetof(struct ec, object) : (const char *)object;
}

/*
 * A trace point. The arguments are evaluated only when tracing is on.
 *
 * The call is hidden from the compiler: a function that is a leaf without it stays one, and no register is saved or moved
 * for a call that is not made. The kernel has no red zone and keeps nothing in vector registers, so nothing is lost.
 * "inline": it shall not keep a function from being inlined (GCC manual, "Size of an asm").
 */
#ifdef TRACE_NONE /* only to measure what they cost: tools/trace/test/cost.sh */
#define trace(event, object, a, b, detail) ((void)0)
#else
#define trace(event, object, a, b, detail)                                                                             \
    do {                                                                                                               \
        if (__builtin_expect(trace_on, 0))                                                                             \
            __asm__ inline volatile("push %4; push %3; push %2; push %1; push %0; call trace_write; add $40, %%rsp"    \
                                    :                                                                                  \
                                    : "i"(event), "re"((uint64_t)(detail)), "re"((uint64_t)(object)),                  \
                                      "re"((uint64_t)(a)), "re"((uint64_t)(b))                                         \
                                    : "memory", "cc");                                                                 \
    } while (0)
#endif

#else

/* Stages are also compiled for the host, where their unit tests run. */
#define trace_on                               false
#define trace_name(object)                     ((const void *)(object))
#define trace(event, object, a, b, detail) ((void)(event), (void)(object), (void)(a), (void)(b), (void)(detail))

#endif
