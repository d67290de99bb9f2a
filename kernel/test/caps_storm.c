/*
 * Everything at once: while removals and ends are interrupted, others create, send, translate, acknowledge and
 * remove. What comes of it depends on the order, so no model follows; but when all is over the checker must find
 * everything in order, and nothing may be lost.
 */
#include "caps_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "caps_world.h"
#include "pool.h"

void check_caps(void);

enum { PDS = 10, NUMBERS = 30, JOBS = 6, ROUNDS = 100 };

static struct pd *pds[PDS]; /* [0] is root */
static struct ec *job[JOBS];

static void forget_ec(struct ec *ec)
{
    for (unsigned i = 0; i < JOBS; i++)
        if (job[i] == ec)
            job[i] = NULL;
}

static void forget_pd(void *page)
{
    for (unsigned i = 1; i < PDS; i++)
        if (pds[i] == page)
            pds[i] = NULL;
}

/* An EC that is in ring 3. While its PD's end has only begun, it can still act; and only then can anything arrive there. */
static struct ec *ec_free(const struct pd *pd)
{
    for (struct ec *ec = pd ? pd->ecs : NULL; ec; ec = ec->ipc.next) {
        bool busy = false;
        for (unsigned i = 0; i < JOBS; i++)
            busy |= job[i] == ec;
        if (!busy)
            return ec;
    }
    return NULL;
}

static struct pd *any_pd(void)
{
    struct pd *pd = pds[any(PDS)];
    return ec_free(pd) ? pd : root;
}

static bool pays(const struct bill *bill)
{
    uint32_t lacking;
    return account_covers(bill, &lacking);
}

static void create(void)
{
    static const uint8_t types[] = {TYPE_PD, TYPE_EC, TYPE_SC, TYPE_PT, TYPE_SM};
    const enum cap_type type = types[any(5)];
    struct pd *holder = any_pd(), *payer = any_pd(), *pd = any_pd();
    const uint32_t number = 1 + any(NUMBERS);
    struct bill own = {.account = holder}, paid = {.account = payer, .pages = COST_PD + 6, .cells = 1};
    unsigned slot = 1;

    while (slot < PDS && pds[slot])
        slot++;
    if (object_dead(&payer->object) || object_dead(&pd->object) || cap_prepare_new(holder, number, &own) != SUCCESS)
        return;
    own.pages += paid.pages, own.cells++;
    if (!pays(&own) || !pays(&paid) || (type == TYPE_PD && slot == PDS))
        return;
    struct ec *ec = pd->ecs;
    struct object *object;
    if (type == TYPE_PD)
        object = &(pds[slot] = pd_make(payer, 6))->object;
    else if (type == TYPE_EC)
        object = &ec_make(payer, pd)->object;
    else if (ec && !ec->object.dying && !(type == TYPE_SC && ec->run.sc))
        object = small_make(payer, type, ec);
    else
        return;
    cap_create(holder, number, object, rights_all(type));
    if (type == TYPE_PD && !number_taken(number_entry(root, 100 + slot))) /* somebody who acts in it */
        cap_create(root, 100 + slot, &ec_make(root, pds[slot])->object, EC_RIGHTS);
}

static void send(void)
{
    struct pd *from = any_pd(), *to = any_pd();
    struct transfer t[4];
    struct bill bill = {.account = to};
    unsigned count = 0;

    for (unsigned want = 1 + any(4); want; want--) {
        const uint32_t number = 1 + any(NUMBERS), has = cap_describe(from, number) >> 8 & 0xff;
        t[count] = transfer_of(from, to, number, any(3) ? has : has & any(256), 1 + any(8), NUMBERS - 8);
        if (!any(5))
            t[count].how = ITEM(ITEM_TRANSLATE, TYPE_OBJECT, 0, 0);
        if (cap_prepare(t, count, &bill) == SUCCESS)
            count++;
    }
    if (count && pays(&bill))
        for (unsigned i = 0; i < count; i++)
            cap_commit(&t[i], !any(4));
}

static void acknowledge(void)
{
    struct pd *to = any_pd();
    const uint32_t number = 1 + any(NUMBERS);
    uint32_t left;

    cap_unpin(to, number, cap_describe(to, number) >> 32, &left);
}

static void resume(unsigned i)
{
    struct ec *self = job[i];

    if (remove_resume(self) == OUT_DONE && job[i] == self)
        job[i] = NULL;
}

static void begin(unsigned i)
{
    struct ec *self = ec_free(any_pd());
    const uint32_t rights = any(2) ? 0xff : 1 + any(255);

    if (!self)
        return;
    job[i] = self; /* so that it is forgotten when it dies at once */
    if (remove_begin(self, any(6) ? any(2) : REMOVE_DESTROY, 1 + any(NUMBERS), rights) == OUT_DONE)
        job[i] = NULL;
}

static void step(void)
{
    const unsigned what = any(20), i = any(JOBS);

    if (what < 4)
        create();
    else if (what < 10)
        send();
    else if (what < 12)
        acknowledge();
    else if (job[i])
        resume(i);
    else if (what < 14)
        begin(i);
}

/* Nothing is left but what root has for itself. */
static void clear(void)
{
    for (unsigned i = 0; i < JOBS; i++)
        while (job[i])
            resume(i);
    check_caps();
    while (root->paid)
        object_kill(root->paid);
    kept_ec->ipc.pd = root;
    for (uint32_t number = 1; number < 128; number++) {
        number_entry(root, number)->pins = 0;
        if (number_taken(number_entry(root, number)))
            remove_all(kept_ec, REMOVE_SELF, number, 0xff);
    }
    check_caps();
    assert_int_equal(root->cells, 0);
    assert_int_equal(root->used, 1); /* its table */
}

void storm(void **state)
{
    const char *text = getenv("CAPS_STEPS");

    ec_ended = forget_ec;
    page_freed = forget_pd;
    seed = 77;
    preempt_rate = 2;
    world_boot(300);
    account_settle(root);
    pds[0] = root;
    for (unsigned round = text ? strtoul(text, NULL, 0) / 500 : ROUNDS; round; round--) {
        for (unsigned i = 0; i < 2; i++)
            cap_create(root, 120 + i, &ec_make(root, root)->object, EC_RIGHTS);
        for (unsigned i = 0; i < 1000; i++)
            step();
        clear();
    }
    world_shutdown();
    ec_ended = NULL;
    page_freed = NULL;
}
