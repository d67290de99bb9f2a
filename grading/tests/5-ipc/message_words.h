/*
 * What the words of the message of an exception are called, for reports.
 */
#pragma once

#include "cairn/abi.h"

#define WORD(name) [name] = "word[" #name "]"

static const char *const message_word[EVENT_WORDS] = {
    WORD(EVENT_TRANSFER), WORD(EVENT_NUMBER), WORD(EVENT_ERROR), WORD(EVENT_ADDRESS), WORD(EVENT_RIP),     WORD(EVENT_FLAGS),
    WORD(EVENT_RSP),      WORD(EVENT_RAX),    WORD(EVENT_RCX),   WORD(EVENT_RDX),     WORD(EVENT_RBX),     WORD(EVENT_RBP),
    WORD(EVENT_RSI),      WORD(EVENT_RDI),    WORD(EVENT_R8),    WORD(EVENT_R9),      WORD(EVENT_R10),     WORD(EVENT_R11),
    WORD(EVENT_R12),      WORD(EVENT_R13),    WORD(EVENT_R14),   WORD(EVENT_R15),     WORD(EVENT_FS_BASE), WORD(EVENT_GS_BASE),
};

#undef WORD
