/*
 * Tries to reach somebody with numbers that it was never given: 1000 of them, with every call of the kernel that names
 * an object. Only what the library knows to be its own is left out; the numbers of its event table, which it holds but
 * may not call, are among them.
 */
#include "lib/calls.h"
#include "lib/capability.h"
#include "lib/env.h"
#include "lib/log.h"
#include "lib/service/pd.h"
#include "lib/thread.h"

enum { NUMBERS = 1000, NEW = 4000 /* an empty number, where new objects would land */ };

#define NEW_UTCB 0x30000000ull

static struct env *own_env;
static uint64_t tried, accepted;

/* Nothing but "there is no such capability" is right. */
static void must_be_refused(uint32_t number, const char *what, result r)
{
    tried++;
    if (r.rax == BAD_CAP)
        return;
    accepted++;
    if (accepted < 10)
        log_line(own_env, "number %u, %s: status %lu", number, what, r.rax);
}

#define FORGE(what, call) must_be_refused(n, what, call)

static void create_with(uint32_t n, uint32_t own)
{
    FORGE("create_pd", create_pd(NEW, n, 1));
    FORGE("create_ec, payer", create_ec(NEW, 0, n, own, EC_PLACE(NEW_UTCB, EC_LOCAL, 0), NULL, NULL));
    FORGE("create_ec, PD", create_ec(NEW, 0, own, n, EC_PLACE(NEW_UTCB, EC_LOCAL, 0), NULL, NULL));
    FORGE("create_sc", create_sc(NEW, own, n, 1, 1000, 0, 0));
    FORGE("create_pt", create_pt(NEW, own, n, 0x400000, 0, 0));
    FORGE("create_sm", create_sm(NEW, n, 0));
}

/* The message is a note: the witness would count it. */
static void forge(uint32_t n, uint32_t own)
{
    struct utcb *u = thread_self()->utcb;

    u->word[0] = u->word[1] = 0;
    FORGE("call", call(n, DESCRIPTOR(2, 0)));
    u->item[0] = (struct item){ RANGE(n, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, PT_RIGHT_CALL, 0) };
    FORGE("call, as an item", call(FIRST_PARENT, DESCRIPTOR(2, 1)));
    create_with(n, own);
    FORGE("remove, destroy", destroy(n));
    FORGE("pd_control, quota", pd_quota(n, 1, own));
    FORGE("pd_control, figures", pd_figure(n, 0));
    FORGE("pd_control, grant",
          pd_grant(n, RANGE(FIRST_PARENT, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, PT_RIGHT_CALL, 100)));
    FORGE("ec_control, recall", ec_control(n, EC_RECALL, 0));
    FORGE("ec_control, pause", ec_control(n, EC_PAUSE, 0));
    FORGE("sc_control, time", sc_time(n));
    FORGE("sc_control, priority", sc_priority(n, 1, 1000));
    FORGE("pt_control", pt_set(n, 0, 0));
    FORGE("sm_control, up", sm_up(n));
    FORGE("sm_control, down", sm_down(n, 1));
    FORGE("kernel_control, counter", kernel_control(n, KERNEL_COUNTER, 0, 0, 0));
    FORGE("kernel_control, stop", kernel_control(n, KERNEL_STOP, 0, 0, 0));
}

static bool is_own(uint32_t n)
{
    return n == FIRST_PARENT || (n < capability_slots && capability_slot[n].state);
}

void construct(struct env *env)
{
    uint32_t numbers = 0;

    own_env = env;
    for (uint32_t n = 1; numbers < NUMBERS; n++)
        if (!is_own(n)) {
            forge(n, capability_own_pd().selector);
            numbers++;
        }
    log_line(env, "%u numbers, %lu tries, %lu were not refused", numbers, tried, accepted);
    env_exit(env, accepted != 0);
}
