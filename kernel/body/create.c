/*
 * The calls that create: §7.2 to §7.6 of kernel/ABI.md.
 *
 * The object is the payer's, its first grant the caller's. What an object needs is taken one by one, because the charge has
 * covered it.
 */
#include "calls.h"

#include "linked.h"
#include "x86/paging.h"

/* ---- What they have in common: who pays, and the name ---------------------------------------------------------------- */

/* What one call costs whom: bill[owner - 1] for owner ACCOUNT_CALLER … ACCOUNT_TARGET; without an account: nothing. */
struct charge {
    struct bill bill[ACCOUNT_TARGET];
};

/*
 * Where the charges of account go, which is owner: to the bill that it has under another name, if it has one. So its sums are added,
 * and a refusal tells the smallest owner number (ABI.md §5.1). Owners are named in the order of their numbers.
 */
static struct bill *bill_of(struct charge *charge, enum account_owner owner, struct pd *account)
{
    struct bill *bill = charge->bill;

    while (bill < &charge->bill[owner - 1] && bill->account != account)
        bill++;
    bill->account = account;
    return bill;
}

/* The caller's part, the same for every type: a free number, and what its PD pays for it. */
static struct charge prepare_new(struct ec *self, uint32_t selector)
{
    struct charge charge = {0};
    const enum status status = cap_prepare_new(self->ipc.pd, selector, bill_of(&charge, ACCOUNT_CALLER, self->ipc.pd));

    refuse_if(self, status != SUCCESS, status);
    return charge;
}

/* The last check: whether all can pay. */
static void check_covered(struct ec *self, const struct charge *charge)
{
    for (unsigned i = 0; i < ACCOUNT_TARGET; i++) {
        const struct pd *pd = charge->bill[i].account;
        uint32_t lacking;

        if (pd && !account_covers(&charge->bill[i], &lacking)) {
            trace(TRACE_REFUSED, pd, lacking, 0, pd->quota - pd->used);
            finish(self, NO_QUOTA, REFUSAL(lacking, i + 1, NO_ITEM, NO_QUOTA));
        }
    }
}

/* All checks of an object of one cell whose only state is its new number. */
static void check_cell(struct ec *self, uint32_t selector, struct pd *payer)
{
    struct charge charge = prepare_new(self, selector);

    bill_of(&charge, ACCOUNT_PAYER, payer)->cells++;
    check_covered(self, &charge);
}

static void *make_cell(struct pd *payer, enum cap_type type)
{
    struct object *object = cell_alloc(payer);

    *object = (struct object){.type = type, .payer = payer};
    return object;
}

static noreturn void finish_new(struct ec *self, uint32_t selector, struct object *object, uint32_t rights)
{
    trace(TRACE_CREATE, trace_name(object), object->payer, selector, object->type);
    cap_create(self->ipc.pd, selector, object, rights);
    finish(self, SUCCESS, 0);
}

/* ---- PD ------------------------------------------------------------------------------------------------------------- */

static struct pd *make_pd(struct pd *payer, uint32_t quota)
{
    struct pd *pd = page_take(payer);
    uint32_t lacking;

    __builtin_memset(pd, 0, offsetof(struct pd, bucket));
    pd->object = (struct object){.type = TYPE_PD, .payer = payer};
    cap_space_init(pd);
    space_init(pd, page_take(payer));
    account_move(pd, quota, &lacking);
    return pd;
}

/* More than any pool has, and still no overflow with what else is charged. */
#define QUOTA_COUNTED (UINT32_MAX - 8)

/* a1 new, a2 payer, a3 quota */
HANDLER(sys_create_pd)
{
    trace_entry(CALL_CREATE_PD);
    refuse_if(self, !is_new_number(a1) || a3 > UINT32_MAX, BAD_PAR);
    struct pd *payer = lookup_pd(self, a2, PD_RIGHT_PAY);
    struct charge charge = prepare_new(self, a1);
    bill_of(&charge, ACCOUNT_PAYER, payer)->pages += COST_PD + (a3 < QUOTA_COUNTED ? a3 : QUOTA_COUNTED);
    check_covered(self, &charge);

    finish_new(self, a1, &make_pd(payer, a3)->object, PD_RIGHTS);
}

/* ---- EC ------------------------------------------------------------------------------------------------------------- */

enum {
    FPU_SIZE = 512,           /* fxsave (SDM vol. 1 §10.5.1) */
    FPU_CONTROL = 0x37f,      /* as after finit: 64-bit precision, all exceptions masked */
    FPU_CONTROL_OFFSET = 0,
    FPU_MXCSR = 0x1f80,       /* the same for SSE */
    FPU_MXCSR_OFFSET = 24,
};

_Static_assert(sizeof(struct ec) % 16 == 0 && sizeof(struct ec) + FPU_SIZE <= PAGE_SIZE, "an EC and its FPU area are one page");

struct ec *make_ec(struct pd *payer, struct pd *pd, uint32_t kind, uint64_t utcb_page)
{
    struct ec *ec = page_alloc(payer);
    char *fpu = (char *)(ec + 1);

    ec->object = (struct object){.type = TYPE_EC, .payer = payer};
    *(uint16_t *)(fpu + FPU_CONTROL_OFFSET) = FPU_CONTROL;
    *(uint32_t *)(fpu + FPU_MXCSR_OFFSET) = FPU_MXCSR;
    ec->run.fpu = fpu;
    ec->run.cont = kind == EC_GLOBAL ? ipc_startup : NULL; /* a local one waits for a call at once */
    ec->state.frame.rflags = RFLAGS_FIXED | RFLAGS_IF;
    ec->ipc.pd = pd;
    ec->ipc.kind = kind;
    ec->ipc.utcb = page_alloc(payer);
    ec->ipc.utcb_page = utcb_page;
    LINKED_PUSH(pd->ecs, ec, ipc.next, ipc.prev);
    return ec;
}

