/*
 * The end of everything in every role: the other rows of kernel/ABI.md §13.2 (abort_roles; calls: call_ends.c), and that everything comes
 * back (run_tests compares the accounts after each test).
 */
#include "suite/slow.h"
#include "suite/suite.h"

static uint64_t wait_down(uint64_t sm, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return sm_down(sm, in_us(500000)).rax;
}

/* ---- Waiting, paused, recalled, new ----------------------------------------------------------------------------------- */

static void waiter(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new();

    give(b, sm, SM_RIGHT_DOWN, 200);
    struct thread *t[3];
    for (int i = 0; i < 3; i++) {
        t[i] = thread_new(b, wait_down, 200, 0, 50, 1000);
        thread_rests(t[i]);
    }
    CHECK_OK(destroy(t[1]->ec)); /* from the middle of the queue */
    CHECK_OK(sm_up(sm));
    CHECK(thread_join(t[0]));
    CHECK_IS(t[0]->result, SUCCESS);
    CHECK_OK(destroy(sm));
    CHECK(thread_join(t[2]));
    CHECK_IS(t[2]->result, ABORTED);
}

static volatile uint64_t order[8], arrived;

static uint64_t wait_and_note(uint64_t sm, uint64_t number, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    const uint64_t status = sm_down(sm, 0).rax;
    order[arrived++] = number;
    return status;
}

static void semaphore_many(void)
{
    const uint64_t sm = sm_new();
    struct thread *t[6];

    arrived = 0;
    for (unsigned i = 0; i < 6; i++) {
        t[i] = thread_new(0, wait_and_note, sm, i, 50, 1000);
        thread_rests(t[i]);
    }
    CHECK_OK(destroy(sm));
    for (unsigned i = 0; i < 6; i++) {
        CHECK(thread_join(t[i]));
        CHECK_IS(t[i]->result, ABORTED);
        CHECK_EQ(order[i], i); /* in order of arrival */
    }
}

static void states_destroyed(void)
{
    const uint64_t ec = selector_new(), local = selector_new(), sc = selector_new();

    CHECK_OK(create_ec(local, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE, EC_LOCAL, 0), 0, 0));        /* receiving */
    CHECK_OK(create_ec(ec, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE + 0x1000, EC_GLOBAL, 0), 0, 0)); /* new */
    CHECK_OK(ec_control(local, EC_PAUSE, 0));
    CHECK_OK(ec_control(local, EC_RECALL, 0));
    CHECK_OK(ec_control(ec, EC_PAUSE, 0));
    CHECK_OK(create_sc(sc, SEL_PD, ec, 100, 100, SEL_SC, 100));
    CHECK_OK(destroy(local));
    CHECK_OK(destroy(ec));
    CHECK_STATUS(sc_time(sc), BAD_CAP); /* it dies with its EC */
    CHECK_STATUS(ec_control(ec, EC_RESUME, 0), BAD_CAP);
}

/* ---- Oneself ---------------------------------------------------------------------------------------------------------- */

static uint64_t destroy_this(uint64_t selector, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    serving = 1;
    destroy(selector);
    served = 1; /* nobody is left to come here */
    return 0;
}

static void oneself(void)
{
    for (int which = 0; which < 3; which++) {
        struct domain *b = domain_new(DOMAIN_QUOTA);
        struct thread *t = thread_new(b, destroy_this, 200, 0, 50, 1000);

        serving = served = 0;
        if (which == 2)
            t->a = SEL_PD;
        else
            give(b, which == 0 ? t->ec : t->sc, RIGHT_DESTROY, 200);
        wait_until(serving, 1);
        sleep_us(500);
        if (which == 1) { /* the EC stops where it is, and goes on with a new SC */
            CHECK_STATUS(sc_time(t->sc), BAD_CAP);
            CHECK_EQ(served, 0);
            CHECK_OK(create_sc(selector_new(), SEL_PD, t->ec, 50, 1000, SEL_SC, 100));
            wait_until(served, 1);
        } else {
            CHECK_EQ(served, 0);
            CHECK_STATUS(ec_control(t->ec, EC_RESUME, 0), BAD_CAP);
        }
        kit_clean();
    }
}

/* A server destroys its own client, and itself. */
static uint64_t destroy_then_reply(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    serving = destroy(210).rax + 1;
    return 0;
}

static void server_destroys(void)
{
    static struct portal p = { destroy_then_reply };

    for (int which = 0; which < 3; which++) { /* client's EC, client's SC, itself */
        struct domain *s = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
        const uint64_t portal = portal_new(s->ec, portal_entry, &p, 0);

        serving = 0;
        give(c, portal, PT_RIGHT_CALL, 200);
        struct thread *t = thread_new(c, call_once, 200, 0, 50, 1000);
        give(s, which == 0 ? t->ec : which == 1 ? t->sc : s->ec, RIGHT_DESTROY, 210);
        if (which == 2) {
            CHECK(thread_join(t));
            CHECK_IS(t->result, ABORTED);
            kit_clean();
            continue;
        }
        for (int i = 0; i < 1000 && sc_time(t->sc).rax == SUCCESS; i++)
            sleep_us(1000);
        CHECK_STATUS(sc_time(t->sc), BAD_CAP);
        CHECK_OK(portal_call(portal, 0));
        CHECK_EQ(serving, BAD_CAP + 1);
        kit_clean();
    }
}

/* ---- PDs -------------------------------------------------------------------------------------------------------------- */

static uint64_t spin(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    for (;;)
        served++;
    return 0;
}

