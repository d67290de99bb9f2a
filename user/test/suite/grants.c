/*
 * Names and grants: rules R1 to R5 of kernel/ABI.md §15: unions, one name, derivation, revoke, delete.
 */
#include "suite/mailbox.h"
#include "suite/suite.h"

/* ---- R1, R2, R3 ------------------------------------------------------------------------------------------------------- */

static void grant_union(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), box = mailbox(b);

    give(c, box, PT_RIGHT_CALL, SERVICE);
    give(c, sm, SM_RIGHT_UP | SM_RIGHT_DOWN, 200);
    CHECK_OK(send(box, sm, SM_RIGHT_UP));
    const uint64_t s = arrived;
    CHECK(s >= WINDOW && s < WINDOW + WINDOW_SIZE);
    CHECK_IS(down_in(b, s), BAD_CAP);
    CHECK_IS(send_from(c, SERVICE, 200, SM_RIGHT_DOWN), SUCCESS);
    CHECK_EQ(arrived, s);
    CHECK_EQ(lookup_in(b, s), TYPE_SM | 3 << 8 | 1 << 16 | 2ull << 32);
    CHECK_IS(up_in(b, s), SUCCESS);
    CHECK_IS(down_in(b, s), SUCCESS);
    CHECK_IS(remove_in(c, REMOVE_BELOW, 200, SM_RIGHT_DOWN).rax, SUCCESS);
    CHECK_IS(up_in(b, s), SUCCESS);
    CHECK_IS(down_in(b, s), BAD_CAP);
}

static void one_name(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), box_b = mailbox(b), box_c = mailbox(c);

    give(c, box_b, PT_RIGHT_CALL, SERVICE);
    const uint64_t cells = cells_of(b);
    CHECK_OK(send(box_b, sm, SM_RIGHT_UP));
    const uint64_t s = arrived;
    CHECK_OK(send(box_b, sm, SM_RIGHT_UP));
    CHECK_EQ(arrived, s);
    CHECK_EQ(cells_of(b), cells + 1);
    CHECK_EQ(lookup_in(b, s) >> 32, 2);
    CHECK_OK(send(box_c, sm, SM_RIGHT_UP));
    CHECK_IS(send_from(c, SERVICE, arrived, SM_RIGHT_UP), SUCCESS);
    CHECK_EQ(arrived, s);
    CHECK_EQ(cells_of(b), cells + 2);
    CHECK_IS(remove_in(c, REMOVE_BELOW, WINDOW, 0xff).rax, SUCCESS);
    CHECK_EQ(cells_of(b), cells + 1);
    CHECK_IS(up_in(b, s), SUCCESS);
    CHECK_OK(revoke(sm, 0xff));
    CHECK_IS(up_in(b, s), BAD_CAP);
}

/* A→B→A: it comes back to its old number and costs nothing, ten thousand times. */
static uint64_t bounce(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    u->object_base = WINDOW;
    u->object_count = WINDOW_SIZE;
    u->records = 8;
    u->item[0] = (struct item){ RANGE(RANGE_BASE(u->item[0].range), 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0) };
    return DESCRIPTOR(0, 1);
}

static void there_and_back(void)
{
    enum { TIMES = 10000 };
    static struct portal p = { bounce };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), empty = selector_new(), portal = portal_new(b->ec, portal_entry, &p, 0);
    struct utcb *u = utcb();

    mailbox(b);
    u->object_base = (uint32_t)empty;
    u->object_count = 1;
    u->records = 1;
    result r = send(portal, sm, SM_RIGHT_UP);
    CHECK_RESULT(r, SUCCESS, DESCRIPTOR(0, 1));
    CHECK_EQ(RANGE_BASE(u->item[0].range), sm);
    CHECK_EQ(u->item[0].how, ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0));
    CHECK_EQ(u->records, 1);
    const uint64_t mine = pd_figure(SEL_PD, FIGURE_CELLS).rdx, theirs = cells_of(b);
    for (int i = 1; i < TIMES && r.rax == SUCCESS; i++)
        r = send(portal, sm, SM_RIGHT_UP);
    CHECK_STATUS(r, SUCCESS);
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_CELLS).rdx, mine);
    CHECK_EQ(cells_of(b), theirs);
    CHECK_EQ(pd_lookup(TYPE_OBJECT, sm).rdx >> 32, TIMES);
    CHECK_EQ(lookup_in(b, WINDOW) >> 32, TIMES);
    CHECK_IS(ack_in(b, WINDOW, TIMES).rax, SUCCESS);
    CHECK_IS(remove_in(b, REMOVE_SELF, WINDOW, 0xff).rax, SUCCESS);
    CHECK_OK(sm_up(sm));
}

static void derive_rights(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA), *d = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), box_b = mailbox(b), box_d = mailbox(d);

    give(c, box_b, PT_RIGHT_CALL, SERVICE);
    give(b, box_d, PT_RIGHT_CALL, SERVICE);
    give(c, sm, SM_RIGHT_UP | SM_RIGHT_DOWN, 200);
    CHECK_OK(send(box_b, sm, SM_RIGHT_UP));
    const uint64_t s = arrived;
    CHECK_IS(send_from(c, SERVICE, 200, SM_RIGHT_DOWN), SUCCESS);
    CHECK_IS(send_from(b, SERVICE, s, SM_RIGHT_UP | SM_RIGHT_DOWN), BAD_CAP); /* no single grant covers both */
    CHECK_IS(send_from(b, SERVICE, s, SM_RIGHT_UP), SUCCESS);
    const uint64_t t = arrived;
    CHECK_EQ(lookup_in(d, t) >> 8 & 0xff, SM_RIGHT_UP);
    CHECK_IS(send_from(b, SERVICE, s, SM_RIGHT_DOWN), SUCCESS);
    CHECK_EQ(arrived, t);
    CHECK_IS(send_from(b, SERVICE, s, 0xff), BAD_PAR); /* bits that a semaphore does not have */
    CHECK_IS(send_from(b, SERVICE, s, 0), BAD_PAR);
    CHECK_IS(send_from(b, SERVICE, s, SM_RIGHT_ASSIGN), BAD_CAP);
    CHECK_OK(revoke(sm, SM_RIGHT_UP));
    CHECK_IS(up_in(d, t), BAD_CAP);
    CHECK_IS(down_in(d, t), TIMEOUT);
}

