/*
 * Rule R12: the n-th charge may fail, for every n, in every call that charges. kernel/ABI.md §5.1.
 *
 * Each case is made again and again. At first the accounts that it charges have nothing: no page, no free cell. Each refusal must
 * say whose account lacks how much, and at which item; everything else must be as before. Then this account gets one page, and
 * the next refusal must say one less, until the smallest owner that lacks is satisfied, then the next owner; then the call
 * succeeds.
 */
#include "kit/kit.h"
#include "suite/suite.h"

/* Numbers in the caller's PD, and in the receiver's. */
enum {
    PAYER = 201,
    TARGET = 202,
    SERVER = 203,
    GLOBAL = 204,
    OBJECT = 205,
    DONOR = 206,
    KERNEL = 207,
    DOOR = 208,    /* to the receiver's server, and from the receiver to the caller's */
    FILLERS = 300, /* objects whose grants use up the cells that are free */
    NEAR = 380,    /* in the same table */
    FAR = 20000,   /* in a table of its own */
    PORT = 0x3f8,  /* the caller has eight from here */
    FREE_PORT = 0x80,
};

#define FAR_PAGE 0x7f0000000ull /* three page tables from anywhere */
#define FAR_UTCB (FAR_PAGE << 12)

enum way { CALL, SEND, REPLY };

struct charged {
    const char *name;
    enum way way;
    uint64_t number, a[5];           /* CALL: what the caller does */
    const struct item *items;        /* SEND, REPLY: what the receiver is to get */
    uint8_t count, need[5], upto[3]; /* pages lacking at first, by owner; for items: of the receiver, up to each */
    uint8_t item;                    /* that a refusal of a call tells */
};

static const struct item object_item[] = { { RANGE(OBJECT, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, 0) } };
static const struct item memory_item[] = { { RANGE(SCRATCH_PAGE, 3), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, 0) } };
static const struct item ports_item[] = { { RANGE(PORT, 3), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0) } };
static const struct item three_items[] = { { RANGE(PORT, 3), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0) },
                                           { RANGE(OBJECT, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, 0) },
                                           { RANGE(SCRATCH_PAGE, 3), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, 0) } };

#define NEED(caller, payer, target) .need = { 0, caller, payer, target, 0 }, .item = NO_ITEM
#define NEED_TARGET(pages)          .need = { 0, 0, 0, pages, 0 }, .item = 0

