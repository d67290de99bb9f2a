/*
 * Two at once: one takes back or ends what another one uses, with an interrupt nearly everywhere.
 */
#include "told/told.h"

#include "kit/many.h"

enum { PDS = 9, ROUNDS = 40, ENDS = 4, HERE = 200, OTHERS = 210 };

const char *told_left_behind(void)
{
    return "accounts";
}

static struct domain *d[PDS];
static volatile bool stop;
static volatile uint64_t given, watched, looks, half_dead;

/* PDs that may give to each other. */
static void pds_new(void)
{
    for (int i = 0; i < PDS; i++)
        d[i] = domain_new(DOMAIN_QUOTA);
    for (int i = 0; i < PDS; i++)
        for (int k = 0; k < PDS; k++)
            if (k != i)
                give(d[i], d[k]->pd, PD_RIGHT_GRANT, OTHERS + (uint64_t)k);
}

/* Those from the first one on have it from root, and from each other. */
static void give_each_to_each(int first, uint64_t sm)
{
    for (int i = first; i < PDS; i++)
        give(d[i], sm, SM_RIGHT_UP, HERE);
    for (int i = first; i < PDS; i++)
        for (uint64_t k = (uint64_t)first; k < PDS; k++)
            if (k != (uint64_t)i)
                CHECK_STATUS(call_in(d[i], CALL_PD_CONTROL, OTHERS + k, PD_GRANT, RANGE(HERE, 0),
                                     ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, HERE), 0),
                             SUCCESS);
}

static void end_turns(struct thread *t)
{
    stop = true;
    CHECK(thread_join(t));
    take_turns(0);
}

/* ---- Revoked ---------------------------------------------------------------------------------------------------------- */

/* In the last PD: gives what it has to all others, again and again. */
static uint64_t give_always(uint64_t a, uint64_t b, uint64_t c, uint64_t e)
{
    (void)a, (void)b, (void)c, (void)e;
    while (!stop)
        for (uint64_t k = 0; k + 1 < PDS; k++)
            given += grant_object(OTHERS + k, HERE, SM_RIGHT_UP, HERE).rax == SUCCESS;
    return 0;
}

/* While it is being taken from all, one of them passes it on as fast as he can. In the end nobody has it. */
static void revoke_meanwhile(void)
{
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    pds_new();
    stop = false, given = 0;
    struct thread *t = thread_new(d[PDS - 1], give_always, 0, 0, PRIORITY_MAX, 500000);
    take_turns(t);
    for (int round = 0; round < ROUNDS; round++) {
        give_each_to_each(0, sm);
        CHECK_OK(revoke(sm, 0xff));
        for (int i = 0; i < PDS; i++)
            CHECK_STATUS(call_in(d[i], CALL_SM_CONTROL, HERE, SM_UP, 0, 0, 0), BAD_CAP);
    }
    end_turns(t);
    CHECK(given > ROUNDS);
}

/* ---- Destroyed -------------------------------------------------------------------------------------------------------- */

static uint64_t look(uint64_t selector, uint64_t b, uint64_t c, uint64_t e)
{
    (void)b, (void)c, (void)e;
    return pd_lookup(TYPE_OBJECT, selector).rdx >> 16 & 0xff;
}

/* Looks first where it goes first, and then at root's own number, which goes last. */
static uint64_t look_always(uint64_t a, uint64_t b, uint64_t c, uint64_t e)
{
    (void)a, (void)b, (void)c, (void)e;
    for (; !stop; looks++) {
        const uint64_t sm = watched;
        if (in(d[0], look, HERE, 0, 0, 0) == 2)
            half_dead += look(sm, 0, 0, 0) == 1;
    }
    return 0;
}

