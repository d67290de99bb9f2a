/*
 * The choice of the next step: random, but mostly of the kind that can succeed, or nearly. Compiled for guest and host, so no two
 * random numbers are drawn in an order that is the compiler's choice.
 */
#include "walk/walk.h"

/* The others only use objects. */
const struct walk_plan walk_plans[WALK_PLANS] = {
    [WALK_WHOLE] = { .end = 1,
                     .send = 239,
                     .reply = 180,
                     .create = 140,
                     .grant = 120,
                     .remove = 140,
                     .acknowledge = 80,
                     .quota = 40,
                     .deletes = true,
                     .mortal = true },
    [WALK_DELEGATE] = { .send = 300, .reply = 220, .create = 160, .grant = 200, .quota = 20 },
    [WALK_REVOKE] = { .send = 260, .reply = 180, .create = 120, .grant = 180, .remove = 200, .quota = 10 },
    [WALK_PINS] = { .send = 240,
                    .reply = 180,
                    .create = 80,
                    .grant = 120,
                    .remove = 200,
                    .acknowledge = 130,
                    .quota = 10,
                    .deletes = true },
    [WALK_ENDS] = { .end = 8,
                    .send = 200,
                    .reply = 160,
                    .create = 220,
                    .grant = 120,
                    .remove = 160,
                    .acknowledge = 60,
                    .quota = 20,
                    .deletes = true,
                    .mortal = true },
    [WALK_ACCOUNTS] = { .end = 2,
                        .send = 160,
                        .reply = 120,
                        .create = 320,
                        .grant = 80,
                        .remove = 120,
                        .acknowledge = 60,
                        .quota = 120,
                        .deletes = true,
                        .mortal = true },
};

static unsigned below(struct random *r, unsigned n)
{
    return (unsigned)random_below(r, n);
}

static uint64_t word_of(const struct walk_view *v, unsigned actor, unsigned number)
{
    return v->look[actor][number];
}

static unsigned rights_in(uint64_t word)
{
    return word >> 8 & 0xff;
}

/* An actor that lives; the top does. */
static unsigned any_actor(struct random *r, const struct walk_view *v)
{
    for (unsigned tries = 0; tries < 8; tries++) {
        const unsigned a = below(r, WALK_ACTORS);
        if (v->alive >> a & 1)
            return a;
    }
    return WALK_TOP;
}

/* Mostly one that is taken. */
static unsigned any_number(struct random *r, const struct walk_view *v, unsigned actor)
{
    unsigned n = below(r, WALK_NUMBERS);

    for (unsigned tries = below(r, 8) ? WALK_NUMBERS : 0; tries && !word_of(v, actor, n); tries--)
        n = (n + 1) % WALK_NUMBERS;
    return n;
}

/* Mostly one that is live. */
static unsigned live_number(struct random *r, const struct walk_view *v, unsigned actor)
{
    unsigned n = below(r, WALK_NUMBERS);

    for (unsigned tries = below(r, 16) ? WALK_NUMBERS : 0; tries && !rights_in(word_of(v, actor, n)); tries--)
        n = (n + 1) % WALK_NUMBERS;
    return n;
}

/* Mostly one that names such an object, with these rights. */
static unsigned number_of(struct random *r, const struct walk_view *v, unsigned actor, unsigned type, unsigned rights)
{
    unsigned n = below(r, WALK_NUMBERS);

    for (unsigned tries = below(r, 12) ? WALK_NUMBERS : 0; tries; tries--, n = (n + 1) % WALK_NUMBERS)
        if ((word_of(v, actor, n) & 0xff) == type && (rights_in(word_of(v, actor, n)) & rights) == rights)
            return n;
    return any_number(r, v, actor);
}

static unsigned empty_number(struct random *r, const struct walk_view *v, unsigned actor)
{
    unsigned n = below(r, WALK_NUMBERS);

    for (unsigned tries = below(r, 8) ? WALK_NUMBERS : 0; tries && word_of(v, actor, n); tries--)
        n = (n + 1) % WALK_NUMBERS;
    return n;
}

/* The selector of a number of the actor's, noted as touched; seldom one that can name nothing. wide: in a register of its own. */
static uint64_t selector(struct random *r, struct walk_step *s, unsigned number, bool wide)
{
    static const uint64_t odd[] = { 0, SELECTOR_COUNT, 0xffffffff, 0x80000000, 1ull << 32 | WALK_FIRST, 1ull << 63, ~0ull };

    if (!below(r, 60))
        return odd[below(r, wide ? 7 : 4)];
    s->touch[s->touched++] = (uint8_t)number;
    return WALK_FIRST + number;
}