static const struct charged charged[] = {
    { "create_pd", CALL, CALL_CREATE_PD, { FAR, PAYER, 5 }, NEED(2, COST_PD + 5, 0) },
    { "create_pd, own account", CALL, CALL_CREATE_PD, { FAR, SEL_PD, 5 }, NEED(2 + COST_PD + 5, 0, 0) },
    { "create_ec", CALL, CALL_CREATE_EC, { FAR, PAIR(PAYER, TARGET), EC_PLACE(FAR_UTCB, EC_LOCAL, 0) }, NEED(2, COST_EC, 3) },
    { "create_ec, own account",
      CALL,
      CALL_CREATE_EC,
      { FAR, PAIR(SEL_PD, SEL_PD), EC_PLACE(FAR_UTCB, EC_GLOBAL, 0) },
      NEED(2 + COST_EC + 3, 0, 0) },
    { "create_ec in its payer",
      CALL,
      CALL_CREATE_EC,
      { FAR, PAIR(PAYER, PAYER), EC_PLACE(FAR_UTCB, EC_LOCAL, 0) },
      NEED(2, COST_EC + 3, 0) },
    { "create_sc", CALL, CALL_CREATE_SC, { FAR, PAIR(PAYER, GLOBAL), PAIR(1, 1), DONOR, 1 }, NEED(2, 1, 0) },
    { "create_sc, own account", CALL, CALL_CREATE_SC, { FAR, PAIR(SEL_PD, GLOBAL), PAIR(1, 1), DONOR, 1 }, NEED(2, 0, 0) },
    { "create_pt", CALL, CALL_CREATE_PT, { FAR, PAIR(PAYER, SERVER) }, NEED(2, 1, 0) },
    { "create_pt, own account", CALL, CALL_CREATE_PT, { FAR, PAIR(SEL_PD, SERVER) }, NEED(2, 0, 0) },
    { "create_sm", CALL, CALL_CREATE_SM, { FAR, PAYER }, NEED(2, 1, 0) },
    { "create_sm in a table that is there", CALL, CALL_CREATE_SM, { NEAR, PAYER }, NEED(1, 1, 0) },
    { "create_sm, own account", CALL, CALL_CREATE_SM, { FAR, SEL_PD }, NEED(2, 0, 0) },
    { "quota to a PD", CALL, CALL_PD_CONTROL, { TARGET, PD_QUOTA, 7, PAYER }, NEED(0, 7, 0) },
    { "quota back", CALL, CALL_PD_CONTROL, { TARGET, PD_QUOTA, (uint64_t)-5, PAYER }, NEED(0, 0, 5) },
    { "grant of an object",
      CALL,
      CALL_PD_CONTROL,
      { TARGET, PD_GRANT, RANGE(OBJECT, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, FAR) },
      NEED_TARGET(2) },
    { "grant of memory",
      CALL,
      CALL_PD_CONTROL,
      { TARGET, PD_GRANT, RANGE(SCRATCH_PAGE, 3), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, FAR_PAGE) },
      NEED_TARGET(4) },
    { "grant of ports",
      CALL,
      CALL_PD_CONTROL,
      { TARGET, PD_GRANT, RANGE(PORT, 3), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, PORT) },
      NEED_TARGET(1) },
    { "kernel memory", CALL, CALL_KERNEL_CONTROL, { KERNEL, KERNEL_MEMORY, 0, FAR_PAGE, MEMORY_READ }, NEED(5, 0, 0) },
    { "kernel ports", CALL, CALL_KERNEL_CONTROL, { KERNEL, KERNEL_PORTS, RANGE(FREE_PORT, 0) }, NEED(1, 0, 0) },
    { "object in a call", SEND, .items = object_item, .count = 1, .upto = { 2 } },
    { "memory in a call", SEND, .items = memory_item, .count = 1, .upto = { 4 } },
    { "ports in a call", SEND, .items = ports_item, .count = 1, .upto = { 1 } },
    { "three items in a call", SEND, .items = three_items, .count = 3, .upto = { 1, 2, 5 } },
    { "object in a reply", REPLY, .items = object_item, .count = 1, .upto = { 2 } },
    { "memory in a reply", REPLY, .items = memory_item, .count = 1, .upto = { 4 } },
    { "ports in a reply", REPLY, .items = ports_item, .count = 1, .upto = { 1 } },
    { "three items in a reply", REPLY, .items = three_items, .count = 3, .upto = { 1, 2, 5 } },
};

/* ---- The scene -------------------------------------------------------------------------------------------------------- */

static struct domain *caller, *receiver;
static uint64_t payer, target; /* PDs of which nothing else is known */
static struct charged now;
static struct utcb *window; /* the UTCB where items arrive, in the receiver's PD */
static uint64_t entered;    /* how often a server was */

/* Whoever sends: the caller in a call, its server in a reply. */
static void put_items(struct utcb *u)
{
    u->word[0] = 77;
    for (unsigned i = 0; i < now.count; i++)
        u->item[i] = now.items[i];
}

static uint64_t serve(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    entered++;
    if (now.way == SEND)
        return DESCRIPTOR(0, 0);
    put_items(utcb());
    return DESCRIPTOR(1, now.count);
}

static struct portal server = { serve };

static void drain(uint64_t pd, const uint64_t *filler)
{
    unsigned i = 1;

    CHECK_RESULT(grant_object(pd, filler[0], 1, FILLERS), SUCCESS, FILLERS); /* and its table */
    CHECK_OK(pd_quota(pd, -(int64_t)pd_figure(pd, FIGURE_FREE).rdx, SEL_PD));
    while (i < CELLS_PER_PAGE + 1 && grant_object(pd, filler[i], 1, FILLERS + i).rax == SUCCESS)
        i++;
    CHECK(i < CELLS_PER_PAGE + 1);
    CHECK_RESULT(pd_figure(pd, FIGURE_FREE), SUCCESS, 0);
}

/* The payer of the target is the payer when quota moves between them, else root. */
static void make_poor_pds(void)
{
    const bool moves = now.number == CALL_PD_CONTROL && now.a[1] == PD_QUOTA && now.way == CALL;

    payer = selector_new(), target = selector_new();
    CHECK_OK(create_pd(payer, SEL_PD, moves ? COST_PD : 0));
    CHECK_OK(create_pd(target, moves ? payer : SEL_PD, 0));
    give(caller, payer, PD_RIGHTS, PAYER);
    give(caller, target, PD_RIGHTS, TARGET);
}

