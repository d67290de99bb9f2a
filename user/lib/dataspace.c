#include "lib/dataspace.h"

#include "lib/region_map.h"
#include "lib/service/parent.h"
#include "lib/service/ram.h"
#include "lib/service/rom.h"
#include "lib/session.h"

enum outcome memory_allocate(struct env *env, size_t size, struct memory *memory)
{
    enum outcome outcome;

    do
        outcome = ram_allocate(env->ram, size, &memory->dataspace);
    while (env_upgrade(env, ENV_RAM, outcome));
    if (outcome != OK)
        return outcome;
    memory->address = attach(env, memory->dataspace, ATTACH_READ | ATTACH_WRITE, &outcome);
    memory->size = (size + 4095) & ~(size_t)4095;
    if (!memory->address) {
        (void)!ram_free(env->ram, memory->dataspace);
        capability_release(memory->dataspace);
    }
    return outcome;
}

void memory_free(struct env *env, struct memory *memory)
{
    if (!memory->address)
        return;
    detach(env, memory->address);
    (void)!ram_free(env->ram, memory->dataspace);
    capability_release(memory->dataspace);
    memory->address = NULL;
}

enum outcome rom_open(struct env *env, const char *name, struct rom *rom)
{
    enum outcome outcome = session_open(env, &rom->session, &(struct session_request){ "ROM", name, "", ROM_RAM, ROM_CAPS });
    uint64_t size;

    if (outcome != OK)
        return outcome;
    outcome = rom_dataspace(rom->session.capability, &rom->dataspace, &size);
    if (outcome == OK)
        rom->text = attach(env, rom->dataspace, ATTACH_READ, &outcome);
    rom->size = size;
    if (outcome != OK)
        rom_close(env, rom);
    return outcome;
}

void rom_close(struct env *env, struct rom *rom)
{
    if (rom->text)
        detach(env, (void *)rom->text);
    capability_release(rom->dataspace);
    session_close(env, &rom->session);
    *rom = (struct rom){ 0 };
}
