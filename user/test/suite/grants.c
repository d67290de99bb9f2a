/*
 * Rules R1 to R8 of kernel/ABI.md §15: names, unions, derivation, revoke, delete, pins. Capabilities go in messages, with open
 * windows, from root to a domain (send), between domains (send_from), and back (the reply's items).
 */
#include "kit/kit.h"
#include "suite/suite.h"

/* ---- Sending ---------------------------------------------------------------------------------------------------------- */

enum { SERVICE = 220, WINDOW = 230, WINDOW_SIZE = 8 };

static uint64_t arrived; /* the selector of the last item's object, as the receiver saw it */

/* A portal function that takes one item, notes its number and opens the window again. */
static uint64_t receive(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal;
    arrived = DESCRIPTOR_ITEMS(descriptor) ? RANGE_BASE(u->item[0].range) : 0;
    u->object_base = WINDOW;
    u->object_count = WINDOW_SIZE;
    u->records = 8;
    return 0;
}

static struct portal receiver = { receive };

/* A portal into d at root, whose receiver is ready to take items. */
static uint64_t mailbox(struct domain *d)
{
    const uint64_t portal = portal_new(d->ec, portal_entry, &receiver, 0);

    CHECK_OK(portal_call(portal, 0)); /* opens the window */
    return portal;
}

static result send(uint64_t portal, uint64_t selector, uint64_t rights)
{
    utcb()->item[0] = (struct item){ RANGE(selector, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights, 0) };
    return portal_call(portal, DESCRIPTOR(0, 1));
}

static uint64_t send_here(uint64_t portal, uint64_t selector, uint64_t rights, uint64_t d)
{
    (void)d;
    return send(portal, selector, rights).rax;
}

/* The same from a domain; portal and selector are its own. */
static uint64_t send_from(struct domain *from, uint64_t portal, uint64_t selector, uint64_t rights)
{
    return in(from, send_here, portal, selector, rights, 0);
}

static uint64_t up_in(struct domain *d, uint64_t selector)
{
    return call_in(d, CALL_SM_CONTROL, selector, SM_UP, 0, 0, 0).rax;
}

static uint64_t down_in(struct domain *d, uint64_t selector)
{
    return call_in(d, CALL_SM_CONTROL, selector, SM_DOWN, 1, 0, 0).rax;
}

static uint64_t lookup_in(struct domain *d, uint64_t selector)
{
    return call_in(d, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(selector, 0), TYPE_OBJECT, 0).rdx;
}

static result remove_in(struct domain *d, uint64_t operation, uint64_t selector, uint64_t rights)
{
    return call_in(d, CALL_REMOVE, REMOVE(operation, TYPE_OBJECT), RANGE(selector, 0), rights, 0, 0);
}

static result ack_in(struct domain *d, uint64_t selector, uint64_t count)
{
    return call_in(d, CALL_PD_CONTROL, 0, PD_ACK, selector, count, 0);
}

static uint64_t cells_of(struct domain *d)
{
    return pd_figure(d->pd, FIGURE_CELLS).rdx;
}

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

static uint64_t open_window(uint64_t base, uint64_t count, uint64_t records, uint64_t d)
{
    struct utcb *u = utcb();

    (void)d;
    u->object_base = (uint32_t)base;
    u->object_count = (uint32_t)count;
    u->records = (uint32_t)records;
    return 0;
}

static void revoke_reserves(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), other = sm_new(), box = mailbox(b);

    CHECK_OK(send(box, sm, SM_RIGHT_UP));
    const uint64_t s = arrived, cells = cells_of(b);
    CHECK_OK(revoke(sm, 0xff));
    CHECK_IS(up_in(b, s), BAD_CAP);
    CHECK_EQ(lookup_in(b, s) >> 16 & 0xff, 2);
    CHECK_EQ(cells_of(b), cells - 1); /* the number is reserved, and costs nothing */
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

/* ---- R6 --------------------------------------------------------------------------------------------------------------- */

static void pins_count(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), box = mailbox(b);

    CHECK_OK(send(box, sm, SM_RIGHT_UP));
    const uint64_t s = arrived;
    utcb()->item[0] = (struct item){ RANGE(sm, 0), ITEM(ITEM_TRANSLATE, TYPE_OBJECT, 0, 0) };
    CHECK_OK(portal_call(box, DESCRIPTOR(0, 1)));
    CHECK_EQ(arrived, s);
    CHECK_OK(send(box, sm, SM_RIGHT_UP));
    REFUSE_IN(b, PINNED, 3, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(s, 0), 0xff);
    REFUSE_IN(b, BAD_PAR, 0, CALL_PD_CONTROL, 0, PD_ACK, s, 4);
    result r = ack_in(b, s, 2);
    CHECK_RESULT(r, SUCCESS, 1);
    REFUSE_IN(b, PINNED, 1, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(s, 0), 0xff);
    CHECK_OK(revoke(sm, 0xff)); /* a pin does not hold against that */
    CHECK_IS(up_in(b, s), BAD_CAP);
    REFUSE_IN(b, PINNED, 1, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(s, 0), 0xff);
    r = ack_in(b, s, 1);
    CHECK_RESULT(r, SUCCESS, 0);
    CHECK_IS(remove_in(b, REMOVE_SELF, s, 0xff).rax, SUCCESS);
}

