/*
 * What the reply to an exception sets: the groups that it names, that the portal named when the exception came, and all of whose
 * words it sends. Flags and bases only within what a program may have.
 */
#include "told/told.h"
#include "event.h"

static uint64_t portal, later;

/* The portal's descriptor of now is not the one that counts. */
static void change_portal(void)
{
    CHECK_OK(pt_set(portal, (uint64_t)&handler.portal, later));
}

static bool taken(uint64_t groups_set, unsigned group, unsigned words)
{
    return groups_set >> group & 1 && groups[group].last < words;
}

static void check_group_low_high(uint64_t set, unsigned words)
{
    for (unsigned i = 0; i < REGISTERS; i++) {
        const unsigned word = EVENT_RAX + i, group = word <= EVENT_RDI ? 4 : 5;
        CHECK_NAMED(register_after[i], after[i], taken(set, group, words) ? handler.reply_word[word] : before[i]);
    }
}

static uint64_t base_of(uint64_t value, uint64_t old)
{
    return value >> 47 ? old : value;
}

/* RF goes away with the next instruction. */
static void check_flags(bool set)
{
    const uint64_t expected = set ? (handler.reply_word[EVENT_FLAGS] & EVENT_FLAGS_SETTABLE) | 0x202 : before[AT_FLAGS];

    CHECK_NAMED(register_after[AT_FLAGS], after[AT_FLAGS] & ~0x10000ull, expected & ~0x10000ull);
}

static void check_registers(uint64_t set, unsigned words)
{
    check_group_low_high(set, words);
    CHECK_NAMED(register_after[AT_ELSEWHERE], after[AT_ELSEWHERE], taken(set, 1, words));
    check_flags(taken(set, 2, words));
    CHECK_NAMED(register_after[AT_RSP], after[AT_RSP], taken(set, 3, words) ? handler.reply_word[EVENT_RSP] : before[AT_RSP]);
    const bool bases = taken(set, 6, words);
    CHECK_NAMED(register_after[AT_FS], after[AT_FS], bases ? base_of(handler.reply_word[EVENT_FS_BASE], before[AT_FS]) : before[AT_FS]);
    CHECK_NAMED(register_after[AT_GS], after[AT_GS], bases ? base_of(handler.reply_word[EVENT_GS_BASE], before[AT_GS]) : before[AT_GS]);
}

static unsigned replies;

static uint64_t word_of_bits(unsigned bits)
{
    return (told_random() | 1ull << 63) >> (64 - bits);
}

/*
 * The handler answers with random words under a descriptor of so many; shown: the portal's groups, named: the reply's. Of the two bases one is
 * as large as may be, the other one too large: by a bit in the first replies.
 */
static void one_reply(struct domain *d, uint64_t shown, uint64_t named, unsigned words, uint64_t flags)
{
    const unsigned too_many = 48 + (replies < 2 ? 0 : (unsigned)told_random_below(17));
    struct thread *t;

    handler_reset();
    for (unsigned i = 0; i < EVENT_WORDS; i++)
        handler.reply_word[i] = told_random();
    handler.reply_word[EVENT_TRANSFER] = named;
    handler.reply_word[EVENT_RIP] = (uint64_t)event_elsewhere;
    handler.reply_word[EVENT_FLAGS] = flags;
    handler.reply_word[EVENT_FS_BASE] = word_of_bits(replies % 2 ? 47 : too_many);
    handler.reply_word[EVENT_GS_BASE] = word_of_bits(replies % 2 ? too_many : 47);
    replies++;
    handler.reply = words;
    handler_meanwhile = change_portal;
    later = TRANSFER_ALL & ~shown;
    portal = handler_hears(d, shown, &t);
    CHECK(thread_join(t));
    CHECK_EQ(handler.count, 1);
    check_registers(named & shown & ~TRANSFER_EVENT, words);
}

#define TRAP_AND_NEST 0x4100ull /* TF and NT may be set, but then the thread does not get far */

/* ---- Recalled while its exception is handled: that message shows what the reply has set, before anything runs with it ---------- */

static struct recalled {
    struct portal portal;
    uint64_t ec, count, flags;
} recalled;

static uint64_t hear_recall(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    recalled.count++;
    recalled.flags = utcb()->word[EVENT_FLAGS];
    return 0;
}

static void recall_it(void)
{
    CHECK_OK(ec_control(recalled.ec, EC_RECALL, 0));
}

static void flags_in_recall(struct domain *d, uint64_t flags)
{
    struct thread *t;
    int place;

    handler_reset();
    handler.reply_word[EVENT_TRANSFER] = TRANSFER_FLAGS;
    handler.reply_word[EVENT_FLAGS] = flags;
    handler.reply = EVENT_FLAGS + 1;
    handler_meanwhile = recall_it;
    handler_hears(d, TRANSFER_ALL, &t);
    recalled = (struct recalled){ .portal = { hear_recall }, .ec = t->ec };
    event_portal(d, t->place, EVENT_RECALL, server_new(0, &place), &recalled.portal, TRANSFER_ALL);
    CHECK(thread_join(t));
    const uint64_t recalls_heard = recalled.count;
    CHECK_EQ(recalls_heard, 1);
    const uint64_t flags_that_no_program_may_have = recalled.flags & ~(EVENT_FLAGS_SETTABLE | 0x202);
    CHECK_EQ(flags_that_no_program_may_have, 0);
    CHECK_EQ(recalled.flags, (flags & EVENT_FLAGS_SETTABLE) | 0x202);
}

static void event_reply(void)
{
    struct domain *d = domain_new(DOMAIN_QUOTA);

    handler_new();
    one_reply(d, TRANSFER_ALL, TRANSFER_ALL, EVENT_WORDS, ~TRAP_AND_NEST);
    one_reply(d, TRANSFER_ALL, TRANSFER_ALL, EVENT_WORDS, 0);
    one_reply(d, TRANSFER_ALL, ~0ull, EVENT_GS_BASE, 0);                   /* one word too few for the last group */
    one_reply(d, TRANSFER_ALL, TRANSFER_ALL, EVENT_RDI, ~TRAP_AND_NEST);   /* and for one in the middle */
    one_reply(d, TRANSFER_ALL, TRANSFER_ALL, EVENT_FLAGS, ~TRAP_AND_NEST); /* rip and no more */
    one_reply(d, TRANSFER_RIP, TRANSFER_ALL, EVENT_WORDS, ~TRAP_AND_NEST); /* more than the portal had */
    one_reply(d, 0, TRANSFER_ALL, EVENT_WORDS, ~TRAP_AND_NEST);
    one_reply(d, TRANSFER_ALL, TRANSFER_EVENT, EVENT_WORDS, 0);
    for (unsigned i = 0; i < 8; i++)
        one_reply(d, told_random() & TRANSFER_ALL, told_random(), told_random() % (EVENT_WORDS + 1),
                  told_random() & ~TRAP_AND_NEST);
    flags_in_recall(d, ~TRAP_AND_NEST);
    flags_in_recall(d, 0);
    told_enough();
}

static const struct test tests_event[] = { { "event_reply", event_reply }, { 0 } };

const struct told_test told_tests[] = {
    { "event_reply", tests_event, "exceptions" },
    { 0 },
};
