/*
 * Rules R10 and R12: the fixed pool, named payers, and that the n-th charge of every call can fail, which changes nothing and
 * says what lacks. kernel/ABI.md §5.
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
    CHECK_EQ(call_in(a, CALL_CREATE_SM, 300, SEL_PD, 0, 0, 0).rax, SUCCESS);
    CHECK_EQ(call_in(a, CALL_CREATE_PD, 301, SEL_PD, free - 50, 0, 0).rax, SUCCESS);
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

/*
 * The call is made again and again in a domain whose accounts, its own (owner 1 or 3) and that of a payer (2), hold exactly n
 * pages for n = 0, 1, … until it succeeds. Each refusal must say how much lacks: with that much moved, the next says something
 * else or nothing.
 */
struct charged {
    const char *name;
    uint64_t number, a[5];
};

enum { PAYER = 201, SERVER = 202, GLOBAL = 203, TARGET = 204, OBJECT = 205, DONOR = 206, KERNEL = 207, FAR = 20000 };

static const struct charged charged[] = {
    { "create_sm", CALL_CREATE_SM, { FAR, PAYER, 0 } },
    { "create_pt", CALL_CREATE_PT, { FAR, PAIR(PAYER, SERVER), 0, 0, 0 } },
    { "create_pd", CALL_CREATE_PD, { FAR, PAYER, 5 } },
    { "create_ec", CALL_CREATE_EC, { PAIR(FAR, 0), PAIR(PAYER, TARGET), EC_PLACE(0x7f0000000000, EC_LOCAL, 0) } },
    { "create_sc", CALL_CREATE_SC, { FAR, PAIR(PAYER, GLOBAL), PAIR(1, 1), DONOR, 1 } },
    { "grant object", CALL_PD_CONTROL, { TARGET, PD_GRANT, RANGE(OBJECT, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, FAR) } },
    { "grant ports", CALL_PD_CONTROL, { TARGET, PD_GRANT, RANGE(0x3f8, 3), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0x3f8) } },
    { "grant memory",
      CALL_PD_CONTROL,
      { TARGET, PD_GRANT, RANGE(SCRATCH_PAGE, 3), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, 0x7f0000000) } },
    { "kernel memory", CALL_KERNEL_CONTROL, { KERNEL, KERNEL_MEMORY, 0, 0x7f0000000, MEMORY_READ } },
    { "kernel ports", CALL_KERNEL_CONTROL, { KERNEL, KERNEL_PORTS, RANGE(0x80, 0) } },
};

static int64_t free_of(uint64_t pd)
{
    return (int64_t)pd_figure(pd, FIGURE_FREE).rdx;
}

static void refuse_charges_of(const struct charged *c)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t payer = selector_new(), target = selector_new(), sm = selector_new(), global = selector_new();
    const uint64_t frame = frames_new(8);
    int place, refused = 0;
    result r;

    CHECK_OK(create_pd(payer, SEL_PD, 0));
    CHECK_OK(create_pd(target, SEL_PD, 0));
    CHECK_OK(create_sm(sm, SEL_PD, 0));
    CHECK_OK(create_ec(global, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE + 0x3000, EC_GLOBAL, 0), 0, 0));
    CHECK_OK(ec_control(global, EC_PAUSE, 0));
    give(b, payer, PD_RIGHTS, PAYER);
    give(b, target, PD_RIGHTS, TARGET);
    give(b, server_new(0, &place), EC_RIGHTS, SERVER);
    give(b, global, EC_RIGHTS, GLOBAL);
    give(b, sm, SM_RIGHTS, OBJECT);
    give(b, SEL_SC, SC_RIGHT_DONATE, DONOR);
    give(b, SEL_KERNEL, KERNEL_RIGHTS, KERNEL);
    if (c->a[1] == PD_GRANT)
        CHECK_OK(pd_grant(b->pd, RANGE(0x3f8, 3), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0x3f8)));
    for (unsigned i = 0; i < 8; i++)
        CHECK_OK(pd_grant(b->pd, RANGE((uint64_t)frame_contents(frame + i) >> 12, 0),
                          ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, SCRATCH_PAGE + i)));
    while (call_in(b, CALL_CREATE_SM, 300 + (uint64_t)refused, SEL_PD, 0, 0, 0).rax == SUCCESS && refused < 4000 &&
           free_of(b->pd) > 0)
        refused++; /* until its account is full, or nearly */
    CHECK_OK(pd_quota(b->pd, -free_of(b->pd), SEL_PD));
    for (unsigned i = 0; i < 40; i++) /* and the cells that are left */
        call_in(b, CALL_CREATE_SM, 4500 + i, SEL_PD, 0, 0, 0);
    struct charged call = *c;
    if (call.number == CALL_KERNEL_CONTROL && call.a[1] == KERNEL_MEMORY)
        call.a[2] = RANGE(frame, 3);
    for (refused = 0; refused < 12; refused++) {
        r = call_in(b, call.number, call.a[0], call.a[1], call.a[2], call.a[3], call.a[4]);
        if (r.rax != NO_QUOTA)
            break;
        check_refusal_in(__FILE__, __LINE__, c->name, b, NO_QUOTA, r.rdx, call.number, call.a[0], call.a[1], call.a[2], call.a[3],
                         call.a[4]);
        const uint32_t owner = REFUSAL_OWNER(r.rdx), lacking = REFUSAL_LACKING(r.rdx);
        CHECK_EQ(REFUSAL_STATUS(r.rdx), NO_QUOTA);
        CHECK(lacking > 0 && lacking < 20);
        const uint64_t pd = owner == ACCOUNT_CALLER ? b->pd : owner == ACCOUNT_PAYER ? payer : target;
        if (lacking > 1) { /* one less than told: told again, and only one lacks then */
            CHECK_OK(pd_quota(pd, lacking - 1, SEL_PD));
            result again = call_in(b, call.number, call.a[0], call.a[1], call.a[2], call.a[3], call.a[4]);
            CHECK_RESULT(again, NO_QUOTA, REFUSAL(1, owner, REFUSAL_ITEM(r.rdx), NO_QUOTA));
            CHECK_OK(pd_quota(pd, 1, SEL_PD));
        } else
            CHECK_OK(pd_quota(pd, 1, SEL_PD));
    }
    check_status(__FILE__, __LINE__, c->name, r.rax, SUCCESS);
    check_equal(__FILE__, __LINE__, c->name, refused > 0, 1);
}

static void refuse_every_charge(void)
{
    for (unsigned i = 0; i < sizeof charged / sizeof *charged; i++) {
        refuse_charges_of(&charged[i]);
        kit_clean();
    }
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
    CHECK_EQ(call_in(b, CALL_CREATE_PD, FAR, PAYER, 0, 0, 0).rax, SUCCESS);
}

/* §5.2: what is used and free adds up to the pool, whatever is made. */
static void audit(void)
{
    const uint64_t pool = pd_figure(SEL_PD, FIGURE_USED).rdx + pd_figure(SEL_PD, FIGURE_FREE).rdx;
    struct domain *b = domain_new(100), *c = domain_new(50);

    CHECK_EQ(call_in(b, CALL_CREATE_PD, 300, SEL_PD, 10, 0, 0).rax, SUCCESS);
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
    { "refuse_every_charge", refuse_every_charge },
    { "refuse_two_accounts", refuse_two_accounts },
    { "accounts_audit", audit },
    { 0 },
};
