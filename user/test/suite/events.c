/*
 * Start-up, exceptions and recall as messages: kernel/ABI.md §9, rules R16.1 and R16.2. Faults: faults.c.
 */
#include "suite/catch.h"
#include "suite/suite.h"

/* ---- The message ------------------------------------------------------------------------------------------------------ */

static void event_message(void)
{
    struct scene *s = scene_new(3, TRANSFER_ALL, run_pattern, 0);
    const struct catcher *c = &s->catcher;

    CHECK(thread_join(s->t));
    CHECK_EQ(c->count, 1);
    CHECK_EQ(c->descriptor, DESCRIPTOR(EVENT_WORDS, 0));
    CHECK_EQ(c->word[EVENT_TRANSFER], TRANSFER_ALL);
    CHECK_EQ(c->word[EVENT_NUMBER], 3);
    CHECK_EQ(c->word[EVENT_ERROR], 0);
    CHECK_EQ(c->word[EVENT_ADDRESS], 0);
    CHECK_EQ(c->word[EVENT_RIP], (uint64_t)event_int3_after); /* a trap: behind the instruction */
    CHECK_EQ(c->word[EVENT_RSP], event_rsp[0]);
    for (unsigned i = 0; i < 15; i++)
        CHECK_EQ(c->word[EVENT_RAX + i], 0x101 + i);
    CHECK_EQ(c->word[EVENT_FS_BASE], ec_utcb(s->t->place));
    CHECK_EQ(c->word[EVENT_GS_BASE], 0);
    for (unsigned i = 0; i < 15; i++) /* an empty reply: goes on as it was */
        CHECK_EQ(event_registers[i], 0x101 + i);
}

/* Each group alone: as many words as its last needs, others 0. */
static void event_groups(void)
{
    static const struct {
        uint64_t transfer;
        unsigned first, last;
    } group[] = {
        { 0, 1, 0 },
        { TRANSFER_EVENT, 1, 3 },
        { TRANSFER_RIP, 4, 4 },
        { TRANSFER_FLAGS, 5, 5 },
        { TRANSFER_RSP, 6, 6 },
        { TRANSFER_LOW, 7, 13 },
        { TRANSFER_HIGH, 14, 21 },
        { TRANSFER_BASES, 22, 23 },
    };

    for (unsigned g = 0; g < sizeof group / sizeof *group; g++) {
        struct scene *s = scene_new(3, group[g].transfer, run_pattern, 0);
        CHECK(thread_join(s->t));
        CHECK_EQ(s->catcher.descriptor, group[g].transfer ? DESCRIPTOR(group[g].last + 1, 0) : 0);
        if (group[g].transfer)
            CHECK_EQ(s->catcher.word[0], group[g].transfer);
        for (unsigned i = 1; i <= group[g].last; i++)
            if (i < group[g].first)
                CHECK_EQ(s->catcher.word[i], 0);
        if (group[g].transfer & (TRANSFER_LOW | TRANSFER_HIGH))
            CHECK_EQ(s->catcher.word[group[g].last], 0x101u + group[g].last - EVENT_RAX);
        kit_clean();
    }
}

/* ---- The reply -------------------------------------------------------------------------------------------------------- */

/* All groups set: registers become what the reply says, flags are masked, bases checked. */
static void event_reply_all(void)
{
    struct scene *s = scene_new(3, TRANSFER_ALL, run_pattern, 0);
    struct catcher *c = &s->catcher;

    c->reply = DESCRIPTOR(EVENT_WORDS, 0);
    c->reply_word[EVENT_TRANSFER] = TRANSFER_ALL;
    c->reply_word[EVENT_NUMBER] = 99;
    c->reply_word[EVENT_RIP] = (uint64_t)event_int3_after;
    c->reply_word[EVENT_FLAGS] = ~0ull & ~0x4100ull; /* all but NT and TF: IOPL, VM, VIF, VIP, reserved ones */
    c->reply_word[EVENT_RSP] = ec_stack(s->t->place) - 4096;
    for (unsigned i = 0; i < 15; i++)
        c->reply_word[EVENT_RAX + i] = 0x777000 + i;
    c->reply_word[EVENT_FS_BASE] = 0xffff800000000000; /* the kernel's: kept as it was */
    c->reply_word[EVENT_GS_BASE] = 0x1234;
    CHECK(thread_join(s->t));
    for (unsigned i = 0; i < 15; i++)
        CHECK_EQ(event_registers[i], 0x777000 + i);
    CHECK_EQ(event_rsp[1], ec_stack(s->t->place) - 4096);
    CHECK_EQ(event_registers[15] & ~0x10000ull, (EVENT_FLAGS_SETTABLE & ~0x14100ull) | 0x202);
}

