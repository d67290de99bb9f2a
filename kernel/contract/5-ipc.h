/*
 * Stage 5, communication: calls through portals, replies, and exceptions as messages.
 *
 * The stage defines the two system calls `call` and `reply`, what becomes of an exception, who works on whose time, and what happens
 * when one side dies. What programs see (descriptors, UTCB, windows, events) is in kernel/ABI.md, "UTCB and messages",
 * "Exceptions as messages" and "Scheduling".
 *
 * Files: any *.c, *.asm and *.h. The given fast path does the same for the simplest calls, reads and writes the public
 * structures below, and is switched off while this stage is a student's.
 *
 * What it builds on: stage 3 (ec_switch, sched_next), stage 4 (cap_lookup, transfers), stage 6 (memory in messages).
 *
 * How a call goes
 * ---------------
 *      client                               server (a local EC: it has no SC of its own)
 *      call: portal found, server waits     run.cont == NULL
 *      ipc.callee = server  <------------>  ipc.caller = client
 *      run.cont: take the reply             message copied, rip = the portal's entry, run.cont: leave
 *                      ---- ec_switch: the current SC stays current, so the client pays ---->
 *                                           … works …
 *                                           reply: message copied, links cut, run.cont = NULL
 *                      <---- ec_switch ----
 *
 * No scheduler decision lies on this way. If the server is busy, the client's time helps whoever holds it up (ipc_runner), and when
 * it has the processor again the client's call begins anew: with a new look-up, because the portal may have gone meanwhile.
 *
 * The rules
 * ---------
 * 1. a->ipc.callee == b exactly if b->ipc.caller == a. Half a link: a reply goes to somebody who does not wait for one,
 *    or a server waits for ever for the death of a client that is long gone.
 * 2. A server with a caller is busy, one without a continuation is free: never both, never neither. Otherwise: two clients
 *    are served at once on one UTCB, or nobody any more.
 * 3. After a call or reply the current SC's time goes to ipc_runner(sc->ec). A shortcut must have the same result. Otherwise: a helper
 *    loses its time to the client it helped, or the client's SC stays with the server.
 * 4. Items are checked and paid for before the first word is copied; after that nothing fails. Otherwise: a refused call has
 *    been half heard.
 * 5. What is in a UTCB can change at any time, the program has it mapped: a count or window is read once, into a
 *    variable, and that is bounded. Otherwise: the check sees one count and the copy another.
 * 6. A UTCB is reached by ipc.utcb, the kernel's own mapping, whichever address space is loaded. Otherwise: the message lands in
 *    the page that happens to be at that address in the other program.
 * 7. preempt_point and everything that does not return is called only with rules 1 and 2 true.
 * 8. A chain of calls is followed in both kinds of waiting: for the reply (callee) and for the server (wanted). With callee alone
 *    two servers that want each other are not noticed, and the kernel helps in a circle with interrupts off: everything stops.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>

#include "contract/3-threads.h"
#include "contract/4-caps.h"
#include "contract/6-spaces.h"

/* ---- Public structures ---------------------------------------------------------------------------------------------- */

/* A portal. Written by the creator, id and transfer also by PT_SET; stage 5 only reads it. One cell. */
struct pt {
    struct object object;
    struct ec *ec;      /* the local EC that it leads into; never changes */
    uint64_t entry;     /* in the user half; never changes */
    uint64_t id;        /* any 64 bits, for the server */
    uint32_t transfer;  /* TRANSFER_…: what an event message through this portal shows */
    uint32_t reserved;
    struct pt *next, *prev; /* among the portals of ec */
};

_Static_assert(sizeof(struct pt) <= CELL_SIZE, "a portal costs one cell");
_Static_assert(sizeof(struct sc) <= CELL_SIZE, "a scheduling context costs one cell");

/* The event base of an EC without an event table: all numbers from here on name nothing. */
#define NO_EVENTS SELECTOR_COUNT

/*
 * The part of struct ec that concerns communication: ec->ipc.
 *
 * The creator writes pd, utcb, utcb_page, kind, event_base, and links the EC into its PD's list; EC_EVENTS writes event_base. All else, stage 5 alone.
 */
struct ec_ipc {
    struct pd *pd;          /* whose selectors it uses; never changes */
    struct utcb *utcb;      /* in the direct map; never changes */
    uint64_t utcb_page;     /* where the program sees it, in the user half; never changes */
    struct ec *callee;      /* who has its call and owes it a reply */
    struct ec *caller;      /* whose call it is serving; NULL also when that one died */
    struct ec *wanted;      /* the busy EC that its call waits for, while it helps */
    struct ec *wanters;     /* those whose wanted this is */
    struct ec *next_wanter, *prev_wanter; /* in that list */
    struct pt *portals;     /* those that lead into it */
    struct ec *next, *prev; /* among the ECs of pd */
    uint64_t selector, descriptor; /* arguments of the call that begins anew */
    uint32_t kind;          /* enum ec_kind; never changes */
    uint32_t event_base;    /* selector of the portal for vector 0; NO_EVENTS: there is none for any */
    uint64_t address;       /* CR2 of its last page fault */
    uint32_t event;         /* the number of the event that it is telling */
    uint32_t event_transfer; /* the portal's transfer descriptor when that was raised */
    uint32_t resumed;       /* 1: an EC_RESUME came while it was not paused. Written by ec_control alone, which is given */
};