/* Many have it, so that its end takes a while. Who has lost it knows that nobody has it any more. */
static void dead_for_all(void)
{
    pds_new();
    stop = false, looks = half_dead = 0;
    struct thread *t = thread_new(0, look_always, 0, 0, PRIORITY_MAX, 500000);
    take_turns(t);
    for (int round = 0; round < ENDS; round++) {
        const uint64_t sm = watched = selector_new();
        CHECK_OK(create_sm(sm, SEL_PD, 0));
        give(d[0], sm, SM_RIGHT_UP, HERE);
        give_each_to_each(1, sm);
        CHECK_OK(destroy(sm));
        const uint64_t lost_by_some_while_others_had_it = half_dead;
        CHECK_EQ(lost_by_some_while_others_had_it, 0);
        for (int i = 0; i < PDS; i++)
            CHECK_STATUS(call_in(d[i], CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(HERE, 0), 0xff, 0, 0), SUCCESS);
    }
    end_turns(t);
    CHECK(looks > ENDS);
}

/* ---- Deleted ---------------------------------------------------------------------------------------------------------- */

enum { GIVERS = 4, LEAVES = 32, LEAF = 230 };

static struct portal shows_it;
static uint64_t shown_by, shown;
static volatile uint64_t pinned;

/* In the first PD: a window, or what came in it. */
static uint64_t open_or_note(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal;
    if (DESCRIPTOR_ITEMS(descriptor))
        pinned += u->item[0].how && RANGE_BASE(u->item[0].range) == HERE;
    u->object_base = HERE;
    u->object_count = OTHERS - HERE;
    return 0;
}

/*
 * Waits until the first PD's number is being taken, and has not gone: then nothing derives from it, and it is still live. Then it is
 * shown to its holder once, who knows it by its number.
 */
static uint64_t show_meanwhile(uint64_t nap, uint64_t b, uint64_t c, uint64_t e)
{
    (void)b, (void)c, (void)e;
    while (!stop && !pinned) {
        sm_down(nap, ticks() + 1000);
        if (call_in(d[0], CALL_PD_CONTROL, OTHERS + 1, PD_GRANT, RANGE(HERE, 0),
                    ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, HERE), 0)
                .rax != BAD_CAP)
            continue;
        utcb()->item[0] = (struct item){ RANGE(shown, 0), ITEM(ITEM_TRANSLATE, TYPE_OBJECT, 0, 0) };
        CHECK_OK(portal_call(shown_by, DESCRIPTOR(0, 1)));
    }
    return 0;
}

static uint64_t delete_here(uint64_t a, uint64_t b, uint64_t c, uint64_t e)
{
    (void)a, (void)b, (void)c, (void)e;
    return delete (HERE).rax;
}

static uint64_t word_of(uint64_t selector)
{
    return call_in(d[0], CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(selector, 0), TYPE_OBJECT, 0).rdx;
}

/* A number below which there is much, so that its deletion takes several pieces. */
static void give_widely(uint64_t sm)
{
    uint64_t leaf[LEAVES];

    for (uint64_t i = 0; i <= GIVERS; i++)
        d[i] = domain_new(DOMAIN_QUOTA);
    give(d[0], sm, SM_RIGHT_UP, HERE);
    for (uint64_t n = 0; n < LEAVES; n++) {
        leaf[n] = selector_new();
        CHECK_OK(create_pd(leaf[n], SEL_PD, 2));
    }
    for (uint64_t i = 1; i <= GIVERS; i++) {
        give(d[0], d[i]->pd, PD_RIGHT_GRANT, OTHERS + i);
        CHECK_STATUS(call_in(d[0], CALL_PD_CONTROL, OTHERS + i, PD_GRANT, RANGE(HERE, 0),
                             ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, HERE), 0),
                     SUCCESS);
        for (uint64_t n = 0; n < LEAVES; n++) {
            give(d[i], leaf[n], PD_RIGHT_GRANT, LEAF + n);
            CHECK_STATUS(call_in(d[i], CALL_PD_CONTROL, LEAF + n, PD_GRANT, RANGE(HERE, 0),
                                 ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, HERE), 0),
                         SUCCESS);
        }
    }
}

