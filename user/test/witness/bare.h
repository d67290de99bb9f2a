#pragma once

#include "lib/env.h"

/* The portal that witness.bare gives out. It stays. */
MUST_USE enum outcome bare_portal(struct env *env, struct capability *portal);