/* A PD with running, waiting, calling, paused threads, and memory given on. */
static void pd_busy(void)
{
    struct domain *b = domain_new(200), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), frame = frames_new(8), pages = (uint64_t)frame_contents(frame) >> 12;
    const uint64_t portal = portal_new(c->ec, portal_entry, &slow, 0);

    give(b, sm, SM_RIGHT_DOWN, 200);
    give(c, sm, SM_RIGHT_DOWN, 201);
    give(b, portal, PT_RIGHT_CALL, 202);
    give(b, c->pd, PD_RIGHT_GRANT, 203);
    CHECK_OK(pd_grant(b->pd, RANGE(pages, 3), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 3, SCRATCH_PAGE)));
    CHECK_EQ(
        call_in(b, CALL_PD_CONTROL, 203, PD_GRANT, RANGE(SCRATCH_PAGE, 3), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 3, SCRATCH_PAGE), 0)
            .rax,
        SUCCESS);
    CHECK_EQ(call_in(c, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(SCRATCH_PAGE, 0), TYPE_MEMORY, 0).rdx, 3);
    thread_new(b, spin, 0, 0, 50, 1000);
    struct thread *paused = thread_new(b, spin, 0, 0, 50, 1000);
    thread_new(b, wait_down, 200, 0, 50, 1000);
    thread_new(b, call_once, 202, 0, 50, 1000);
    sleep_us(3000);
    CHECK_OK(ec_control(paused->ec, EC_PAUSE, 0));
    CHECK_OK(destroy(b->pd));
    const uint64_t then = served;
    sleep_us(1000);
    CHECK_EQ(served, then);
    CHECK_EQ(call_in(c, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(SCRATCH_PAGE, 0), TYPE_MEMORY, 0).rdx, 0);
    CHECK_STATUS(portal_call(portal, DESCRIPTOR_NO_BLOCK), SUCCESS); /* in() above has helped the worker to its reply */
}

/* A PD pays for what others use: it all goes, wherever it is. */
static void payer_of_everything(void)
{
    const uint64_t payer = selector_new(), pd = selector_new(), ec = selector_new(), sc = selector_new(), pt = selector_new(),
                   sm = selector_new(), global = selector_new();
    struct domain *b = domain_new(DOMAIN_QUOTA);

    CHECK_OK(create_pd(payer, SEL_PD, 40));
    CHECK_OK(create_pd(pd, payer, 5));
    CHECK_OK(create_ec(ec, 0, payer, b->pd, EC_PLACE(UTCB_FREE, EC_LOCAL, 0), 0, 0));
    CHECK_OK(create_ec(global, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE, EC_GLOBAL, 0), 0, 0));
    CHECK_OK(ec_control(global, EC_PAUSE, 0));
    CHECK_OK(create_sc(sc, payer, global, 1, 1, SEL_SC, 1000));
    CHECK_OK(create_pt(pt, payer, b->ec, 0, 0, 0));
    CHECK_OK(create_sm(sm, payer, 0));
    give(b, sm, SM_RIGHT_UP, 200);
    CHECK_OK(destroy(payer));
    CHECK_STATUS(pd_figure(pd, 0), BAD_CAP);
    CHECK_STATUS(ec_control(ec, EC_RESUME, 0), BAD_CAP);
    CHECK_STATUS(sc_time(sc), BAD_CAP);
    CHECK_STATUS(portal_call(pt, 0), BAD_CAP);
    CHECK_STATUS(sm_up(sm), BAD_CAP);
    CHECK_IS(call_in(b, CALL_SM_CONTROL, 200, SM_UP, 0, 0, 0).rax, BAD_CAP);
    CHECK_OK(ec_control(global, EC_RESUME, 0));
    CHECK_OK(create_ec(ec + 200, 0, SEL_PD, b->pd, EC_PLACE(UTCB_FREE, EC_LOCAL, 0), 0, 0)); /* the UTCB's page is free again */
    CHECK_OK(destroy(ec + 200));
    CHECK_OK(delete (ec + 200));
}

/* §13.1: who destroys may be interrupted and destroyed himself; what has begun is finished by somebody. */
static uint64_t destroy_number(uint64_t selector, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return destroy(selector).rax;
}

static void destroyer_destroyed(void)
{
    enum { TIMES = 24 };

    for (uint64_t i = 0; i < TIMES; i++) {
        const uint64_t victim = selector_new(), used = pd_figure(SEL_PD, FIGURE_USED).rdx;

        CHECK_OK(create_pd(victim, SEL_PD, 300));
        for (uint64_t n = 0; n < 300; n++)
            CHECK_OK(create_sm(3000 + n, victim, 0)); /* payment of many */
        struct domain *b = domain_new(DOMAIN_QUOTA);
        struct thread *t = thread_new(b, destroy_number, 200, 0, 50, 10000);
        give(b, victim, RIGHT_DESTROY, 200);
        sleep_us(3 + 3 * i); /* it has come a part of the way, another each time */
        CHECK_OK(destroy(t->ec));
        const uint64_t status = destroy(victim).rax;
        CHECK(status == SUCCESS || status == BAD_CAP); /* BAD_CAP: it had begun, and was finished with its destroyer */
        for (uint64_t n = 0; n < 300; n++) {
            if (n % 100 == 0)
                CHECK_STATUS(sm_up(3000 + n), BAD_CAP);
            CHECK_OK(delete (3000 + n));
        }
        kit_clean();
        CHECK_EQ(pd_figure(SEL_PD, FIGURE_USED).rdx, used);
    }
}

const struct test tests_destruction[] = {
    { "abort_waiter", waiter },
    { "abort_semaphore", semaphore_many },
    { "abort_states", states_destroyed },
    { "abort_oneself", oneself },
    { "abort_by_server", server_destroys },
    { "abort_pd_busy", pd_busy },
    { "abort_payer", payer_of_everything },
    { "abort_destroyer", destroyer_destroyed },
    { 0 },
};
