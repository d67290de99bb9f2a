/*
 * The ROM "config" of a child: what its own configuration says, as it is written there.
 */
#include "init/init.h"
#include "lib/service/rom.h"
#include "lib/string.h"

RPC_SERVE(rom, ROM_OPERATIONS)

static enum outcome do_dataspace(struct rpc_object *self, struct capability *dataspace, uint64_t *size)
{
    const struct init_child *c = CONTAINER(self, struct init_child, config_rom);

    *dataspace = c->config.dataspace;
    *size = c->start->config_length;
    return OK;
}

/* It changes with init's own configuration only, and that is read once. */
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

enum outcome config_rom_open(struct init_child *c, struct capability *rom)
{
    static const struct rom_operations operations = { do_dataspace, do_set_sigh, do_update };
    enum outcome outcome = OK;

    if (!c->config.address) {
        outcome = memory_allocate(init_env, c->start->config_length, &c->config);
        if (outcome != OK)
            return outcome;
        memcpy(c->config.address, init_config_text + c->start->config_start, c->start->config_length);
        outcome = rpc_object_manage(&init_env->entrypoint, &c->config_rom, &rom_interface, &operations);
        if (outcome != OK)
            memory_free(init_env, &c->config);
    }
    *rom = c->config_rom.capability;
    return outcome;
}

void config_rom_end(struct init_child *c)
{
    rpc_object_dissolve(&c->config_rom);
    memory_free(init_env, &c->config);
}
