/*
 * Every right of every type, kernel/ABI.md §3.2: with all rights but the one an operation needs it is BAD_CAP, with this one
 * alone it is not. And rule R18: nobody may do anything because of who he is.
 */
#include "kit/kit.h"
#include "suite/suite.h"

enum {                /* numbers in the domain that tries */
       IT = 200,      /* the object in question */
       ROOT_PD = 201, /* payer of IT, when that is a PD */
       GLOBAL = 202,  /* a global EC without an SC */
       LOCAL = 203,
       SM = 204,
       DONOR = 205, /* root's SC */
       KERNEL = 206,
       NEW = 300, /* empty ones begin here */
};

struct operation {
    const char *name;
    uint32_t type, right;
    uint64_t number, a[5];
    uint64_t status; /* with the right */
};

#define EC_FREE EC_PLACE(UTCB_FREE, EC_LOCAL, 0)

static const struct operation operations[] = {
    { "pd PAY create_sm", TYPE_PD, PD_RIGHT_PAY, CALL_CREATE_SM, { NEW, IT, 0 }, SUCCESS },
    { "pd PAY create_pd", TYPE_PD, PD_RIGHT_PAY, CALL_CREATE_PD, { NEW, IT, 0 }, SUCCESS },
    { "pd PAY create_ec", TYPE_PD, PD_RIGHT_PAY, CALL_CREATE_EC, { NEW, PAIR(IT, SEL_PD), EC_FREE }, SUCCESS },
    { "pd PAY create_sc", TYPE_PD, PD_RIGHT_PAY, CALL_CREATE_SC, { NEW, PAIR(IT, GLOBAL), PAIR(1, 1) }, SUCCESS },
    { "pd PAY create_pt", TYPE_PD, PD_RIGHT_PAY, CALL_CREATE_PT, { NEW, PAIR(IT, LOCAL) }, SUCCESS },
    { "pd EC", TYPE_PD, PD_RIGHT_EC, CALL_CREATE_EC, { NEW, PAIR(SEL_PD, IT), EC_FREE }, SUCCESS },
    { "pd GRANT",
      TYPE_PD,
      PD_RIGHT_GRANT,
      CALL_PD_CONTROL,
      { IT, PD_GRANT, RANGE(SM, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, NEW) },
      SUCCESS },
    { "pd FIGURES", TYPE_PD, PD_RIGHT_FIGURES, CALL_PD_CONTROL, { IT, PD_FIGURES, 0 }, SUCCESS },
    { "pd QUOTA", TYPE_PD, PD_RIGHT_QUOTA, CALL_PD_CONTROL, { IT, PD_QUOTA, 0, ROOT_PD }, SUCCESS },
    { "pd DESTROY", TYPE_PD, RIGHT_DESTROY, CALL_REMOVE, { REMOVE(REMOVE_DESTROY, TYPE_OBJECT), RANGE(IT, 0), 1 }, SUCCESS },
    { "ec RECALL", TYPE_EC, EC_RIGHT_CONTROL, CALL_EC_CONTROL, { IT, EC_RECALL }, SUCCESS },
    { "ec PAUSE", TYPE_EC, EC_RIGHT_CONTROL, CALL_EC_CONTROL, { IT, EC_PAUSE }, SUCCESS },
    { "ec RESUME", TYPE_EC, EC_RIGHT_CONTROL, CALL_EC_CONTROL, { IT, EC_RESUME }, SUCCESS },
    { "ec EVENTS", TYPE_EC, EC_RIGHT_CONTROL, CALL_EC_CONTROL, { IT, EC_EVENTS, 0 }, SUCCESS },
    { "ec SC", TYPE_EC, EC_RIGHT_SC, CALL_CREATE_SC, { NEW, PAIR(SEL_PD, IT), PAIR(1, 1) }, SUCCESS },
    { "ec DESTROY", TYPE_EC, RIGHT_DESTROY, CALL_REMOVE, { REMOVE(REMOVE_DESTROY, TYPE_OBJECT), RANGE(IT, 0), 1 }, SUCCESS },
    { "sc QUOTA", TYPE_SC, SC_RIGHT_CONTROL, CALL_SC_CONTROL, { IT, SC_QUOTA, 1, DONOR }, SUCCESS },
    { "sc PRIORITY", TYPE_SC, SC_RIGHT_CONTROL, CALL_SC_CONTROL, { IT, SC_PRIORITY, PAIR(1, 1) }, SUCCESS },
    { "sc DONATE", TYPE_SC, SC_RIGHT_DONATE, CALL_CREATE_SC, { NEW, PAIR(SEL_PD, GLOBAL), PAIR(1, 1), IT }, SUCCESS },
    { "sc DESTROY", TYPE_SC, RIGHT_DESTROY, CALL_REMOVE, { REMOVE(REMOVE_DESTROY, TYPE_OBJECT), RANGE(IT, 0), 1 }, SUCCESS },
    { "pt CALL", TYPE_PT, PT_RIGHT_CALL, CALL_CALL, { IT, 0 }, SUCCESS },
    { "pt CONTROL", TYPE_PT, PT_RIGHT_CONTROL, CALL_PT_CONTROL, { IT, PT_SET, 0, 0 }, SUCCESS },
    { "pt DESTROY", TYPE_PT, RIGHT_DESTROY, CALL_REMOVE, { REMOVE(REMOVE_DESTROY, TYPE_OBJECT), RANGE(IT, 0), 1 }, SUCCESS },
    { "sm UP", TYPE_SM, SM_RIGHT_UP, CALL_SM_CONTROL, { IT, SM_UP }, SUCCESS },
    { "sm DOWN", TYPE_SM, SM_RIGHT_DOWN, CALL_SM_CONTROL, { IT, SM_DOWN, 1 }, TIMEOUT },
    { "sm ZERO", TYPE_SM, SM_RIGHT_DOWN, CALL_SM_CONTROL, { IT, SM_ZERO, 1 }, TIMEOUT },
    { "sm ASSIGN", TYPE_SM, SM_RIGHT_ASSIGN, CALL_KERNEL_CONTROL, { KERNEL, KERNEL_INTERRUPT, IT, INTERRUPT(3, 0, 0) }, SUCCESS },
    { "sm DESTROY", TYPE_SM, RIGHT_DESTROY, CALL_REMOVE, { REMOVE(REMOVE_DESTROY, TYPE_OBJECT), RANGE(IT, 0), 1 }, SUCCESS },
};