static unsigned any_rights(struct random *r, uint64_t word)
{
    const unsigned has = rights_in(word), some = below(r, 256), choice = below(r, 24);

    if (!choice)
        return some;
    if (!has)
        return 1;
    return choice < 10 || !(has & some) ? has : has & some;
}

/* ---- Calls ------------------------------------------------------------------------------------------------------------ */

static void choose_create(struct random *r, const struct walk_view *v, struct walk_step *s)
{
    static const uint8_t calls[] = { CALL_CREATE_PD, CALL_CREATE_EC, CALL_CREATE_EC, CALL_CREATE_SC,
                                     CALL_CREATE_PT, CALL_CREATE_PT, CALL_CREATE_SM, CALL_CREATE_SM };
    const unsigned a = s->actor;
    unsigned kind, cpu;

    s->call = calls[below(r, sizeof calls)];
    const bool paired = s->call != CALL_CREATE_PD && s->call != CALL_CREATE_SM;
    const uint64_t new = selector(r, s, empty_number(r, v, a), s->call != CALL_CREATE_EC);
    const uint64_t payer = selector(r, s, number_of(r, v, a, TYPE_PD, PD_RIGHT_PAY), !paired);

    s->a[0] = new;
    s->a[1] = payer;
    switch (s->call) {
    case CALL_CREATE_PD:
        s->a[2] = below(r, 30) ? below(r, 10) : below(r, 2) ? 5000 : 1ull << 32;
        break;
    case CALL_CREATE_EC:
        s->a[0] = PAIR(new, below(r, 40) ? 0 : SELECTOR_COUNT - EVENT_COUNT + below(r, 2));
        s->a[1] = PAIR(payer, selector(r, s, number_of(r, v, a, TYPE_PD, PD_RIGHT_EC), false));
        kind = below(r, 40) ? below(r, 2) : 2;
        cpu = !below(r, 40);
        s->a[2] = EC_PLACE(WALK_UTCBS + 0x1000 * below(r, 16), kind, cpu);
        break;
    case CALL_CREATE_SC:
        s->a[1] = PAIR(payer, selector(r, s, number_of(r, v, a, TYPE_EC, EC_RIGHT_SC), false));
        kind = below(r, 40) ? 1 + below(r, PRIORITY_MAX) : below(r, 2) * 128;
        s->a[2] = PAIR(kind, 1 + below(r, 1000));
        break;
    case CALL_CREATE_PT:
        s->a[1] = PAIR(payer, selector(r, s, number_of(r, v, a, TYPE_EC, EC_RIGHT_PT), false));
        s->a[4] = below(r, 40) ? below(r, TRANSFER_ALL + 1) : TRANSFER_ALL + 1;
        break;
    default:
        s->a[2] = below(r, 40) ? below(r, 3) : SM_COUNT_MAX + (uint64_t)below(r, 2);
    }
}

static void choose_grant(struct random *r, const struct walk_view *v, struct walk_step *s)
{
    const unsigned n = live_number(r, v, s->actor);

    s->call = CALL_PD_CONTROL;
    s->a[1] = PD_GRANT;
    s->a[0] = selector(r, s, number_of(r, v, s->actor, TYPE_PD, PD_RIGHT_GRANT), true);
    s->a[2] = selector(r, s, n, false);
    s->a[2] = RANGE(s->a[2], !below(r, 60));
    const unsigned kind = below(r, 60) ? ITEM_DELEGATE : below(r, 4), rights = any_rights(r, word_of(v, s->actor, n));
    const unsigned spot = below(r, 60) ? WALK_FIRST + below(r, WALK_NUMBERS) : below(r, 2) * SELECTOR_COUNT;
    s->a[3] = ITEM(kind, TYPE_OBJECT, rights, spot);
}

static void choose_remove(struct random *r, const struct walk_plan *plan, const struct walk_view *v, struct walk_step *s)
{
    unsigned kind = below(r, 48), n = any_number(r, v, s->actor);

    if (!plan->mortal && kind == 1)
        kind = 20; /* no destroy */
    if (kind < 20 && kind > 1 && (!plan->deletes || (!plan->mortal && v->made[s->actor][n])))
        kind = 20; /* an object ends with its first grant */

    s->call = CALL_REMOVE;
    s->a[0] = REMOVE(kind < 1 ? 3 : kind < 2 ? REMOVE_DESTROY : kind < 20 ? REMOVE_SELF : REMOVE_BELOW, TYPE_OBJECT);
    s->a[1] = selector(r, s, n, false);
    s->a[1] = RANGE(s->a[1], !below(r, 60));
    s->a[2] = below(r, 3) ? 0xff : below(r, 40) ? 1 + below(r, 255) : below(r, 2) * 256;
}

