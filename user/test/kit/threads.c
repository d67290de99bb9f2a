/*
 * Threads, servers and portals of the tests, and root's own handler: it starts threads and catches what root itself does wrong.
 */
#include "kit/kit.h"

#include "cairn/info.h"
#include "kit/private.h"
#include "lib/print.h"

enum { THREADS = 24, BUDGET_US = 1000 };

uint64_t ticks_per_us;
struct registers registers_seen;

static struct thread threads[THREADS];
static struct portal starter[THREADS];
static unsigned thread_count;
static uint64_t starter_ec; /* the kit's own local EC, in root */
static const struct info_page *info;

/* ---- Servers and portals ---------------------------------------------------------------------------------------------- */

uint64_t server_new(struct domain *d, int *place)
{
    const uint64_t ec = selector_new();

    *place = ec_place_new();
    const uint64_t utcb = ec_utcb(*place);
    CHECK_OK(create_ec(ec, ec_events(*place), SEL_PD, d ? d->pd : SEL_PD, EC_PLACE(utcb, EC_LOCAL, 0), ec_stack(*place), utcb));
    return ec;
}

uint64_t portal_new(uint64_t ec, void (*entry)(void), const void *id, uint64_t transfer)
{
    const uint64_t portal = selector_new();

    CHECK_OK(create_pt(portal, SEL_PD, ec, (uint64_t)entry, (uint64_t)id, transfer));
    return portal;
}

uint64_t event_portal(struct domain *d, int place, unsigned number, uint64_t handler, struct portal *portal, uint64_t transfer)
{
    const uint64_t spot = ec_events(place) + number;
    const uint64_t selector = d ? selector_new() : spot;

    CHECK_OK(create_pt(selector, SEL_PD, handler, (uint64_t)portal_entry, (uint64_t)portal, transfer));
    if (d)
        CHECK_RESULT(grant_object(d->pd, selector, PT_RIGHT_EVENT, spot), SUCCESS, spot);
    return selector;
}

/* ---- Threads ---------------------------------------------------------------------------------------------------------- */

/* The start-up message of a thread: where it begins, on which stack, with what in rdi. */
static uint64_t start_thread(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();
    struct thread *t = &threads[portal - starter];

    (void)descriptor;
    u->word[EVENT_TRANSFER] = TRANSFER_RIP | TRANSFER_RSP | TRANSFER_LOW;
    u->word[EVENT_RIP] = (uint64_t)thread_entry;
    u->word[EVENT_RSP] = ec_stack(t->place);
    for (unsigned i = EVENT_RAX; i < EVENT_RDI; i++)
        u->word[i] = 0;
    u->word[EVENT_RDI] = (uint64_t)t;
    return DESCRIPTOR(EVENT_RDI + 1, 0);
}

void thread_main(struct thread *t);

