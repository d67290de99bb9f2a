/*
 * Rule R10: the fixed pool and named payers; R12 with two accounts (the rest of it is in charges.c). kernel/ABI.md §5.
 */
#include "kit/kit.h"
#include "suite/suite.h"

/* ---- R10 -------------------------------------------------------------------------------------------------------------- */

enum { POOR_QUOTA = 40, OBJECTS_FIRST = 256 };

/* In a PD with a small account: creates objects of one kind until refused, destroys all; twice; the same number. */
static uint64_t create_one(uint64_t kind, uint64_t selector, uint64_t payer)
{
    const uint64_t page = UTCB_FREE + (selector - OBJECTS_FIRST) * 0x1000;

    switch (kind) {
    case TYPE_PD:
        return create_pd(selector, payer, 0).rax;
    case TYPE_EC:
        return create_ec(selector, 0, payer, SEL_PD, EC_PLACE(page, EC_LOCAL, 0), 0, 0).rax;
    case TYPE_PT:
        return create_pt(selector, payer, 202, 0, 0, 0).rax;
    default:
        return create_sm(selector, payer, 0).rax;
    }
}

static uint64_t create_all(uint64_t kind, uint64_t payer, uint64_t c, uint64_t d)
{
    uint64_t selector = OBJECTS_FIRST, count;

    (void)c, (void)d;
    while (create_one(kind, selector, payer) == SUCCESS && selector < OBJECTS_FIRST + 4000)
        selector++;
    count = selector - OBJECTS_FIRST;
    const result r = create_sm(selector, payer, 0); /* refused too, or there is a hole for a cell only */
    if (r.rax == SUCCESS) {
        destroy(selector);
        delete (selector);
    }
    while (selector-- > OBJECTS_FIRST) {
        destroy(selector);
        if (delete (selector).rax != SUCCESS)
            return 0;
    }
    return count;
}

static void create_until_refused(void)
{
    static const uint32_t kinds[] = { TYPE_PD, TYPE_EC, TYPE_PT, TYPE_SM };

    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct domain *b = domain_new(DOMAIN_QUOTA);
        const uint64_t payer = selector_new();
        int place;

        CHECK_OK(create_pd(payer, SEL_PD, 7));
        give(b, payer, PD_RIGHT_PAY, 201);
        give(b, server_new(0, &place), EC_RIGHT_PT, 202);
        in(b, create_all, kinds[i], 201, 0, 0); /* touches the tables */
        const uint64_t used = pd_figure(b->pd, FIGURE_USED).rdx, count = in(b, create_all, kinds[i], 201, 0, 0);
        const uint64_t expected = kinds[i] == TYPE_PD ? 7 / COST_PD : kinds[i] == TYPE_EC ? 7 / COST_EC : 7 * CELLS_PER_PAGE;
        CHECK_EQ(count, expected);
        CHECK_RESULT(pd_figure(payer, FIGURE_USED), SUCCESS, 0);
        CHECK_RESULT(pd_figure(payer, FIGURE_CELLS), SUCCESS, 0);
        CHECK_EQ(pd_figure(b->pd, FIGURE_USED).rdx, used);
        CHECK_EQ(in(b, create_all, kinds[i], 201, 0, 0), count);
        kit_clean();
    }
}

/* R10.2: what is A's is A's, however poor its payer has become. */
static void pool_given_away(void)
{
    struct domain *a = domain_new(DOMAIN_QUOTA);
    uint64_t sm = selector_new(), n = selector_new();

    CHECK_OK(create_sm(n, SEL_PD, 0));
    const uint64_t free = pd_figure(SEL_PD, FIGURE_FREE).rdx;
    CHECK_OK(pd_quota(a->pd, (int64_t)free, SEL_PD));
    while (create_sm(sm, SEL_PD, 0).rax == SUCCESS) /* the cells that are left */
        sm = selector_new();
    REFUSE(NO_QUOTA, REFUSAL(1, ACCOUNT_CALLER, NO_ITEM, NO_QUOTA), CALL_CREATE_SM, sm, SEL_PD, 0);
    CHECK_IS(call_in(a, CALL_CREATE_SM, 300, SEL_PD, 0, 0, 0).rax, SUCCESS);
    CHECK_IS(call_in(a, CALL_CREATE_PD, 301, SEL_PD, free - 50, 0, 0).rax, SUCCESS);
    CHECK_OK(destroy(a->pd));
    CHECK(pd_figure(SEL_PD, FIGURE_FREE).rdx >= free);
}

