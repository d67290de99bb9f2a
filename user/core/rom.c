#include "core/rom.h"

#include "core/core.h"
#include "core/dataspace.h"
#include "core/service.h"
#include "lib/args.h"
#include "lib/service/rom.h"
#include "lib/string.h"

RPC_SERVE(rom, ROM_OPERATIONS)

/*
 * One dataspace for each module, for all sessions and for ever: the kernel takes a page from everybody or nobody
 * (dataspace.c), so there must be one place that knows all regions that show it.
 */
static struct dataspace of_module[INFO_MODULES];
static const struct info_page *info;

/* A file may be open in many sessions, and what one of them takes back the others must be given again. */
static struct list seen[INFO_MODULES];

struct rom_session {
    struct core_session session;
    struct dataspace *dataspace;
};

void rom_init(const struct info_page *given)
{
    info = given;
    for (unsigned i = 0; i < INFO_MODULES; i++)
        list_init(&seen[i]);
}

static const char *name_of(const struct info_module *module)
{
    const char *name = module->cmdline;
    while (*name && *name != ' ')
        name++;
    return *name ? name + 1 : module->cmdline;
}

/* Module 0 is core itself. One that does not begin with a page would show what lies before it. */
static struct dataspace *find(const char *name)
{
    for (uint32_t i = 1; i < info->module_count; i++)
        if (text_equal(name_of(&info->module[i]), name) && info->module[i].base % PAGE == 0)
            return &of_module[i];
    return NULL;
}

static enum outcome do_dataspace(struct rpc_object *self, struct capability *dataspace, uint64_t *size)
{
    const struct rom_session *s = CONTAINER(self, struct rom_session, session.object);

    *dataspace = s->dataspace->object.capability;
    *size = s->dataspace->size;
    return OK;
}

static enum outcome make(struct dataspace *d)
{
    const struct info_module *module = &info->module[d - of_module];

    if (capability_valid(d->object.capability))
        return OK;
    d->size = module->size;
    d->frames = frames_of_memory(module->base / PAGE, (module->size + PAGE - 1) / PAGE);
    return dataspace_init(d);
}

/* A module never changes. */
static enum outcome do_set_sigh(struct rpc_object *self, struct capability signal)
{
    (void)self, (void)signal;
    return OK;
}

static enum outcome do_update(struct rpc_object *self, bool *changed)
{
    (void)self;
    *changed = false;
    return OK;
}

static enum outcome create(struct core_session *session, const char *args)
{
    static const struct rom_operations operations = { do_dataspace, do_set_sigh, do_update };
    struct rom_session *s = (struct rom_session *)session;

    (void)args;
    s->dataspace = find(label_last(session->label));
    if (!s->dataspace)
        return DENIED;
    const enum outcome outcome = make(s->dataspace);
    return outcome == OK ? rpc_object_manage(&core_entrypoint, &session->object, &rom_interface, &operations) : outcome;
}

static void close_session(struct core_session *session)
{
    (void)session; /* what has been attached stays so until it is detached: it is the same for everybody */
}

const struct service rom_service = { "ROM", ROM_RAM, ROM_CAPS, 1, create, close_session };

struct dataspace *rom_dataspace_of(struct core_session *rom)
{
    return ((struct rom_session *)rom)->dataspace;
}
