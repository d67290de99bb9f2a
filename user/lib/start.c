#include "lib/start.h"

#include "lib/elf.h"
#include "lib/region_map.h"
#include "lib/service/cap.h"
#include "lib/service/cpu.h"
#include "lib/service/log.h"
#include "lib/service/pd.h"
#include "lib/service/ram.h"
#include "lib/service/rom.h"
#include "lib/service/signal.h"
#include "lib/string.h"

enum {
    PAGE = 4096,
    DATASPACES = 32, /* that its RAM session has room for, and so on for the others */
    SESSIONS_PART = 32, /* of its memory, for the description of its sessions */
    THREADS = 4,
    CONTEXTS = 8,
};

/* What the environment's sessions are, and what they cost with room for what an ordinary component makes with them. */
static const struct {
    const char *service;
    uint64_t ram, caps;
    enum env_session number; /* 0: the child does not see it by itself */
} own[OWN_COUNT] = {
    [OWN_RAM] = { "RAM", RAM_RAM, RAM_CAPS + DATASPACES * DATASPACE_CAPS, ENV_RAM },
    [OWN_CAP] = { "CAP", CAP_RAM, CAP_CAPS, ENV_CAP },
    [OWN_CPU] = { "CPU", CPU_RAM, CPU_CAPS + THREADS * THREAD_CAPS, ENV_CPU },
    [OWN_LOG] = { "LOG", LOG_RAM, LOG_CAPS, ENV_LOG },
    [OWN_SIGNAL] = { "SIGNAL", SIGNAL_RAM, SIGNAL_CAPS + CONTEXTS * SIGNAL_CONTEXT_CAPS, ENV_SIGNAL },
    [OWN_PD] = { "PD", PD_RAM, PD_CAPS, ENV_PD },
    [OWN_BINARY] = { "ROM", ROM_RAM, ROM_CAPS, ENV_BINARY },
};

/* Where something failed, for the log. */
static const char *step;

#define TRY(what, call)                                                                                                          \
    do {                                                                                                                         \
        step = (what);                                                                                                           \
        const enum outcome try_outcome = (call);                                                                                 \
        if (try_outcome != OK)                                                                                                   \
            return try_outcome;                                                                                                  \
    } while (0)

/* "child" or, for its program, "child -> binary". */
static enum outcome open_own(struct env *env, struct started *c, const struct start *start, enum own_session n)
{
    char label[LABEL_SIZE];
    const struct session_request request = { own[n].service, label, "", own[n].ram, own[n].caps };

    (void)text_copy(label, sizeof label, start->name);
    if (n == OWN_BINARY) {
        (void)text_copy(label + text_length(label), 8, " -> ");
        (void)text_copy(label + text_length(label), LABEL_SIZE - text_length(label), start->binary);
    }
    const enum outcome outcome = session_open(env, &c->own[n], &request);
    if (outcome == OK && own[n].number)
        c->child.environment[own[n].number] = c->own[n].capability;
    return outcome;
}

/* It pays for what its parent has to remember about it. */
static uint64_t sessions_size(const struct start *start)
{
    const uint64_t size = (start->ram / SESSIONS_PART + PAGE - 1) / PAGE * PAGE;
    return size > 2 * PAGE ? size : 2 * PAGE;
}

static enum outcome give_quota(struct env *env, struct started *c, const struct start *start)
{
    TRY("RAM", ram_set_reference(c->own[OWN_RAM].capability, env->ram));
    TRY("RAM", ram_transfer(env->ram, c->own[OWN_RAM].capability, start->ram - c->sessions.size));
    TRY("CAP", cap_set_reference(c->own[OWN_CAP].capability, env->caps));
    TRY("CAP", cap_transfer(env->caps, c->own[OWN_CAP].capability, start->caps));
    return OK;
}

/* A segment that is written is memory of the child's own account; the others are the file itself. */
static enum outcome load_segment(struct env *env, struct started *c, struct capability space, struct capability binary,
                                 const char *file, const struct elf_segment *s)
{
    const uint64_t begin = s->address / PAGE * PAGE, size = (s->address + s->memory_size - begin + PAGE - 1) / PAGE * PAGE;
    struct capability memory;
    enum outcome outcome;
    uint64_t at;

    if (!s->writable)
        return region_map_attach(space, binary, s->offset / PAGE * PAGE, size, begin,
                                 ATTACH_READ | (s->executable ? ATTACH_EXECUTE : 0), &at);
    TRY("memory of its program", ram_allocate(c->own[OWN_RAM].capability, size, &memory));
    char *copy = attach(env, memory, ATTACH_READ | ATTACH_WRITE, &outcome);
    if (copy) {
        memcpy(copy + s->address % PAGE, file + s->offset, s->file_size);
        detach(env, copy);
        outcome = region_map_attach(space, memory, 0, size, begin, ATTACH_READ | ATTACH_WRITE, &at);
    }
    capability_release(memory);
    return outcome;
}