static void payers_tree(void)
{
    enum { DEPTH = 10 };
    uint64_t pd[DEPTH], payer = SEL_PD;
    const uint64_t sm = selector_new(), top = selector_new();

    CHECK_OK(create_pd(top, SEL_PD, 200));
    payer = top;
    for (int i = 0; i < DEPTH; i++) {
        pd[i] = selector_new();
        CHECK_OK(create_pd(pd[i], payer, 200 - 10 * ((uint64_t)i + 1)));
        payer = pd[i];
    }
    CHECK_OK(create_sm(sm, payer, 0));
    CHECK_OK(destroy(pd[5])); /* takes 6 to 9 and the semaphore along */
    CHECK_STATUS(sm_up(sm), BAD_CAP);
    CHECK_STATUS(pd_figure(pd[9], 0), BAD_CAP);
    CHECK_RESULT(pd_figure(pd[4], FIGURE_USED), SUCCESS, 0);
    CHECK_RESULT(pd_figure(pd[4], FIGURE_QUOTA), SUCCESS, 150);
    CHECK_OK(destroy(top));
    CHECK_STATUS(pd_figure(pd[0], 0), BAD_CAP);
}

/* ---- R12 -------------------------------------------------------------------------------------------------------------- */

enum { PAYER = 201, FAR = 20000 };

static int64_t free_of(uint64_t pd)
{
    return (int64_t)pd_figure(pd, FIGURE_FREE).rdx;
}

/* R12.2: two accounts lack. The smaller owner is told first, then the other. */
static void refuse_two_accounts(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t payer = selector_new();

    CHECK_OK(create_pd(payer, SEL_PD, 0));
    give(b, payer, PD_RIGHTS, PAYER);
    cells_make_room_in(b);
    CHECK_OK(pd_quota(b->pd, -free_of(b->pd), SEL_PD));
    REFUSE_IN(b, NO_QUOTA, REFUSAL(1, ACCOUNT_CALLER, NO_ITEM, NO_QUOTA), CALL_CREATE_PD, FAR, PAYER, 0);
    CHECK_OK(pd_quota(b->pd, 1, SEL_PD));
    REFUSE_IN(b, NO_QUOTA, REFUSAL(COST_PD, ACCOUNT_PAYER, NO_ITEM, NO_QUOTA), CALL_CREATE_PD, FAR, PAYER, 0);
    CHECK_OK(pd_quota(payer, COST_PD, SEL_PD));
    CHECK_IS(call_in(b, CALL_CREATE_PD, FAR, PAYER, 0, 0, 0).rax, SUCCESS);
}

/* §5.2: what is used and free adds up to the pool, whatever is made. */
static void audit(void)
{
    const uint64_t pool = pd_figure(SEL_PD, FIGURE_USED).rdx + pd_figure(SEL_PD, FIGURE_FREE).rdx;
    struct domain *b = domain_new(100), *c = domain_new(50);

    CHECK_IS(call_in(b, CALL_CREATE_PD, 300, SEL_PD, 10, 0, 0).rax, SUCCESS);
    uint64_t sum = call_in(b, CALL_PD_CONTROL, 300, PD_FIGURES, FIGURE_QUOTA, 0, 0).rdx;
    const uint64_t pds[] = { SEL_PD, b->pd, c->pd };
    for (unsigned i = 0; i < 3; i++)
        sum += pd_figure(pds[i], FIGURE_USED).rdx + pd_figure(pds[i], FIGURE_FREE).rdx;
    CHECK_EQ(sum, pool);
}

const struct test tests_accounts[] = {
    { "accounts_create_until_refused", create_until_refused },
    { "accounts_pool_given_away", pool_given_away },
    { "accounts_payers_tree", payers_tree },
    { "refuse_two_accounts", refuse_two_accounts },
    { "accounts_audit", audit },
    { 0 },
};
