/*
 * LOG: lines of text for whoever watches. The session's label stands in front of each line.
 */
#pragma once

#include "lib/rpc.h"

enum { LOG_LINE_SIZE = 256 };

/* What a session costs its client. */
enum { LOG_RAM = 4096, LOG_CAPS = 512 };

#define LOG_OPERATIONS(OP) OP(log, write)

/* One line, or a part of it; a line break ends it. */
#define log_write_IN(WORD, TEXT, CAP) TEXT(text, LOG_LINE_SIZE)
#define log_write_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(log, LOG_OPERATIONS)
