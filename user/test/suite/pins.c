/*
 * Pins: rule R6 of kernel/ABI.md §15. Whatever brings a number, an item that delegates or one that translates, pins it; a pinned one is
 * not deleted, not even by a thread that tries all the time.
 */
#include "suite/mailbox.h"
#include "suite/suite.h"

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

const struct test tests_pins[] = {
    { "pins_count", pins_count },
    { "translate", translate },
    { "pin_race", pin_race },
    { 0 },
};