static void choose_ack(struct random *r, const struct walk_view *v, struct walk_step *s)
{
    const unsigned n = any_number(r, v, s->actor);
    const uint64_t pins = word_of(v, s->actor, n) >> 32;

    s->call = CALL_PD_CONTROL;
    s->a[1] = PD_ACK;
    s->a[2] = selector(r, s, n, true);
    s->a[3] = below(r, 4) ? pins : below(r, 10) ? pins + 1 - below(r, 3) : (1ull << 32) + pins;
}

static void choose_quota(struct random *r, const struct walk_view *v, struct walk_step *s)
{
    static const uint64_t odd[] = { 1ull << 63, (1ull << 31) + 1, -(1ull << 31), 0, 100000 };

    s->call = CALL_PD_CONTROL;
    s->a[1] = PD_QUOTA;
    s->a[0] = selector(r, s, number_of(r, v, s->actor, TYPE_PD, PD_RIGHT_QUOTA), true);
    s->a[2] = below(r, 12) ? (uint64_t)below(r, 16) - 8 : odd[below(r, 5)];
    s->a[3] = selector(r, s, number_of(r, v, s->actor, TYPE_PD, PD_RIGHT_PAY), true);
}

/* What asks for a type and a right, and changes nothing that the model has. */
static void choose_use(struct random *r, const struct walk_view *v, struct walk_step *s)
{
    switch (below(r, 5)) {
    case 0:
        s->call = CALL_SM_CONTROL, s->a[1] = SM_UP;
        s->a[0] = selector(r, s, number_of(r, v, s->actor, TYPE_SM, 0), true);
        break;
    case 1:
        s->call = CALL_PT_CONTROL, s->a[1] = PT_SET;
        s->a[0] = selector(r, s, number_of(r, v, s->actor, TYPE_PT, 0), true);
        break;
    case 2:
        s->call = CALL_EC_CONTROL, s->a[1] = EC_RECALL;
        s->a[0] = selector(r, s, number_of(r, v, s->actor, TYPE_EC, 0), true);
        break;
    case 3:
        s->call = CALL_SC_CONTROL, s->a[1] = SC_TIME;
        s->a[0] = selector(r, s, number_of(r, v, s->actor, TYPE_SC, 0), true);
        break;
    default:
        s->call = CALL_PD_CONTROL, s->a[1] = PD_FIGURES, s->a[2] = below(r, 5);
        s->a[0] = selector(r, s, number_of(r, v, s->actor, TYPE_PD, 0), true);
    }
}

/* ---- Messages --------------------------------------------------------------------------------------------------------- */

static struct item any_item(struct random *r, const struct walk_view *v, struct walk_step *s, unsigned from)
{
    const unsigned n = live_number(r, v, from);
    const unsigned kind = below(r, 40), rights = any_rights(r, word_of(v, from, n));
    const unsigned order = !below(r, 80), spot = !below(r, 80);
    uint64_t selected = WALK_FIRST + n;

    if (!below(r, 60))
        selected = below(r, 2) ? 0 : SELECTOR_COUNT;
    if (from == s->actor)
        s->touch[s->touched++] = (uint8_t)n;
    if (kind < 1)
        return (struct item){ n, ITEM(rights & 1 ? 3 : ITEM_NULL, TYPE_OBJECT, 1, 0) };
    if (kind < 8)
        return (struct item){ RANGE(selected, 0), ITEM(ITEM_TRANSLATE, TYPE_OBJECT, kind < 2, 0) };
    return (struct item){ RANGE(selected, order), ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights, spot) };
}

static void choose_window(struct random *r, struct walk_step *s)
{
    static const uint32_t odd[][2] = { { 0, 8 }, { WALK_FIRST, WINDOW_COUNT + 1 }, { SELECTOR_COUNT - 4, 5 }, { WALK_FIRST, 0 } };
    const unsigned start = below(r, WALK_NUMBERS);

    s->base = WALK_FIRST + start;
    s->count = 1 + below(r, WALK_NUMBERS - start);
    s->records = below(r, 6) ? 16 : below(r, 4);
    if (below(r, 16))
        return;
    const unsigned which = below(r, 4);
    s->base = odd[which][0];
    s->count = odd[which][1];
}