static enum outcome load_segments(struct env *env, struct started *c, struct capability binary, const char *file,
                                  size_t size, uint64_t *entry)
{
    struct capability space;
    struct elf_segment s;

    TRY("its program", elf_check(file, size, entry) ? OK : INVALID);
    TRY("PD", pd_address_space(c->own[OWN_PD].capability, &space));
    enum outcome outcome = OK;
    step = "memory of its program";
    for (unsigned n = 0; outcome == OK && elf_segment(file, n, &s); n++)
        outcome = load_segment(env, c, space, binary, file, &s);
    capability_release(space);
    return outcome;
}

static enum outcome load(struct env *env, struct started *c, uint64_t *entry)
{
    struct capability binary;
    enum outcome outcome;
    uint64_t size;

    TRY("its program", rom_dataspace(c->own[OWN_BINARY].capability, &binary, &size));
    const char *file = attach(env, binary, ATTACH_READ, &outcome);
    if (file) {
        outcome = load_segments(env, c, binary, file, size, entry);
        detach(env, (void *)file);
    }
    capability_release(binary);
    return outcome;
}

static enum outcome make(struct env *env, struct started *c, const struct start *start, const struct child_policy *policy)
{
    struct capability thread;
    uint64_t entry;

    const uint64_t size = sessions_size(start);
    TRY("RAM", start->ram > size ? memory_allocate(env, size, &c->sessions) : INSUFFICIENT_RAM);
    for (enum own_session n = 0; n < OWN_COUNT; n++)
        TRY(own[n].service, open_own(env, c, start, n));
    TRY("quota", give_quota(env, c, start));
    TRY("account", pd_set_account(c->own[OWN_PD].capability, c->own[OWN_CAP].capability));
    TRY("program", load(env, c, &entry));
    TRY("parent", child_init(&c->child, &env->entrypoint, policy, start->name,
                             c->sessions.address, size / sizeof(struct child_session)));
    TRY("parent", pd_set_parent(c->own[OWN_PD].capability, c->child.parent.capability));
    TRY("thread", cpu_create_thread(c->own[OWN_CPU].capability, EC_GLOBAL, 0, UTCB_AREA, entry, 0, c->own[OWN_PD].capability,
                                    &thread));
    capability_release(thread);
    return OK;
}

enum outcome child_start(struct env *env, struct started *c, const struct start *start, const struct child_policy *policy,
                         const char **where)
{
    *c = (struct started){ 0 };
    const enum outcome outcome = make(env, c, start, policy);
    const uint64_t lacking = rpc_lacking();
    *where = step;
    if (outcome != OK) {
        child_stop(env, c);
        rpc_set_lacking(lacking);
    }
    return outcome;
}

void child_forget(struct env *env, struct started *c)
{
    if (!child_is_clear(&c->child))
        return;
    c->child.sessions = 0;
    memory_free(env, &c->sessions);
}

void child_stop(struct env *env, struct started *c)
{
    for (enum own_session n = OWN_COUNT; n-- > 0;)
        session_close(env, &c->own[n]);
    child_end(&c->child);
    child_forget(env, c);
}

/* ---- Quota ------------------------------------------------------------------------------------------------------------- */

enum outcome child_transfer(struct env *env, struct started *c, uint64_t ram, uint64_t caps, bool give)
{
    const struct capability child_ram = c->own[OWN_RAM].capability, child_caps = c->own[OWN_CAP].capability;
    enum outcome outcome = ram ? ram_transfer(give ? child_ram : env->ram, give ? env->ram : child_ram, ram) : OK;

    if (outcome != OK || !caps)
        return outcome;
    outcome = cap_transfer(give ? child_caps : env->caps, give ? env->caps : child_caps, caps);
    if (outcome != OK && ram)
        (void)!ram_transfer(give ? env->ram : child_ram, give ? child_ram : env->ram, ram);
    return outcome;
}

enum outcome child_upgrade_own(struct env *env, struct started *c, enum env_session number, uint64_t ram, uint64_t caps)
{
    for (enum own_session n = 0; n < OWN_COUNT; n++)
        if (own[n].number == number)
            return session_upgrade(env, &c->own[n], ram, caps);
    return INVALID;
}
