/* Stage 4's first tasks: while the kernel boots it makes the first grants and numbers, and the host looks at them from outside. Nothing
 * of the kit's runs in ring 3 yet.
 */
#include "grader/autopsy.h"
#include "probes/caps_state.h"
#include "probes/probes.h"
#include "x86/paging.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PENDING   8
#define TAKEN_MAX 4096

static bool read_stopped(void *machine, uint64_t address, void *data, size_t length)
{
    return machine_read_virtual(machine, address, data, length).code == STATUS_OK;
}

static void tell(struct session *session, const char *family, const struct caps_fault *fault)
{
    if (fault->seen[0])
        session_fail(session, 0, family, fault->expected, "%s", fault->seen);
}

static void tell_end(struct session *session, const char *family, const char *expected)
{
    char text[200];

    session_fail(session, 0, family, expected, "%s", session_end_text(session, text, sizeof text));
}

/* What broke the machine down is a later task's, whose test will say so. */
static void forget_end(struct session *session)
{
    if (!session_decided(session))
        session->verdict->has_end = false;
}

/* `ok` would be said too soon where the machine has stopped at what a later task lacks: more cells and grants come behind it. */
static void pass_so_far(struct session *session)
{
    char title[64];

    if (session_decided(session) || session->outcome.address != session_kernel(session, "not_implemented"))
        return;
    session_unwritten(session, title, sizeof title);
    if (!session_decided(session))
        memcpy(session->verdict->seen, title, sizeof title);
}

/* ---- 4.1: every call that takes a cell; one may be made of the other ---- */

struct call {
    uint64_t payer, back, rsp; /* where it returns to, with which stack */
    struct caps_account before;
};

struct watch {
    struct session *session;
    uint64_t init;      /* where account_init begins */
    uint64_t base, end; /* of the pool, as the kernel sees it */
    struct call pending[PENDING];
    unsigned calls; /* pending ones */
    uint64_t taken[TAKEN_MAX];
    unsigned count;
};

static void call_begins(struct watch *w, struct machine *machine, const struct x86_registers *r)
{
    const struct caps_memory memory = { read_stopped, machine };
    struct call *call = &w->pending[w->calls];

    *call = (struct call){ .payer = r->rdi, .rsp = r->rsp + 8 };
    if (w->calls == PENDING || !read_stopped(machine, r->rsp, &call->back, sizeof call->back) ||
        !caps_read_account(&memory, call->payer, &call->before))
        return;
    w->calls++;
    machine_break(machine, call->back);
}

static void check_cell(struct watch *w, uint64_t cell, struct caps_fault *fault)
{
    if (cell % CAPS_CELL || cell < w->base || cell > w->end - CAPS_CELL)
        snprintf(fault->expected, sizeof fault->expected,
                 "cell_take returns a cell of the pool, 0x%" PRIx64 " to 0x%" PRIx64 ", at a multiple of %d", w->base, w->end,
                 CAPS_CELL);
    for (unsigned i = 0; i < w->count && !fault->expected[0]; i++)
        if (w->taken[i] == cell)
            snprintf(fault->expected, sizeof fault->expected, "each cell is given out once");
    if (fault->expected[0])
        snprintf(fault->seen, sizeof fault->seen, "cell %u is at 0x%" PRIx64, w->count + 1, cell);
}

static void check_charge(const struct caps_account *was, const struct caps_account *is, struct caps_fault *fault)
{
    const bool bought = !was->free_cells;
    const struct caps_account want = { was->quota, was->used + bought, was->cells + 1,
                                       was->free_cells + (bought ? CAPS_CELLS_PER_PAGE : 0) - 1 };

    if (!memcmp(&want, is, sizeof want))
        return;
    snprintf(fault->expected, sizeof fault->expected,
             "a cell %s: used %" PRIu64 ", cells %" PRIu64 ", free_cells %" PRIu64 " in the payer's account",
             bought ? "when none is free buys a page" : "of a page that is there", want.used, want.cells, want.free_cells);
    snprintf(fault->seen, sizeof fault->seen, "used %" PRIu64 ", cells %" PRIu64 ", free_cells %" PRIu64, is->used, is->cells,
             is->free_cells);
}

