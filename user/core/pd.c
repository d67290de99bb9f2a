#include "core/pd.h"

#include "core/cap.h"
#include "core/core.h"
#include "core/cpu.h"
#include "lib/calls.h"
#include "lib/print.h"
#include "lib/string.h"

RPC_SERVE(pd, PD_OPERATIONS)

struct list pds = LIST_HEAD(pds);

extern char event_entry[];

/* Those that ring 3 can raise, as far as somebody should hear of them. */
static const uint8_t events[] = { 0, 1, 3, 4, 6, 7, 13, 14, 16, 17, 19, EVENT_STARTUP };

enum { PAGE_FAULT = 14 };

enum { TRANSFER = TRANSFER_EVENT | TRANSFER_RIP | TRANSFER_FLAGS | TRANSFER_RSP | TRANSFER_LOW | TRANSFER_BASES };

struct pd *pd_of(struct capability c)
{
    struct rpc_object *object = rpc_object_of(c, &pd_interface);
    return object ? CONTAINER(object, struct pd, session.object) : NULL;
}

/* ---- Events ------------------------------------------------------------------------------------------------------------ */

/*
 * One portal for each event and PD: one object has one number in a PD, and an event table is numbers. Which thread it was is
 * told by its FS base. A thread that lies about that harms only its own PD.
 */
static struct thread_record *thread_of(struct pd *pd, uint64_t fs_base)
{
    for (struct thread_record *t = pd->thread; t < pd->thread + THREADS_PER_PD; t++)
        if (t->ec && t->utcb == fs_base)
            return t;
    return NULL;
}

static uint64_t start_up(struct utcb *u, const struct thread_record *t)
{
    u->word[EVENT_TRANSFER] = TRANSFER_RIP | TRANSFER_RSP | TRANSFER_LOW;
    u->word[EVENT_RIP] = t->ip;
    u->word[EVENT_RSP] = t->stack;
    u->word[EVENT_RDI] = t->utcb;
    return DESCRIPTOR(EVENT_RDI + 1, 0);
}

static void report(const struct pd *pd, const struct utcb *u)
{
    static const char *const access[] = { "READ", "WRITE", "READ", "WRITE", "EXEC" };
    const uint64_t number = u->word[EVENT_NUMBER];

    if (number == PAGE_FAULT)
        print("[%s] illegal %s at %p, by instruction %p\n", pd->session.label, access[u->word[EVENT_ERROR] >> 1 & 1 ? 1 :
              u->word[EVENT_ERROR] >> 4 & 1 ? 4 : 0], (void *)u->word[EVENT_ADDRESS], (void *)u->word[EVENT_RIP]);
    else
        print("[%s] exception %lu, error %lx, at instruction %p\n", pd->session.label, number, u->word[EVENT_ERROR],
              (void *)u->word[EVENT_RIP]);
}

/* A thread that has done wrong stays as it is, paused, to be looked at. */
static uint64_t handle_event(struct pd *pd, struct utcb *u)
{
    struct thread_record *t = thread_of(pd, u->word[EVENT_FS_BASE]);

    if (t && u->word[EVENT_NUMBER] == EVENT_STARTUP)
        return start_up(u, t);
    if (u->word[EVENT_NUMBER] == PAGE_FAULT && region_map_resolve(pd, u->word[EVENT_ADDRESS], u->word[EVENT_ERROR]))
        return DESCRIPTOR(0, 0);
    report(pd, u);
    if (t)
        (void)ec_control(t->ec, EC_PAUSE, 0);
    return DESCRIPTOR(0, 0);
}

uint64_t core_event(uint64_t id, uint64_t descriptor)
{
    (void)descriptor;
    return handle_event((struct pd *)id, core_utcb);
}

