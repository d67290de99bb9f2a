/*
 * Which kind of mistake a difference is: a family of grading/families/4-caps.json, by what differs and by what the step did.
 *
 * It says what a student is to look at first, and it cannot always be right: a grant under the wrong parent may be seen as a page too
 * many long before somebody revokes.
 */
#include "judge.h"

static const char *const lookup = "lookup", *const rights = "rights", *const names = "names", *const derivation = "derivation",
                         *const pins = "pins", *const window = "window", *const lifetime = "lifetime",
                         *const accounts = "accounts";

void before_note(struct before *before)
{
    for (int o = 0; o < SLOTS; o++) {
        before->alive[o] = m.object[o].alive;
        for (int n = 0; n < NUMBERS; n++)
            before->grants[o][n] = 0;
    }
    for (int g = 0; g < m.grants; g++)
        if (m.grant[g].used && m.grant[g].pd != NONE)
            before->grants[m.grant[g].pd][m.grant[g].number]++;
}

static bool is_call(const struct walk_step *s, uint64_t call)
{
    return s->kind == WALK_CALL && s->call == call;
}

static bool is_control(const struct walk_step *s, uint64_t operation)
{
    return is_call(s, CALL_PD_CONTROL) && s->a[1] == operation;
}

static bool gives(const struct walk_step *s)
{
    return s->kind == WALK_SEND || s->kind == WALK_REPLY || is_control(s, PD_GRANT);
}

/* Whether an object has died in this step. */
static bool killed(const struct before *before)
{
    for (int o = 0; o < SLOTS; o++)
        if (before->alive[o] && !m.object[o].alive)
            return true;
    return false;
}

/* ---- Statuses --------------------------------------------------------------------------------------------------------- */

/* How a number stands of which the caller should have been told BAD_CAP; NULL: it is as it should be, with all rights. */
static const char *wrong_about(const struct walk_step *s, uint64_t selector)
{
    const int pd = slot_of_actor(s->actor);

    if (selector < FIRST || selector >= FIRST + NUMBERS)
        return lookup;
    const struct model_entry *e = &m.entry[pd][selector - FIRST];
    if (!e->taken)
        return lookup;
    if (!model_live(pd, (int)(selector - FIRST)))
        return e->object == NONE ? lifetime : derivation;
    return NULL;
}

/* A call got further than BAD_CAP. `remove` looks nothing up: what it asks of a number is written with revoke and with delete. */
static const char *unrefused(const struct walk_step *s)
{
    if (is_call(s, CALL_REMOVE) && PAIR_HIGH(s->a[0]) == REMOVE_SELF)
        return pins;
    const bool paired = s->call == CALL_CREATE_EC || s->call == CALL_CREATE_SC || s->call == CALL_CREATE_PT;
    const bool creates = s->call >= CALL_CREATE_PD && s->call <= CALL_CREATE_SM;
    const uint64_t first = is_call(s, CALL_REMOVE) ? RANGE_BASE(s->a[1]) : creates ? PAIR_LOW(s->a[1]) : s->a[0];
    const char *wrong = s->kind == WALK_CALL ? wrong_about(s, creates && !paired ? s->a[1] : first) : NULL;

    if (!wrong && s->kind == WALK_CALL && paired)
        wrong = wrong_about(s, PAIR_HIGH(s->a[1]));
    if (wrong == lookup && is_call(s, CALL_REMOVE))
        return derivation;
    return wrong ? wrong : rights;
}

static const char *family_of_status(const struct walk_step *s, uint64_t expected, uint64_t seen)
{
    if (expected == BAD_CAP)
        return unrefused(s);
    if (seen == BAD_CAP)
        return gives(s) ? derivation : names;
    if (expected == NO_QUOTA || seen == NO_QUOTA || is_control(s, PD_QUOTA))
        return accounts;
    if (expected == NO_WINDOW || seen == NO_WINDOW || expected == ITEMS_LOST || seen == ITEMS_LOST)
        return window;
    if (expected == PINNED || seen == PINNED || is_control(s, PD_ACK))
        return pins;
    if (expected == OCCUPIED || seen == OCCUPIED || expected == TOO_MANY || seen == TOO_MANY)
        return names;
    if (expected == ABORTED || seen == ABORTED)
        return lifetime;
    return lookup;
}