static void call_ends(struct watch *w, struct machine *machine, const struct x86_registers *r)
{
    const struct caps_memory memory = { read_stopped, machine };
    struct caps_fault fault = { 0 };
    struct caps_account now;

    if (!w->calls || w->pending[w->calls - 1].back != r->rip || w->pending[w->calls - 1].rsp != r->rsp)
        return;
    const struct call *call = &w->pending[--w->calls];
    if (w->calls || !caps_read_account(&memory, call->payer, &now))
        return;
    check_cell(w, r->rax, &fault);
    if (!fault.seen[0])
        check_charge(&call->before, &now, &fault);
    tell(w->session, "accounts", &fault);
    if (w->count < TAKEN_MAX)
        w->taken[w->count++] = r->rax;
}

static bool at_stop(void *context, struct machine *machine, const struct machine_outcome *stop)
{
    struct watch *w = context;
    const struct x86_registers *r = &stop->registers;

    if (stop->address == w->init) {
        w->base = DIRECT_BASE + r->rsi;
        w->end = w->base + r->rdx * CAPS_UNIT;
    } else if (w->calls && stop->address == w->pending[w->calls - 1].back) {
        call_ends(w, machine, r);
    } else {
        call_begins(w, machine, r);
    }
    return !session_decided(w->session);
}

void probe_caps_cells(struct session *session)
{
    static struct watch watch;
    struct machine_outcome last;
    const uint64_t stops[] = { session_kernel(session, "account_init"), session_kernel(session, "cell_take"),
                               session_kernel(session, "cell_alloc") };

    watch = (struct watch){ .session = session, .init = stops[0] };
    session_stop_at(session, session_kernel(session, "account_settle"));
    const bool settled = session_record_tables(session);
    if (session_decided(session))
        return;
    if (settled)
        pass_so_far(session);
    machine_close(session->machine);
    session->machine = NULL;
    struct status s = machine_replay(&session->config, stops, 3, &(struct machine_limits){ 0 }, at_stop, &watch, &last);
    if (s.code != STATUS_OK && !session_decided(session))
        verdict_trouble(session->verdict, "replaying the run: %s", s.message);
    if (!settled && (watch.calls || !watch.count))
        tell_end(session, "accounts", "the kernel takes its first cells, and goes on");
    if (!watch.count && !session_decided(session))
        session_fail(session, 0, "accounts", "the kernel takes cells while it boots",
                     "neither cell_take nor cell_alloc has returned");
    forget_end(session);
}

/* ---- 4.2: the list of all grants; 4.3: the root task's numbers ---- */

static const char started[] = "the kernel makes the root task's grants, and starts it";

/* Up to the first call of the first program, or to where the student has come. */
static bool boot(struct session *session, struct caps_memory *memory)
{
    session_stop_at(session, session_kernel(session, "cap_lookup"));
    const bool good = session_record_tables(session);
    *memory = (struct caps_memory){ read_stopped, session->machine };
    return good;
}

/* Whether the machine broke down where grants are made; else the list, as it is, is what counts. */
static bool died_in_grants(struct session *session)
{
    struct autopsy autopsy;

    machine_close(session->machine);
    session->machine = NULL;
    return autopsy_make(&autopsy, session->verdict, session->kernel).code != STATUS_OK || strstr(autopsy.place, "grant");
}

void probe_caps_grants(struct session *session)
{
    struct caps_fault fault = { 0 };
    struct caps_memory memory;
    const bool good = boot(session, &memory);

    if (session_decided(session))
        return;
    const unsigned grants = caps_check_list(&memory, session_kernel(session, "all_grants"), &fault);
    if (grants)
        tell(session, "derivation", &fault);
    if (!good && (!grants || died_in_grants(session)))
        tell_end(session, "derivation", started);
    if (!grants)
        session_fail(session, 0, "derivation", "the first object that the kernel names has a grant in the list of all",
                     "all_grants.next leads back to all_grants");
    if (good)
        pass_so_far(session);
    forget_end(session);
}

void probe_caps_numbers(struct session *session)
{
    struct caps_fault fault = { 0 };
    struct caps_memory memory;

    if (!boot(session, &memory)) {
        tell_end(session, "names", started);
        return;
    }
    if (session->outcome.address != session_kernel(session, "cap_lookup")) {
        session_fail(session, 0, "names", "with its numbers the root task begins, and makes its first call",
                     "the kernel has come to a task behind this one, and to no look-up");
        return;
    }
    caps_check_numbers(&memory, session->outcome.registers.rdi, &fault);
    tell(session, "names", &fault);
}
