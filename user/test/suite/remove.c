/*
 * remove for objects: form, rights, pins, what is told. kernel/ABI.md §7.7, §4.3.
 */
#include "kit/kit.h"
#include "suite/suite.h"

static void remove_form(void)
{
    const uint64_t sm = sm_new();

    REFUSE(BAD_CALL, 0, CALL_REMOVE, PAIR(0, 3), ~0ull, 0);
    REFUSE(BAD_CALL, 0, CALL_REMOVE, PAIR(TYPE_OBJECT, 0xffffffff), RANGE(sm, 0), 0xff);
    static const uint64_t type[] = { TYPE_NULL, TYPE_PD, TYPE_SM, 7, 11, 0xffffffff };
    for (unsigned i = 0; i < sizeof type / sizeof *type; i++)
        REFUSE(BAD_PAR, 0, CALL_REMOVE, PAIR(type[i], REMOVE_SELF), RANGE(sm, 0), 0xff);
    for (uint64_t operation = REMOVE_BELOW; operation <= REMOVE_DESTROY; operation++) {
        const uint64_t how = REMOVE(operation, TYPE_OBJECT);
        REFUSE(BAD_PAR, 0, CALL_REMOVE, how, RANGE(sm, 1), 0xff);
        REFUSE(BAD_PAR, 0, CALL_REMOVE, how, RANGE(SELECTOR_COUNT, 0), 0xff);
        REFUSE(BAD_PAR, 0, CALL_REMOVE, how, ~0xffull, 0xff);
        REFUSE(BAD_PAR, 0, CALL_REMOVE, how, RANGE(sm, 0), 0);
        REFUSE(BAD_PAR, 0, CALL_REMOVE, how, RANGE(sm, 0), 0x100);
        REFUSE(BAD_PAR, 0, CALL_REMOVE, how, RANGE(sm, 0), 1ull << 63);
    }
    REFUSE(BAD_PAR, 0, CALL_REMOVE, REMOVE(REMOVE_DESTROY, TYPE_MEMORY), RANGE(SCRATCH_PAGE, 0), 0x07);
    REFUSE(BAD_PAR, 0, CALL_REMOVE, REMOVE(REMOVE_DESTROY, TYPE_PORTS), RANGE(0x3f8, 0), 0x01);
    REFUSE(BAD_PAR, 0, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_MEMORY), RANGE(SCRATCH_PAGE + 1, 1), 7);
    REFUSE(BAD_PAR, 0, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_MEMORY), RANGE(1ull << 35, 0), 7);
    REFUSE(BAD_PAR, 0, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_MEMORY), RANGE(0, 36), 7);
    REFUSE(BAD_PAR, 0, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_MEMORY), RANGE(0, 255), 7);
    REFUSE(BAD_PAR, 0, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_PORTS), RANGE(0x10000, 0), 1);
    REFUSE(BAD_PAR, 0, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_PORTS), RANGE(0x3f9, 1), 1);
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_MEMORY, RANGE(SCRATCH_PAGE, 6), 7)); /* nothing there: SUCCESS */
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_PORTS, RANGE(0x80, 4), 1));
}

static void remove_states(void)
{
    const uint64_t sm = sm_new(), empty = selector_new();

    for (uint64_t operation = REMOVE_BELOW; operation <= REMOVE_DESTROY; operation++) {
        REFUSE(BAD_CAP, 0, CALL_REMOVE, REMOVE(operation, TYPE_OBJECT), RANGE(empty, 0), 0xff);
        REFUSE(BAD_CAP, 0, CALL_REMOVE, REMOVE(operation, TYPE_OBJECT), RANGE(0, 0), 0xff);
    }
    CHECK_RESULT(revoke(sm, 0xff), SUCCESS, 0); /* nothing below */
    CHECK_OK(sm_up(sm));
    CHECK_RESULT(destroy(sm), SUCCESS, 0);
    CHECK_STATUS(sm_up(sm), BAD_CAP);
    CHECK_EQ(pd_lookup(TYPE_OBJECT, sm).rdx >> 16 & 0xff, 2); /* reserved */
    REFUSE(BAD_CAP, 0, CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_OBJECT), RANGE(sm, 0), 0xff);
    REFUSE(BAD_CAP, 0, CALL_REMOVE, REMOVE(REMOVE_DESTROY, TYPE_OBJECT), RANGE(sm, 0), 0xff);
    REFUSE(OCCUPIED, 0, CALL_CREATE_SM, sm, SEL_PD, 0);
    CHECK_RESULT(delete (sm), SUCCESS, 0);
    CHECK_EQ(pd_lookup(TYPE_OBJECT, sm).rdx, 0);
    CHECK_STATUS(delete (sm), BAD_CAP);
    CHECK_OK(create_sm(sm, SEL_PD, 0)); /* another object now has the number */
    CHECK_OK(sm_up(sm));
}

