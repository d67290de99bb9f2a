/* What replays of a told program show: see told_private.h.
 *
 * The kernel under test owns all memory, so it can write "passed" where the program would. It cannot make the processor stand in ring 3 at
 * the program's own instructions with values that it has not got, at each of the places of a run that is already over.
 */
#include "probes/told_private.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE       4096u
#define LOOKED_AT  32 /* checks that are looked at, about: each costs a stop, 2 to 4 ms */
#define CHECKS_MAX (1u << 20)
#define WAY_BYTES  512u /* more than one of these functions has, in code and in its frame */

static const struct machine_limits no_limits;

/* ---- Is it the program? ---- */

/* The part of a page that the program's file covers, against the page in memory. */
static bool same_page(const struct told_program *program, struct machine *machine, uint64_t cr3, uint64_t page)
{
    const uint8_t *text;
    uint64_t start;
    size_t length;
    uint8_t found[PAGE];
    struct x86_mapping mapping;
    struct x86_memory memory = machine_memory(machine);

    if (!image_text(program->image, &start, &text, &length) || page + PAGE <= start || page >= start + length)
        return false;
    if (x86_walk(&memory, cr3, page, &mapping).code != STATUS_OK || !mapping.present || mapping.user != (program->ring == 3) ||
        mapping.writable || !mapping.executable ||
        machine_read_physical(machine, mapping.physical_address, found, PAGE).code != STATUS_OK)
        return false;
    uint64_t first = page < start ? start : page, last = page + PAGE < start + length ? page + PAGE : start + length;
    return !memcmp(found + (first - page), text + (first - start), last - first);
}

bool told_genuine(const struct told_program *program, struct machine *machine, const struct x86_registers *r, char *why,
                  size_t size)
{
    if ((r->cs & 3u) != program->ring)
        snprintf(why, size, "the processor was at 0x%" PRIx64 " in ring %u", r->rip, r->cs & 3u);
    else if (!same_page(program, machine, r->cr3, r->rip & -(uint64_t)PAGE))
        snprintf(why, size, "the page at 0x%" PRIx64 " was not the program's: other bytes, or other rights",
                 r->rip & -(uint64_t)PAGE);
    else
        return true;
    return false;
}

void told_forged(struct session *session, const char *why)
{
    session_fail(session, 0, session->input->test->families[0], "the test makes its checks itself, and nobody for it",
                 "its memory says that it has passed, but %s", why);
}

/* All of its code, with the tests in it. */
static bool whole_text(const struct told_program *program, struct machine *machine, uint64_t cr3)
{
    const uint8_t *text;
    uint64_t start;
    size_t length;

    if (!image_text(program->image, &start, &text, &length))
        return false;
    for (uint64_t page = start & -(uint64_t)PAGE; page < start + length; page += PAGE)
        if (!same_page(program, machine, cr3, page))
            return false;
    return true;
}

/* ---- The replay ---- */

struct watch {
    const struct told_program *program;
    struct session *session;
    uint64_t checks;        /* how many the program tells */
    bool unwritten;         /* the run ends where an answer of a later task is missing, and not at the end of the program */
    bool begun;             /* its first test has */
    uint64_t before;        /* checks made before that, which are the kit's own */
    uint64_t stride, first; /* one in so many is looked at, a power of two; `first` is the first of them, and below it */
    uint8_t *seen;          /* a bit for each check */
    uint64_t next_test;     /* the next that has to end */
    uint64_t checks_at_end; /* made when the last one ended */
    bool text_seen;
    char why[200];
};

/* What goes through one door is looked at all or not at all: the stride divides their number. */
static bool looked_at(const struct watch *watch, uint64_t ticket)
{
    return watch->begun && ticket >= watch->before &&
           (ticket % watch->stride == watch->first || ticket % TOLD_DOORS == (watch->checks - 1) % TOLD_DOORS);
}

static void end_of_test(struct watch *watch, const struct x86_registers *r)
{
    if (r->rdi == watch->next_test && r->rsi > watch->checks_at_end) {
        watch->next_test++;
        watch->checks_at_end = r->rsi;
    } else if (r->rdi != watch->next_test - 1) { /* that is the same stop, after an interrupt */
        snprintf(watch->why, sizeof watch->why, "its tests did not run one after the other");
    }
}