static enum outcome make_events(struct pd *pd)
{
    for (unsigned i = 0; i < sizeof events; i++) {
        const uint32_t number = capability_number_new();
        if (!number)
            return OUT_OF_CAPS;
        result r = create_pt(number, ROOT_SEL_PD, core_entrypoint.ec.selector, (uint64_t)event_entry, (uint64_t)pd, TRANSFER);
        if (r.rax == SUCCESS) {
            pd->event[events[i]] = number;
            r = pd_grant(pd->kernel_pd, RANGE(number, 0),
                         ITEM(ITEM_DELEGATE, TYPE_OBJECT, PT_RIGHT_EVENT, EVENTS + events[i]));
        } else {
            capability_number_free(number);
        }
        if (r.rax != SUCCESS)
            return outcome_of_status(r.rax);
    }
    return OK;
}

/* ---- The session ------------------------------------------------------------------------------------------------------- */

static struct pd *own(struct rpc_object *self)
{
    return CONTAINER(self, struct pd, session.object);
}

static enum outcome do_self(struct rpc_object *self, struct capability *pd)
{
    *pd = (struct capability){ own(self)->kernel_pd, PD_RIGHT_PAY | PD_RIGHT_FIGURES };
    return OK;
}

static enum outcome do_address_space(struct rpc_object *self, struct capability *region_map)
{
    *region_map = own(self)->address_space.capability;
    return OK;
}

/* Only now it can hold anything: its event table comes first. */
enum outcome pd_set_account_to(struct pd *pd, struct account *account)
{
    if (pd->account)
        return OVERLAP;
    const enum outcome outcome = account_bind(account, pd->kernel_pd, &pd->account);
    return outcome == OK ? make_events(pd) : outcome;
}

static enum outcome do_set_account(struct rpc_object *self, struct capability account)
{
    struct account *a = cap_account(account);
    return a ? pd_set_account_to(own(self), a) : INVALID;
}

enum outcome pd_give_parent(struct pd *pd, struct capability parent)
{
    if (capability_valid(pd->parent))
        return OVERLAP;
    const result r = pd_grant(pd->kernel_pd, RANGE(parent.selector, 0),
                              ITEM(ITEM_DELEGATE, TYPE_OBJECT, PT_RIGHT_CALL, FIRST_PARENT));
    if (r.rax == SUCCESS) {
        capability_retain(parent);
        pd->parent = parent;
    }
    return outcome_of_status(r.rax);
}

static enum outcome do_set_parent(struct rpc_object *self, struct capability parent)
{
    return pd_give_parent(own(self), parent);
}

static enum outcome create(struct core_session *session, const char *args)
{
    static const struct pd_operations operations = { do_self, do_address_space, do_set_account, do_set_parent };
    struct pd *pd = (struct pd *)session;

    (void)args;
    list_append(&pds, &pd->link);
    pd->kernel_pd = capability_number_new();
    if (!pd->kernel_pd)
        return OUT_OF_CAPS;
    const result r = create_pd(pd->kernel_pd, ROOT_SEL_PD, 0);
    if (r.rax != SUCCESS)
        return outcome_of_status(r.rax);
    const enum outcome outcome = region_map_init(&pd->address_space);
    return outcome == OK ? rpc_object_manage(&core_entrypoint, &session->object, &pd_interface, &operations) : outcome;
}

static void drop(uint32_t number)
{
    if (!number)
        return;
    (void)destroy(number);
    capability_release((struct capability){ number, 0 });
}

void thread_kill(struct thread_record *t)
{
    drop(t->sc);
    drop(t->ec);
    session_give_back(t->cpu, 0, THREAD_CAPS);
    *t = (struct thread_record){ 0 };
}

static void close_session(struct core_session *session)
{
    struct pd *pd = (struct pd *)session;

    for (struct thread_record *t = pd->thread; t < pd->thread + THREADS_PER_PD; t++)
        if (t->ec)
            thread_kill(t);
    region_map_forget(pd->region, REGIONS_PER_PD);
    drop(pd->kernel_pd);
    capability_release(pd->parent);
    account_unbind(pd->account);
    for (unsigned i = 0; i < EVENT_COUNT; i++)
        drop(pd->event[i]);
    rpc_object_dissolve(&pd->address_space);
    list_remove(&pd->link);
}

_Static_assert(sizeof(struct pd) <= 2 * PAGE, "its pages");

const struct service pd_service = { "PD", PD_RAM, PD_CAPS, 2, create, close_session };
