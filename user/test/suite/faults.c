/*
 * What ring 3 may not do, told as a message or, when nobody is there to be told, the end: kernel/ABI.md §9, rules R16.1 and R16.3.
 */
#include "suite/catch.h"
#include "suite/suite.h"

/* ---- Faults ----------------------------------------------------------------------------------------------------------- */

static uint64_t poke(uint64_t address, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    *(volatile uint64_t *)address = 7;
    return 1;
}

static uint64_t peek(uint64_t address, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return *(volatile uint64_t *)address;
}

static uint64_t jump(uint64_t address, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    ((void (*)(void))address)();
    return 1;
}

static void fault(function *f, uint64_t address, unsigned vector, uint64_t error, bool told)
{
    struct scene *s = scene_new(vector, TRANSFER_ALL, f, address);

    reply_rip(&s->catcher, thread_out);
    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, 1);
    CHECK_EQ(s->catcher.word[EVENT_NUMBER], vector);
    if (error != ANY)
        CHECK_EQ(s->catcher.word[EVENT_ERROR], error);
    CHECK_EQ(s->catcher.word[EVENT_ADDRESS], told ? address : 0);
    CHECK_EQ(s->t->result, 4711);
    kit_clean();
}

static void event_faults(void)
{
    fault(peek, SCRATCH_AREA, 14, 4, true);
    fault(poke, SCRATCH_AREA + 8, 14, 6, true);
    fault(poke, (uint64_t)event_faults, 14, 7, true); /* text is not writable */
    fault(jump, (uint64_t)&scene, 14, 0x15, true);    /* data is not executable */
    fault(peek, 0xffff800000000000, 14, 5, true);     /* the kernel's */
    fault(peek, 0x8000000000000000, 13, 0, false);    /* no address at all */
}

/* A thread's function that is little more than one instruction. a: what it begins with. */
#define INSTRUCTION(name, ...)                                                                                                   \
    static uint64_t name(uint64_t a, uint64_t b, uint64_t c, uint64_t d)                                                         \
    {                                                                                                                            \
        (void)a, (void)b, (void)c, (void)d;                                                                                      \
        __asm__ volatile(__VA_ARGS__);                                                                                           \
        return 0;                                                                                                                \
    }

INSTRUCTION(divide, "xor %%edx, %%edx; mov $1, %%eax; div %0" : : "r"(a) : "rax", "rdx")
INSTRUCTION(undefined, "ud2")
INSTRUCTION(port, "inb %w0, %%al" : : "d"(a) : "rax")
INSTRUCTION(interrupt_flag, "cli")
INSTRUCTION(halt, "hlt")
INSTRUCTION(software_interrupt, "int $0x20")
INSTRUCTION(counter, "rdpmc" : : "c"(0) : "rax", "rdx")
INSTRUCTION(overflow, "int $4")

/* What ring 3 may not do. */
static void event_privileged(void)
{
    fault(divide, 0, 0, 0, false);
    fault(undefined, 0, 6, 0, false);
    fault(port, 0x80, 13, 0, false);
    fault(port, 0x3f8, 13, 0, false); /* root's, and nobody has given it */
    fault(interrupt_flag, 0, 13, 0, false);
    fault(halt, 0, 13, 0, false);
    fault(software_interrupt, 0, 13, ANY, false); /* QEMU 7.2 tells twice the vector */
    fault(counter, 0, 13, 0, false);
    fault(overflow, 0, 4, 0, false);
}

/* A port that is given and taken away. */
static uint64_t port_often(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    for (int i = 0; i < 3; i++)
        port(a, b, c, d);
    return 9;
}

static void event_port(void)
{
    struct scene *s = scene_new(13, TRANSFER_ALL, port_often, 0x3fd);

    CHECK_OK(pd_grant(s->d->pd, RANGE(0x3fd, 0), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0x3fd)));
    CHECK(thread_join(s->t));
    CHECK_EQ(s->t->result, 9);
    CHECK_EQ(s->catcher.count, 0);
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_PORTS, RANGE(0x3f8, 3), 1));
    kit_clean();
    s = scene_new(13, TRANSFER_ALL, port_often, 0x3fe);
    CHECK_OK(pd_grant(s->d->pd, RANGE(0x3fd, 0), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0x3fd)));
    reply_rip(&s->catcher, thread_out);
    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, 1); /* its neighbour is not open */
}