/*
 * A PD's thread deletes a number, which was not pinned when it began. While what is below is taken, a message brings the number to
 * another thread: so in the end it is reserved and pinned, means nothing else, and is deleted when that has been acknowledged.
 */
static void pinned_meanwhile(void)
{
    const uint64_t sm = shown = selector_new(), other = selector_new(), nap = selector_new();

    shows_it = (struct portal){ open_or_note };
    stop = false, pinned = 0;
    CHECK_OK(create_sm(sm, SEL_PD, 0));
    CHECK_OK(create_sm(other, SEL_PD, 0));
    CHECK_OK(create_sm(nap, SEL_PD, 0));
    give_widely(sm);
    shown_by = portal_new(d[0]->ec, portal_entry, &shows_it, 0);
    CHECK_OK(portal_call(shown_by, 0));
    struct thread *shows = thread_new(0, show_meanwhile, nap, 0, PRIORITY_MAX, 100000);
    struct thread *deletes = thread_new(d[0], delete_here, 0, 0, PRIORITY_MAX - 1, 100000);
    CHECK(thread_join(deletes));
    stop = true;
    CHECK(thread_join(shows));
    CHECK_IS(deletes->result, SUCCESS);
    told_family("derivation");
    const uint64_t shown_while_132_grants_were_taken = pinned;
    CHECK_EQ(shown_while_132_grants_were_taken, 1);
    told_family("pins");
    CHECK_EQ(word_of(HERE), 2 << 16 | 1ull << 32);
    REFUSE_IN(d[0], PINNED, 1, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(HERE, 0), 0xff);
    CHECK_STATUS(grant_object(d[0]->pd, other, SM_RIGHT_UP, HERE), OCCUPIED);
    CHECK_RESULT(call_in(d[0], CALL_PD_CONTROL, 0, PD_ACK, HERE, 1, 0), SUCCESS, 0);
    CHECK_STATUS(call_in(d[0], CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(HERE, 0), 0xff, 0, 0), SUCCESS);
    CHECK_EQ(word_of(HERE), 0);
}

/* ---- Meanwhile others run ---------------------------------------------------------------------------------------------- */

static void end_it(uint64_t selector)
{
    CHECK_OK(destroy(selector));
}

enum { PIECE = 40000 }; /* at most, in instructions: then comes whoever is more urgent */

/* A PD that pays for many objects ends. */
static void much_ends(void)
{
    enum { OBJECTS = 3000, MANY = 400 };
    const uint64_t pd = selector_new();

    CHECK_OK(create_pd(pd, SEL_PD, MANY / CELLS_PER_PAGE + 1));
    for (uint64_t i = 0; i < MANY; i++)
        CHECK_OK(create_sm(OBJECTS + i, pd, 0));
    CHECK_AT_MOST(longest_pass(end_it, pd), PIECE);
    for (uint64_t i = 0; i < MANY; i++)
        CHECK_OK(delete (OBJECTS + i));
}

/* Portals into an EC, many more than a piece of its end closes. */
enum { WAYS = 400, FIRST_WAY = 3000 };

static void ways_new(uint64_t payer, uint64_t ec)
{
    for (uint64_t i = 0; i < WAYS; i++)
        CHECK_OK(create_pt(FIRST_WAY + i, payer, ec, (uint64_t)portal_reply_at_once, 0, 0));
}

static void ways_delete(void)
{
    for (uint64_t i = 0; i < WAYS; i++)
        CHECK_OK(delete (FIRST_WAY + i));
}

/* A PD ends that has to wait for what its EC takes along. It has a space: there a piece is a search for what is mapped. */
static void much_is_waited_for(void)
{
    const uint64_t pd = selector_new(), ec = selector_new();

    CHECK_OK(create_pd(pd, SEL_PD, DOMAIN_QUOTA));
    CHECK_OK(create_ec(ec, 0, pd, pd, EC_PLACE(UTCB_FREE, EC_LOCAL, 0), 0, 0));
    ways_new(pd, ec);
    CHECK_AT_MOST(longest_pass(end_it, pd), 2 * PIECE);
    ways_delete();
}

