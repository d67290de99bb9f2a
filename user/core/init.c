/*
 * Core as a parent: of one child, that it makes through its own services, by function calls instead of messages.
 */
#include "core/init.h"

#include "core/audit.h"
#include "core/cap.h"
#include "core/core.h"
#include "core/cpu.h"
#include "core/ram.h"
#include "core/rom.h"
#include "lib/child.h"
#include "lib/elf.h"
#include "lib/print.h"
#include "lib/service/log.h"
#include "lib/service/rom.h"
#include "lib/service/signal.h"
#include "lib/string.h"

enum {
    KEEP_RAM = 256 * 1024, /* core keeps this much for itself */
    KEEP_CAPS = 256 * 1024,
    INIT_SESSIONS = 512,
    ROOM = 64 * 1024, /* of init's own sessions, for what it makes with them */
};

static struct child init;
static struct child_session init_session[INIT_SESSIONS];
static struct core_session *environment[ENV_FREE]; /* of init's */
static struct account *init_ram, *init_caps;

/* ---- Policy ------------------------------------------------------------------------------------------------------------ */

/* Everything is core's own service. */
static enum outcome route(struct child *child, struct child_session *s)
{
    char label[LABEL_SIZE + 8] = "init -> ";
    struct core_session *session;

    (void)child;
    if (!s->label[0])
        label[4] = 0;
    if (!text_copy(label + text_length(label), LABEL_SIZE - text_length(label), s->label))
        return INVALID;
    const enum outcome outcome = service_open(s->service, label, s->args, s->ram, s->caps, &session);
    if (outcome != OK)
        return outcome;
    s->local = session;
    s->session = session->object.capability;
    capability_retain(s->session);
    return OK;
}

static enum outcome close_session(struct child *child, struct child_session *s)
{
    (void)child;
    service_close(s->local);
    return OK;
}

static enum outcome upgrade(struct child *child, struct child_session *s, uint64_t ram, uint64_t caps)
{
    (void)child;
    session_give_back(s->local, ram, caps);
    return OK;
}

static enum outcome upgrade_environment(struct child *child, enum env_session number, uint64_t ram, uint64_t caps)
{
    (void)child;
    if (!environment[number])
        return INVALID;
    session_give_back(environment[number], ram, caps);
    return OK;
}

static enum outcome transfer(struct child *child, uint64_t ram, uint64_t caps, bool give)
{
    struct account *from_ram = give ? init_ram : &core_ram, *to_ram = give ? &core_ram : init_ram;
    struct account *from_caps = give ? init_caps : &core_caps, *to_caps = give ? &core_caps : init_caps;
    enum outcome outcome = account_move(from_ram, to_ram, ram);

    (void)child;
    if (outcome != OK)
        return outcome;
    outcome = account_move(from_caps, to_caps, caps);
    if (outcome != OK)
        (void)!account_move(to_ram, from_ram, ram);
    return outcome;
}

static enum outcome announce(struct child *child, const char *service)
{
    (void)child, (void)service;
    return DENIED; /* core needs nobody */
}

static void on_exit(struct child *child, int value)
{
    print("[core] child \"%s\" exited with exit value %d\n", child->name, value);
    const bool complete = audit();
    print("verdict: %s\n", value || !complete ? "fail" : "pass");
}

static void cleared(struct child *child)
{
    (void)child; /* init is for ever */
}

static const struct child_policy policy = { route,    close_session, upgrade, upgrade_environment,
                                            transfer, announce,      on_exit, cleared };

/* ---- Making it --------------------------------------------------------------------------------------------------------- */

static struct core_session *open(const char *service, const char *label, enum env_session number, uint64_t ram, uint64_t caps)
{
    struct core_session *session;

    core_need(service_open(service, label, "", ram, caps, &session), service);
    environment[number] = session;
    init.environment[number] = session->object.capability;
    return session;
}

static uint64_t load(struct pd *pd, struct core_session *ram)
{
    struct core_session *rom = open("ROM", "init", ENV_BINARY, ROM_RAM, ROM_CAPS);
    struct dataspace *binary = rom_dataspace_of(rom);
    const char *file = frame_address(binary->frames.first);
    struct elf_segment s;
    uint64_t entry = 0, at;

    core_need(elf_check(file, binary->size, &entry) ? OK : INVALID, "init is no program");
    for (unsigned n = 0; elf_segment(file, n, &s); n++) {
        const uint64_t begin = s.address / PAGE * PAGE, size = (s.address + s.memory_size - begin + PAGE - 1) / PAGE * PAGE;
        const uint32_t rights = MEMORY_READ | (s.writable ? MEMORY_WRITE : 0) | (s.executable ? MEMORY_EXECUTE : 0);
        struct dataspace *from = binary;
        if (s.writable) {
            core_need(ram_allocate_in(ram, size, &from), "init's memory");
            memcpy((char *)frame_address(from->frames.first) + s.address % PAGE, file + s.offset, s.file_size);
        }
        core_need(address_space_attach(pd, from, s.writable ? 0 : s.offset / PAGE * PAGE, size, begin, rights, &at),
                  "init's memory");
    }
    return entry;
}

void init_start(void)
{
    struct core_session *const ram = open("RAM", "init", ENV_RAM, RAM_RAM, RAM_CAPS + ROOM);
    struct core_session *const caps = open("CAP", "init", ENV_CAP, CAP_RAM, CAP_CAPS);
    struct core_session *const cpu = open("CPU", "init", ENV_CPU, CPU_RAM, CPU_CAPS + ROOM);
    struct pd *pd = (struct pd *)open("PD", "init", ENV_PD, PD_RAM, PD_CAPS);
    struct capability thread;

    (void)open("LOG", "init", ENV_LOG, LOG_RAM, LOG_CAPS);
    (void)open("SIGNAL", "init", ENV_SIGNAL, SIGNAL_RAM, SIGNAL_CAPS + ROOM);
    init_ram = ram_account(ram->object.capability);
    init_caps = cap_account(caps->object.capability);
    core_need(account_move(&core_ram, init_ram, core_ram.quota - core_ram.used - KEEP_RAM), "init's memory");
    core_need(account_move(&core_caps, init_caps, core_caps.quota - KEEP_CAPS), "init's kernel memory");
    core_need(pd_set_account_to(pd, init_caps), "init's account");
    core_need(child_init(&init, &core_entrypoint, &policy, "init", init_session, INIT_SESSIONS), "init's parent");
    core_need(pd_give_parent(pd, init.parent.capability), "init's parent");
    core_need(thread_create(cpu, pd, EC_GLOBAL, UTCB_AREA, load(pd, ram), 0, &thread), "init's thread");
}