static void give_caller(uint64_t frame)
{
    const uint64_t sm = selector_new(), global = selector_new();
    int place;

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    CHECK_OK(create_ec(global, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE + 0x3000, EC_GLOBAL, 0), 0, 0));
    CHECK_OK(ec_control(global, EC_PAUSE, 0));
    give(caller, server_new(0, &place), EC_RIGHTS, SERVER);
    give(caller, global, EC_RIGHTS, GLOBAL);
    give(caller, sm, SM_RIGHTS, OBJECT);
    give(caller, SEL_SC, SC_RIGHT_DONATE, DONOR);
    give(caller, SEL_KERNEL, KERNEL_RIGHTS, KERNEL);
    for (unsigned i = 0; i < 8; i++)
        CHECK_OK(pd_grant(caller->pd, RANGE((uint64_t)frame_contents(frame + i) >> 12, 0),
                          ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, SCRATCH_PAGE + i)));
    if (now.number != CALL_KERNEL_CONTROL) /* whose first port is its own */
        CHECK_OK(pd_grant(caller->pd, RANGE(PORT, 3), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, PORT)));
}

/* Each has a server for the other; the window is that of the one who receives. */
static void connect(void)
{
    int of_receiver, of_caller;
    const uint64_t a = portal_new(server_new(receiver, &of_receiver), portal_entry, &server, 0);
    const uint64_t b = portal_new(server_new(caller, &of_caller), portal_entry, &server, 0);

    give(caller, a, PT_RIGHT_CALL, DOOR);
    give(receiver, b, PT_RIGHT_CALL, DOOR);
    window = (struct utcb *)ec_utcb(now.way == SEND ? of_receiver : receiver->place);
}

static void scene(const struct charged *c)
{
    const uint64_t frame = frames_new(64);
    uint64_t filler[CELLS_PER_PAGE + 1];

    now = *c;
    if (now.number == CALL_KERNEL_CONTROL && now.a[1] == KERNEL_MEMORY)
        now.a[2] = RANGE(frame, 6);
    caller = domain_new(DOMAIN_QUOTA), receiver = domain_new(DOMAIN_QUOTA);
    make_poor_pds();
    give_caller(frame);
    connect();
    for (unsigned i = 0; i < CELLS_PER_PAGE + 1; i++) {
        filler[i] = selector_new();
        CHECK_OK(create_sm(filler[i], SEL_PD, 0));
    }
    drain(caller->pd, filler);
    drain(receiver->pd, filler);
}

/* ---- The call --------------------------------------------------------------------------------------------------------- */

static void open_window(void)
{
    window->object_base = FAR, window->object_count = 8;
    window->memory_window = RANGE(FAR_PAGE, 3);
    window->port_base = PORT, window->port_count = 8;
    window->records = 20;
    window->lost = 0;
}

static uint64_t window_hash(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t hash = window->object_base ^ (uint64_t)window->object_count << 32 ^ window->memory_window << 1;

    (void)a, (void)b, (void)c, (void)d;
    hash = hash * 31 + window->records;
    hash = hash * 31 + (window->port_base ^ (uint64_t)window->port_count << 32);
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        hash = (hash * 31 + window->item[i].range) * 31 + window->item[i].how;
    return hash;
}

static result made;

static uint64_t send_items(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    put_items(utcb());
    made = portal_call(DOOR, DESCRIPTOR(1, now.count));
    return 0;
}

static uint64_t fetch_items(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    open_window();
    utcb()->word[0] = 0;
    made = portal_call(DOOR, DESCRIPTOR(0, 0));
    CHECK_EQ(utcb()->word[0], 77); /* the words of a reply arrive, whatever becomes of its items */
    return 0;
}

static uint64_t open_in(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    open_window();
    return 0;
}

static result make_call(void)
{
    if (now.way == CALL)
        return call_in(caller, now.number, now.a[0], now.a[1], now.a[2], now.a[3], now.a[4]);
    in(now.way == SEND ? caller : receiver, now.way == SEND ? send_items : fetch_items, 0, 0, 0, 0);
    return made;
}

/* ---- What must not change --------------------------------------------------------------------------------------------- */

