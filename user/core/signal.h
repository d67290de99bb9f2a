/*
 * SIGNAL: see lib/service/signal.h.
 */
#pragma once

#include "lib/rpc.h"

/* A session, one page; *session is its capability. */
MUST_USE enum outcome signal_session_create(struct capability *session);