/* R3.3: what goes on hangs under the oldest grant that covers it. */
static void derive_oldest(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA), *d = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), box_b = mailbox(b), box_d = mailbox(d), box_c = mailbox(c);

    give(c, box_b, PT_RIGHT_CALL, SERVICE);
    give(b, box_d, PT_RIGHT_CALL, SERVICE);
    CHECK_OK(send(box_c, sm, SM_RIGHT_UP));
    const uint64_t c_sm = arrived;
    CHECK_OK(send(box_b, sm, SM_RIGHT_UP)); /* the older one is root's */
    const uint64_t s = arrived;
    CHECK_IS(send_from(c, SERVICE, c_sm, SM_RIGHT_UP), SUCCESS);
    CHECK_IS(send_from(b, SERVICE, s, SM_RIGHT_UP), SUCCESS);
    const uint64_t t = arrived;
    CHECK_IS(remove_in(c, REMOVE_BELOW, c_sm, 0xff).rax, SUCCESS);
    CHECK_IS(up_in(d, t), SUCCESS);
    CHECK_IS(up_in(b, s), SUCCESS);
    CHECK_OK(revoke(sm, 0xff));
    CHECK_IS(up_in(d, t), BAD_CAP);
}

/* ---- R4, R5 ----------------------------------------------------------------------------------------------------------- */

static void revoke_reserves(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), other = sm_new(), box = mailbox(b);

    CHECK_OK(send(box, sm, SM_RIGHT_UP));
    const uint64_t s = arrived, cells = cells_of(b);
    CHECK_OK(revoke(sm, 0xff));
    CHECK_IS(up_in(b, s), BAD_CAP);
    CHECK_EQ(lookup_in(b, s) >> 16 & 0xff, 2);
    CHECK_EQ(cells_of(b), cells - 1);                /* the number is reserved, and costs nothing */
    CHECK_EQ(lookup_in(b, s), 2 << 16 | 1ull << 32); /* not even the type is told */
    in(b, open_window, s, 1, 8, 0);
    result r = send(box, other, SM_RIGHT_UP);
    CHECK_RESULT(r, NO_WINDOW, REFUSAL(0, ACCOUNT_RECEIVER, 0, NO_WINDOW));
    in(b, open_window, s, 4, 8, 0);
    CHECK_OK(send(box, other, SM_RIGHT_UP));
    CHECK(arrived != s);
    REFUSE_IN(b, OCCUPIED, 0, CALL_CREATE_SM, s, SEL_PD, 0);
    const uint64_t now = cells_of(b);
    CHECK_OK(send(box, sm, SM_RIGHT_UP));
    CHECK_EQ(arrived, s);
    CHECK_EQ(cells_of(b), now + 1);
    CHECK_IS(up_in(b, s), SUCCESS);
    CHECK_OK(revoke(sm, 0xff));
    CHECK_OK(destroy(sm));
    CHECK_EQ(cells_of(b), now);
    CHECK_EQ(lookup_in(b, s) >> 16 & 0xff, 2); /* the object's death has not changed that */
    CHECK_IS(ack_in(b, s, 2).rax, SUCCESS);
    CHECK_IS(remove_in(b, REMOVE_SELF, s, 0xff).rax, SUCCESS);
    CHECK_IS(remove_in(b, REMOVE_SELF, s, 0xff).rax, BAD_CAP);
    CHECK_IS(call_in(b, CALL_CREATE_SM, s, SEL_PD, 0, 0, 0).rax, SUCCESS);
}

static void delete_takes_along(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), box_b = mailbox(b), box_c = mailbox(c);

    give(b, box_c, PT_RIGHT_CALL, SERVICE);
    CHECK_OK(send(box_b, sm, SM_RIGHT_UP));
    const uint64_t s = arrived;
    CHECK_IS(send_from(b, SERVICE, s, SM_RIGHT_UP), SUCCESS);
    const uint64_t t = arrived;
    REFUSE_IN(b, PINNED, 1, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(s, 0), 0xff);
    CHECK_IS(up_in(c, t), SUCCESS);
    CHECK_IS(ack_in(b, s, 1).rax, SUCCESS);
    CHECK_IS(remove_in(b, REMOVE_SELF, s, 0xff).rax, SUCCESS);
    CHECK_IS(up_in(c, t), BAD_CAP);
    CHECK_OK(sm_up(sm));
    CHECK_OK(send(box_b, sm, SM_RIGHT_UP));
    CHECK_IS(send_from(b, SERVICE, arrived, SM_RIGHT_UP), SUCCESS);
    CHECK_IS(up_in(c, t), SUCCESS);
    CHECK_OK(destroy(b->pd));
    CHECK_IS(up_in(c, t), BAD_CAP);
    CHECK_OK(sm_up(sm));
}

const struct test tests_grants[] = {
    { "grant_union", grant_union },
    { "one_name", one_name },
    { "one_name_there_and_back", there_and_back },
    { "derive_rights", derive_rights },
    { "derive_oldest", derive_oldest },
    { "revoke_reserves", revoke_reserves },
    { "delete_takes_along", delete_takes_along },
    { 0 },
};