static bool is_ec_place(uint64_t place)
{
    uint64_t utcb = EC_PLACE_UTCB(place);
    return EC_PLACE_KIND(place) <= EC_GLOBAL && utcb >= PAGE_SIZE && utcb < USER_END;
}

/* a1 new, event base; a2 payer, PD; a3 place; a4 rsp; a5 FS base */
HANDLER(sys_create_ec)
{
    trace_entry(CALL_CREATE_EC);
    refuse_if(self, !is_new_number(PAIR_LOW(a1)) || !is_event_base(PAIR_HIGH(a1)) || !is_ec_place(a3) || a5 >> 47, BAD_PAR);
    struct pd *payer = lookup_pd(self, PAIR_LOW(a2), PD_RIGHT_PAY);
    struct pd *pd = lookup_pd(self, PAIR_HIGH(a2), PD_RIGHT_EC);
    struct charge charge = prepare_new(self, PAIR_LOW(a1));
    refuse_if(self, EC_PLACE_CPU(a3) != 0, BAD_CPU);
    bill_of(&charge, ACCOUNT_PAYER, payer)->pages += COST_EC;
    const enum status status = space_prepare_utcb(pd, EC_PLACE_UTCB(a3), bill_of(&charge, ACCOUNT_TARGET, pd));
    refuse_if(self, status != SUCCESS, status);
    check_covered(self, &charge);

    struct ec *ec = make_ec(payer, pd, EC_PLACE_KIND(a3), EC_PLACE_UTCB(a3));
    ec->run.cpu = EC_PLACE_CPU(a3);
    ec->ipc.event_base = event_base(PAIR_HIGH(a1));
    ec->state.frame.rsp = EC_PLACE_KIND(a3) == EC_LOCAL ? a4 : 0;
    ec->state.fs_base = a5;
    space_map_utcb(ec);
    finish_new(self, PAIR_LOW(a1), &ec->object, EC_RIGHTS);
}

/* ---- SC ------------------------------------------------------------------------------------------------------------- */

struct sc *make_sc(struct pd *payer, struct ec *ec, uint64_t priority)
{
    struct sc *sc = make_cell(payer, TYPE_SC);

    sc->ec = ec;
    sc->cpu = ec->run.cpu;
    sc->priority = PAIR_LOW(priority);
    sc->budget = PAIR_HIGH(priority);
    ec->run.sc = sc;
    return sc;
}

/* a1 new; a2 payer, EC; a3 priority, budget; a4 donor; a5 quota */
HANDLER(sys_create_sc)
{
    uint32_t lacking;

    trace_entry(CALL_CREATE_SC);
    refuse_if(self, !is_new_number(a1) || !is_priority(a3) || a5 > SUPER_PERIOD_US || (!a4 && a5), BAD_PAR);
    struct pd *payer = lookup_pd(self, PAIR_LOW(a2), PD_RIGHT_PAY);
    struct ec *ec = lookup_ec(self, PAIR_HIGH(a2), EC_RIGHT_SC);
    refuse_if(self, ec->ipc.kind != EC_GLOBAL, BAD_CAP);
    struct sc *donor = a4 ? lookup_donor(self, a4) : NULL;
    struct charge charge = prepare_new(self, a1);
    refuse_if(self, donor && donor->cpu != ec->run.cpu, BAD_CPU);
    refuse_if(self, ec->run.sc, OCCUPIED);
    refuse_if(self, donor && !donor->donor, BAD_PAR);
    if (a5 && a5 > sc_available(donor, ec->run.cpu))
        finish(self, NO_TIME, a5 - sc_available(donor, ec->run.cpu));
    bill_of(&charge, ACCOUNT_PAYER, payer)->cells++;
    check_covered(self, &charge);

    struct sc *sc = make_sc(payer, ec, a3);
    if (a4)
        sc_quota(sc, donor, a5, &lacking);
    sched_add(sc);
    finish_new(self, a1, &sc->object, SC_RIGHTS);
}

/* ---- PT, SM --------------------------------------------------------------------------------------------------------- */

/* a1 new; a2 payer, EC; a3 entry; a4 id; a5 transfer descriptor */
HANDLER(sys_create_pt)
{
    trace_entry(CALL_CREATE_PT);
    refuse_if(self, !is_new_number(a1) || a3 >= USER_END || !is_transfer(a5), BAD_PAR);
    struct pd *payer = lookup_pd(self, PAIR_LOW(a2), PD_RIGHT_PAY);
    struct ec *ec = lookup_ec(self, PAIR_HIGH(a2), EC_RIGHT_PT);
    refuse_if(self, ec->ipc.kind != EC_LOCAL, BAD_CAP);
    check_cell(self, a1, payer);

    struct pt *pt = make_cell(payer, TYPE_PT);
    pt->ec = ec;
    pt->entry = a3;
    pt->id = a4;
    pt->transfer = a5;
    LINKED_PUSH(ec->ipc.portals, pt, next, prev);
    finish_new(self, a1, &pt->object, PT_RIGHTS);
}

/* a1 new, a2 payer, a3 count */
HANDLER(sys_create_sm)
{
    trace_entry(CALL_CREATE_SM);
    refuse_if(self, !is_new_number(a1) || a3 > SM_COUNT_MAX, BAD_PAR);
    struct pd *payer = lookup_pd(self, a2, PD_RIGHT_PAY);
    check_cell(self, a1, payer);

    struct sm *sm = make_cell(payer, TYPE_SM);
    sm->count = a3;
    finish_new(self, a1, &sm->object, SM_RIGHTS);
}