/* Whether the file has a call before this address; where it leads to. */
static bool follows_call(const struct told_program *program, uint64_t address, uint64_t *target)
{
    uint8_t code[5];
    int32_t distance;

    if (address >= program->text_end || !image_read(program->image, address - sizeof code, code, sizeof code) || code[0] != 0xe8)
        return false;
    memcpy(&distance, code + 1, sizeof distance);
    *target = address + (uint64_t)(int64_t)distance;
    return true;
}

/*
 * Anybody who sets registers can send the processor through a door: stage and rig run in one ring, and a kernel sends ring 3 where it
 * likes. Who makes a check has called one of the functions for that, which has called told_check, and has a frame pointer: two return
 * addresses on the stack say so. Whoever makes them up is back in the program's own code afterwards, behind a check of its own, and
 * nobody steps through it.
 */
static bool called_by_program(const struct told_program *program, struct machine *machine, const struct x86_registers *r)
{
    uint64_t back = 0, caller = 0, called = 0;

    if (r->rflags & X86_RFLAGS_TF || r->rbp - r->rsp > WAY_BYTES ||
        machine_read_virtual(machine, r->rsp, &back, sizeof back).code != STATUS_OK ||
        machine_read_virtual(machine, r->rbp + 8, &caller, sizeof caller).code != STATUS_OK ||
        !follows_call(program, back, &called) || called != program->check || !follows_call(program, caller, &called))
        return false;
    for (unsigned i = 0; i < TOLD_WAYS; i++)
        if (program->way[i] && program->way[i] == called)
            return back - called < WAY_BYTES;
    return false;
}

/* rdi got, rsi expected, rdx kind, rcx number of the check. */
static void check_made(struct watch *watch, struct machine *machine, const struct x86_registers *r)
{
    const uint64_t ticket = r->rcx;
    const bool good = r->rdx == '<' ? r->rdi <= r->rsi : r->rdi == r->rsi;

    if (!called_by_program(watch->program, machine, r))
        snprintf(watch->why, sizeof watch->why, "check number %" PRIu64 " was not made by the test", ticket);
    else if (ticket >= watch->checks || !looked_at(watch, ticket))
        snprintf(watch->why, sizeof watch->why, "check number %" PRIu64 " is one that it had not counted", ticket);
    else if (!good)
        snprintf(watch->why, sizeof watch->why, "check number %" PRIu64 " has failed: 0x%" PRIx64 " instead of 0x%" PRIx64,
                 ticket, r->rdi, r->rsi);
    else
        watch->seen[ticket / 8] |= (uint8_t)(1u << ticket % 8);
}

/*
 * Chosen by the host, after the run: nobody in it can know them. What the tests check themselves is looked at, not what was checked
 * before. The last check is among them: who has to make some up makes up what comes last.
 */
static void choose_doors(struct watch *watch, struct machine *machine)
{
    const uint64_t told = watch->program->told + offsetof(struct told, checks);

    if (watch->begun)
        return;
    if (machine_read_virtual(machine, told, &watch->before, sizeof watch->before).code != STATUS_OK ||
        watch->before > watch->checks) {
        snprintf(watch->why, sizeof watch->why, "it had counted other checks when its first test began");
        return;
    }
    watch->begun = true;
    watch->checks_at_end = watch->before;
    watch->stride = 1;
    while (watch->stride < TOLD_DOORS && (watch->checks - watch->before) / watch->stride > LOOKED_AT)
        watch->stride *= 2;
    watch->first = session_draw_below(watch->session, watch->stride);
    for (uint64_t ticket = watch->before; ticket < watch->checks && ticket < watch->before + TOLD_DOORS; ticket++) {
        if (!looked_at(watch, ticket))
            continue;
        struct status s = machine_break(machine, watch->program->doors + ticket % TOLD_DOORS * TOLD_DOOR_BYTES);
        if (s.code != STATUS_OK)
            verdict_trouble(watch->session->verdict, "replaying the run: %s", s.message);
    }
}

