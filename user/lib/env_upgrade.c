#include "lib/env.h"
#include "lib/service/parent.h"

bool env_upgrade(struct env *env, uint32_t env_session, enum outcome outcome)
{
    const uint64_t lacking = rpc_lacking();

    if (outcome == INSUFFICIENT_RAM)
        return parent_upgrade(env->parent, env_session, lacking, 0) == OK;
    return outcome == INSUFFICIENT_CAPS && parent_upgrade(env->parent, env_session, 0, lacking) == OK;
}