/* ---- What the stage defines: calls ---------------------------------------------------------------------------------- */

/*
 * The system call `call`, in the form of syscall_handler (contract/1-entry.h); the other arguments are not read. self: the current EC;
 * its rip, rsp and rflags are in its frame. Order of checks and statuses: ABI.md §7.0.
 *
 * A refusal leaves self by ec_leave_call with the status, and nothing changed. Else self waits, and the server runs or is helped. Before
 * helping, selector and descriptor are kept in self->ipc, because the registers they came in are gone.
 */
noreturn void sys_call(struct ec *self, uint64_t selector, uint64_t descriptor, uint64_t a3, uint64_t a4, uint64_t a5);

/*
 * The system call `reply`; its first argument is not read. The links are cut and the server is free in one step with the delivery, so no call can come in
 * between. With ITEMS_LOST it is the client that is told (ABI.md §8.5). Not for a global EC: BAD_CALL.
 */
noreturn void sys_reply(struct ec *self, uint64_t a1, uint64_t descriptor, uint64_t a3, uint64_t a4, uint64_t a5);

/*
 * Delivers the items of from's UTCB to to's, for a message or a reply: all or none. count: at most ITEM_COUNT.
 *
 * Returns SUCCESS, or the status of the first item at fault, with the value for rdx (REFUSAL) in *refusal and nothing changed.
 */
enum status items_deliver(struct ec *from, struct ec *to, unsigned count, uint64_t *refusal);

/* ---- What the stage defines: events --------------------------------------------------------------------------------- */

/*
 * Tells event number (a vector, EVENT_STARTUP or EVENT_RECALL) of self, the current EC, whose frame and GS base are complete, as a
 * call through the portal in its event table. error and address: ABI.md §9. Without such a portal self dies.
 *
 * The reply sets in self what its transfer descriptor names and nobody is forbidden; self then leaves by ec_leave_trap. If
 * the handler is busy, it is helped, and the event begins anew.
 *
 * The body calls it for an exception in ring 3, but for one that stage 3 wants itself (fpu_trap).
 */
noreturn void ipc_event(struct ec *self, unsigned number, uint64_t error, uint64_t address);

/* Continuation of a new global EC: raises EVENT_STARTUP. */
noreturn void ipc_startup(struct ec *self);

/* Marks ec, any EC: before it next runs in ring 3 it raises EVENT_RECALL. What it waits for goes on. Returns. */
void ec_recall(struct ec *ec);

/*
 * For stage 3: self is about to leave for ring 3 and is marked. Takes the mark away and raises the event. Behind a system call
 * its frame is first completed with the registers that exit_sysret would have given it: the message shows them all.
 */
noreturn void ipc_recall(struct ec *self);

/* ---- What the stage defines: who works for whom --------------------------------------------------------------------- */

/*
 * The end of the chain of calls that begins at ec: ec itself when it waits for nobody's reply. Never NULL; may be blocked.
 * An EC that only wants to call is the end of its chain: its call begins anew. No side effects.
 */
struct ec *ipc_runner(struct ec *ec);

/* ---- What the stage defines: ends ----------------------------------------------------------------------------------- */

/*
 * Ends an EC's part in every conversation: who waits for its reply gets ABORTED (an event's sender dies: nobody is left to say how it goes
 * on), who wanted to call it begins anew and finds out, whom it has called serves on and replies to nobody. Its portals and its SC are
 * killed (object_kill), the UTCB's page goes back to the payer, and ec_forget is called. Also for the current EC; then the
 * caller ends in sched_next.
 *
 * Its portals, and those who wanted to call it, come first: 64 at a time, and it does not run meanwhile. The rest is one piece. Returns
 * true when all is done.
 *
 * When it is wrong: a client hangs for ever, or a server writes its reply into memory that is something else by now.
 */
bool ec_end(struct object *object);

/* Nobody waits at a portal, so its end only takes it from its EC's list: one piece, true. */
bool pt_end(struct object *object);

/* ---- What the stage calls ------------------------------------------------------------------------------------------- */

/* Stage 4, for the items of a message: cap_prepare and cap_commit. Stage 6, for the end of an EC: space_unmap_utcb. */
