/*
 * Descriptors that are none: bits that mean nothing, and counts that a page has no room for. In calls and in replies.
 */
#include "told/told.h"
#include "part.h"

/* What a server is told of a call without blocking is what it is told of any other. */
static uint64_t told_descriptor;

static uint64_t note(struct portal *portal, uint64_t descriptor)
{
    (void)portal;
    told_descriptor = descriptor;
    return 0;
}

static void no_block(void)
{
    static struct portal p = { note };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0);

    for (uint64_t words = 0; words < 8; words++) {
        CHECK_RESULT(portal_call(portal, words | DESCRIPTOR_NO_BLOCK), SUCCESS, 0);
        CHECK_EQ(told_descriptor, words);
    }
}

static void counts(void)
{
    no_block();
    part(tests_call, "call_refused", "message");
    part(tests_call, "reply_refused", "message");
    told_enough();
}

static const struct test tests_counts[] = { { "counts", counts }, { 0 } };

const struct told_test told_tests[] = {
    { "counts", tests_counts, "message" },
    { 0 },
};