/* R16.1: a reply with a rip that is no user address: #GP there. */
static void event_bad_rip(void)
{
    static const uint64_t rip[] = { 0x0000800000000000, 0xffff800000000000, 0xffffffffffffffff, 0x8000000000000000 };

    for (unsigned i = 0; i < 4; i++) {
        static struct catcher second;
        struct scene *s = scene_new(3, TRANSFER_ALL, run_pattern, 0);
        second = (struct catcher){ .portal = { catch_event } };
        reply_rip(&s->catcher, (void (*)(void))rip[i]);
        reply_rip(&second, thread_out);
        event_portal(s->d, s->t->place, 13, s->handler, &second.portal, TRANSFER_ALL);
        CHECK(thread_join(s->t));
        CHECK_EQ(second.count, 1);
        CHECK_EQ(second.word[EVENT_RIP], rip[i]);
        CHECK_EQ(s->t->result, 4711);
        kit_clean();
    }
}

/* ---- Nobody to tell: R16.3 -------------------------------------------------------------------------------------------- */

static uint64_t dies_of_it(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    __asm__ volatile("ud2");
    return 0;
}

static void event_kills(void)
{
    static struct portal p = { dies_of_it };
    static struct catcher c;

    for (int way = 0; way < 3; way++) {
        struct domain *b = domain_new(DOMAIN_QUOTA);
        const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0);
        c = (struct catcher){ .portal = { catch_event } };
        if (way == 1) { /* a portal there, but with CALL only */
            int place;
            const uint64_t h = portal_new(server_new(0, &place), portal_entry, &c.portal, TRANSFER_ALL);
            CHECK_RESULT(grant_object(b->pd, h, PT_RIGHT_CALL, ec_events(b->place) + 6), SUCCESS, ec_events(b->place) + 6);
        } else if (way == 2) { /* a handler that is dead */
            int place;
            const uint64_t ec = server_new(0, &place);
            event_portal(b, b->place, 6, ec, &c.portal, TRANSFER_ALL);
            CHECK_OK(destroy(ec));
        }
        CHECK_RESULT(portal_call(portal, 0), ABORTED, 0);
        CHECK_STATUS(portal_call(portal, 0), BAD_CAP);
        CHECK_STATUS(ec_control(b->ec, EC_RECALL, 0), BAD_CAP);
        CHECK_EQ(c.count, 0);
        kit_clean();
    }
}

static uint64_t int3_and_on(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    __asm__ volatile("int3"); /* a trap: it would go on behind it */
    return 0;
}

static uint64_t holding, held_by;

static uint64_t hold_event(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    holding++;
    sm_down(held_by, DEADLINE_NEVER);
    return 0;
}

static uint64_t call_it(uint64_t portal, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return portal_call(portal, 0).rax;
}

/* R16.3: a handler ends while it holds an event: the EC alone, and its whole PD. Who raised it dies, and its client is told. */
static void event_handler_dies(void)
{
    static struct portal victim = { int3_and_on }, holder = { hold_event };
    enum { SM = 200 };

    for (int way = 0; way < 2; way++) {
        struct domain *b = domain_new(DOMAIN_QUOTA), *h = domain_new(DOMAIN_QUOTA);
        const uint64_t sm = selector_new(), portal = portal_new(b->ec, portal_entry, &victim, 0);
        CHECK_OK(create_sm(sm, SEL_PD, 0));
        give(h, sm, SM_RIGHT_DOWN, SM);
        event_portal(b, b->place, 3, h->ec, &holder, TRANSFER_ALL);
        holding = 0;
        held_by = SM;
        struct thread *t = thread_new(0, call_it, portal, 0, 1, 0);
        thread_rests(t);
        CHECK_EQ(holding, 1);
        CHECK_OK(ec_control(b->ec, EC_EVENTS, ec_events(b->place))); /* still there; a recall would be its end */
        CHECK_OK(destroy(way ? h->pd : h->ec));
        CHECK(thread_join(t));
        CHECK_IS(t->result, ABORTED);
        CHECK_STATUS(ec_control(b->ec, EC_RECALL, 0), BAD_CAP);
        CHECK_STATUS(portal_call(portal, 0), BAD_CAP);
        CHECK_EQ(holding, 1);
        kit_clean();
    }
}

const struct test tests_faults[] = {
    { "event_faults", event_faults },
    { "event_privileged", event_privileged },
    { "event_port", event_port },
    { "event_bad_rip", event_bad_rip },
    { "event_kills", event_kills },
    { "event_handler_dies", event_handler_dies },
    { 0 },
};
