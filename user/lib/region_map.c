#include "lib/region_map.h"

void *attach(struct env *env, struct capability dataspace, uint32_t rights, enum outcome *outcome)
{
    uint64_t address;

    *outcome = region_map_attach(env->address_space, dataspace, 0, 0, ATTACH_ANYWHERE, rights, &address);
    return *outcome == OK ? (void *)address : NULL;
}

void detach(struct env *env, void *address)
{
    (void)!region_map_detach(env->address_space, (uint64_t)address);
}
