/*
 * The walk in the guest: chooses each step, does it, and writes what it sees into the log, which a host program reads and
 * compares with its model. Prints where the log is.
 *
 * Options: steps=N seed=N plan=N
 */
#include "walk/guest.h"

#include "lib/print.h"

void main(const void *given);
void walk_end(void);

#define LOG_PAGE 0x80000000ull

struct walk_step now;
struct walk_seen seen;

struct walk_run walk_run = { .seed = 1, .steps = 10000, .plan = WALK_WHOLE };

static struct walk_view view;
static struct walk_look look[WALK_LOOKS];
static unsigned looks;
static unsigned visited; /* whose numbers are looked at */
static uint64_t step_number;

/* ---- In an actor ------------------------------------------------------------------------------------------------------ */

static void note(result r)
{
    seen.rax = r.rax;
    seen.rdx = r.rdx;
}

/* A global EC that is made is paused, so that it does nothing when it gets an SC. */
static void do_call(void)
{
    note(syscall(now.call, now.a[0], now.a[1], now.a[2], now.a[3], now.a[4]));
    if (now.call == CALL_CREATE_EC && seen.rax == SUCCESS && EC_PLACE_KIND(now.a[2]) == EC_GLOBAL)
        CHECK_OK(ec_control(PAIR_LOW(now.a[0]), EC_PAUSE, 0));
}

static void open_window(struct utcb *u)
{
    u->object_base = now.base;
    u->object_count = now.count;
    u->records = now.records;
    u->lost = 0;
    for (unsigned i = 0; i < WALK_ITEMS; i++)
        u->item[i] = (struct item){ 0, 0 };
}

static void open_receiver(void)
{
    open_window(actor_receiver_utcb(now.other));
}

static void note_arrival(const struct utcb *u, uint64_t descriptor)
{
    seen.descriptor = u->word[0] == step_number ? descriptor : ~0ull;
    for (unsigned i = 0; i < WALK_ITEMS; i++)
        seen.item[i] = u->item[i];
}

uint64_t receive(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal;
    if (now.kind == WALK_SEND) {
        note_arrival(u, descriptor);
        return DESCRIPTOR(0, 0);
    }
    u->word[0] = step_number;
    for (unsigned i = 0; i < now.items; i++)
        u->item[i] = now.item[i];
    return DESCRIPTOR(1, now.items);
}

static void send(void)
{
    struct utcb *u = utcb();

    u->word[0] = step_number;
    for (unsigned i = 0; i < now.items; i++)
        u->item[i] = now.item[i];
    note(portal_call(WALK_DOOR + now.other, DESCRIPTOR(1, now.items)));
}

static void note_records(void)
{
    seen.records = actor_receiver_utcb(now.other)->records;
}

static void fetch(void)
{
    struct utcb *u = utcb();

    open_window(u);
    u->word[0] = 0;
    note(portal_call(WALK_DOOR + now.other, DESCRIPTOR(0, 0)));
    note_arrival(u, seen.rdx);
    seen.lost = u->lost;
    seen.records = u->records;
}

static void do_looks(void)
{
    for (unsigned i = 0; i < looks; i++)
        if (look[i].actor == visited)
            seen.look[i] = pd_lookup(TYPE_OBJECT, WALK_FIRST + look[i].number).rdx;
}

static struct walk_sweep sweep; /* the actors do not have the log */

static void do_sweep(void)
{
    for (unsigned n = 0; n < WALK_NUMBERS; n++)
        sweep.look[visited][n] = pd_lookup(TYPE_OBJECT, WALK_FIRST + n).rdx;
}

/* ---- A step ----------------------------------------------------------------------------------------------------------- */

/* When the actor dies of its own call, what root's call returns is the result. */
static void visit_and_note(unsigned actor, void (*f)(void))
{
    const result r = actor_visit(actor, f);
    if (r.rax != SUCCESS)
        note(r);
}

static void do_step(void)
{
    switch (now.kind) {
    case WALK_BIRTH:
        note(actor_birth(now.actor, now.other, now.a[0], now.a[1]));
        break;
    case WALK_END:
        note(actor_end(now.actor));
        break;
    case WALK_CALL:
        visit_and_note(now.actor, do_call);
        break;
    case WALK_SEND:
        CHECK_OK(actor_visit(now.other, open_receiver));
        visit_and_note(now.actor, send);
        CHECK_OK(actor_visit(now.other, note_records));
        break;
    case WALK_REPLY:
        visit_and_note(now.actor, fetch);
        break;
    }
}

static void note_accounts(void)
{
    for (unsigned i = 0; i < WALK_ACTORS; i++)
        if (seen.alive >> i & 1) {
            const uint64_t pd = actor_pd(i);
            seen.account[i] =
                (struct walk_account){ (uint32_t)pd_figure(pd, FIGURE_QUOTA).rdx, (uint32_t)pd_figure(pd, FIGURE_USED).rdx,
                                       (uint32_t)pd_figure(pd, FIGURE_CELLS).rdx };
        }
}