/* ---- Look-ups --------------------------------------------------------------------------------------------------------- */

static unsigned rights_of(uint64_t word)
{
    return word >> 8 & 0xff;
}

static unsigned pins_of(uint64_t word)
{
    return (unsigned)(word >> 32);
}

/* Something was to go, and more or less of it has gone. */
static const char *family_of_taking(const struct before *before, const struct difference *d)
{
    const bool too_little = rights_of(d->seen) & ~rights_of(d->expected);

    if (d->expected && !rights_of(d->expected) && !d->seen)
        return pins_of(d->expected) ? pins : names; /* it was to stay reserved */
    if (!d->expected && d->seen && !rights_of(d->seen))
        return pins;
    if (rights_of(d->expected) && !d->seen)
        return pins; /* what has rights was made empty; revoke leaves it reserved */
    if (too_little && !rights_of(d->expected) && pins_of(d->expected))
        return pins;
    if (!too_little && before->grants[d->pd][d->number] > 1)
        return names;
    return derivation;
}

static const char *family_of_word(const struct walk_step *s, const struct before *before, const struct difference *d)
{
    if (killed(before))
        return lifetime;
    if (pins_of(d->expected) != pins_of(d->seen) && rights_of(d->expected) == rights_of(d->seen))
        return pins;
    if (is_call(s, CALL_REMOVE))
        return family_of_taking(before, d);
    if (gives(s) && rights_of(d->expected))
        return rights_of(d->seen) & ~rights_of(d->expected) ? rights : names;
    return gives(s) ? window : names;
}

/* ---- All of it -------------------------------------------------------------------------------------------------------- */

static int receiver(const struct walk_step *s)
{
    return slot_of_actor(s->kind == WALK_SEND ? s->other : s->actor);
}

static const char *family_of_range(const struct walk_step *s, const struct before *before, const struct difference *d)
{
    const uint64_t number = RANGE_BASE(d->expected) - FIRST;
    const bool known = d->expected && number < NUMBERS && before->grants[receiver(s)][number];

    return known || !d->seen || !d->expected ? names : window;
}

const char *family_of(const struct walk_step *s, const struct before *before, const struct difference *d)
{
    switch (d->kind) {
    case VALUE_STATUS:
        return family_of_status(s, d->expected, d->seen);
    case VALUE_REFUSAL:
        if (is_call(s, CALL_REMOVE))
            return pins;
        return REFUSAL_STATUS(d->expected | d->seen) ? family_of_status(s, REFUSAL_STATUS(d->expected), REFUSAL_STATUS(d->seen))
                                                     : accounts;
    case VALUE_NUMBER:
        return is_control(s, PD_ACK) ? pins : gives(s) ? names : accounts;
    case VALUE_RECORDS:
        return window;
    case VALUE_ALIVE:
        return lifetime;
    case VALUE_RANGE:
        return family_of_range(s, before, d);
    case VALUE_ITEM:
        return rights;
    case VALUE_WORD:
        return family_of_word(s, before, d);
    case VALUE_CELLS:
        return killed(before) ? lifetime : is_call(s, CALL_REMOVE) || gives(s) ? derivation : accounts;
    default:
        return killed(before) ? lifetime : accounts;
    }
}

const char *family_of_step(const struct walk_step *s)
{
    if (s->kind == WALK_END || (is_call(s, CALL_REMOVE) && PAIR_HIGH(s->a[0]) == REMOVE_DESTROY))
        return lifetime;
    if (is_control(s, PD_ACK))
        return pins;
    if (gives(s))
        return names;
    return is_call(s, CALL_REMOVE) ? derivation : accounts;
}
