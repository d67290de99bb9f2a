/*
 * Actors: PDs that are made by root, on the account of another actor, and that may die in any step.
 *
 * What an actor needs for itself is given once, when it is made, and its cost never changes: a number that led to an actor that
 * died gets a semaphore of root's in place of the portal at once. So what else its account shows is the walk's.
 */
#include "walk/guest.h"

#include "kit/private.h"

struct actor {
    struct portal worker_portal, door;
    uint64_t pd, worker, receiver, worker_selector, door_selector, filler; /* root's selectors */
    int worker_place, receiver_place;
    bool alive;
};

static struct actor actors[WALK_ACTORS];
static bool mortal; /* if not, nothing is ever taken back: a door is there when its actor is */

static uint64_t run_visit(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    ((void (*)(void))utcb()->word[0])();
    return DESCRIPTOR(0, 0);
}

void actors_init(bool they_die)
{
    mortal = they_die;
    for (unsigned i = 0; i < WALK_ACTORS; i++) {
        struct actor *a = &actors[i];
        *a = (struct actor){ { run_visit }, { receive }, .worker_place = ec_place_new(), .receiver_place = ec_place_new() };
        a->pd = selector_new(), a->worker = selector_new(), a->receiver = selector_new();
        a->worker_selector = selector_new(), a->door_selector = selector_new(), a->filler = selector_new();
        CHECK_OK(create_sm(a->filler, SEL_PD, 0));
    }
}

uint64_t actor_pd(unsigned actor)
{
    return actors[actor].pd;
}

struct utcb *actor_receiver_utcb(unsigned actor)
{
    return (struct utcb *)ec_utcb(actors[actor].receiver_place);
}

result actor_visit(unsigned actor, void (*f)(void))
{
    utcb()->word[0] = (uint64_t)f;
    return portal_call(actors[actor].worker_selector, DESCRIPTOR(1, 0));
}

/* ---- Doors: the portals to receivers ---------------------------------------------------------------------------------- */

static uint64_t door_number;

static void door_delete(void)
{
    CHECK_OK(delete (door_number));
}

static void door_fill(unsigned actor, unsigned door)
{
    const struct actor *d = &actors[door];
    if (!d->alive && !mortal)
        return;
    const uint64_t selector = d->alive ? d->door_selector : d->filler;
    CHECK_RESULT(grant_object(actors[actor].pd, selector, 1, WALK_DOOR + door), SUCCESS, WALK_DOOR + door);
}

static void door_change(unsigned door)
{
    door_number = WALK_DOOR + door;
    for (unsigned i = 0; i < WALK_ACTORS; i++)
        if (actors[i].alive && i != door) {
            if (mortal)
                CHECK_OK(actor_visit(i, door_delete));
            door_fill(i, door);
        }
}

/* ---- Birth and death -------------------------------------------------------------------------------------------------- */

static uint64_t server(const struct actor *a, int place, uint64_t selector)
{
    const uint64_t page = ec_utcb(place);
    CHECK_OK(create_ec(selector, 0, SEL_PD, a->pd, EC_PLACE(page, EC_LOCAL, 0), ec_stack(place), page));
    return selector;
}

static void door_open(struct actor *a, uint64_t selector, uint64_t ec, struct portal *portal)
{
    (void)a;
    CHECK_OK(create_pt(selector, SEL_PD, ec, (uint64_t)portal_entry, (uint64_t)portal, 0));
}

/* The top cannot be destroyed by its own capability: its end is root's. */
result actor_birth(unsigned actor, unsigned payer, uint64_t quota, uint64_t number)
{
    struct actor *a = &actors[actor];
    const uint64_t rights = actor == WALK_TOP ? PD_RIGHTS & ~RIGHT_DESTROY : PD_RIGHTS;
    const result r = create_pd(a->pd, actor == WALK_TOP ? SEL_PD : actors[payer].pd, quota);

    if (r.rax != SUCCESS)
        return r;
    world_grant_program(a->pd);
    CHECK_RESULT(grant_object(a->pd, a->pd, rights, WALK_FIRST + number), SUCCESS, WALK_FIRST + number);
    door_open(a, a->worker_selector, server(a, a->worker_place, a->worker), &a->worker_portal);
    door_open(a, a->door_selector, server(a, a->receiver_place, a->receiver), &a->door);
    a->alive = true;
    for (unsigned i = 0; i < WALK_ACTORS; i++)
        door_fill(actor, i);
    door_change(actor);
    return r;
}

result actor_end(unsigned actor)
{
    return destroy(actors[actor].pd);
}

static void actor_bury(unsigned actor)
{
    struct actor *a = &actors[actor];

    a->alive = false;
    CHECK_OK(delete (a->pd));
    CHECK_OK(delete (a->worker));
    CHECK_OK(delete (a->receiver));
    CHECK_OK(delete (a->worker_selector));
    CHECK_OK(delete (a->door_selector));
}

uint32_t actors_settle(void)
{
    uint32_t alive = 0, dead = 0;

    for (unsigned i = 0; i < WALK_ACTORS; i++) {
        if (!actors[i].alive)
            continue;
        if (pd_figure(actors[i].pd, FIGURE_USED).rax == SUCCESS)
            alive |= 1u << i;
        else
            dead |= 1u << i;
    }
    for (unsigned i = 0; i < WALK_ACTORS; i++)
        if (dead >> i & 1)
            actor_bury(i);
    for (unsigned i = 0; i < WALK_ACTORS; i++)
        if (dead >> i & 1)
            door_change(i);
    return alive;
}