/* R16.2: the portal's descriptor bounds what a reply sets; so does the number of words. */
static void event_reply_bounded(void)
{
    struct scene *s = scene_new(3, TRANSFER_RIP, run_pattern, 0);

    s->catcher.reply = DESCRIPTOR(EVENT_WORDS, 0);
    s->catcher.reply_word[EVENT_TRANSFER] = TRANSFER_RIP | TRANSFER_RSP | TRANSFER_LOW;
    s->catcher.reply_word[EVENT_RIP] = (uint64_t)event_int3_after;
    CHECK(thread_join(s->t));
    for (unsigned i = 0; i < 15; i++)
        CHECK_EQ(event_registers[i], 0x101 + i);
    CHECK_EQ(event_rsp[1], event_rsp[0]);
    kit_clean();

    s = scene_new(3, TRANSFER_ALL, run_pattern, 0);
    s->catcher.reply = DESCRIPTOR(EVENT_FLAGS, 0); /* rip yes, flags no */
    s->catcher.reply_word[EVENT_TRANSFER] = TRANSFER_ALL;
    s->catcher.reply_word[EVENT_RIP] = (uint64_t)event_int3_after;
    s->catcher.reply_word[EVENT_FLAGS] = 0x400;
    CHECK(thread_join(s->t));
    CHECK_EQ(event_registers[15] & 0x400, 0);
    for (unsigned i = 0; i < 15; i++)
        CHECK_EQ(event_registers[i], 0x101 + i);
    kit_clean();

    s = scene_new(3, TRANSFER_ALL, run_pattern, 0);
    s->catcher.reply = DESCRIPTOR(EVENT_RDI, 0); /* one word too few for the group */
    s->catcher.reply_word[EVENT_TRANSFER] = TRANSFER_LOW;
    CHECK(thread_join(s->t));
    for (unsigned i = 0; i < 15; i++)
        CHECK_EQ(event_registers[i], 0x101 + i);
}

/* ---- Many times ------------------------------------------------------------------------------------------------------- */

static uint64_t run_often(uint64_t times, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t wrong = 0;

    (void)b, (void)c, (void)d;
    for (uint64_t n = 0; n < times; n++) {
        event_pattern();
        for (unsigned i = 0; i < 15; i++)
            wrong += event_registers[i] != 0x101 + i;
        wrong += event_rsp[1] != event_rsp[0];
    }
    return wrong;
}

/* Registers are kept however often a handler of another PD answers with nothing in between. */
static void event_often(void)
{
    const uint64_t times = option_number("races", 3000);
    struct scene *s = scene_new(3, TRANSFER_ALL, run_often, times);

    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, times);
    CHECK_EQ(s->t->result, 0);
}

/* ---- Recall and start-up ---------------------------------------------------------------------------------------------- */

static volatile uint64_t spins;

static uint64_t spin(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    for (spins = 0;;)
        spins++;
    return 0;
}

static void event_recall(void)
{
    struct scene *s = scene_new(EVENT_RECALL, TRANSFER_ALL, spin, 0);

    wait_until(spins, 1);
    CHECK_EQ(s->catcher.count, 0);
    CHECK_OK(ec_control(s->t->ec, EC_RECALL, 0));
    CHECK_OK(ec_control(s->t->ec, EC_RECALL, 0)); /* several are one */
    reply_rip(&s->catcher, thread_out);
    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, 1);
    CHECK_EQ(s->catcher.word[EVENT_NUMBER], EVENT_RECALL);
    CHECK(s->catcher.word[EVENT_RIP] >= (uint64_t)spin && s->catcher.word[EVENT_RIP] < (uint64_t)spin + 200);
}

static uint64_t wait_once(uint64_t sm, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return sm_down(sm, 0).rax + 100;
}

/* §9.4: behind the end of the wait, with its results in the registers. */
static void event_recall_in_wait(void)
{
    struct scene *s = scene_new(EVENT_RECALL, TRANSFER_ALL, wait_once, 200);
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    give(s->d, sm, SM_RIGHT_DOWN, 200);
    thread_rests(s->t);
    CHECK_OK(ec_control(s->t->ec, EC_RECALL, 0));
    sleep_us(1000);
    CHECK_EQ(s->catcher.count, 0);
    CHECK_OK(sm_up(sm));
    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, 1);
    CHECK_IS(s->catcher.word[EVENT_RAX], SUCCESS);
    CHECK_EQ(s->catcher.word[EVENT_RDX], 1);
    CHECK_EQ(s->catcher.word[EVENT_RBX] | s->catcher.word[EVENT_RSI] | s->catcher.word[EVENT_RDI] | s->catcher.word[EVENT_R15],
             0);
    CHECK_EQ(s->t->result, 100);
}

/* EC_EVENTS: later events use the new table. */
static void event_table_moved(void)
{
    struct scene *s = scene_new(EVENT_RECALL, TRANSFER_ALL, spin, 0);
    static struct catcher other;
    const uint64_t portal = selector_new();

    other = (struct catcher){ .portal = { catch_event } };
    reply_rip(&other, thread_out);
    CHECK_OK(create_pt(portal, SEL_PD, s->handler, (uint64_t)portal_entry, (uint64_t)&other, TRANSFER_ALL));
    give(s->d, portal, PT_RIGHT_EVENT, 500 + EVENT_RECALL);
    sleep_us(500);
    CHECK_OK(ec_control(s->t->ec, EC_EVENTS, 500));
    CHECK_OK(ec_control(s->t->ec, EC_RECALL, 0));
    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, 0);
    CHECK_EQ(other.count, 1);
}

const struct test tests_events[] = {
    { "event_message", event_message },
    { "event_groups", event_groups },
    { "event_reply", event_reply_all },
    { "event_reply_bounded", event_reply_bounded },
    { "event_often", event_often },
    { "event_recall", event_recall },
    { "event_recall_in_wait", event_recall_in_wait },
    { "event_table_moved", event_table_moved },
    { 0 },
};
