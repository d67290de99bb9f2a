/*
 * The actor's sessions: a stack, of which the newest one is spoken to.
 */
#pragma once

#include "lib/session.h"

struct session *stage_newest(void);
