/* Whether this host can grade at all, and with which emulator. */
#ifndef CAIRN_GRADER_HOST_H
#define CAIRN_GRADER_HOST_H

#include "machine/status.h"

#include <stddef.h>

/* Tries the sandbox and asks QEMU for its version ("7.2.22"). STATUS_NO_SANDBOX or STATUS_SYSTEM says what is missing. */
struct status host_check(char *qemu, size_t size);

#endif
