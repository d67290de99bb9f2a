/*
 * Dataspaces in one's own address space.
 */
#pragma once

#include "lib/env.h"
#include "lib/service/rm.h"

/* Attaches all of a dataspace anywhere. NULL with *outcome: see region_map.attach. */
void *attach(struct env *env, struct capability dataspace, uint32_t rights, enum outcome *outcome);

void detach(struct env *env, void *address);
