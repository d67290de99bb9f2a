/* User-level threads of exercise 3: the student's library and the kit's program (grading/uthreads) in ring 3, on the reference's kernel.
 *
 * Library and program share an address space, so nothing in it is evidence. The run is recorded to its end; then a replay stops
 * before and behind each switch and where threads begin, and registers are compared there.
 */
#include "probes/probes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* As in grading/uthreads/main.c. */
#define THREADS 3
#define SIZE    4096
#define POISON  0xcc
#define TRIPS   8
#define ROUNDS  10
#define MAIN    THREADS /* the program's first thread */
#define TURNS   256

struct kept {
    bool known;
    uint64_t rsp, word[6];
};

struct threads {
    struct session *session;
    unsigned mode;
    uint64_t seed, before, after, entry, end, stacks;
    struct kept kept[THREADS + 1];
    uint8_t expected[TURNS]; /* who is to switch, one after the other */
    unsigned expected_count, turns;
    unsigned entered;
    bool finished;
};

static const char *const kept_name[6] = { "rbx", "rbp", "r12", "r13", "r14", "r15" };

static void describe(unsigned who, char *text, size_t size)
{
    if (who == MAIN)
        snprintf(text, size, "the first thread");
    else
        snprintf(text, size, "thread %u", who);
}

static unsigned whose(const struct threads *threads, uint64_t rsp)
{
    return rsp > threads->stacks && rsp <= threads->stacks + THREADS * SIZE ? (unsigned)((rsp - 1 - threads->stacks) / SIZE)
                                                                            : MAIN;
}

static void read_kept(const struct x86_registers *r, struct kept *kept)
{
    *kept = (struct kept){ true, r->rsp, { r->rbx, r->rbp, r->r12, r->r13, r->r14, r->r15 } };
}

/* ---- Each stop ---- */

static void check_turn(struct threads *threads, unsigned who)
{
    char wanted[40], found[40];
    const unsigned turn = threads->turns++;

    if (turn >= threads->expected_count || threads->expected[turn] == who)
        return;
    describe(threads->expected[turn], wanted, sizeof wanted);
    describe(who, found, sizeof found);
    session_fail(threads->session, 0, threads->mode == 1 ? "user-switch" : "user-life",
                 threads->mode == 1 ? "who is switched to runs" : "all have their turns, in the order in which they were created",
                 "at switch number %u %s runs instead of %s", turn + 1, found, wanted);
}

static void at_before(struct threads *threads, const struct x86_registers *r)
{
    const unsigned who = whose(threads, r->rsp);

    read_kept(r, &threads->kept[who]);
    check_turn(threads, who);
}

static void at_after(struct threads *threads, const struct x86_registers *r)
{
    const unsigned who = whose(threads, r->rsp);
    struct kept *kept = &threads->kept[who], now;
    char name[40];

    read_kept(r, &now);
    describe(who, name, sizeof name);
    if (!kept->known || kept->rsp != now.rsp) {
        session_fail(threads->session, 0, "user-switch", "a switch returns with the stack pointer that it was called with",
                     "%s comes back with rsp 0x%" PRIx64 " instead of 0x%" PRIx64, name, now.rsp, kept->rsp);
        return;
    }
    for (unsigned i = 0; i < 6; i++)
        if (now.word[i] != kept->word[i])
            session_fail(threads->session, 0, "user-switch", "rbx, rbp and r12 to r15 are as before when a switch returns",
                         "%s of %s comes back as 0x%" PRIx64 " instead of 0x%" PRIx64, kept_name[i], name, now.word[i],
                         kept->word[i]);
    kept->known = false;
}

/* One that is in order in itself has only come too early: its stack and its argument are its own. */
static bool is_own(const struct threads *threads, unsigned who, const struct x86_registers *r)
{
    return who < THREADS && r->rdi == threads->seed * 3 + who;
}

static void at_entry(struct threads *threads, const struct x86_registers *r)
{
    const unsigned who = whose(threads, r->rsp);
    const unsigned wanted = threads->entered == THREADS ? 1 : threads->entered;

    threads->entered++;
    if (who != wanted && is_own(threads, who, r))
        session_fail(threads->session, 0, "user-life", "all have their turns, in the order in which they were created",
                     "thread %u begins where it is the turn of thread %u", who, wanted);
    if (who != wanted)
        session_fail(threads->session, 0, "user-switch", "a new thread begins on the stack that it was given",
                     "thread %u begins with rsp 0x%" PRIx64, wanted, r->rsp);
    if (r->rsp % 16 != 8)
        session_fail(threads->session, 0, "user-switch", "at the first instruction of a new thread's function rsp is 16n + 8",
                     "it is 0x%" PRIx64 ", for a stack that ends at an odd address", r->rsp);
    if (r->rdi != threads->seed * 3 + wanted)
        session_fail(threads->session, 0, "user-switch", "a new thread's function gets its argument in rdi",
                     "rdi is 0x%" PRIx64 " instead of 0x%" PRIx64, r->rdi, threads->seed * 3 + wanted);
}