/* Translate: the receiver's number for what it holds, a null item for what it does not hold, and with a closed window. */
static struct item seen;

static uint64_t see(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    seen = utcb()->item[0];
    return 0;
}

static void translate(void)
{
    static struct portal p = { see };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t held = sm_new(), strange = sm_new(), look = portal_new(b->ec, portal_entry, &p, 0);
    struct utcb *u = utcb();

    mailbox(b);
    give(b, held, SM_RIGHT_UP, 200);
    u->item[0] = (struct item){ RANGE(held, 0), ITEM(ITEM_TRANSLATE, TYPE_OBJECT, 0, 0) };
    CHECK_OK(portal_call(look, DESCRIPTOR(0, 1)));
    CHECK_EQ(seen.range, RANGE(200, 0));
    CHECK_EQ(seen.how, ITEM(ITEM_TRANSLATE, TYPE_OBJECT, SM_RIGHT_UP, 0));
    CHECK_EQ(lookup_in(b, 200) >> 32, 1);
    u->item[0].range = RANGE(strange, 0);
    CHECK_OK(portal_call(look, DESCRIPTOR(0, 1)));
    CHECK_EQ(seen.range | seen.how, 0);
    u->item[0].range = RANGE(selector_new(), 0);
    CHECK_RESULT(portal_call(look, DESCRIPTOR(0, 1)), BAD_CAP, REFUSAL(0, 0, 0, BAD_CAP));
    in(b, open_window, 0, 0, 8, 0);
    u->item[0].range = RANGE(held, 0);
    CHECK_OK(portal_call(look, DESCRIPTOR(0, 1)));
    CHECK_EQ(seen.range | seen.how, 0);
    CHECK_EQ(lookup_in(b, 200) >> 32, 1);
}

/* R6.3: one thread takes and acknowledges, the other deletes until it may. No name is ever stale. */
static volatile bool stop_race;
static volatile uint64_t race_wrong, race_deleted;

static uint64_t delete_always(uint64_t first, uint64_t count, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    while (!stop_race)
        for (uint64_t s = first; s < first + count; s++)
            race_deleted += delete (s).rax == SUCCESS;
    return 0;
}

static uint64_t use_and_acknowledge(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();
    const uint64_t s = RANGE_BASE(u->item[0].range);

    (void)portal, (void)descriptor;
    race_wrong += sm_up(s).rax != SUCCESS;
    race_wrong += pd_ack(s, 1).rax != SUCCESS;
    u->records = 8;
    return 0;
}

static void pin_race(void)
{
    static struct portal p = { use_and_acknowledge };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), times = option_number("races", 3000);
    uint64_t sm[3], sent = 0, ups = 0;

    mailbox(b);
    stop_race = false;
    race_wrong = race_deleted = 0;
    for (int i = 0; i < 3; i++)
        sm[i] = sm_new();
    struct thread *t = thread_new(b, delete_always, WINDOW, WINDOW_SIZE, PRIORITY_MAX, 500000);
    take_turns(t);
    for (uint64_t i = 0; i < times; i++)
        sent += send(portal, sm[i % 3], SM_RIGHT_UP).rax == SUCCESS;
    stop_race = true;
    CHECK(thread_join(t));
    take_turns(0);
    CHECK_EQ(sent, times);
    CHECK_EQ(race_wrong, 0);
    CHECK(race_deleted > 10);
    for (int i = 0; i < 3; i++)
        ups += sm_zero(sm[i], 1).rdx;
    CHECK_EQ(ups, times);
}

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

const struct test tests_grants[] = {
    { "grant_union", grant_union },
    { "one_name", one_name },
    { "one_name_there_and_back", there_and_back },
    { "derive_rights", derive_rights },
    { "derive_oldest", derive_oldest },
    { "revoke_reserves", revoke_reserves },
    { "delete_takes_along", delete_takes_along },
    { "pins_count", pins_count },
    { "translate", translate },
    { "pin_race", pin_race },
    { "object_death", object_death },
    { "payer_death", payer_death },
    { "revoke_in_flight", revoke_in_flight },
    { "revoke_chain", revoke_chain },
    { 0 },
};