/* A new object of the type, made by root. Its second number in place for things that it needs. */
static uint64_t make(uint32_t type, uint64_t reply_server)
{
    const uint64_t it = selector_new();

    switch (type) {
    case TYPE_PD:
        CHECK_OK(create_pd(it, SEL_PD, 30));
        break;
    case TYPE_EC:
        CHECK_OK(create_ec(it, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE + 0x1000, EC_GLOBAL, 0), 0, 0));
        CHECK_OK(ec_control(it, EC_PAUSE, 0));
        break;
    case TYPE_SC: {
        const uint64_t ec = selector_new();
        CHECK_OK(create_ec(ec, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE + 0x2000, EC_GLOBAL, 0), 0, 0));
        CHECK_OK(ec_control(ec, EC_PAUSE, 0));
        CHECK_OK(create_sc(it, SEL_PD, ec, 1, 1000, SEL_SC, 0));
        CHECK_OK(sc_quota(it, 0, SEL_SC));
        break;
    }
    case TYPE_PT:
        CHECK_OK(create_pt(it, SEL_PD, reply_server, (uint64_t)portal_reply_at_once, 0, 0));
        break;
    default:
        CHECK_OK(create_sm(it, SEL_PD, 0));
    }
    return it;
}

static const uint32_t all_rights[] = { 0, PD_RIGHTS, EC_RIGHTS, SC_RIGHTS, PT_RIGHTS, SM_RIGHTS };

static void try(const struct operation *o)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    int place;
    const uint64_t server = server_new(0, &place), it = make(o->type, server), global = selector_new(), sm = selector_new();

    CHECK_OK(create_ec(global, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE + 0x3000, EC_GLOBAL, 0), 0, 0));
    CHECK_OK(ec_control(global, EC_PAUSE, 0));
    CHECK_OK(create_sm(sm, SEL_PD, 0));
    give(b, SEL_PD, PD_RIGHT_PAY, ROOT_PD);
    give(b, global, EC_RIGHTS, GLOBAL);
    give(b, server, EC_RIGHTS, LOCAL);
    give(b, sm, SM_RIGHTS, SM);
    give(b, SEL_SC, SC_RIGHT_DONATE, DONOR);
    give(b, SEL_KERNEL, KERNEL_RIGHT_INTERRUPT, KERNEL);
    give(b, it, all_rights[o->type] & ~o->right, IT);
    check_refusal_in(__FILE__, __LINE__, o->name, b, BAD_CAP, 0, o->number, o->a[0], o->a[1], o->a[2], o->a[3], o->a[4]);
    CHECK_OK(revoke(it, 0xff));
    give(b, it, o->right, IT);
    result r = call_in(b, o->number, o->a[0], o->a[1], o->a[2], o->a[3], o->a[4]);
    check_status(__FILE__, __LINE__, o->name, r.rax, o->status);
}