static uint64_t numbers_hash(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t hash = 0;

    (void)a, (void)b, (void)c, (void)d;
    for (uint64_t n = PAYER; n < NEAR + 4; n++)
        hash = hash * 31 + pd_lookup(TYPE_OBJECT, n).rdx;
    for (uint64_t n = FAR; n < FAR + 8; n++)
        hash = hash * 31 + pd_lookup(TYPE_OBJECT, n).rdx;
    for (uint64_t n = 0; n < 8; n++)
        hash = (hash * 31 + pd_lookup(TYPE_MEMORY, FAR_PAGE + n).rdx) * 31 + pd_lookup(TYPE_PORTS, PORT + n).rdx;
    return hash * 31 + pd_lookup(TYPE_PORTS, FREE_PORT).rdx;
}

static struct snapshot everything(void)
{
    const uint64_t pds[] = { SEL_PD, caller->pd, receiver->pd, payer, target };
    struct snapshot s = { 0 };

    for (unsigned i = 0; i < 5; i++)
        for (unsigned f = 0; f < FIGURE_COUNT; f++)
            s.accounts = s.accounts * 31 + pd_figure(pds[i], f).rdx;
    s.numbers = in(caller, numbers_hash, 0, 0, 0, 0) * 31 + in(receiver, numbers_hash, 0, 0, 0, 0);
    s.words = in(receiver, window_hash, 0, 0, 0, 0);
    return s;
}

/* ---- The sweep -------------------------------------------------------------------------------------------------------- */

static uint64_t pd_of(unsigned owner)
{
    return owner == ACCOUNT_CALLER   ? caller->pd
           : owner == ACCOUNT_PAYER  ? payer
           : owner == ACCOUNT_TARGET ? target
                                     : receiver->pd;
}

static void give_page(unsigned owner)
{
    const bool below_payer = owner == ACCOUNT_TARGET && now.way == CALL && now.a[1] == PD_QUOTA && now.number == CALL_PD_CONTROL;

    if (below_payer)
        CHECK_OK(pd_quota(payer, 1, SEL_PD));
    CHECK_OK(pd_quota(pd_of(owner), 1, below_payer ? payer : SEL_PD));
}

/* The first item that does not fit when lacking of the pages for all are missing. */
static unsigned item_at_fault(unsigned lacking)
{
    const unsigned have = now.upto[now.count - 1] - lacking;
    unsigned i = 0;

    while (now.upto[i] <= have)
        i++;
    return i;
}

static uint64_t lost_of(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    return window->lost;
}

static void refused(unsigned owner, unsigned lacking)
{
    const unsigned item = now.way == CALL ? now.item : item_at_fault(lacking);
    const uint64_t refusal = REFUSAL(lacking, owner, item, NO_QUOTA), times = entered;
    const struct snapshot before = everything();
    const result r = make_call();
    const struct snapshot after = everything();

    check_status(__FILE__, __LINE__, now.name, r.rax, now.way == REPLY ? ITEMS_LOST : NO_QUOTA);
    check_equal(__FILE__, __LINE__, now.name, now.way == REPLY ? in(receiver, lost_of, 0, 0, 0, 0) : r.rdx, refusal);
    if (now.way == REPLY)
        check_equal(__FILE__, __LINE__, now.name, r.rdx, DESCRIPTOR(1, 0));
    check_equal(__FILE__, __LINE__, now.name, entered, times + (now.way == REPLY));
    check_unchanged(__FILE__, __LINE__, now.name, snapshot_changes(&before, &after));
}

static void sweep(const struct charged *c)
{
    scene(c);
    if (now.way != CALL)
        now.need[ACCOUNT_RECEIVER] = now.upto[now.count - 1];
    in(receiver, open_in, 0, 0, 0, 0);
    for (unsigned owner = ACCOUNT_CALLER; owner <= ACCOUNT_RECEIVER; owner++)
        for (unsigned lacking = now.need[owner]; lacking; lacking--) {
            refused(owner, lacking);
            give_page(owner);
        }
    const struct snapshot before = everything();
    const result r = make_call();
    const struct snapshot after = everything();
    check_status(__FILE__, __LINE__, now.name, r.rax, SUCCESS);
    check_equal(__FILE__, __LINE__, now.name, snapshot_changes(&before, &after) != 0, true);
    kit_clean();
}

static void refuse_every_charge(void)
{
    for (unsigned i = 0; i < sizeof charged / sizeof *charged; i++)
        sweep(&charged[i]);
}

const struct test tests_charges[] = {
    { "refuse_every_charge", refuse_every_charge },
    { 0 },
};