static uint64_t server;

static uint64_t end_server(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    return destroy(server).rax;
}

static void call_it(uint64_t portal)
{
    CHECK_STATUS(portal_call(portal, 0), ABORTED);
}

/* An EC ends itself, with all that leads to it. */
static void much_ends_with_self(void)
{
    static struct portal p = { end_server };
    int place;

    server = server_new(0, &place);
    ways_new(SEL_PD, server);
    CHECK_AT_MOST(longest_pass(call_it, portal_new(server, portal_entry, &p, 0)), PIECE);
    ways_delete();
}

static uint64_t end_own_pd(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    return destroy(SEL_PD).rax;
}

/* An EC ends its own PD, which pays for much. */
static void much_ends_around_self(void)
{
    static struct portal p = { end_own_pd };
    struct domain *b = domain_new(DOMAIN_QUOTA);

    ways_new(b->pd, b->ec);
    CHECK_AT_MOST(longest_pass(call_it, portal_new(b->ec, portal_entry, &p, 0)), 2 * PIECE);
    ways_delete();
}

/* A PD ends that many have a number of: more grants than are taken in one piece. */
static void many_lose_it(void)
{
    const uint64_t pd = selector_new();

    pds_new();
    CHECK_OK(create_pd(pd, SEL_PD, 4));
    give_each_to_each(0, pd);
    CHECK_AT_MOST(longest_pass(end_it, pd), PIECE);
}

static void take_pages(uint64_t first)
{
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE(first, 9), MEMORY_READ));
}

/* Many pages are taken from one who was given them. */
static void much_is_taken(void)
{
    const uint64_t pd = selector_new(), first = (uint64_t)frame_contents(frames_new(512)) >> 12;

    CHECK_OK(create_pd(pd, SEL_PD, 24));
    for (uint64_t i = 0; i < 512; i += 64)
        CHECK_OK(pd_grant(pd, RANGE(first + i, 6), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, SCRATCH_PAGE + i)));
    CHECK_RESULT(pd_figure(pd, FIGURE_CELLS), SUCCESS, 512);
    CHECK_AT_MOST(longest_pass(take_pages, first), PIECE);
    CHECK_RESULT(pd_figure(pd, FIGURE_CELLS), SUCCESS, 0);
}

static const struct test tests_mine[] = {
    { "revoke_meanwhile", revoke_meanwhile },
    { "dead_for_all", dead_for_all },
    { "pinned_meanwhile", pinned_meanwhile },
    { "much_ends", much_ends },
    { "much_is_taken", much_is_taken },
    { "much_is_waited_for", much_is_waited_for },
    { "much_ends_with_self", much_ends_with_self },
    { "much_ends_around_self", much_ends_around_self },
    { "many_lose_it", many_lose_it },
    { 0 },
};

const struct told_test told_tests[] = {
    { "revoke_meanwhile", tests_mine, "derivation" },
    { "pin_race", tests_pins, "pins" },
    { "revoke_in_flight", tests_gone, "derivation" },
    { "abort_destroyer", tests_destruction, "lifetime" },
    { "abort_callee_pd", tests_call_ends, "lifetime" },
    { "dead_for_all", tests_mine, "lifetime" },
    { "much_ends", tests_mine, "lifetime" },
    { "much_is_taken", tests_mine, "derivation" },
    { "much_is_waited_for", tests_mine, "lifetime" },
    { "much_ends_with_self", tests_mine, "lifetime" },
    { "much_ends_around_self", tests_mine, "lifetime" },
    { "many_lose_it", tests_mine, "lifetime" },
    { "pinned_meanwhile", tests_mine, "pins" },
    { 0 },
};