/* Each in PDs of its own: what one makes must not help the next. */
static void rights(void)
{
    const unsigned count = sizeof operations / sizeof *operations;

    for (unsigned at = 0; at < count; at++) {
        try(&operations[at]);
        kit_clean();
    }
}

/* sc_quota's two, and SC_TIME, which tells of the SC's past. */
static void rights_sc(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t sc = make(TYPE_SC, 0);

    give(b, sc, SC_RIGHTS & ~SC_RIGHT_TIME, IT);
    REFUSE_IN(b, BAD_CAP, 0, CALL_SC_CONTROL, IT, SC_TIME);
    give(b, sc, SC_RIGHT_TIME, IT);
    CHECK_IS(call_in(b, CALL_SC_CONTROL, IT, SC_TIME, 0, 0, 0).rax, SUCCESS);
    give(b, SEL_SC, SC_RIGHT_TIME | SC_RIGHT_CONTROL, NEW);
    REFUSE_IN(b, BAD_CAP, 0, CALL_SC_CONTROL, IT, SC_QUOTA, 0, NEW);
    give(b, SEL_SC, SC_RIGHT_DONATE, NEW);
    CHECK_IS(call_in(b, CALL_SC_CONTROL, IT, SC_QUOTA, 1, NEW, 0).rax, SUCCESS);
    give(b, SEL_KERNEL, KERNEL_RIGHTS & ~KERNEL_RIGHT_TIME, NEW + 1);
    REFUSE_IN(b, BAD_CAP, 0, CALL_SC_CONTROL, IT, SC_QUOTA, 0, NEW + 1);
}

static void rights_ec_pt(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    int place;
    const uint64_t server = server_new(0, &place);

    give(b, server, EC_RIGHTS & ~EC_RIGHT_PT, IT);
    REFUSE_IN(b, BAD_CAP, 0, CALL_CREATE_PT, NEW, PAIR(SEL_PD, IT), 0, 0, 0);
    give(b, server, EC_RIGHT_PT, IT);
    CHECK_IS(call_in(b, CALL_CREATE_PT, NEW, PAIR(SEL_PD, IT), 0, 0, 0).rax, SUCCESS);
}

/* R18: each operation of kernel_control needs its right, in root and elsewhere. */
static void no_identity(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t frame = frames_new(1);

    for (uint64_t selector = 0; selector < 300; selector += selector < 4 ? 1 : 49)
        for (uint64_t operation = KERNEL_PORTS; operation <= KERNEL_COUNTER; operation++)
            CHECK_EQ(call_in(b, CALL_KERNEL_CONTROL, selector, operation, operation == KERNEL_INTERRUPT ? SEL_PD : 0, 0, 0).rax,
                     BAD_CAP);
    give(b, SEL_KERNEL, KERNEL_RIGHT_PORTS, IT);
    CHECK_IS(call_in(b, CALL_KERNEL_CONTROL, IT, KERNEL_PORTS, RANGE(0x80, 0), 0, 0).rax, SUCCESS);
    REFUSE_IN(b, BAD_CAP, 0, CALL_KERNEL_CONTROL, IT, KERNEL_MEMORY, RANGE(frame, 0), SCRATCH_PAGE, MEMORY_READ);
    REFUSE_IN(b, BAD_CAP, 0, CALL_KERNEL_CONTROL, IT, KERNEL_COUNTER, 0);
    REFUSE_IN(b, BAD_CAP, 0, CALL_KERNEL_CONTROL, IT, KERNEL_STOP, 0);
    give(b, SEL_KERNEL, KERNEL_RIGHT_MEMORY, IT);
    CHECK_IS(call_in(b, CALL_KERNEL_CONTROL, IT, KERNEL_MEMORY, RANGE(frame, 0), SCRATCH_PAGE, MEMORY_READ).rax, SUCCESS);
    give(b, SEL_KERNEL, KERNEL_RIGHT_COUNTER, IT);
    CHECK_IS(call_in(b, CALL_KERNEL_CONTROL, IT, KERNEL_COUNTER, 0, 0, 0).rax, SUCCESS);
}

const struct test tests_rights[] = {
    { "rights", rights }, { "rights_sc", rights_sc }, { "rights_ec_pt", rights_ec_pt }, { "no_identity", no_identity }, { 0 },
};
