/*
 * LOG: lines on the first serial port, each with the label of its session.
 */
#pragma once

#include "lib/rpc.h"

MUST_USE enum outcome log_session_create(const char *label, struct capability *session);