static bool at_stop(void *context, struct machine *machine, const struct machine_outcome *stop)
{
    struct watch *watch = context;
    const struct x86_registers *r = &stop->registers;

    if (!told_genuine(watch->program, machine, r, watch->why, sizeof watch->why))
        return false;
    if (!watch->text_seen && !whole_text(watch->program, machine, r->cr3))
        snprintf(watch->why, sizeof watch->why, "its code had been changed");
    watch->text_seen = true;
    if (stop->address == watch->program->failure)
        snprintf(watch->why, sizeof watch->why, "one of its checks has failed");
    else if (stop->address == watch->program->begins)
        choose_doors(watch, machine);
    else if (stop->address == watch->program->ends)
        end_of_test(watch, r);
    else if (stop->address != watch->program->end)
        check_made(watch, machine, r);
    else if (!whole_text(watch->program, machine, r->cr3))
        snprintf(watch->why, sizeof watch->why, "its code had been changed");
    return !watch->why[0] && stop->address != watch->program->end;
}

static struct machine_outcome replay(struct session *session, const uint64_t *stops, size_t count, machine_stop_fn at_stop,
                                     void *context)
{
    struct machine_outcome last;

    machine_close(session->machine);
    session->machine = NULL;
    struct status s = machine_replay(&session->config, stops, count, &no_limits, at_stop, context, &last);
    if (s.code != STATUS_OK && !session_decided(session))
        verdict_trouble(session->verdict, "replaying the run: %s", s.message);
    return last;
}

/* A replay can lose the end of its log when the host is busy. What was not seen then is nobody's fault, and the test is run again. */
static void look_at_end(const struct watch *watch, const struct machine_outcome *last)
{
    const struct session *session = watch->session;
    const bool whole = watch->unwritten ? last->count >= session->outcome.count
                                        : last->kind == MACHINE_AT_STOP && last->address == watch->program->end;

    if (!whole)
        verdict_trouble(session->verdict, "the replay came to its end (%s) at instruction %" PRIu64 " of %" PRIu64,
                        machine_outcome_name(last->kind), last->count, session->outcome.count);
}

static void count_seen(struct watch *watch)
{
    if (watch->why[0])
        return;
    for (uint64_t i = 0; i < watch->checks; i++)
        if (looked_at(watch, i) && !(watch->seen[i / 8] & 1u << i % 8)) {
            snprintf(watch->why, sizeof watch->why, "its check number %" PRIu64 " was never made", i);
            return;
        }
    if (watch->next_test != watch->program->last)
        snprintf(watch->why, sizeof watch->why, "only %" PRIu64 " of its %" PRIu64 " tests have run",
                 watch->next_test - watch->program->first, watch->program->last - watch->program->first);
}

void told_verify(const struct told_program *program, uint64_t checks, bool unwritten)
{
    struct watch watch = { .program = program, .session = program->session, .checks = checks, .unwritten = unwritten,
                           .next_test = program->first };
    const uint64_t stops[] = { program->begins, program->ends, program->end, program->failure };

    if (checks > CHECKS_MAX) {
        told_forged(program->session, "no program makes so many checks");
        return;
    }
    watch.seen = calloc(checks / 8 + 1, 1);
    if (!watch.seen) {
        verdict_trouble(program->session->verdict, "out of memory");
        return;
    }
    const struct machine_outcome last = replay(program->session, stops, program->failure ? 4 : 3, at_stop, &watch);
    if (!watch.why[0])
        look_at_end(&watch, &last);
    if (!session_decided(program->session))
        count_seen(&watch);
    free(watch.seen);
    if (watch.why[0])
        told_forged(program->session, watch.why);
}

/* ---- Where it was ---- */

struct follow {
    const struct told_program *program;
    struct told_place place;
};

static bool follow_stop(void *context, struct machine *machine, const struct machine_outcome *stop)
{
    struct follow *follow = context;
    const struct x86_registers *r = &stop->registers;

    (void)machine;
    if (stop->address == follow->program->begins)
        follow->place = (struct told_place){ r->rdi, r->rsi };
    else
        follow->place.family = r->rdi;
    return true;
}

struct told_place told_last_place(const struct told_program *program)
{
    struct follow follow = { program, { program->count, program->line[0].family } };
    const uint64_t stops[] = { program->begins, program->family };

    replay(program->session, stops, 2, follow_stop, &follow);
    return follow.place;
}