void thread_main(struct thread *t)
{
    t->result = t->run(t->a, t->b, 0, 0);
    sm_up(t->done);
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

struct thread *thread_new(struct domain *d, function *f, uint64_t a, uint64_t b, unsigned priority, uint64_t quota)
{
    if (!CHECK(thread_count < THREADS))
        thread_count = 0;
    struct thread *t = &threads[thread_count];
    struct portal *portal = &starter[thread_count++];

    *t = (struct thread){ .ec = selector_new(), .sc = selector_new(), .place = ec_place_new(), .run = f, .a = a, .b = b };
    *portal = (struct portal){ start_thread };
    const uint64_t page = ec_utcb(t->place);
    t->done = t->root_done = selector_new();
    CHECK_OK(create_sm(t->root_done, SEL_PD, 0));
    if (d) {
        t->done = ec_events(t->place) + EVENT_COUNT;
        give(d, t->root_done, SM_RIGHT_UP, t->done);
    }
    event_portal(d, t->place, EVENT_STARTUP, starter_ec, portal, TRANSFER_RIP | TRANSFER_RSP | TRANSFER_LOW);
    CHECK_OK(create_ec(t->ec, ec_events(t->place), SEL_PD, d ? d->pd : SEL_PD, EC_PLACE(page, EC_GLOBAL, 0), 0, page));
    CHECK_OK(create_sc(t->sc, SEL_PD, t->ec, priority, BUDGET_US, quota ? SEL_SC : 0, quota));
    return t;
}

bool thread_join_at(const char *file, int line, struct thread *t)
{
    const bool ended = sm_down(t->root_done, in_us(1000000)).rax == SUCCESS;

    return check_equal(file, line, "!\"the thread ends within a second\"", ended, 1);
}

void take_turns(struct thread *t)
{
    const uint64_t scale = ticks_per_us < 1000 ? 1000 / ticks_per_us : 1; /* a turn is several thousand instructions */

    CHECK_OK(sc_priority(SEL_SC, PRIORITY_MAX, t ? 10 * scale : 10000));
    if (!t)
        return;
    CHECK_OK(sc_priority(t->sc, PRIORITY_MAX, 7 * scale));
    for (uint64_t end = in_us(100000); ticks() < end;) /* the present turns are longer */
        if (sc_time(t->sc).rdx > (BUDGET_US + 20 * scale) * ticks_per_us)
            return;
    CHECK(!"the two take turns");
}

void threads_clean(void)
{
    thread_count = 0;
}

/* ---- Time ------------------------------------------------------------------------------------------------------------- */

static uint64_t sleeper; /* a semaphore that nobody ups */

void sleep_us(uint64_t us)
{
    CHECK_STATUS(sm_down(sleeper, in_us(us)), TIMEOUT);
}

enum { PATIENCE = 10000, NAP_US = 100 }; /* a second, in naps */

void thread_rests_at(const char *file, int line, const struct thread *t)
{
    uint64_t before, now = 0;

    for (unsigned i = 0; i < PATIENCE; i++) {
        before = now;
        sleep_us(NAP_US);
        now = sc_time(t->sc).rdx;
        if (now && now == before)
            return;
    }
    check_equal(file, line, "!\"the thread comes to rest within a second\"", 0, 1);
}

bool wait_until_at(const char *file, int line, const char *name, volatile const uint64_t *variable, uint64_t value)
{
    uint64_t seen = *variable;

    for (unsigned i = 0; i < PATIENCE && seen < value; i++, seen = *variable)
        sleep_us(NAP_US);
    return check_equal(file, line, name, seen < value ? seen : value, value);
}

void round_wait(void)
{
    sleep_us(SUPER_PERIOD_US);
}

/* ---- What root does wrong --------------------------------------------------------------------------------------------- */

static uint64_t catch_root(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    print("root: exception %lu, error %lx, address %p, rip %p\n", u->word[EVENT_NUMBER], u->word[EVENT_ERROR],
          (void *)u->word[EVENT_ADDRESS], (void *)u->word[EVENT_RIP]);
    CHECK(!"root raises no exception");
    if (!guard_stack) /* a program without tests: there is no way back */
        finish();
    u->word[EVENT_TRANSFER] = TRANSFER_RIP | TRANSFER_RSP;
    u->word[EVENT_RIP] = (uint64_t)guard_abort;
    u->word[EVENT_RSP] = guard_stack;
    return DESCRIPTOR(EVENT_RSP + 1, 0);
}

void kit_run(void (*test)(void))
{
    guard(test);
    guard_stack = 0;
}

/* ---- The beginning ---------------------------------------------------------------------------------------------------- */

const char *option(const char *name)
{
    const char *text = info->module[1].cmdline;

    for (; *text; text++) {
        const char *t = text, *n = name;
        while (*n && *t == *n)
            t++, n++;
        if (!*n && (*t == '=' || !*t || *t == ' ') && (text == info->module[1].cmdline || text[-1] == ' '))
            return *t == '=' ? t + 1 : t;
    }
    return 0;
}

uint64_t option_number(const char *name, uint64_t otherwise)
{
    const char *text = option(name);
    uint64_t value = 0;

    if (!text)
        return otherwise;
    for (; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + (uint64_t)(*text - '0');
    return value;
}

void kit_init_bare(const struct info_page *given)
{
    static struct portal catcher = { catch_root };
    static const uint8_t vectors[] = { 0, 1, 3, 4, 6, 7, 13, 14, 16, 17, 19 };
    int place;

    info = given;
    ticks_per_us = info->tsc_hz / 1000000;
    __asm__ volatile("wrfsbase %0" : : "r"(ROOT_UTCB));
    starter_ec = ROOT_SEL_FREE;
    sleeper = ROOT_SEL_FREE + 1;
    place = ec_place_new();
    CHECK_OK(create_ec(starter_ec, 0, SEL_PD, SEL_PD, EC_PLACE(ec_utcb(place), EC_LOCAL, 0), ec_stack(place), ec_utcb(place)));
    for (unsigned i = 0; i < sizeof vectors; i++)
        CHECK_OK(create_pt(ROOT_EVENTS + vectors[i], SEL_PD, starter_ec, (uint64_t)portal_entry, (uint64_t)&catcher,
                           TRANSFER_EVENT | TRANSFER_RIP | TRANSFER_RSP));
    CHECK_OK(create_sm(sleeper, SEL_PD, 0));
    world_take_frames();
}

void kit_init(const struct info_page *given)
{
    kit_init_bare(given);
    world_settle();
}