/* The stack of a thread that has ended was filled with a byte when the others went on. */
static void check_poison(struct threads *threads, struct machine *machine)
{
    uint8_t found[SIZE];

    if (machine_read_virtual(machine, threads->stacks, found, SIZE).code != STATUS_OK)
        return;
    for (unsigned i = 0; i < SIZE; i++)
        if (found[i] != POISON) {
            session_fail(threads->session, 0, "user-life", "the stack of a thread that has ended is not touched again",
                         "byte %u of it has changed", i);
            return;
        }
}

static void at_end(struct threads *threads, struct machine *machine)
{
    threads->finished = true;
    if (threads->turns != threads->expected_count)
        session_fail(threads->session, 0, threads->mode == 1 ? "user-switch" : "user-life", "every thread has all its turns",
                     "there were %u switches instead of %u", threads->turns, threads->expected_count);
    if (threads->mode == 2)
        check_poison(threads, machine);
}

static bool at_stop(void *context, struct machine *machine, const struct machine_outcome *stop)
{
    struct threads *threads = context;
    const struct x86_registers *r = &stop->registers;

    if ((r->cs & 3) != 3)
        return false;
    if (stop->address == threads->before)
        at_before(threads, r);
    else if (stop->address == threads->after)
        at_after(threads, r);
    else if (stop->address == threads->entry)
        at_entry(threads, r);
    else
        at_end(threads, machine);
    return !session_decided(threads->session) && !threads->finished && threads->turns < TURNS;
}

/* ---- The test ---- */

static void expect(struct threads *threads, unsigned who)
{
    threads->expected[threads->expected_count++] = (uint8_t)who;
}

/* Mode 1: to and fro. Mode 2: all in turn, the first thread alone, then thread 1 once more. */
static void expect_turns(struct threads *threads)
{
    if (threads->mode == 1) {
        for (unsigned i = 0; i < 2 * TRIPS; i++)
            expect(threads, i % 2 ? 0 : MAIN);
        return;
    }
    for (unsigned i = 0; i < ROUNDS; i++) {
        expect(threads, MAIN);
        for (unsigned n = 0; n < THREADS; n++)
            expect(threads, n);
    }
    expect(threads, MAIN);
    for (unsigned i = 0; i < 2 * ROUNDS; i++)
        expect(threads, i % 2 ? 1 : MAIN);
    expect(threads, MAIN);
}

static bool prepare(struct threads *threads, struct session *session)
{
    const uint64_t mode = strcmp(session->input->test->id, "3.user-switch") == 0 ? 1 : 2;

    *threads = (struct threads){ .session = session, .mode = (unsigned)mode, .seed = session_draw(session) >> 2 };
    threads->before = session_program(session, "switch_before");
    threads->after = session_program(session, "switch_after");
    threads->entry = session_program(session, "thread_entry");
    threads->end = session_program(session, "checkpoint");
    threads->stacks = session_program(session, "stacks");
    expect_turns(threads);
    return !session_decided(session) && session_patch(session, false, "mode", &mode, sizeof mode) &&
           session_patch(session, false, "seed", &threads->seed, sizeof threads->seed);
}

static void not_written(struct session *session)
{
    char title[64] = "";

    for (size_t i = 0; i + 1 < sizeof title; i++)
        if (!session_read(session, session->outcome.registers.rdi + i, &title[i], 1) || !title[i])
            break;
    if (session_decided(session))
        return;
    session->verdict->kind = VERDICT_NOT_WRITTEN;
    snprintf(session->verdict->seen, sizeof session->verdict->seen, "%.60s", title);
}

static void replay(struct threads *threads)
{
    const uint64_t stops[] = { threads->before, threads->after, threads->entry, threads->end };
    const struct machine_limits none = { 0 };
    struct session *session = threads->session;
    struct machine_outcome last;

    machine_close(session->machine);
    session->machine = NULL;
    struct status s = machine_replay(&session->config, stops, 4, &none, at_stop, threads, &last);
    if (s.code != STATUS_OK && !session_decided(session))
        verdict_trouble(session->verdict, "replaying the run: %s", s.message);
}

void probe_uthreads(struct session *session)
{
    struct threads threads;
    char end[120], words[160];

    if (!session->program) {
        session->verdict->kind = VERDICT_NOT_WRITTEN;
        snprintf(session->verdict->seen, sizeof session->verdict->seen, "3.A1 user-level threads (there is no folder user)");
        return;
    }
    if (!prepare(&threads, session))
        return;
    const uint64_t missing = session_program(session, "not_implemented");
    session_stop_at(session, threads.end);
    session_stop_at(session, missing);
    const bool stopped = session_record(session);
    if (stopped && session->outcome.address == missing) {
        not_written(session);
        return;
    }
    if (!stopped && (session_decided(session)))
        return;
    session_end_text(session, end, sizeof end);
    session_last_words(session, words, sizeof words);
    replay(&threads);
    if (!stopped)
        session_fail(session, 0, session->input->test->families[0], "the program comes to its end", "%s%s%s", end,
                     words[0] ? ": " : "", words);
    else if (!threads.finished)
        session_fail(session, 0, session->input->test->families[0], "the program itself comes to its end",
                     "somebody else has jumped there");
}
