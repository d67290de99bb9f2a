/*
 * Exceptions that nobody hears, and handlers that die over them: the program ends, and its client is told.
 */
#include "told/told.h"
#include "play.h"

static uint64_t fault(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    __asm__ volatile("int3"); /* it would go on behind it */
    return 0;
}

enum { VECTOR = 3 };

/* A server that raises an exception when it is called. */
struct victim {
    struct domain *domain;
    struct portal portal;
    uint64_t way;
};

static struct victim victim;

static void victim_new(void)
{
    victim = (struct victim){ .domain = domain_new(DOMAIN_QUOTA), .portal = { fault } };
    victim.way = portal_new(victim.domain->ec, portal_entry, &victim.portal, 0);
}

/* It is called, and its end is noticed by everybody. */
static void victim_ends(void)
{
    CHECK_RESULT(portal_call(victim.way, 0), ABORTED, 0);
    CHECK_STATUS(portal_call(victim.way, 0), BAD_CAP);
    CHECK_STATUS(ec_control(victim.domain->ec, EC_RECALL, 0), BAD_CAP);
}

static uint64_t heard;

static uint64_t hear(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    heard++;
    return 0;
}

static struct portal hearer = { hear };

static void nobody_there(void)
{
    victim_new();
    victim_ends();
}

/* In the event table stands a portal, but with the right to call it and no more: anybody could have put it there. */
static void right_missing(void)
{
    int place;
    const uint64_t portal = portal_new(server_new(0, &place), portal_entry, &hearer, TRANSFER_ALL);

    victim_new();
    give(victim.domain, portal, PT_RIGHT_CALL | PT_RIGHT_CONTROL, ec_events(victim.domain->place) + VECTOR);
    heard = 0;
    victim_ends();
    CHECK_EQ(heard, 0);
}

static void handler_is_dead(void)
{
    int place;
    const uint64_t handler = server_new(0, &place);

    victim_new();
    event_portal(victim.domain, victim.domain->place, VECTOR, handler, &hearer, TRANSFER_ALL);
    CHECK_OK(destroy(handler));
    victim_ends();
    CHECK_EQ(heard, 0);
}

/* The victim's client waits for the victim, that for the handler; and the handler dies: both hear of it, in different ways. */
static void handler_dies(void)
{
    static struct actor handler;
    static struct client client;

    actor_new(&handler, true);
    victim_new();
    event_portal(victim.domain, victim.domain->place, VECTOR, handler.ec, &handler.portal, 0);
    client_calls(&client, &(struct actor){ .way = victim.way }, 50);
    CHECK_EQ(handler.began, 1);
    CHECK_OK(destroy(handler.ec));
    client_has(&client, ABORTED, 0);
    CHECK_STATUS(ec_control(victim.domain->ec, EC_RECALL, 0), BAD_CAP);
    CHECK_STATUS(portal_call(victim.way, 0), BAD_CAP);
}

static const struct test tests_unheard[] = {
    { "nobody_there", nobody_there },
    { "right_missing", right_missing },
    { "handler_is_dead", handler_is_dead },
    { "handler_dies", handler_dies },
    { 0 },
};

const struct told_test told_tests[] = {
    { "right_missing", tests_unheard, "exceptions" },
    { "nobody_there", tests_unheard, "abort" },
    { "handler_is_dead", tests_unheard, "abort" },
    { "handler_dies", tests_unheard, "abort" },
    { "event_faults", tests_faults, "exceptions" },
    { "event_bad_rip", tests_faults, "exceptions" },
    { 0 },
};