static void visit_actors(uint32_t which, void (*f)(void))
{
    for (visited = 0; visited < WALK_ACTORS; visited++)
        if (which >> visited & 1)
            CHECK_OK(actor_visit(visited, f));
}

static void take_looks(struct random *r)
{
    uint32_t which = 0;

    looks = walk_looks(r, &now, seen.alive, seen.item, look);
    for (unsigned i = 0; i < looks; i++)
        which |= 1u << look[i].actor;
    visit_actors(which, do_looks);
}

static void remember(void)
{
    walk_note(&view, &now, seen.rax);
    view.alive = seen.alive;
    for (unsigned i = 0; i < looks; i++)
        view.look[look[i].actor][look[i].number] = seen.look[i];
    for (unsigned a = 0; a < WALK_ACTORS; a++)
        for (unsigned n = 0; n < WALK_NUMBERS && !(view.alive >> a & 1); n++)
            view.look[a][n] = 0;
}

static void walk_once(struct random *r)
{
    seen = (struct walk_seen){ 0 };
    walk_choose(r, &walk_plans[walk_run.plan], &view, step_number, &now);
    seen.random = r->state;
    do_step();
    seen.alive = actors_settle();
    note_accounts();
    take_looks(r);
    remember();
}

static void take_sweep(struct walk_sweep *to)
{
    sweep = (struct walk_sweep){ 0 };
    visit_actors(view.alive, do_sweep);
    for (unsigned a = 0; a < WALK_ACTORS; a++)
        for (unsigned n = 0; n < WALK_NUMBERS; n++)
            view.look[a][n] = sweep.look[a][n];
    *to = sweep;
}

/* ---- The log ---------------------------------------------------------------------------------------------------------- */

static struct walk_log *log_open(void)
{
    struct walk_log *log = (void *)LOG_PAGE;
    const uint64_t sweeps_at = sizeof *log + walk_run.steps * sizeof(struct walk_seen);
    const uint64_t end = sweeps_at + (walk_run.steps / WALK_SWEEP + 1) * sizeof(struct walk_sweep);
    const unsigned order = end <= 4096ull << WALK_ORDER_SHORT ? WALK_ORDER_SHORT : WALK_ORDER;
    uint64_t frame = 1ull << order;

    if (end > 4096ull << order)
        return 0;
    while (kernel_memory(SEL_KERNEL, RANGE(frame, order), LOG_PAGE >> 12, MEMORY_READ | MEMORY_WRITE).rax != SUCCESS)
        if ((frame += 1ull << order) > 1 << 20)
            return 0;
    *log = (struct walk_log){ WALK_MAGIC, walk_run.seed, walk_run.plan, walk_run.steps, 0, sizeof *log, sweeps_at };
    print("log at %lu\n", frame << 12);
    return log;
}

static void walk(struct walk_log *log)
{
    struct walk_seen *to = (void *)((char *)log + log->steps_at);
    struct walk_sweep *sweeps = (void *)((char *)log + log->sweeps_at);
    struct random r = { random_seed(log->seed, 0) };
    const uint64_t used = pd_figure(SEL_PD, FIGURE_USED).rdx, cells = pd_figure(SEL_PD, FIGURE_CELLS).rdx;

    for (step_number = 0; step_number < log->wanted; step_number++) {
        walk_once(&r);
        to[step_number] = seen;
        if (step_number % WALK_SWEEP == WALK_SWEEP - 1)
            take_sweep(&sweeps[step_number / WALK_SWEEP]);
        log->done = step_number + 1;
        if (!(seen.alive & 1)) {
            CHECK_EQ(pd_figure(SEL_PD, FIGURE_USED).rdx, used); /* with the top everything has ended: all is back at root */
            CHECK_EQ(pd_figure(SEL_PD, FIGURE_CELLS).rdx, cells);
            kernel_counter(SEL_KERNEL, 0); /* a kernel built with CHECK looks at itself */
        }
    }
}

/* Where a host can wait for the end of the walk. */
void __attribute__((noinline)) walk_end(void)
{
    __asm__ volatile("" : : : "memory");
}

/* A walk without ends does nothing that needs them, so that it can be walked on a kernel that has none yet. */
void main(const void *given)
{
    kit_init_bare(given);
    walk_run.seed = option_number("seed", walk_run.seed);
    walk_run.steps = option_number("steps", walk_run.steps);
    walk_run.plan = option_number("plan", walk_run.plan) % WALK_PLANS;
    print("walk: seed %lu, %lu steps, plan %lu\n", walk_run.seed, walk_run.steps, walk_run.plan);
    if (walk_plans[walk_run.plan].mortal)
        world_settle();
    actors_init(walk_plans[walk_run.plan].mortal);
    struct walk_log *log = log_open();
    if (CHECK(log))
        walk(log);
    walk_end();
    finish();
}
