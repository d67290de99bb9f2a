/*
 * What the message of an exception tells: the registers that the portal's transfer descriptor names, and no others.
 */
#include "told/told.h"
#include "event.h"

/* What a word of the message has to be when its group travels. */
static uint64_t word_of(unsigned word)
{
    switch (word) {
    case EVENT_NUMBER:
        return 3;
    case EVENT_ERROR:
    case EVENT_ADDRESS:
        return 0;
    case EVENT_RIP:
        return (uint64_t)event_after;
    case EVENT_FLAGS:
        return before[AT_FLAGS];
    case EVENT_RSP:
        return before[AT_RSP];
    case EVENT_FS_BASE:
        return before[AT_FS];
    case EVENT_GS_BASE:
        return before[AT_GS];
    default:
        return before[word - EVENT_RAX];
    }
}

/* Whether a portal with this transfer descriptor is told the word. */
static bool is_told(unsigned word, uint64_t transfer)
{
    const struct group *g = groups;

    while (word > g->last)
        g++;
    return transfer & 1ull << (g - groups);
}

/* Words up to the last one that is told; those between that nobody asked for are 0; what lies behind stays the handler's own. */
static void check_message(uint64_t transfer)
{
    unsigned count = EVENT_WORDS;

    while (count > EVENT_NUMBER && !is_told(count - 1, transfer))
        count--;
    if (count == EVENT_NUMBER)
        count = 0;
    CHECK_EQ(handler.count, 1);
    CHECK_EQ(handler.descriptor, count);
    CHECK_EQ(handler.word[EVENT_TRANSFER], count ? transfer : handler_old);
    for (unsigned i = EVENT_NUMBER; i < EVENT_WORDS; i++)
        CHECK_NAMED(message_word[i], handler.word[i], i >= count ? handler_old : is_told(i, transfer) ? word_of(i) : 0);
}

/* An empty answer: the thread goes on as it was. */
static void check_as_before(void)
{
    for (unsigned i = 0; i < AT_COUNT; i++)
        CHECK_NAMED(register_after[i], after[i], i == AT_ELSEWHERE ? 0 : before[i]);
}

static void one_message(struct domain *d, uint64_t transfer)
{
    struct thread *t;

    handler_reset();
    handler_hears(d, transfer, &t);
    CHECK(thread_join(t));
    check_message(transfer);
    check_as_before();
}

/* ---- After a page fault ----------------------------------------------------------------------------------------------- */

void fault_first(void);
void fault_behind(void);

/* Reads where nothing is; whoever hears of that lets it go on behind. */
__asm__(".pushsection .text\n"
        ".globl fault_first, fault_behind\n"
        "fault_first:\n"
        "  movabs 0x30000008, %rax\n"
        "fault_behind:\n"
        "  jmp event_run\n"
        ".popsection\n");

static uint64_t faults;

static uint64_t let_on(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    faults++;
    CHECK_EQ(u->word[EVENT_NUMBER], 14);
    CHECK_EQ(u->word[EVENT_ERROR], 4);
    CHECK_EQ(u->word[EVENT_ADDRESS], SCRATCH_AREA + 8);
    CHECK_EQ(u->word[EVENT_RIP], (uint64_t)fault_first);
    u->word[EVENT_TRANSFER] = TRANSFER_RIP;
    u->word[EVENT_RIP] = (uint64_t)fault_behind;
    return EVENT_RIP + 1;
}

static uint64_t run_fault_first(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    fault_first();
    return 0;
}

/* What the message of an exception says of the event is this one's, and nothing of the one before. */
static void second_message(struct domain *d)
{
    static struct portal pager = { let_on };
    int place;

    handler_reset();
    struct thread *t = thread_new(d, run_fault_first, 0, 0, 1, 0);
    event_portal(d, t->place, 3, handler_ec, &handler.portal, TRANSFER_ALL);
    event_portal(d, t->place, 14, server_new(0, &place), &pager, TRANSFER_EVENT | TRANSFER_RIP);
    CHECK(thread_join(t));
    CHECK_EQ(faults, 1);
    check_message(TRANSFER_ALL);
    check_as_before();
}

static void event_message(void)
{
    struct domain *d = domain_new(DOMAIN_QUOTA);

    handler_new();
    one_message(d, TRANSFER_ALL);
    one_message(d, 0);
    for (unsigned g = 0; g < GROUPS; g++)
        one_message(d, 1u << g);
    for (unsigned i = 0; i < 4; i++)
        one_message(d, told_random() & TRANSFER_ALL);
    second_message(d);
    told_enough();
}

static const struct test tests_event[] = { { "event_message", event_message }, { 0 } };

const struct told_test told_tests[] = {
    { "event_message", tests_event, "exceptions" },
    { 0 },
};
