#include "core/rom.h"

#include "core/core.h"
#include "core/dataspace.h"
#include "core/service.h"
#include "lib/args.h"
#include "lib/service/rom.h"
#include "lib/string.h"

RPC_SERVE(rom, ROM_OPERATIONS)

static const struct info_page *info;

struct rom_session {
    struct core_session session;
    struct dataspace dataspace;
};

void rom_init(const struct info_page *given)
{
    info = given;
}

static const char *name_of(const struct info_module *module)
{
    const char *name = module->cmdline;
    while (*name && *name != ' ')
        name++;
    return *name ? name + 1 : module->cmdline;
}

/* Module 0 is core itself. One that does not begin with a page would show what lies before it. */
static const struct info_module *find(const char *name)
{
    for (uint32_t i = 1; i < info->module_count; i++)
        if (text_equal(name_of(&info->module[i]), name) && info->module[i].base % PAGE == 0)
            return &info->module[i];
    return NULL;
}

static enum outcome do_dataspace(struct rpc_object *self, struct capability *dataspace, uint64_t *size)
{
    const struct rom_session *s = CONTAINER(self, struct rom_session, session.object);

    *dataspace = s->dataspace.object.capability;
    *size = s->dataspace.size;
    return OK;
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
    const struct info_module *module = find(label_last(session->label));

    (void)args;
    if (!module)
        return DENIED;
    s->dataspace.size = module->size;
    s->dataspace.frames = frames_of_memory(module->base / PAGE, (module->size + PAGE - 1) / PAGE);
    const enum outcome outcome = dataspace_init(&s->dataspace);
    return outcome == OK ? rpc_object_manage(&core_entrypoint, &session->object, &rom_interface, &operations) : outcome;
}

static void close_session(struct core_session *session)
{
    struct rom_session *s = (struct rom_session *)session;

    if (capability_valid(s->dataspace.object.capability))
        dataspace_close(&s->dataspace);
}

const struct service rom_service = { "ROM", ROM_RAM, ROM_CAPS, 1, create, close_session };

struct dataspace *rom_dataspace_of(struct core_session *rom)
{
    return &((struct rom_session *)rom)->dataspace;
}
