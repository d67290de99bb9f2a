/*
 * Core: the root of the tree. It has all resources, offers them as services, and has no policy.
 *
 * Until there is init it starts every module behind itself, and knows the sessions between them.
 */
#include "core/core.h"
#include "core/cpu.h"
#include "core/log.h"
#include "core/signal.h"
#include "lib/calls.h"
#include "lib/child.h"
#include "lib/elf.h"
#include "lib/print.h"
#include "lib/string.h"
#include "lib/thread.h"

enum { CHILDREN = 4, CHILD_PAGES = 40, SLOTS = 8192 };

#define CORE_UTCB 0x20001000ull

struct capability_slot capability_slot[SLOTS];
const uint32_t capability_slots = SLOTS;

struct entrypoint core_entrypoint;
struct utcb *core_utcb = (struct utcb *)CORE_UTCB;

static struct thread main_thread;
static struct lock component_lock;
static struct child child[CHILDREN];
static unsigned children;

void main(const void *given);

static void need(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    print("core: %s: %s\nverdict: fail\n", what, outcome_name(outcome));
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

/* ---- Policy ------------------------------------------------------------------------------------------------------------ */

static enum outcome route(struct child *client, struct child_session *s)
{
    (void)client;
    for (unsigned i = 0; i < children; i++)
        if (child_offers(&child[i], s->service))
            s->server = &child[i];
    return PENDING;
}

static enum outcome announce(struct child *server, const char *service)
{
    for (unsigned i = 0; i < children; i++)
        for (unsigned k = 0; k < SESSIONS_PER_CHILD; k++) {
            struct child_session *s = &child[i].session[k];
            if (s->phase == SESSION_ASKED && !s->server && text_equal(s->service, service))
                child_serve(server, s);
        }
    return OK;
}

static enum outcome transfer(struct child *client, uint64_t ram, uint64_t caps, bool give)
{
    (void)client, (void)ram, (void)caps, (void)give;
    return OK;
}

static enum outcome close_session(struct child *client, struct child_session *s)
{
    (void)client, (void)s;
    return OK;
}

static void child_exit(struct child *c, int value)
{
    print("[core] child \"%s\" exited with exit value %d\n", c->name, value);
    print("verdict: %s\n", value ? "fail" : "pass");
}

static const struct child_policy policy = { route, close_session, transfer, announce, child_exit };

/* ---- Children ---------------------------------------------------------------------------------------------------------- */

static enum outcome load(struct pd *pd, const struct info_module *module, uint64_t *entry)
{
    const char *file = (char *)frame_address(0) + module->base;
    struct elf_segment s;

    if (module->base % PAGE || !elf_check(file, module->size, entry))
        return INVALID;
    for (unsigned n = 0; elf_segment(file, n, &s); n++) {
        const uint64_t first = s.address / PAGE, count = (s.address + s.memory_size + PAGE - 1) / PAGE - first;
        uint64_t frame = module->base / PAGE + s.offset / PAGE;
        if (s.writable || s.file_size < s.memory_size) {
            frame = frames_allocate(count);
            if (!frame)
                return OUT_OF_RAM;
            memcpy((char *)frame_address(frame) + s.address % PAGE, file + s.offset, s.file_size);
        }
        const uint32_t rights = MEMORY_READ | (s.writable ? MEMORY_WRITE : 0) | (s.executable ? MEMORY_EXECUTE : 0);
        const result r = frames_grant(pd->kernel_pd, frame, count, first, rights);
        if (r.rax != SUCCESS)
            return outcome_of_status(r.rax);
    }
    return OK;
}

/* A module is "FILE NAME". */
static const char *name_of(const struct info_module *module)
{
    const char *name = module->cmdline;
    while (*name && *name != ' ')
        name++;
    return *name ? name + 1 : module->cmdline;
}

static void start_child(const struct info_module *module)
{
    struct child *c = &child[children];
    static struct rpc_object cpu[CHILDREN];
    struct capability thread;
    struct pd *pd;
    uint64_t entry = 0;

    if (children == CHILDREN)
        need(OUT_OF_RAM, "too many modules");
    need(child_init(c, &core_entrypoint, &policy, name_of(module)), "child");
    need(pd_create(c->name, CHILD_PAGES, &pd), "pd");
    need(cpu_session_create(&cpu[children]), "cpu");
    c->environment[ENV_PD] = pd->object.capability;
    c->environment[ENV_CPU] = c->environment[ENV_RAM] = c->environment[ENV_CAP] = cpu[children].capability;
    need(log_session_create(c->name, &c->environment[ENV_LOG]), "log");
    need(signal_session_create(&c->environment[ENV_SIGNAL]), "signal");
    need(load(pd, module, &entry), c->name);
    need(pd_give_parent(pd, c->parent.capability), "parent");
    children++;
    need(thread_create(pd, EC_GLOBAL, UTCB_AREA, entry, 0, &thread), "thread");
}

/* ---- The beginning ----------------------------------------------------------------------------------------------------- */

static void make_entrypoint(void)
{
    const uint32_t ec = capability_number_new();
    const result r = create_ec(ec, 0, ROOT_SEL_PD, ROOT_SEL_PD, EC_PLACE(CORE_UTCB, EC_LOCAL, 0), entrypoint_stack(), core_utcb);

    need(outcome_of_status(r.rax), "entrypoint");
    entrypoint_init(&core_entrypoint, (struct capability){ ec, EC_RIGHT_PT }, &component_lock, core_utcb);
}

void main(const void *given)
{
    const struct info_page *info = given;

    if (info->magic != INFO_MAGIC || info->version != INFO_VERSION || info->abi_version != ABI_VERSION)
        need(INVALID, "a kernel of another version");
    thread_init(&main_thread, (struct utcb *)ROOT_UTCB);
    memory_init(info);
    need(capability_init((struct capability){ ROOT_SEL_PD, PD_RIGHT_PAY }), "capabilities");
    need(lock_init(&component_lock), "lock");
    make_entrypoint();
    print("\n[core] %lu KiB of memory, %lu KiB for the kernel\n", frames_free_count() * PAGE / 1024,
          pd_figure(ROOT_SEL_PD, 0).rdx * PAGE / 1024);
    lock_take(&component_lock);
    for (uint32_t i = 1; i < info->module_count; i++)
        start_child(&info->module[i]);
    lock_release(&component_lock);
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}