static void choose_message(struct random *r, const struct walk_view *v, struct walk_step *s)
{
    s->other = (uint8_t)any_actor(r, v);
    s->items = below(r, 2) ? 1 : (uint8_t)(1 + below(r, 3));
    choose_window(r, s);
    for (unsigned i = 0; i < s->items; i++) {
        s->item[i] = any_item(r, v, s, s->kind == WALK_SEND ? s->actor : s->other);
        if (i && below(r, 2))
            s->item[i].range = s->item[0].range; /* the same object again, perhaps with other rights */
    }
}

/* ---- All of it -------------------------------------------------------------------------------------------------------- */

/* One that is dead, if there is one, the top first. */
static bool choose_birth(struct random *r, const struct walk_view *v, struct walk_step *s)
{
    unsigned a = below(r, WALK_ACTORS);

    if (!(v->alive >> WALK_TOP & 1))
        a = WALK_TOP;
    else if (below(r, 4))
        return false;
    if (v->alive >> a & 1)
        return false;
    *s = (struct walk_step){ .kind = WALK_BIRTH, .actor = (uint8_t)a, .other = (uint8_t)any_actor(r, v) };
    s->a[0] = a == WALK_TOP ? WALK_TOP_QUOTA : 10 + below(r, 8);
    s->a[1] = below(r, WALK_NUMBERS);
    return true;
}

/* Whether the choice what, which is used up from one kind to the next, falls on this one. */
static bool falls_on(unsigned *what, unsigned share)
{
    const bool is = *what < share;

    *what -= is ? 0 : share;
    return is;
}

void walk_choose(struct random *r, const struct walk_plan *plan, const struct walk_view *v, uint64_t number, struct walk_step *s)
{
    if (choose_birth(r, v, s))
        return;
    *s = (struct walk_step){ .kind = WALK_CALL, .actor = (uint8_t)any_actor(r, v) };
    unsigned what = below(r, 1000);
    if (number % WALK_LIFE == WALK_LIFE - 1) {
        s->kind = WALK_END;
        s->actor = WALK_TOP;
    } else if (s->actor != WALK_TOP && falls_on(&what, plan->end)) {
        s->kind = WALK_END;
    } else if (falls_on(&what, plan->send)) {
        s->kind = WALK_SEND;
        choose_message(r, v, s);
    } else if (falls_on(&what, plan->reply)) {
        s->kind = WALK_REPLY;
        choose_message(r, v, s);
    } else if (falls_on(&what, plan->create)) {
        choose_create(r, v, s);
    } else if (falls_on(&what, plan->grant)) {
        choose_grant(r, v, s);
    } else if (falls_on(&what, plan->remove)) {
        choose_remove(r, plan, v, s);
    } else if (falls_on(&what, plan->acknowledge)) {
        choose_ack(r, v, s);
    } else if (falls_on(&what, plan->quota)) {
        choose_quota(r, v, s);
    } else {
        choose_use(r, v, s);
    }
}

void walk_note(struct walk_view *view, const struct walk_step *s, uint64_t status)
{
    const bool creates = s->kind == WALK_CALL && s->call >= CALL_CREATE_PD && s->call <= CALL_CREATE_SM;
    const uint64_t number = (s->call == CALL_CREATE_EC ? PAIR_LOW(s->a[0]) : s->a[0]) - WALK_FIRST;

    if (creates && status == SUCCESS && number < WALK_NUMBERS)
        view->made[s->actor][number] = true;
}

static unsigned look_add(struct walk_look look[], unsigned n, unsigned actor, unsigned number)
{
    if (n < WALK_LOOKS && number < WALK_NUMBERS)
        look[n++] = (struct walk_look){ (uint8_t)actor, (uint8_t)number };
    return n;
}

unsigned walk_looks(struct random *r, const struct walk_step *s, uint32_t alive, const struct item *item,
                    struct walk_look look[WALK_LOOKS])
{
    const unsigned receiver = s->kind == WALK_SEND ? s->other : s->actor;
    unsigned n = 0;

    if (alive >> s->actor & 1)
        for (unsigned i = 0; i < s->touched; i++)
            n = look_add(look, n, s->actor, s->touch[i]);
    if ((s->kind == WALK_SEND || s->kind == WALK_REPLY) && alive >> receiver & 1)
        for (unsigned i = 0; i < s->items; i++)
            n = look_add(look, n, receiver, (unsigned)RANGE_BASE(item[i].range) - WALK_FIRST);
    for (unsigned tries = 0; n < WALK_LOOKS && tries < WALK_LOOKS; tries++) {
        const unsigned actor = tries % 2 ? s->actor : s->other, number = below(r, WALK_NUMBERS);
        if (alive >> actor & 1)
            n = look_add(look, n, actor, number);
    }
    return n;
}
