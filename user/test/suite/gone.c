/*
 * What is gone is gone for everybody: dead objects (rule R7 of kernel/ABI.md §15), and capabilities that are taken back while they are
 * used or far from where they came from (R8).
 */
#include "suite/mailbox.h"
#include "suite/suite.h"

/* ---- R7 --------------------------------------------------------------------------------------------------------------- */

static void object_death(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_reply_at_once, 0, 0), sm = sm_new();

    give(b, portal, PT_RIGHT_CALL, 200);
    give(c, portal, PT_RIGHT_CALL, 200);
    CHECK_IS(call_in(c, CALL_CALL, 200, 0, 0, 0, 0).rax, SUCCESS);
    const uint64_t cells = pd_figure(SEL_PD, FIGURE_CELLS).rdx;
    CHECK_OK(delete (portal)); /* the last grant above all: the portal dies */
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_CELLS).rdx, cells - 2);
    CHECK_IS(call_in(b, CALL_CALL, 200, 0, 0, 0, 0).rax, BAD_CAP);
    CHECK_IS(call_in(c, CALL_CALL, 200, 0, 0, 0, 0).rax, BAD_CAP);
    give(b, sm, SM_RIGHT_UP, 201);
    give(c, sm, SM_RIGHT_UP | RIGHT_DESTROY, 201);
    REFUSE_IN(b, BAD_CAP, 0, CALL_REMOVE, REMOVE(REMOVE_DESTROY, TYPE_OBJECT), RANGE(201, 0), 0xff);
    CHECK_IS(remove_in(c, REMOVE_DESTROY, 201, 0xff).rax, SUCCESS);
    CHECK_STATUS(sm_up(sm), BAD_CAP);
    CHECK_IS(up_in(b, 201), BAD_CAP);
}

static uint64_t wait_for(uint64_t selector, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return sm_down(selector, in_us(1000000)).rax;
}

static void payer_death(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t payer = selector_new(), sm = selector_new();

    CHECK_OK(create_pd(payer, SEL_PD, 10));
    CHECK_OK(create_sm(sm, payer, 0));
    give(b, sm, SM_RIGHT_UP | SM_RIGHT_DOWN, 200);
    struct thread *t = thread_new(b, wait_for, 200, 0, 100, 100000);
    thread_rests(t);
    CHECK_OK(destroy(payer));
    CHECK_STATUS(sm_up(sm), BAD_CAP);
    CHECK(thread_join(t));
    CHECK_IS(t->result, ABORTED);
    CHECK_IS(up_in(b, 200), BAD_CAP);
}

/* ---- R8 --------------------------------------------------------------------------------------------------------------- */

static uint64_t in_flight_status;

static uint64_t revoke_own_way_in(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    utcb()->word[0] = 17;
    return DESCRIPTOR(1, 0);
}

static uint64_t call_twice(uint64_t selector, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    result r = portal_call(selector, 0);
    in_flight_status = r.rax << 8 | (r.rdx == 1 && utcb()->word[0] == 17);
    return portal_call(selector, 0).rax;
}

/* A call that has reached its callee completes; the next one finds what was revoked meanwhile. */
static uint64_t flight_portal;

static uint64_t server_revokes(struct portal *portal, uint64_t descriptor)
{
    in_flight_status = revoke(flight_portal, 0xff).rax;
    return revoke_own_way_in(portal, descriptor);
}

static void revoke_in_flight(void)
{
    static struct portal p = { server_revokes };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    int place;
    const uint64_t server = server_new(0, &place); /* in root, so that it holds what it takes back */

    flight_portal = portal_new(server, portal_entry, &p, 0);
    give(b, flight_portal, PT_RIGHT_CALL, 200);
    CHECK_IS(in(b, call_twice, 200, 0, 0, 0), BAD_CAP);
    CHECK_EQ(in_flight_status, SUCCESS << 8 | 1);
}

/* A chain of grants through eight PDs. */
static void revoke_chain(void)
{
    enum { PDS = 8 };
    struct domain *d[PDS];
    uint64_t box[PDS];
    const uint64_t sm = sm_new();

    for (int i = 0; i < PDS; i++) {
        d[i] = domain_new(DOMAIN_QUOTA);
        box[i] = mailbox(d[i]);
    }
    CHECK_OK(send(box[0], sm, SM_RIGHT_UP));
    for (int i = 0; i + 1 < PDS; i++) {
        give(d[i], box[i + 1], PT_RIGHT_CALL, SERVICE);
        CHECK_IS(send_from(d[i], SERVICE, WINDOW, SM_RIGHT_UP), SUCCESS);
    }
    for (int i = 0; i < PDS; i++)
        CHECK_IS(up_in(d[i], WINDOW), SUCCESS);
    CHECK_OK(revoke(sm, 0xff));
    for (int i = 0; i < PDS; i++)
        CHECK_IS(up_in(d[i], WINDOW), BAD_CAP);
}

const struct test tests_gone[] = {
    { "object_death", object_death },
    { "payer_death", payer_death },
    { "revoke_in_flight", revoke_in_flight },
    { "revoke_chain", revoke_chain },
    { 0 },
};