/* Rights are taken one by one; the last one leaves the number empty. */
static void remove_some_rights(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new();

    give(b, c->pd, PD_RIGHT_GRANT, 199);
    give(b, sm, SM_RIGHT_UP | SM_RIGHT_DOWN, 200);
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 199, PD_GRANT, RANGE(200, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 3, 201), ANY).rax,
             SUCCESS);
    CHECK_OK(revoke(sm, SM_RIGHT_UP));
    REFUSE_IN(b, BAD_CAP, 0, CALL_SM_CONTROL, 200, SM_UP);
    REFUSE_IN(c, BAD_CAP, 0, CALL_SM_CONTROL, 201, SM_UP);
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(200, 0), TYPE_OBJECT, 0).rdx,
             TYPE_SM | SM_RIGHT_DOWN << 8 | 1 << 16);
    CHECK_EQ(call_in(c, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(201, 0), TYPE_OBJECT, 0).rdx,
             TYPE_SM | SM_RIGHT_DOWN << 8 | 1 << 16);
    CHECK_IS(call_in(c, CALL_SM_CONTROL, 201, SM_DOWN, 1, 0, 0).rax, TIMEOUT);
    CHECK_OK(sm_up(sm)); /* one's own stay */
    CHECK_OK(revoke(sm, SM_RIGHT_DOWN));
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(200, 0), TYPE_OBJECT, 0).rdx,
             2 << 16); /* no type: it would tell whether the object lives */
    REFUSE_IN(c, BAD_CAP, 0, CALL_SM_CONTROL, 201, SM_DOWN, 1);
}

static void remove_own_rights(void)
{
    const uint64_t sm = sm_new();

    CHECK_OK(remove_range(REMOVE_SELF, TYPE_OBJECT, RANGE(sm, 0), SM_RIGHT_UP));
    REFUSE(BAD_CAP, 0, CALL_SM_CONTROL, sm, SM_UP);
    CHECK_STATUS(sm_down(sm, 1), TIMEOUT);
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_OBJECT, RANGE(sm, 0), RIGHT_DESTROY));
    CHECK_STATUS(destroy(sm), BAD_CAP);
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_OBJECT, RANGE(sm, 0), SM_RIGHT_ASSIGN | SM_RIGHT_DOWN));
    CHECK_EQ(pd_lookup(TYPE_OBJECT, sm).rdx, 0);
    CHECK_OK(create_sm(sm, SEL_PD, 0));
}

/* A run of ports that somebody has been given as one place is not taken apart. */
static void remove_ports(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);

    CHECK_OK(kernel_ports(SEL_KERNEL, RANGE(0x300, 3))); /* not those that root prints with */
    CHECK_OK(pd_grant(b->pd, RANGE(0x300, 3), ITEM(ITEM_DELEGATE, TYPE_PORTS, PORTS_ACCESS, 0x300)));
    REFUSE(CONFLICT, 0, CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_PORTS), RANGE(0x302, 0), PORTS_ACCESS);
    REFUSE(CONFLICT, 0, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_PORTS), RANGE(0x304, 2), PORTS_ACCESS);
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(0x302, 0), TYPE_PORTS, 0).rdx & 0xff, PORTS_ACCESS);
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_PORTS, RANGE(0x300, 3), PORTS_ACCESS));
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(0x302, 0), TYPE_PORTS, 0).rdx, 0);
    CHECK_OK(pd_grant(b->pd, RANGE(0x302, 0), ITEM(ITEM_DELEGATE, TYPE_PORTS, PORTS_ACCESS, 0x302)));
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_PORTS, RANGE(0x302, 0), PORTS_ACCESS)); /* nothing larger is there any more */
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_PORTS, RANGE(0x300, 3), PORTS_ACCESS));
}

const struct test tests_remove[] = {
    { "remove_form", remove_form },
    { "remove_states", remove_states },
    { "remove_some_rights", remove_some_rights },
    { "remove_own_rights", remove_own_rights },
    { "remove_ports", remove_ports },
    { 0 },
};
