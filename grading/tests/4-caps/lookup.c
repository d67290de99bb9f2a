/*
 * Task 4.4, look-up: which numbers name something, what of it is told, and which calls it is good for. Nothing is taken back.
 */
#include "told/told.h"

bool told_bare(void)
{
    return true;
}

/* Whether the caller finds a semaphore there is asked without changing one. */
static void nothing_at(uint64_t selector)
{
    CHECK_STATUS(sm_up(selector), BAD_CAP);
    CHECK_STATUS(sm_down(selector, 1), BAD_CAP);
}

/* All 64 bits of a number count. */
static void number_bounds(void)
{
    const uint64_t sm = sm_new(), last = SELECTOR_COUNT - 1;

    nothing_at(0);
    nothing_at(last);
    CHECK_OK(create_sm(last, SEL_PD, 0));
    CHECK_OK(sm_up(last));
    nothing_at(SELECTOR_COUNT);
    nothing_at(SELECTOR_COUNT + sm);
    nothing_at(1ull << 32 | sm);
    nothing_at(1ull << 63 | sm);
    nothing_at(-sm);
    nothing_at(~0ull);
    for (int i = 0; i < 20; i++) {
        nothing_at(sm + SELECTOR_COUNT * (1 + told_random_below(1ull << 40)));
        nothing_at(0xffff800000000000 + (told_random_below(0x8000000) & ~0x7full)); /* an address is no number */
        nothing_at(told_random() | SELECTOR_COUNT);
    }
    CHECK_OK(sm_up(sm));
}

/* An object's address is none of its numbers, wherever the kernel has its PDs. */
static void number_addresses(void)
{
    uint64_t found = 0;

    for (uint64_t at = 0; at < 0x8000000; at += 0x1000)
        found += pd_figure(0xffff800000000000 + at, FIGURE_USED).rax != BAD_CAP;
    CHECK_EQ(found, 0);
}

/* One object of each type, by type. */
static uint64_t object[TYPE_SM + 1];

static void objects_make(void)
{
    static struct portal p;
    int place;

    for (unsigned type = TYPE_PD; type <= TYPE_SM; type++)
        object[type] = selector_new();
    const uint64_t server = server_new(0, &place);
    CHECK_OK(create_pd(object[TYPE_PD], SEL_PD, 0));
    CHECK_OK(create_ec(object[TYPE_EC], 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE, EC_GLOBAL, 0), 0, 0));
    CHECK_OK(ec_control(object[TYPE_EC], EC_PAUSE, 0));
    CHECK_OK(create_sc(object[TYPE_SC], SEL_PD, object[TYPE_EC], 1, 1000, SEL_SC, 0));
    CHECK_OK(create_pt(object[TYPE_PT], SEL_PD, server, (uint64_t)portal_reply_at_once, (uint64_t)&p, 0));
    CHECK_OK(create_sm(object[TYPE_SM], SEL_PD, 0));
}

static result use_as(unsigned type, uint64_t selector)
{
    switch (type) {
    case TYPE_PD:
        return pd_figure(selector, FIGURE_USED);
    case TYPE_EC:
        return ec_control(selector, EC_PAUSE, 0);
    case TYPE_SC:
        return sc_time(selector);
    case TYPE_PT:
        return portal_call(selector, 0);
    default:
        return sm_up(selector);
    }
}

static void number_types(void)
{
    objects_make();
    for (unsigned as = TYPE_PD; as <= TYPE_SM; as++)
        for (unsigned type = TYPE_PD; type <= TYPE_SM; type++)
            CHECK_STATUS(use_as(as, object[type]), as == type ? SUCCESS : BAD_CAP);
    for (unsigned type = TYPE_EC; type <= TYPE_SM; type++)
        REFUSE(BAD_CAP, 0, CALL_CREATE_SM, selector_new(), object[type], 0); /* none of them can pay */
    for (unsigned as = TYPE_PD; as <= TYPE_SM; as++)
        CHECK_STATUS(use_as(as, SEL_KERNEL), BAD_CAP);
}

static void number_words(void)
{
    static const uint32_t rights[] = { 0, PD_RIGHTS, EC_RIGHTS, SC_RIGHTS, PT_RIGHTS, SM_RIGHTS };

    CHECK_EQ(pd_lookup(TYPE_OBJECT, selector_new()).rdx, 0);
    for (unsigned type = TYPE_PD; type <= TYPE_SM; type++)
        CHECK_RESULT(pd_lookup(TYPE_OBJECT, object[type]), SUCCESS, type | rights[type] << 8 | 1 << 16);
    CHECK_RESULT(pd_lookup(TYPE_OBJECT, SEL_KERNEL), SUCCESS, TYPE_KERNEL | KERNEL_RIGHTS << 8 | 1 << 16);
    CHECK_RESULT(pd_lookup(TYPE_OBJECT, SEL_PD), SUCCESS, TYPE_PD | (PD_RIGHTS & ~RIGHT_DESTROY) << 8 | 1 << 16);
}

/* What is taken stays what it was; and each of many objects has the number that it was given. */
static void number_taken(void)
{
    enum { MANY = 200, FIRST = 3000 };
    const uint64_t sm = sm_new();

    REFUSE(OCCUPIED, 0, CALL_CREATE_SM, sm, SEL_PD, 7);
    REFUSE(OCCUPIED, 0, CALL_CREATE_PD, sm, SEL_PD, 0);
    REFUSE(OCCUPIED, 0, CALL_CREATE_SM, SEL_PD, SEL_PD, 7);
    told_family("lookup");
    REFUSE(BAD_PAR, 0, CALL_CREATE_SM, 0, SEL_PD, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SM, SELECTOR_COUNT, SEL_PD, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SM, 1ull << 32 | selector_new(), SEL_PD, 0);
    told_family("names");
    for (uint64_t i = 0; i < MANY; i++)
        CHECK_OK(create_sm(FIRST + i * 7, SEL_PD, i + 1));
    for (int tries = 0; tries < 40; tries++) {
        const uint64_t i = told_random_below(MANY);
        REFUSE(OCCUPIED, 0, CALL_CREATE_SM, FIRST + i * 7, SEL_PD, 0);
        CHECK_EQ(pd_lookup(TYPE_OBJECT, FIRST + i * 7 + 1).rdx, 0);
    }
    for (uint64_t i = 0; i < MANY; i++)
        CHECK_RESULT(sm_zero(FIRST + i * 7, 1), SUCCESS, i + 1);
}

static const struct test tests_mine[] = {
    { "number_bounds", number_bounds }, { "number_addresses", number_addresses }, { "number_types", number_types },
    { "number_words", number_words },   { "number_taken", number_taken },         { 0 },
};

const struct told_test told_tests[] = {
    { "number_bounds", tests_mine, "lookup" },
    { "number_addresses", tests_mine, "lookup" },
    { "number_types", tests_mine, "lookup" },
    { "number_words", tests_mine, "lookup" },
    { "number_taken", tests_mine, "names" },
    { "call_numbers", tests_call, "lookup" },
    { 0 },
};
