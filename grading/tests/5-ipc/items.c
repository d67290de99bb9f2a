/*
 * Capabilities in a call: where they land, what may be done with them, that they can be taken back; and that a message of which
 * one item cannot arrive has not been heard at all.
 */
#include "told/told.h"
#include "part.h"

enum { BASE = 230, SENT = 6, KNOWN = 200 };

/* ---- All of them arrive ----------------------------------------------------------------------------------------------- */

static struct item got[ITEM_COUNT];
static uint64_t got_descriptor, got_word, got_records;

static uint64_t take(struct portal *portal, uint64_t descriptor)
{
    const struct utcb *u = utcb();

    (void)portal;
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        got[i] = u->item[i];
    got_descriptor = descriptor;
    got_word = u->word[0];
    got_records = u->records;
    return 0;
}

static uint64_t open_window(uint64_t base, uint64_t count, uint64_t records, uint64_t d)
{
    struct utcb *u = utcb();

    (void)d;
    u->object_base = (uint32_t)base;
    u->object_count = (uint32_t)count;
    u->records = (uint32_t)records;
    return 0;
}

static struct item object_item(uint64_t selector, uint64_t rights)
{
    return (struct item){ RANGE(selector, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights, 0) };
}

/* Some new ones, one that the receiver has already, one twice, and null items between them, where the seed puts them. */
static void all_arrive(void)
{
    static struct portal p = { take };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), known = sm_new(), base = BASE + told_random() % 1000;
    const uint64_t word = told_random(), null = told_random() % SENT, twice = told_random() % SENT;
    struct utcb *u = utcb();
    uint64_t place[SENT], rights[SENT], fresh = 0;

    give(b, known, SM_RIGHT_UP, KNOWN);
    in(b, open_window, base, SENT + 1, SENT + 3, 0);
    u->item[0] = object_item(known, SM_RIGHT_DOWN);
    for (unsigned i = 0; i < SENT; i++) {
        rights[i] = 1 + told_random() % 3;
        place[i] = i == null ? 0 : base + fresh++;
        u->item[i + 1] = i == null ? (struct item){ 0, ITEM_NULL } : object_item(sm_new(), rights[i]);
    }
    u->item[SENT + 1] = u->item[twice + 1];
    u->word[0] = word;
    CHECK_RESULT(portal_call(portal, DESCRIPTOR(1, SENT + 2) | DESCRIPTOR_NO_BLOCK), SUCCESS, 0);
    CHECK_EQ(got_descriptor, DESCRIPTOR(1, SENT + 2)); /* no-block is the caller's affair */
    CHECK_EQ(got_word, word);
    CHECK_EQ(got[0].range, RANGE(KNOWN, 0));
    for (unsigned i = 0; i < SENT; i++) {
        CHECK_EQ(got[i + 1].range, place[i] ? RANGE(place[i], 0) : 0);
        CHECK_EQ(got[i + 1].how, place[i] ? ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights[i], 0) : 0);
    }
    CHECK_EQ(got[SENT + 1].range, got[twice + 1].range);
    CHECK_EQ(got_records, SENT + 3 - fresh); /* a further right to what it has from the same grant is no record */
}

/* ---- And can be taken back -------------------------------------------------------------------------------------------- */

static void one_is_revoked(void)
{
    static struct portal p = { take };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), sm = sm_new();

    in(b, open_window, BASE, 4, 4, 0);
    utcb()->item[0] = object_item(sm, SM_RIGHT_UP);
    CHECK_OK(portal_call(portal, DESCRIPTOR(0, 1)));
    CHECK_IS(call_in(b, CALL_SM_CONTROL, BASE, SM_UP, 0, 0, 0).rax, SUCCESS);
    CHECK_IS(call_in(b, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(BASE, 0), 0xff, 0, 0).rax, PINNED);
    CHECK_OK(revoke(sm, 0xff));
    CHECK_IS(call_in(b, CALL_SM_CONTROL, BASE, SM_UP, 0, 0, 0).rax, BAD_CAP);
    CHECK_RESULT(sm_down(sm, 1), SUCCESS, 1);
}

/* ---- Or none is heard of ---------------------------------------------------------------------------------------------- */

/* A server in root's own PD, so that root sees its page. */
static struct utcb *deaf;
static uint64_t deaf_portal, heard;

static uint64_t hear(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    heard++;
    return 0;
}

/* The call fails at item `at`, and of the server's page nothing has changed. */
static void not_heard(uint64_t descriptor, unsigned at, enum status status, uint64_t rdx)
{
    static struct utcb before;
    unsigned words_changed_although_refused = 0;

    before = *deaf;
    for (unsigned i = 0; i < WORD_COUNT; i++)
        utcb()->word[i] = told_random();
    CHECK_RESULT(portal_call(deaf_portal, descriptor), status, REFUSAL(REFUSAL_LACKING(rdx), REFUSAL_OWNER(rdx), at, status));
    for (unsigned i = 0; i < sizeof before / 8; i++)
        words_changed_although_refused += ((uint64_t *)deaf)[i] != ((uint64_t *)&before)[i];
    CHECK_EQ(words_changed_although_refused, 0);
    CHECK_EQ(heard, 0);
}

static void none_is_heard(void)
{
    static struct portal p = { hear };
    const uint64_t sm = sm_new(), frame = frames_new(4), page = (uint64_t)frame_contents(frame) >> 12;
    struct utcb *u = utcb();
    int place;

    deaf_portal = portal_new(server_new(0, &place), portal_entry, &p, 0);
    deaf = (struct utcb *)ec_utcb(place);
    for (unsigned i = 0; i < WORD_COUNT; i++)
        deaf->word[i] = told_random();
    deaf->object_base = BASE;
    deaf->object_count = 4;
    deaf->memory_window = RANGE(SCRATCH_PAGE, 1);
    deaf->records = 1;
    u->item[0] = (struct item){ RANGE(page, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, 0) };
    u->item[1] = object_item(selector_new(), 1);
    not_heard(DESCRIPTOR(3, 2), 1, BAD_CAP, 0);
    u->item[1] = object_item(sm, 0x40);
    not_heard(DESCRIPTOR(WORD_COUNT, 2), 1, BAD_PAR, 0);
    u->item[1] = (struct item){ RANGE(page + 1, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, 1) };
    not_heard(DESCRIPTOR(1, 2), 1, NO_WINDOW, REFUSAL(1, ACCOUNT_RECEIVER, 0, 0)); /* one record, and both want one */
    CHECK_EQ(pd_lookup(TYPE_MEMORY, SCRATCH_PAGE).rdx, 0);
    CHECK_EQ(pd_lookup(TYPE_OBJECT, sm).rdx >> 32, 0); /* nor is it pinned */
}

static void items(void)
{
    all_arrive();
    one_is_revoked();
    none_is_heard();
    part(tests_messages, "items_form", "items");
    part(tests_messages, "items_arrive", "items");
    part(tests_pins, "translate", "items");
    told_enough();
}

static const struct test tests_items[] = { { "items", items }, { 0 } };

const struct told_test told_tests[] = {
    { "items", tests_items, "items" },
    { 0 },
};
